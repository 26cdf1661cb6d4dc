# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The master's ways to page, each with its own edges."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .errors import internal, invalid


def pagination(request: dict, start: int, end: int, total: int) -> dict:
    """The `pagination` object: offset and limit as they were sent."""
    return {
        "offset": request["offset"],
        "limit": request["limit"],
        "startIndex": start,
        "endIndex": end,
        "total": total,
    }


def memory_window(request: dict, total: int) -> tuple[int, int]:
    """Start and end for what the master pages in memory: limit 0 is everything, negative limits fail with 500, a
    negative offset counts from the end, an offset outside is 400."""
    offset, limit = request["offset"], request["limit"]
    start = offset if offset >= 0 else total + offset
    if not 0 <= start <= total:
        raise invalid("offset out of bounds")
    end = total if limit == 0 or start + limit > total else start + limit
    if end < start:
        raise internal("reflect.Value.Slice: slice index out of bounds")
    return start, end


def in_memory(request: dict, rows: Sequence) -> tuple[Sequence, dict]:
    """(the page, its pagination) of users, tokens, models, workspaces, projects, checkpoints …"""
    start, end = memory_window(request, len(rows))
    return rows[start:end], pagination(request, start, end, len(rows))


# So many rows are a page of what is paged in SQL, where no limit is said.
FIRST = 100


def in_sql(request: dict, total: int, fetch: Callable[[int, int], Sequence], first: int = FIRST) -> tuple[list, dict]:
    """(the page, its pagination) of experiments, runs, searches, pool bindings: limit 0 is the `first` ones, -1
    everything, -2 none (the cheap count), an offset outside an empty page.

    fetch(limit, offset) reads rows; a limit of -1 is everything.
    """
    offset, limit = request["offset"], request["limit"]
    start = total if abs(offset) > total else offset if offset >= 0 else total + offset
    if limit == -2:
        return [], pagination(request, start, start, total)
    if limit == -1:
        end = total
    elif limit == 0:
        end = min(start + first, total)
    else:
        end = min(start + limit, total)
    count = end - start
    rows = list(fetch(count if count > 0 else -1, start)) if count else []
    return rows, pagination(request, start, end, total)


def slices(rows: Sequence) -> Callable[[int, int], Sequence]:
    """The fetch of in_sql for rows that are at hand."""
    return lambda limit, offset: rows[offset:] if limit < 0 else rows[offset : offset + limit]
