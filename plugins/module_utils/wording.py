# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parts of sentences that several messages have."""

from __future__ import annotations

from typing import Any

# What check mode warns of where a step before may be going to make what is named.
TO_BE_MADE = "There is no {} {!r} yet; it is taken to be made before."


def some_of(texts: Any, most: Any = 3, count: Any = None) -> Any:
    """The first of some texts, and how many there are besides. ``count``: of all, where these are but the first."""
    count = len(texts) if count is None else count
    return ", ".join(texts[:most]) + (f" and {count - most} more" if count > most else "")


def counted(count: int, noun: str) -> str:
    """A number of things, the noun in its plural but for one."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
