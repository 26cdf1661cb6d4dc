# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers of bulk calls are held against what was asked, and a look decides what they leave open."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.client import OutcomeUnknown
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.refusals import refusal
from ansible_collections.determined_ai.determined.plugins.module_utils.engine import settle
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.many import Item, pieces
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import DeterminedError


def items(*ids):
    return [Item(ident, {}, [], {}, {}) for ident in ids]


def results(*pairs):
    return {"results": [{"id": ident, "error": text} for ident, text in pairs]}


SILENT, TWICE = "says nothing about it", "more than once"
NO_LIST, FOREIGN = "no list of results", "speaks of 9, which was not asked for"
# What is asked for is 1 and 2: the answer, what the look finds as wanted, and the errors that are left.
ANSWERS = {
    "both done": (results((1, ""), (2, "")), [], {}),
    "no error field": ({"results": [{"id": 1}, {"id": 2, "error": None}]}, [], {}),
    "one refused": (results((1, ""), (2, "rpc error: code = X desc = no")), [], {2: "no"}),
    "refused, as it is so already": (results((1, ""), (2, "no")), [2], {2: None}),
    "silent of one": (results((1, "")), [], {2: SILENT}),
    "silent of one that is done": (results((1, "")), [2], {}),
    "silent of all": (results(), [1], {2: SILENT}),
    "others": (results((1, ""), (2, ""), (9, "")), [1], {2: FOREIGN}),
    "others only": (results((9, "")), [], {1: FOREIGN, 2: FOREIGN}),
    "doubled": (results((1, ""), (2, ""), (2, "")), [], {2: TWICE}),
    "doubled, with two words": (results((1, ""), (2, ""), (2, "no")), [2], {}),
    "ids as texts": (results(("1", ""), ("2", "")), [], {1: NO_LIST, 2: NO_LIST}),
    "ids as truth": (results((True, ""), (2, "")), [], {1: NO_LIST, 2: NO_LIST}),
    "entries without ids": ({"results": [{"error": ""}, {"error": ""}]}, [1], {2: NO_LIST}),
    "errors of another form": ({"results": [{"id": 1, "error": {"a": 1}}]}, [], {1: NO_LIST, 2: NO_LIST}),
    "no list": ({"results": {"1": ""}}, [1, 2], {}),
    "nothing": ({}, [1], {2: NO_LIST}),
    "null": ({"results": None}, [], {1: NO_LIST, 2: NO_LIST}),
    "no object": ([], [], {1: NO_LIST, 2: NO_LIST}),
}


@pytest.mark.parametrize(("answer", "fine", "left"), ANSWERS.values(), ids=ANSWERS)
def test_answer(answer, fine, left):
    looks = []

    def look(doubtful):
        looks.append([one.id for one in doubtful])
        return set(fine)

    found = settle.send_bulk(items(1, 2), lambda ids: answer, look, once_more=True)
    assert set(found) == set(left)
    for ident, text in left.items():
        assert (found[ident] is None) if text is None else (text in found[ident])
    # What the answer says without doubt is not looked at, and all the rest at once.
    assert len(looks) <= 1
    assert not looks or {*left, *fine}.issubset(looks[0])


def test_those_that_are_changed_along_are_not_in_doubt():
    answer = results((1, ""), (2, ""), (9, "no"))
    assert settle.send_bulk(items(1, 2), lambda ids: answer, lambda doubtful: set(), others=True) == {}


@pytest.mark.parametrize(
    ("once_more", "seen", "second", "left", "sent"),
    [
        # Both were done: nothing is sent again.
        (True, [{1, 2}], None, {}, [[1, 2]]),
        (True, [{1}], results((2, "")), {}, [[1, 2], [2]]),
        # The first request arrived late.
        (True, [{1}, {2}], results((2, "already")), {}, [[1, 2], [2]]),
        (True, [{1}, set()], results((2, "no")), {2: "no"}, [[1, 2], [2]]),
        (True, [{1}, set()], OutcomeUnknown("lost too"), {2: "lost too"}, [[1, 2], [2]]),
        (False, [{1}], None, {2: "lost"}, [[1, 2]]),
    ],
)
def test_a_lost_answer(once_more, seen, second, left, sent):
    answers, asked = [OutcomeUnknown("lost"), second], []

    def send(ids):
        asked.append(ids)
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert settle.send_bulk(items(1, 2), send, lambda doubtful: seen.pop(0), once_more) == left
    assert asked == sent


@pytest.mark.parametrize(
    ("fine", "left"),
    [
        (None, {2: "refused", 3: "no answer"}),
        (set(), {2: "refused", 3: "no answer"}),
        # What was refused is so by others; what got no answer is so by this call.
        ({2, 3}, {2: None}),
        ({3}, {2: "refused"}),
    ],
)
def test_one_by_one(fine, left):
    errors = {1: None, 2: refusal(500, "Internal", "no", "PUT", "/x"), 3: OutcomeUnknown("no answer")}

    def send(item):
        if errors[item.id]:
            raise errors[item.id]

    found = settle.send_each(items(1, 2, 3), send, None if fine is None else lambda doubtful: fine)
    said = {2: errors[2].msg, 3: "no answer"}
    assert found == {ident: None if text is None else said[ident] for ident, text in left.items()}


@pytest.mark.parametrize(
    ("broken", "errors"),
    [((), {2: "left"}), ((3,), {2: "left", 3: "full", 4: "full"}), ((1, 5), {1: "full", 2: "full", 5: "full"})],
)
def test_what_one_part_raises_is_told_of_it_alone(broken, errors):
    def send(part):
        if part[0].id in broken:
            raise DeterminedError("full")
        return {one.id: "left" for one in part if one.id == 2}

    items = [Item(ident, {}, ["gone"], {}, {}) for ident in range(1, 6)]
    assert settle.send_parts(pieces(items, 2), send) == errors


def test_what_all_parts_raise_ends_the_task():
    def send(part):
        raise DeterminedError("full")

    with pytest.raises(DeterminedError, match="full"):
        settle.send_parts([[Item(1, {}, ["gone"], {}, {})]] * 2, send)
