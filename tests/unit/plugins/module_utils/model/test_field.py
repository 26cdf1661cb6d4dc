# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sets that are made from what is there."""

from __future__ import annotations

from ansible_collections.determined_ai.determined.plugins.module_utils.model.field import Elements
from hypothesis import given
from hypothesis import strategies as st

labels = st.lists(st.sampled_from("abcd"), unique=True)


@given(labels, st.none() | labels, labels, labels)
def test_elements(have, exact, add, remove):
    edit = Elements(exact, add, remove)
    made = edit.of(have)
    assert set(made) == (set(have if exact is None else exact) | set(add)) - set(remove)
    assert made == sorted(set(made))
    assert edit.of(made) == made


def test_elements_of_nothing():
    assert Elements(add=["a"]).of(None) == ["a"]
    assert Elements(exact=[]).of(["a"]) == []
