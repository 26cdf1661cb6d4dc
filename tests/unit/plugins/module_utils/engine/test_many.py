# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Acts on many objects: chunks, the look before what cannot be undone, requests, and the text of a diff."""

from __future__ import annotations

import json

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.drift import find_drift
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.many import (
    LARGEST,
    MOST_ROWS,
    Act,
    Item,
    Many,
    View,
    change_many,
    table,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import Refused

VIEW = View("things", lambda row: {"id": row["id"], "name": row["name"]}, lambda row: row["name"])
OPTIONS = {
    "chunk_size": None,
    "connections": 4,
    "continue_on_error": True,
    "details": "auto",
    "max_changes": None,
    "confirm": None,
    "confirm_above": None,
    "journal": None,
}


class Client:
    url = "http://master:8080"

    def __init__(self):
        self.writes = []


def call(check=False, **options):
    client = Client()
    made = Call({**OPTIONS, **options}, set(options), check, lambda params, read_only: client)
    assert made.client is client
    return made


def plan(ids, acts=("gone",)):
    many = Many()
    for ident in ids:
        many.add(ident, {"id": ident, "name": f"n{ident}"}, list(acts), {"a": 1}, {"a": 2})
    return many


class Master:
    """Notes the chunks that are sent, and what is looked at before."""

    def __init__(self, call, reasons=None, errors=None):
        self.call, self.reasons, self.errors, self.seen = call, reasons or {}, errors or {}, []

    def act(self, name="gone", **more):
        def send(items):
            ids = [one.id for one in items]
            self.seen.append(("send", name, ids))
            self.call.client.writes.append(f"POST /{name}")
            return {ident: text for ident, text in self.errors.items() if ident in ids}

        def look(items):
            ids = [one.id for one in items]
            self.seen.append(("look", name, ids))
            return {ident: text for ident, text in self.reasons.items() if ident in ids}

        final = {"irreversible": True, "look_again": look}
        return Act(name, send, lambda items: [f"POST /{name}"], **{**final, **more})


def test_what_cannot_be_undone_has_a_look():
    with pytest.raises(ValueError, match="looked at"):
        Act("gone", lambda items: {}, lambda items: [], irreversible=True)


def test_each_chunk_is_looked_at_right_before_it_is_sent():
    it = call(journal="")
    master = Master(it, reasons={2: "label keep", 3: None, 5: "label keep"})
    result = change_many(it, VIEW, plan([1, 2, 3, 4, 5]), [master.act(chunk=2)])
    assert master.seen == [
        ("look", "gone", [1, 2]),
        ("send", "gone", [1]),
        ("look", "gone", [3, 4]),
        ("send", "gone", [4]),
        ("look", "gone", [5]),
    ]
    assert result["changed_ids"] == [1, 4]
    assert [(one["id"], one["reason"]) for one in result["skipped_items"]] == [
        (2, "changed after the plan was made: label keep"),
        (5, "changed after the plan was made: label keep"),
    ]
    assert (result["matched"], result["unchanged"], result["failed_items"]) == (5, 1, [])


def test_what_was_left_out_or_failed_is_not_brought_further():
    it = call()
    master = Master(it, reasons={1: "no more"}, errors={2: "refused"})
    acts = [master.act("first"), master.act("second", irreversible=False, look_again=None)]
    result = change_many(it, VIEW, plan([1, 2, 3], ["first", "second"]), acts)
    assert master.seen[-1] == ("send", "second", [3])
    assert [one["id"] for one in result["failed_items"]] == [2]
    assert result["changed_ids"] == [3]


def test_nothing_is_looked_at_in_check_mode():
    it = call(check=True)
    master = Master(it, reasons={1: "label keep"})
    result = change_many(it, VIEW, plan([1, 2, 3]), [master.act(chunk=2)])
    assert master.seen == []
    assert result["changed_ids"] == [1, 2, 3]


def test_a_journal_has_what_is_sent_only(tmp_path):
    path = tmp_path / "journal"
    it = call(journal=str(path))
    change_many(it, VIEW, plan([1, 2]), [Master(it, reasons={1: "no"}).act()])
    assert {json.loads(line)["id"] for line in path.read_text().splitlines()} == {2}


@pytest.mark.parametrize(
    ("chunk_size", "most", "sizes"),
    [(None, None, [3, 2]), (2, None, [2, 2, 1]), (None, 2, [2, 2, 1]), (9, 4, [4, 1]), (9, None, [5])],
)
def test_a_chunk_is_never_more_than_one_look_reads(chunk_size, most, sizes):
    it = call(chunk_size=chunk_size)
    master = Master(it)
    change_many(it, VIEW, plan(range(5)), [master.act(chunk=3, most=most)])
    assert [len(ids) for what, dummy, ids in master.seen if what == "look"] == sizes
    assert [len(ids) for what, dummy, ids in master.seen if what == "send"] == sizes


@pytest.mark.parametrize(("most", "sizes"), [(None, [6, 1]), (5, [5, 2]), (1, [1] * 7)])
def test_several_requests_may_share_a_look(most, sizes):
    it = call(check=True)
    act = Master(it).act(chunk=2, most=most, at_once=3)
    items = plan(range(7)).items
    assert [len(one) for one in act.chunks(items, None)] == sizes
    requests = sum(-(-size // min(2, most or 2)) for size in sizes)
    assert change_many(it, VIEW, plan(range(7)), [act])["requests"] == ["POST /gone"] * requests


def test_what_is_predicted_is_what_is_sent():
    sent = {}
    for check in (True, False):
        it = call(check)
        master = Master(it)
        acts = [master.act("first", chunk=2), master.act("second", chunk=10)]
        sent[check] = change_many(it, VIEW, plan([1, 2, 3], ["first", "second"]), acts)["requests"]
    assert sent[True] == sent[False] == ["POST /first", "POST /first", "POST /second"]


def test_what_is_sent_several_at_a_time_is_told_in_the_order_of_the_plan():
    it = call()

    def send(items):
        it.client.writes += [f"PUT /{one.id}" for one in reversed(items)] + ["PATCH /other"]
        return {}

    act = Act("labels", send, lambda items: [f"PUT /{one.id}" for one in items])
    result = change_many(it, VIEW, plan([1, 2, 3], ["labels"]), [act])
    assert result["requests"] == ["PUT /1", "PUT /2", "PUT /3", "PATCH /other"]


@pytest.mark.parametrize(("acts", "stopped"), [(["gone"], True), (["label"], False)])
def test_the_usual_bound_is_for_what_cannot_be_undone(acts, stopped):
    it = call()
    master = Master(it)
    both = [master.act("label", irreversible=False, look_again=None), master.act("gone")]
    many = plan(range(101), acts)
    if not stopped:
        assert len(change_many(it, VIEW, many, both)["changed_ids"]) == 101
        return
    with pytest.raises(Refused, match="max_changes is 100"):
        change_many(it, VIEW, many, both)
    assert master.seen == []


HOSTILE = ["a\nb", "a\r\x1b[2Kb", "a\u202eb", "a\u2028b", "a\x85b", "a\x00b", "a\ud800b"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_diff_has_one_line_for_each_object_and_property(name):
    item = Item(1, {"id": 1, "name": name}, ["x"], {"labels": [name], "notes": name}, {})
    text = table(VIEW, [item], "before")
    assert len(text.splitlines()) == 3
    assert all(sign.isprintable() for sign in text.replace("\n", ""))


ROW = {"labels": ["a", "b"], "archived": False, "project_id": 1, "owner_id": 2, "end_time": "t", "state": "X"}
DRIFTS = [
    ({}, {}, True, None),
    ({"labels": ["b", "a"]}, {}, True, None),
    ({"state": "Y", "unknown": 1}, {}, True, None),
    ({"labels": ["a", "b", "c"]}, {}, True, "its labels got c"),
    ({"labels": ["c"]}, {}, True, "its labels got c, its labels lost a, b"),
    ({"archived": True}, {}, True, "whether it is archived was False and is True"),
    ({"project_id": 3, "owner_id": 4}, {}, True, "its project was 1 and is 3; its owner was 2 and is 4"),
    ({"end_time": "u"}, {}, True, "the time of its end was t and is u"),
    ({"end_time": "u"}, {}, False, None),
    # What this run has changed itself is no drift, and what it has not is.
    ({"labels": ["a", "x"], "project_id": 9}, {"labels": ["a", "x"], "project_id": 9}, True, None),
    ({"labels": ["a", "x", "keep"]}, {"labels": ["a", "x"]}, True, "its labels got keep"),
    ({"project_id": 1}, {"project_id": 9}, True, "its project was 9 and is 1"),
]


@pytest.mark.parametrize(("now", "after", "ended", "found"), DRIFTS)
def test_drift(now, after, ended, found):
    assert find_drift(Item(1, dict(ROW), [], {}, after), {**ROW, **now}, ended) == found


@pytest.mark.parametrize("key", [one for one in ROW if one != "state"])
def test_what_is_not_known_is_not_compared(key):
    known = {name: value for name, value in ROW.items() if name != key}
    assert find_drift(Item(1, known, [], {}, {}), {**ROW, key: "other"}) is None
    assert find_drift(Item(1, dict(ROW), [], {}, {}), known) is None


@pytest.mark.parametrize("brakes", [{"max_changes": 2}, {"confirm": "other"}, {"confirm_above": 1}])
def test_check_mode_shows_the_whole_plan_of_what_a_brake_would_stop(brakes):
    def run(check_mode):
        it = call(check=check_mode, **brakes)
        master = Master(it)
        return it, master, lambda: change_many(it, VIEW, plan([1, 2, 3], ["gone"]), [master.act("gone")])

    it, master, work = run(True)
    result = work()
    assert result["changed_ids"] == [1, 2, 3]
    assert len(result["requests"]) > 0
    assert it.notes == [f"A run for real would fail: {result['refused']}"]
    assert master.seen == []
    it, master, work = run(False)
    with pytest.raises(Refused):
        work()
    assert master.seen == []


BIG = View(**{**vars(VIEW), "size": lambda one: one.id % 100, "sums": {"ids": lambda one: one.id}})


@pytest.mark.parametrize(
    ("details", "count", "rows", "requests"),
    [
        ("auto", MOST_ROWS, MOST_ROWS, MOST_ROWS),
        ("auto", MOST_ROWS + 1, LARGEST, MOST_ROWS + 1),
        ("true", MOST_ROWS + 1, MOST_ROWS + 1, MOST_ROWS + 1),
        ("false", MOST_ROWS + 7, None, MOST_ROWS + 1),
    ],
)
def test_of_very_many_the_largest_are_returned(details, count, rows, requests, tmp_path):
    path = tmp_path / "new" / "rows.jsonl"
    it = call(details=details, max_changes=10**6, rows_file=str(path))
    result = change_many(it, BIG, plan(range(count)), [Master(it).act(chunk=1)])
    assert len(result["changed_ids"]) == count
    assert result["totals"] == {"ids": sum(range(count))}
    assert result.get("things") is None if rows is None else len(result["things"]) == rows
    assert len(result["requests"]) == requests
    if rows == LARGEST:
        assert {one["id"] % 100 for one in result["things"]} == set(range(90, 100))
        written = [json.loads(line) for line in path.read_text().splitlines()]
        assert [one["id"] for one in written] == list(range(count))
        assert written[0] == {"id": 0, "name": "n0", "acts": ["gone"], "before": {"a": 1}, "after": {"a": 2}}
    else:
        assert not path.exists()
    if count > MOST_ROWS + 1:
        assert result["requests"][-1] == "and 7 more"


def test_all_that_failed_or_stayed_is_returned():
    it = call(max_changes=10**6)
    many = plan(range(2 * MOST_ROWS))
    for ident in range(2 * MOST_ROWS):
        many.skip({"id": -ident}, "label keep")
    master = Master(it, errors=dict.fromkeys(range(MOST_ROWS + 5), "refused"))
    result = change_many(it, BIG, many, [master.act(chunk=100)])
    assert len(result["failed_items"]) == MOST_ROWS + 5
    assert len(result["skipped_items"]) == 2 * MOST_ROWS
    assert len(result["things"]) == MOST_ROWS - 5


def test_check_mode_and_a_full_disk_write_no_rows(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    for check, warnings in ((True, 0), (False, 1)):
        it = call(check=check, max_changes=10**6, rows_file=str(folder))
        change_many(it, BIG, plan(range(MOST_ROWS + 1)), [Master(it).act()])
        assert len(it.notes) == warnings
    assert list(folder.iterdir()) == []
