# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The texts of users' settings come back as PostgreSQL's jsonb writes them."""

from __future__ import annotations

import pytest

from emulator.jsonb import normalised


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("1.50", "1.50"),
        ("1e3", "1000"),
        ("1.50e1", "15.0"),
        ("1e-3", "0.001"),
        ("-0", "0"),
        ("12345678901234567890", "12345678901234567890"),
        ("[1,2]", "[1, 2]"),
        ('{"bb":1,"a":2,"c":3}', '{"a": 2, "c": 3, "bb": 1}'),
        ('{"a":1,"a":2}', '{"a": 2}'),
        ('"\\u00fc"', '"ü"'),
        (" true ", "true"),
        ("null", "null"),
    ],
)
def test_comes_back_as_jsonb_writes_it(text: str, kept: str):
    assert normalised(text) == kept


@pytest.mark.parametrize("text", ["", "{", "NaN", "-Infinity", "dark"])
def test_refuses_what_is_no_json(text: str):
    with pytest.raises(ValueError, match=r"."):
        normalised(text)
