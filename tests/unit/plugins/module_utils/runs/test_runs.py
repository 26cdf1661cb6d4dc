# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which runs are meant, what is to be done to each, and what is left alone and why."""

from __future__ import annotations

import json

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.client import OutcomeUnknown
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.bulk import acts_of, in_calls
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.many import Item
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.run import RUN
from ansible_collections.determined_ai.determined.plugins.module_utils.model.plan import Wanted
from ansible_collections.determined_ai.determined.plugins.module_utils.model.row import row_reader
from ansible_collections.determined_ai.determined.plugins.module_utils.runs import runs
from ansible_collections.determined_ai.determined.plugins.module_utils.selection import run_select

NOTHING = {
    "state": "present",
    "project": None,
    "project_id": None,
    "wait": False,
    "chunk_size": None,
    "connections": 4,
    "continue_on_error": True,
    "metadata": None,
    "metadata_mode": "merge",
    "whole_experiments": False,
    "keep_labels": ["keep"],
    "protect": ["checkpoints"],
}


def row(ident=1, experiment=10, **more):
    """A run as plans see it."""
    return row_reader(run_select.BRIEF)(answer(ident, experiment, **more))


def answer(ident=1, experiment=10, **more):
    """A run as the master shows it."""
    multi, unmanaged = more.pop("multi", False), more.pop("unmanaged", False)
    return {
        "id": ident,
        "localId": f"A-{ident}",
        "name": "n",
        "state": "STATE_COMPLETED",
        "archived": False,
        "parentArchived": False,
        "projectId": 5,
        "projectName": "p",
        "workspaceName": "w",
        "endTime": None,
        "checkpointSize": "0",
        "checkpointCount": 0,
        "labels": [],
        "experiment": {"id": experiment, "name": "n", "isMultitrial": multi, "unmanaged": unmanaged},
        **more,
    }


PLANS = [
    ({}, {}, [], {}),
    ({"state": "archived"}, {}, ["archived"], {"archived": True}),
    ({"state": "archived"}, {"archived": True}, [], {}),
    ({"state": "killed"}, {}, [], {}),
    ({"state": "killed"}, {"state": "STATE_QUEUED"}, ["killed"], {"state": "CANCELED"}),
    ({"state": "active"}, {"state": "STATE_RUNNING"}, [], {}),
    ({"state": "paused"}, {"state": "STATE_PAUSED"}, [], {}),
    ({"metadata": {"a": 1}}, {}, ["metadata"], {"metadata": {"a": 1}}),
    ({"metadata": {"a": 1}}, {"metadata": {"a": 1, "b": 2}}, [], {}),
    ({"metadata": {"b": None}}, {"metadata": {"a": 1, "b": 2}}, ["metadata"], {"metadata": {"a": 1}}),
    ({"metadata": {"a": 1}, "metadata_mode": "exact"}, {"metadata": {"b": 2}}, ["metadata"], {"metadata": {"a": 1}}),
    ({"metadata": {}, "metadata_mode": "exact"}, {}, [], {}),
    ({"state": "absent", "metadata": {"a": 1}}, {}, ["absent"], {"state": "absent"}),
]


@pytest.mark.parametrize(("options", "have", "acts", "after"), PLANS)
def test_plan(options, have, acts, after):
    call = Call(**options)
    many = runs.plan_rows(runs.describe_runs(call), [row(**have)], runs.wanted_of(call), runs.VIEW)
    assert [(one.acts, one.after) for one in many.items] == ([(acts, after)] if acts else [])
    assert many.unchanged == (not acts)


REFUSALS = [
    ({"state": "archived"}, {"state": "STATE_ACTIVE"}, "has not ended"),
    ({"state": "archived"}, {"labels": ["keep"]}, "label keep"),
    ({"state": "absent"}, {"labels": ["keep"]}, "label keep"),
    ({"state": "absent"}, {"checkpointCount": 1}, "files would be left behind"),
    ({"state": "absent", "protect": []}, {"checkpointCount": 1}, None),
    ({"state": "absent"}, {"archived": True}, None),
    ({"state": "absent"}, {"state": "STATE_PAUSED"}, "has not ended"),
    ({"state": "unarchived"}, {"archived": True, "experiment": 11}, "experiment 11 is archived"),
    ({"state": "unarchived"}, {"archived": True}, None),
    ({"state": "paused"}, {"multi": True, "state": "STATE_ACTIVE"}, "one of many trials"),
    ({"state": "paused"}, {"unmanaged": True, "state": "STATE_RUNNING"}, "unmanaged"),
    ({"state": "paused"}, {}, "has ended"),
    ({"state": "active"}, {"parentArchived": True, "state": "STATE_PAUSED"}, "archived"),
    ({"state": "killed"}, {"unmanaged": True, "state": "STATE_RUNNING"}, "unmanaged"),
    ({"state": "killed"}, {"multi": True, "state": "STATE_ACTIVE"}, None),
]


@pytest.mark.parametrize(("options", "have", "reason"), REFUSALS)
def test_refusals(options, have, reason):
    many = planned(Call(**options), [row(**have)])
    assert [one.acts for one in many.items] == ([] if reason else [[options["state"]]])
    assert len(many.skipped) == bool(reason)
    assert all(reason in one["reason"] for one in many.skipped)


def planned(call, rows):
    objects = runs.describe_runs(call)
    return runs.plan_rows(objects, rows, runs.wanted_of(call), runs.VIEW, lambda plans: runs.left_alone(call, plans))


class Call:
    """A call whose master shows three experiments, of which the second is archived."""

    url = "https://det.example.org"

    def __init__(self, **options):
        self.params = {**NOTHING, **options}
        self.unmade = frozenset()
        self.client = self
        self.posted = []

    def get(self, path, **query):
        trials = {10: 2, 11: 2, 12: 1}
        return {
            "experiments": [
                {"id": one, "numTrials": trials[one], "archived": one == 11} for one in query["experimentIdFilter.incl"]
            ]
        }


SELECTED = [row(1, 10), row(2, 10), row(3, 11), row(4, 12), row(5, 12, archived=True), row(6, 12, projectId=9)]


@pytest.mark.parametrize(
    ("options", "rows", "moved", "left"),
    [
        # Both runs of the first experiment, one of two of the second, all of the third; one is there already.
        ({}, SELECTED, [1, 2, 4], {3: "1 other runs", 5: "archived"}),
        ({"whole_experiments": True}, SELECTED, [1, 2, 3, 4], {5: "archived"}),
        # One that is left alone for another reason is moved along just so.
        (
            {"state": "archived"},
            [row(1, 10), row(2, 10, state="STATE_ACTIVE")],
            [],
            {1: "1 other runs", 2: "not ended"},
        ),
    ],
)
def test_experiments_move_as_a_whole(options, rows, moved, left):
    many = planned(Call(project_id=9, **options), rows)
    assert [one.id for one in many.items] == moved
    skipped = {one["id"]: one["reason"] for one in many.skipped}
    assert set(skipped) == set(left)
    assert all(text in skipped[ident] for ident, text in left.items())


@pytest.mark.parametrize(
    "value",
    [{"a.b": 1}, {"a": {"$": 1}}, {"a": [{"b[": 1}]}, {"k" * 51: 1}, {"a": "v" * 5001}, {"a": {"b": ["v" * 5001]}}],
)
def test_metadata_that_cannot_be_kept(value):
    with pytest.raises(BadOption):
        runs.check_metadata(value)


def test_metadata_that_can():
    runs.check_metadata({"k" * 50: "v" * 5000, "a b": {"c": [1, None, True, {"d": 1.5}]}})
    runs.check_metadata(None)


class Master:
    """Takes a bulk call, or loses its answer, and shows these runs afterwards."""

    url = "https://det.example.org"

    def __init__(self, answer, then):
        self.answer, self.then, self.posted = answer, then, []

    def request(self, method, path, body, repeatable=None):
        assert method == "POST"
        self.posted.append((path, body))
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"results": [{"id": ident, "error": text} for ident, text in self.answer.items()]}

    def read(self, path, body):
        (ids,) = json.loads(body["filter"])["filterGroup"]["children"]
        asked = {one["value"] for one in ids["children"]}
        return {"runs": [one for one in self.then if one["id"] in asked], "pagination": {"total": len(self.then)}}


def item(ident, **have):
    wanted = {"metadata": {"a": 1}, "project_id": 9}
    return Item(ident, row(ident, **have), [], {}, wanted, wanted=Wanted(wanted))


SILENT = "the master's answer says nothing about it, and it is not as wanted"
FOREIGN = "the master's answer speaks of 3, which was not asked for"


@pytest.mark.parametrize(
    ("act", "said", "then", "errors"),
    [
        ("archived", {1: "", 2: ""}, [], {}),
        ("archived", {1: "", 2: "no"}, [answer(2)], {2: "no"}),
        # By somebody else's doing.
        ("archived", {1: "", 2: "no"}, [answer(2, archived=True)], {2: None}),
        # Of the one nothing is said, of the other too much: a look decides.
        ("archived", {1: ""}, [answer(2)], {2: SILENT}),
        ("archived", {1: ""}, [answer(2, archived=True)], {}),
        ("archived", {1: "", 2: "", 3: ""}, [answer(1, archived=True), answer(2)], {2: FOREIGN}),
        ("archived", OutcomeUnknown("lost"), [answer(1, archived=True), answer(2)], {2: "lost"}),
        ("absent", OutcomeUnknown("lost"), [answer(2)], {2: "lost"}),
        # Others of the experiment are moved along.
        ("move", {1: "", 2: "", 77: "no"}, [], {}),
        ("move", {1: "no", 2: "no"}, [answer(1, projectId=9), answer(2)], {1: None, 2: "no"}),
    ],
)
def test_answers(act, said, then, errors):
    call = Call(**({"project_id": 9} if act == "move" else {"state": act}))
    call.client = Master(said, then)
    assert act_of(call, act).send([item(1), item(2)]) == errors


def act_of(call, name):
    (act,) = [one for one in acts_of(call, runs.describe_runs(call)) if one.name == name]
    return act


def test_each_project_has_a_request():
    call = Call(state="archived")
    call.client = Master({}, [answer(1), answer(2), answer(3)])
    items = [item(1), item(2, projectId=6), item(3)]
    act = act_of(call, "archived")
    assert set(act.send(items).values()) == {SILENT}
    assert call.client.posted == [
        ("/api/v1/runs/archive", {"runIds": [1, 3], "projectId": 5}),
        ("/api/v1/runs/archive", {"runIds": [2], "projectId": 6}),
    ]
    assert act.requests(items) == ["POST /api/v1/runs/archive"] * 2


def test_after_a_move_the_project_is_the_new_one():
    moved = Item(1, row(1), ["move", "archived"], {}, {"project_id": 9})
    assert [shared for shared, _items in in_calls(RUN, RUN.fields[0].bulk, RUN.fields[0], [moved])] == [5]
    archived = RUN.verb("archived")
    assert [shared for shared, _items in in_calls(RUN, archived.bulk, archived, [moved])] == [9]


class Metadata:
    """A master that keeps metadata of one run, to which somebody adds between the plan and the request."""

    url = "https://det.example.org"

    def __init__(self, have):
        self.have, self.posted = have, []

    def get(self, path):
        return {"metadata": self.have}

    def request(self, method, path, body, repeatable=None):
        self.posted.append((f"{method} {path}", body["metadata"]))


@pytest.mark.parametrize(
    ("mode", "wanted", "sent"),
    [
        ("merge", {"a": 1}, [{"a": 1, "theirs": 2}]),
        ("merge", {"theirs": None}, [{}]),
        ("merge", {"theirs": 2}, []),
        ("exact", {"a": 1}, [{"a": 1}]),
    ],
)
def test_what_the_options_leave_alone_is_what_is_there_right_before(mode, wanted, sent):
    call = Call(metadata=wanted, metadata_mode=mode)
    call.client = Metadata({"theirs": 2})
    act = act_of(call, "metadata")
    (one,) = planned(call, [row(1, metadata={"theirs": 9})]).items
    assert act.send([one]) == {}
    assert call.client.posted == [("POST /api/v1/runs/1/metadata", value) for value in sent]
    assert act.requests([one]) == ["POST /api/v1/runs/1/metadata"]


@pytest.mark.parametrize(
    ("state", "now", "reason"),
    [
        ("absent", {}, "fits"),
        ("absent", {"labels": ["keep"]}, "label keep"),
        ("absent", {"labels": ["any"]}, "its labels got any"),
        ("absent", {"state": "STATE_RUNNING"}, "it has not ended"),
        ("absent", {"archived": True}, "whether it is archived was False and is True"),
        ("absent", {"projectId": 6}, "its project was 5 and is 6"),
        ("absent", {"endTime": "later"}, "the time of its end was None and is later"),
        ("absent", {"checkpointCount": 1}, "files would be left behind"),
        ("absent", None, None),
        ("killed", {"state": "STATE_RUNNING"}, "fits"),
        ("killed", {"state": "STATE_RUNNING", "labels": ["x"]}, "its labels got x"),
        ("killed", {"state": "STATE_COMPLETED"}, None),
        ("killed", None, "there is no such run any more"),
    ],
)
def test_the_look_right_before(state, now, reason):
    call = Call(state=state)
    call.client = Master({}, [] if now is None else [answer(1, **now)])
    one = Item(1, row(1), [state], {}, {"state": "x"})
    found = act_of(call, state).look_again([one])
    if reason == "fits":
        assert found == {}
    else:
        assert set(found) == {1}
        assert (found[1] is None) if reason is None else (reason in found[1])


class Nobody:
    """A client of which nothing is asked."""


def test_conditions_are_of_runs():
    where = [
        {"column": one, "operator": "=", "value": 1} for one in ("hp.lr", "metadata.a", "validation.x.max", "g.y.last")
    ]
    options = {"experiment_ids": [3, 4], "name": "x", "where": where, "states": ["ACTIVE"]}
    fields = run_select.RunSelection(Nobody(), options).fields
    places = json.dumps(fields)
    assert "LOCATION_TYPE_EXPERIMENT" not in places
    columns = {one["columnName"]: one["location"] for one in fields if one["kind"] == "field"}
    assert columns == {
        "experimentName": "LOCATION_TYPE_RUN",
        "hp.lr": "LOCATION_TYPE_RUN_HYPERPARAMETERS",
        "metadata.a": "LOCATION_TYPE_RUN_METADATA",
        "validation.x.max": "LOCATION_TYPE_VALIDATIONS",
        "g.y.last": "LOCATION_TYPE_CUSTOM_METRIC",
    }
    assert [one["value"] for one in fields[-1]["children"]] == [3, 4]
