# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that are made from what is there."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.model.field import Elements, Over
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


@pytest.mark.parametrize(
    ("have", "value", "made"),
    [
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": {"x": 1}}, {"a": {"y": 1}}, {"a": {"y": 1}}),
        ({"a": 1, "b": None}, {"a": None, "c": None}, {"b": None}),
        (None, {"a": 1}, {"a": 1}),
    ],
)
def test_over(have, value, made):
    assert Over(value).of(have) == made
