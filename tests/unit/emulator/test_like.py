# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""LIKE and ILIKE: what they find is what PostgreSQL finds."""

from __future__ import annotations

import pytest

from emulator.like import bytes_escaped, matching, part_of
from emulator.store import Store

# pattern, text, found where capitals count, found where they do not
CASES = [
    ("a%", "abc", True, True),
    ("A%", "abc", False, True),
    ("a_c", "abc", True, True),
    ("a_c", "aüc", True, True),
    ("a.c", "abc", False, False),
    ("a*", "abc", False, False),
    ("a%", "a\nb", True, True),
    ("%*[?]%", "a*[?]b", True, True),
    ("100%", "100 and more", True, True),
    (r"100\%", "100%", True, True),
    (r"100\%", "1000", False, False),
    (r"a\_c", "a_c", True, True),
    (r"a\_c", "abc", False, False),
    (r"corp\\vision", r"corp\vision", True, True),
    (r"corp\vision", "corpvision", True, True),
    ("%ü%", "GRÜN", False, True),
    ("grÜn", "grün", False, True),
    ("straße", "STRASSE", False, False),
    ("%", "", True, True),
    ("", "a", False, False),
]


@pytest.mark.parametrize(("pattern", "text", "exactly", "folded"), CASES)
def test_finds_what_postgresql_finds(pattern: str, text: str, exactly: bool, folded: bool):
    store = Store()
    found = [
        store.value(f"select {matching(':text', ':pattern', pattern, case=case)}", text=text, pattern=pattern)
        for case in (True, False)
    ]
    assert [bool(value) for value in found] == [exactly, folded]


def test_nothing_matches_null():
    store = Store()
    assert store.value(f"select {matching('null', '?', '%ü%')}", "%ü%") is None
    assert store.value(f"select {matching('null', '?', '%', case=True)}", "%") is None


def test_part_of_keeps_its_wildcards():
    assert part_of("a%b") == "%a%b%"


def test_bytes_are_written_with_escapes():
    assert bytes_escaped("a\\b ü\n") == r"a\\b \303\274" + "\n"
