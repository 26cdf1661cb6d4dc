# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways to page, at their edges."""

from __future__ import annotations

import pytest

from emulator import paging
from emulator.errors import ApiError

ROWS = list("abcde")


def asked(limit: int = 0, offset: int = 0) -> dict:
    return {"limit": limit, "offset": offset}


def in_sql(rows: list, limit: int, offset: int, **more) -> tuple[list, dict]:
    def fetch(count: int, start: int) -> list:
        return rows[start:] if count < 0 else rows[start : start + count]

    return paging.in_sql(asked(limit, offset), len(rows), fetch, **more)


@pytest.mark.parametrize(
    ("limit", "offset", "page"),
    [(0, 0, "abcde"), (2, 0, "ab"), (2, 4, "e"), (9, 1, "bcde"), (1, -1, "e"), (0, 5, ""), (0, -5, "abcde")],
)
def test_in_memory(limit, offset, page):
    rows, shown = paging.in_memory(asked(limit, offset), ROWS)
    assert "".join(rows) == page
    assert shown["endIndex"] - shown["startIndex"] == len(page)
    assert (shown["limit"], shown["offset"], shown["total"]) == (limit, offset, 5)


@pytest.mark.parametrize(("limit", "offset", "status"), [(0, 6, 400), (0, -6, 400), (-1, 0, 500), (-2, 0, 500)])
def test_in_memory_refuses(limit, offset, status):
    with pytest.raises(ApiError) as error:
        paging.in_memory(asked(limit, offset), ROWS)
    assert error.value.status == status


@pytest.mark.parametrize(
    ("limit", "offset", "page", "start", "end"),
    [
        (0, 0, "abcde", 0, 5),
        (2, 2, "cd", 2, 4),
        (-1, 0, "abcde", 0, 5),
        (-1, 3, "de", 3, 5),
        (-2, 0, "", 0, 0),
        (-3, 0, "abcde", 0, -3),
        (2, 9, "", 5, 5),
        (1, -1, "e", 4, 5),
        (1, -9, "", 5, 5),
    ],
)
def test_in_sql(limit, offset, page, start, end):
    rows, shown = in_sql(ROWS, limit, offset)
    assert "".join(rows) == page
    assert (shown["startIndex"], shown["endIndex"], shown["total"]) == (start, end, 5)


def test_in_sql_without_a_limit_gives_the_first_hundred():
    rows, shown = in_sql(list(range(250)), 0, 200)
    assert rows == list(range(200, 250))
    rows, shown = in_sql(list(range(250)), 0, 10)
    assert (len(rows), shown["endIndex"]) == (100, 110)
