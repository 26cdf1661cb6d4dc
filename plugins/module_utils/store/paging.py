# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists that the master answers in pages, read to their end.

A page is held against what was asked: a page that brings nothing new, a total that does not fit its rows, and rows
outside of the window are an OddAnswer, since a cache, a proxy or another release may answer every page alike. A full
page is never taken for the last one, whatever its total says.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from ..errors import OddAnswer

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One answer.

    :param rows: what is wanted of its rows.
    :param keys: what tells the rows apart, one for each row.
    :param total: how many rows there are in all pages, as the answer says; None where it does not say.
    :param moved: how far the next offset lies ahead; the number of rows unless told.
    """

    rows: list[Row] = field(default_factory=list)
    keys: list[Any] = field(default_factory=list)
    total: int | None = None
    moved: int | None = None

    def step(self) -> int:
        return len(self.keys) if self.moved is None else self.moved


def by_offset(
    fetch: Callable[[int, int], Page[Row]], size: int, request: str, most: int | None = None
) -> Iterator[list[Row]]:
    """The rows of each page; of one that an earlier page had, because the list moved meanwhile, only the first.

    ``fetch``: function (offset, most rows) -> Page. ``request``: method and path, for errors. ``most``: no more rows
    than that. Raises OddAnswer.
    """
    seen: set[Hashable] = set()
    offset = 0
    while most is None or len(seen) < most:
        limit = size if most is None else min(size, most - len(seen))
        page = consistent(lambda offset=offset, limit=limit: fetch(offset, limit), offset, request)
        fresh = []
        for key, row in zip(page.keys, page.rows):
            if key not in seen:
                seen.add(key)
                fresh.append(row)
        if page.keys and not fresh:
            raise OddAnswer(request, f"of offset {offset} brings nothing that the pages before did not have")
        yield fresh if most is None else fresh[:most]
        offset += page.step()
        # Without rows there is nothing to come: a total above the offset is refused by then.
        if not page.keys or (page.step() < limit and offset >= (page.total or 0)):
            return


def by_id(
    fetch: Callable[[int | None, int | None], Page[Row]],
    size: int,
    request: str,
    after: int | None = None,
    before: int | None = None,
) -> Iterator[Page[Row]]:
    """The pages of a list that is sorted by id, of what has an id between the two, not counting them.

    ``fetch``: function (after, before) -> Page, whose keys are the ids and whose total is that of the window.
    Raises OddAnswer.
    """
    while True:
        page = consistent(lambda after=after: fetch(after, before), 0, request)
        check_window(page.keys, after, before, request)
        yield page
        if is_last(page, size) or (before is not None and page.keys[-1] == before - 1):
            return
        after = page.keys[-1]


def is_last(page: Page[Row], size: int) -> bool:
    """Whether nothing can come after a page by id: a full one never is the last, nor is one of fewer than its total."""
    return not page.keys or (len(page.keys) < size and len(page.keys) >= (page.total or 0))


def consistent(fetch: Callable[[], Page[Row]], offset: int, request: str) -> Page[Row]:
    """A page whose total fits its rows. What came or went between counting and reading makes no second such page."""
    problem = None
    for _attempt in range(2):
        page = fetch()
        problem = mismatch(page, offset)
        if problem is None:
            return page
    raise OddAnswer(request, problem)


def mismatch(page: Page[Row], offset: int) -> str | None:
    """How the total does not fit the rows; None where it does."""
    if page.total is None:
        return None
    if page.keys and offset + page.step() > page.total:
        return f"holds {page.step()} rows from offset {offset} and says that there are {page.total}"
    if not page.keys and page.total > offset:
        return f"holds no rows from offset {offset} and says that there are {page.total}"
    return None


def check_window(ids: list[int], after: int | None, before: int | None, request: str) -> None:
    """Raise OddAnswer unless the ids rise and lie between the two."""
    low = after
    for ident in ids:
        if (low is not None and ident <= low) or (before is not None and ident >= before):
            asked = f"above {after}" if before is None else f"between {after} and {before}"
            raise OddAnswer(request, f"holds id {ident} where ids {asked} were asked for, in their order")
        low = ident
