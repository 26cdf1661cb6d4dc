# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LIKE and ILIKE as PostgreSQL has them: `%` and `_` are wildcards, the backslash makes the sign behind it an ordinary
one, and ILIKE folds the case of every letter, which SQLite's own LIKE does for ASCII alone."""

from __future__ import annotations

import re
from functools import lru_cache

from .errors import internal

UNFINISHED = "ERROR: LIKE pattern must not end with escape character (SQLSTATE 22025)"


def matching(column: str, placeholder: str, pattern: str, *, case: bool = False) -> str:
    """SQL for `column` matching the pattern, which the query binds to the placeholder (`?` or `:name`).

    case: whether a capital differs from the small letter. Patterns that SQLite's own LIKE understands are left to it,
    since it is many times as fast as a function in Python.
    """
    if case:
        return f"exactly_like({placeholder}, {column})"
    if pattern.isascii() and not _ends_in_escape(pattern):
        return rf"{column} like {placeholder} escape '\'"
    return f"folded_like({placeholder}, {column})"


def part_of(text: str) -> str:
    """The pattern for texts with that part in them, as the master makes it: wildcards in the part stay wildcards."""
    return f"%{text}%"


def _ends_in_escape(pattern: str) -> bool:
    return (len(pattern) - len(pattern.rstrip("\\"))) % 2 == 1


def _folded(text: str) -> str:
    """Each letter in small, if that is one letter as well."""
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern:
    signs = {"%": ".*", "_": "."}
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    regex = "".join(re.escape(part[1]) if len(part) == 2 else signs.get(part) or re.escape(part) for part in parts)
    return re.compile(regex, re.DOTALL)


def exactly_like(pattern: str, text: str | None) -> bool | None:
    """Whether the text matches, capitals being others than small letters; 500 where the text reaches a backslash at
    the end of the pattern that has no sign behind it."""
    if text is None:
        return None
    if _ends_in_escape(pattern):
        if _compiled(pattern[:-1]).match(text):
            raise internal(UNFINISHED)
        return False
    return _compiled(pattern).fullmatch(text) is not None


def folded_like(pattern: str, text: str | None) -> bool | None:
    """As exactly_like, whatever the case of letters."""
    return None if text is None else exactly_like(_folded(pattern), _folded(text))


def bytes_escaped(text: str | None) -> str | None:
    """The text's bytes as PostgreSQL's encode writes them: backslashes twice, what is not ASCII in octal."""
    if text is None:
        return None
    signs = {0: r"\000", 92: r"\\"}
    return "".join(signs.get(byte) or (chr(byte) if byte < 128 else f"\\{byte:03o}") for byte in text.encode())
