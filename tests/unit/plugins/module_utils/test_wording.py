# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parts of sentences."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.wording import some_of


@pytest.mark.parametrize(
    ("texts", "more", "text"),
    [
        (["a"], {}, "a"),
        (["a", "b", "c"], {}, "a, b, c"),
        (["a", "b", "c", "d"], {}, "a, b, c and 1 more"),
        (["a", "b", "c"], {"most": 2}, "a, b and 1 more"),
        (["a", "b"], {"most": 2, "count": 9}, "a, b and 7 more"),
    ],
)
def test_some_of(texts, more, text):
    assert some_of(texts, **more) == text
