# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names and the patterns that options may hold in their place: ``*`` and ``?``, and no other sign."""

from __future__ import annotations

from collections.abc import Iterable

SIGNS = "*?"
ANY = "*"


def has_signs(text: str) -> bool:
    return any(sign in text for sign in SIGNS)


def fits(pattern: str, name: str) -> bool:
    """Whether ``name`` fits: * stands for any text, ? for one character, all else for itself.

    The last * alone is tried further on, so the time is quadratic at the worst.
    """
    at, place, star, tried = 0, 0, -1, 0
    while place < len(name):
        if at < len(pattern) and pattern[at] == ANY:
            star, tried = at, place
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", name[place]):
            at, place = at + 1, place + 1
        elif star >= 0:
            tried += 1
            at, place = star + 1, tried
        else:
            return False
    return not pattern[at:].strip(ANY)


def matching_names(pattern: str, names: Iterable[str]) -> set[str]:
    """The names that a pattern fits. One that is spelled as the pattern is meant alone, signs or not."""
    found = set(names)
    if pattern.strip(ANY) and pattern in found:
        return {pattern}
    return {name for name in found if fits(pattern, name)}
