# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists in pages, from masters that answer as they should, and from such as do not."""

from __future__ import annotations

import contextlib
from itertools import islice

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import OddAnswer
from ansible_collections.determined_ai.determined.plugins.module_utils.store.paging import (
    Page,
    by_id,
    by_offset,
    check_window,
)

REQUEST = "GET /api/v1/things"


def offsets(rows, total=None, cap=None):
    """A list by offset, of which no more than ``cap`` come at once; each (offset, limit) that was asked for is kept."""
    asked = []

    def fetch(offset, limit):
        asked.append((offset, limit))
        found = rows[offset : offset + min(limit, cap or limit)]
        return Page(found, found, len(rows) if total is None else total)

    fetch.asked = asked
    return fetch


def ids(rows, total=None, cap=None):
    """A list by id."""
    asked = []

    def fetch(after, before):
        asked.append((after, before))
        wanted = [one for one in rows if (after is None or one > after) and (before is None or one < before)]
        found = wanted[: cap or 3]
        return Page(found, found, len(wanted) if total is None else total)

    fetch.asked = asked
    return fetch


def flat(pages):
    return [row for page in islice(pages, 20) for row in (page.rows if isinstance(page, Page) else page)]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 6, 7])
@pytest.mark.parametrize("cap", [None, 2])
def test_all_rows_by_offset(count, cap):
    rows = list(range(10, 10 + count))
    assert flat(by_offset(offsets(rows, cap=cap), 3, REQUEST)) == rows


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 6, 7])
@pytest.mark.parametrize("cap", [None, 2])
def test_all_rows_by_id(count, cap):
    rows = list(range(10, 10 + 2 * count, 2))
    assert flat(by_id(ids(rows, cap=cap), 3, REQUEST)) == rows


def test_what_is_short_is_one_request():
    by_offsets, by_ids = offsets([1, 2]), ids([1, 2])
    assert flat(by_offset(by_offsets, 3, REQUEST)) == flat(by_id(by_ids, 3, REQUEST)) == [1, 2]
    assert by_offsets.asked == [(0, 3)]
    assert by_ids.asked == [(None, None)]


def test_no_more_than_wanted():
    fetch = offsets(list(range(10)))
    assert flat(by_offset(fetch, 3, REQUEST, most=4)) == [0, 1, 2, 3]
    assert fetch.asked == [(0, 3), (3, 1)]


def test_the_window_is_asked_for_and_ends_at_its_last_id():
    fetch = ids(list(range(1, 20)))
    assert flat(by_id(fetch, 3, REQUEST, after=4, before=8)) == [5, 6, 7]
    assert fetch.asked == [(4, 8)]


def test_a_full_page_is_not_the_last_where_no_total_is_said():
    answers = {0: [1, 2, 3], 3: [4]}
    pages = by_offset(lambda offset, limit: Page(answers[offset], answers[offset]), 3, REQUEST)
    assert flat(pages) == [1, 2, 3, 4]


def test_what_moved_to_the_next_page_meanwhile_comes_once():
    answers = {0: [1, 2, 3], 3: [3, 4]}
    pages = by_offset(lambda offset, limit: Page(answers[offset], answers[offset], 5), 3, REQUEST)
    assert flat(pages) == [1, 2, 3, 4]


def test_what_goes_between_counting_and_reading_is_read_again():
    answers = iter([Page([], [], 1), Page([], [], 0)])
    assert flat(by_offset(lambda offset, limit: next(answers), 3, REQUEST)) == []


@pytest.mark.parametrize(
    ("pages", "said"),
    [
        (by_offset(lambda offset, limit: Page([1, 2], [1, 2], 9), 2, REQUEST), "offset 2 brings nothing"),
        (by_offset(offsets([1, 2, 3, 4], total=0), 2, REQUEST), "holds 2 rows from offset 0 and says that there are 0"),
        (by_offset(offsets([1, 2, 3], total=2), 2, REQUEST), "holds 1 rows from offset 2 and says that there are 2"),
        (by_offset(offsets([], total=5), 2, REQUEST), "holds no rows from offset 0 and says that there are 5"),
        (by_offset(offsets([1], total=5), 2, REQUEST), "holds no rows from offset 1 and says that there are 5"),
        (by_id(lambda after, before: Page([1, 2], [1, 2], 9), 2, REQUEST), "id 1 where ids above 2 were asked for"),
        (by_id(lambda after, before: Page([2, 1], [2, 1], 2), 3, REQUEST), "id 1 where"),
        (by_id(lambda after, before: Page([9], [9], 1), 3, REQUEST, 2, 9), "id 9 where ids between 2 and 9"),
        (by_id(ids([1, 2, 3, 4], total=0), 3, REQUEST), "says that there are 0"),
        (by_id(ids([], total=4), 3, REQUEST), "holds no rows"),
        (by_id(ids([5], total=4), 3, REQUEST), "holds no rows"),
    ],
)
def test_an_answer_that_does_not_fit_is_an_error(pages, said):
    with pytest.raises(OddAnswer) as caught:
        flat(pages)
    assert said in caught.value.msg
    assert caught.value.msg.startswith(REQUEST + ": the answer ")
    assert caught.value.failure()["request"] == REQUEST


@pytest.mark.parametrize(
    ("ids", "after", "before", "wrong"),
    [
        ([], 3, 9, False),
        ([4, 5, 8], 3, 9, False),
        ([1, 2], None, None, False),
        ([0, 8], None, 9, False),
        ([3, 4], 3, 9, True),
        ([4, 9], 3, 9, True),
        ([4, 4], None, None, True),
        ([5, 4], None, None, True),
        ([2], 3, None, True),
        ([10], None, 9, True),
    ],
)
def test_ids_of_a_window(ids, after, before, wrong):
    with pytest.raises(OddAnswer, match="were asked for, in their order") if wrong else contextlib.nullcontext():
        check_window(ids, after, before, "GET /things")
