# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which way a priority goes, and what is to change of a job."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster import jobs
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.pool_rows import POOL
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.queue_rows import by_user, pool_queue
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.client import OutcomeUnknown
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.refusals import refusal
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.bulk import acts_of, changes, plan_row
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.many import Item
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import (
    BadOption,
    NotFound,
    OddAnswer,
    Refused,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.job import JOB
from ansible_collections.determined_ai.determined.plugins.module_utils.model.plan import Wanted
from ansible_collections.determined_ai.determined.plugins.module_utils.model.row import read_row

AGENTS = {
    "name": "a",
    "schedulerType": "SCHEDULER_TYPE_PRIORITY",
    "details": {"priorityScheduler": {"defaultPriority": 40}},
}
KUBERNETES = {"name": "k", "schedulerType": "SCHEDULER_TYPE_KUBERNETES", "details": {"priorityScheduler": None}}
FAIR = {"name": "f", "schedulerType": "SCHEDULER_TYPE_FAIR_SHARE", "details": None}
POOLS = {pool["name"]: read_row(POOL, pool) for pool in (AGENTS, KUBERNETES, FAIR)}
NOTHING = dict.fromkeys(("priority", "raise", "lower", "weight", "resource_pool", "ids", "experiments", "tasks"))


def options(**more):
    return {**NOTHING, "relative_to": "current", **more}


def job(priority=42, pool="a", **more):
    return {"id": "j", "type": "EXPERIMENT", "priority": priority, "weight": 1, "resource_pool": pool, **more}


@pytest.mark.parametrize(
    ("given", "row", "wanted"),
    [
        ({}, job(), None),
        ({"priority": 7}, job(), 7),
        # A smaller number goes first on agents, a larger one on Kubernetes.
        ({"raise": 5}, job(42, "a"), 37),
        ({"lower": 5}, job(42, "a"), 47),
        ({"raise": 5}, job(42, "k"), 47),
        ({"lower": 5}, job(42, "k"), 37),
        ({"raise": 5}, job(42, "f"), 37),
        ({"raise": 0}, job(42), 42),
        # Not past the ends.
        ({"raise": 50}, job(42, "a"), 1),
        ({"lower": 90}, job(42, "a"), 99),
        ({"lower": 90}, job(42, "k"), 1),
        # From the default of the pool, and only in that direction.
        ({"lower": 10, "relative_to": "default"}, job(42, "a"), 50),
        ({"lower": 10, "relative_to": "default"}, job(50, "a"), None),
        ({"lower": 10, "relative_to": "default"}, job(70, "a"), None),
        ({"raise": 10, "relative_to": "default"}, job(42, "a"), 30),
        ({"raise": 10, "relative_to": "default"}, job(5, "a"), None),
        ({"lower": 10, "relative_to": "default"}, job(50, "k"), 40),
        ({"lower": 10, "relative_to": "default"}, job(30, "k"), None),
        ({"raise": 10, "relative_to": "default"}, job(50, "k"), 60),
    ],
)
def test_priority(given, row, wanted):
    assert jobs.wanted_priority(options(**given), row, POOLS[row["resource_pool"]]) == wanted


def planned(given, row):
    """What a plan changes of one job."""
    one = plan_row(JOB, row, jobs.wanted_of(given, row, POOLS))
    return changes(one.plan)[1]


@pytest.mark.parametrize(
    ("given", "row", "after"),
    [
        ({"priority": 42}, job(), {}),
        ({"priority": 7, "weight": 1.0}, job(), {"priority": 7}),
        ({"weight": 2.5}, job(), {"weight": 2.5}),
        ({"resource_pool": "a"}, job(), {}),
        ({"resource_pool": "k"}, job(), {"resource_pool": "k"}),
        # The direction is that of the pool it goes to.
        ({"resource_pool": "k", "raise": 5}, job(), {"resource_pool": "k", "priority": 47}),
    ],
)
def test_plan(given, row, after):
    assert planned(options(**given), row) == after


@pytest.mark.parametrize(("pool", "priority"), [(AGENTS, 40), (KUBERNETES, 50), (FAIR, 42)])
def test_default_priority(pool, priority):
    assert POOLS[pool["name"]]["default_priority"] == priority


def test_somebody_must_be_meant():
    with pytest.raises(BadOption, match="say which jobs"):
        jobs.check(options(priority=5))


class Master:
    """Answers a POST with an error, and shows the queues of its pools, each in pages of one job."""

    def __init__(self, error=None, queues=None):
        self.error = error
        self.queues = queues or {}
        self.sent = []

    def request(self, method, path, body=None, repeatable=None):
        self.sent.append((f"{method} {path}", body))
        if self.error is not None:
            raise self.error

    def get(self, path, resourcePool=None, limit=None, offset=None, **query):
        rows = self.queues[resourcePool]
        return {"jobs": rows[offset : offset + 1], "pagination": {"total": len(rows)}}


def entry(ident, priority):
    summary = {"state": "STATE_QUEUED", "jobsAhead": 0}
    return {"jobId": ident, "type": "TYPE_EXPERIMENT", "entityId": "1", "priority": priority, "summary": summary}


def item(ident, priority):
    wanted = Wanted({"priority": priority})
    row = {"id": ident, "experiment_id": 1}
    return Item(ident, row, ["priority"], {"priority": 42}, {"priority": priority}, wanted=wanted)


def send(master, items=None):
    """What the act on the priority makes of a good and a bad job."""
    call = SimpleNamespace(params={"wait": True}, client=master)
    act = acts_of(call, jobs.describe_jobs(call, pools=list(master.queues)))[0]
    return act.send(items or [item("good", 7), item("bad", 7)])


@pytest.mark.parametrize("error", [refusal(500, "Internal", "job bad", "POST", "/x"), OutcomeUnknown("no answer")])
def test_what_was_done_of_a_batch_with_errors_counts(error):
    master = Master(error, {"a": [entry("good", 7), entry("bad", 42)]})
    assert send(master) == {"bad": error.msg}


def test_what_left_the_queue_meanwhile():
    master = Master(refusal(500, "Internal", "job bad not found", "POST", "/x"), {"a": [entry("good", 7)]})
    assert "job bad not found" in send(master)["bad"]


def test_each_job_has_a_value_of_its_own_in_one_request():
    master = Master()
    items = [item("a", 7), item("b", 8)]
    assert send(master, items) == {}
    updates = [{"jobId": "a", "priority": 7}, {"jobId": "b", "priority": 8}]
    assert master.sent == [("POST /api/v1/job-queues", {"updates": updates})]


def test_a_master_that_lets_only_some_change_the_queue():
    master = Master(refusal(403, "PermissionDenied", "no", "POST", "/x"))
    with pytest.raises(Refused, match="strict_job_queue_control"):
        send(master)


def test_a_queue_is_read_to_its_end():
    rows = pool_queue(Master(queues={"a": [entry(str(number), 42) for number in range(3)]}), "a")
    assert [row["id"] for row in rows] == ["0", "1", "2"]


def test_users():
    made = [("b", "SCHEDULED", 2, 2), ("a", "QUEUED", 0, 8), ("b", "QUEUED", 0, 1)]
    names = ("owner", "state", "allocated_slots", "requested_slots")
    assert by_user([dict(zip(names, one, strict=True)) for one in made]) == {
        "a": {"jobs": 1, "queued": 1, "allocated_slots": 0, "requested_slots": 8},
        "b": {"jobs": 2, "queued": 1, "allocated_slots": 2, "requested_slots": 3},
    }


@pytest.mark.parametrize(("given", "wanted"), [(None, {}), (1, {}), (0, {"weight": 0}), (2, {"weight": 2})])
def test_a_weight(given, wanted):
    """1 is what a job has that nobody gave one."""
    assert planned(options(weight=given), job()) == wanted


class Known:
    """Knows one experiment and one task, neither of which is in a queue."""

    url = "https://det.example.org"

    def __init__(self):
        self.asked = []

    def get(self, path, **query):
        self.asked.append(path)
        if path == "/api/v1/experiments":
            return {"experiments": [{"id": one} for one in query["experimentIdFilter.incl"] if one == 7]}
        if path == "/api/v1/tasks/known":
            return {"task": {"taskId": "known"}}
        raise refusal(404, "NotFound", "no such task", "GET", path)


QUEUED = [
    {"id": "job", "experiment_id": 3, "task_id": None},
    {"id": "other", "experiment_id": None, "task_id": "waits"},
]


@pytest.mark.parametrize(
    ("named", "missing", "requests"),
    [
        ({}, None, 0),
        ({"experiments": [3], "tasks": ["waits"], "ids": ["job", "nothing"]}, None, 0),
        ({"experiments": [3, 7], "tasks": ["known"]}, None, 2),
        ({"experiments": [9, 7, 8]}, [8, 9], 1),
        ({"tasks": ["known", "gone"]}, ["gone"], 2),
    ],
)
def test_what_there_is_none_of_is_an_error(named, missing, requests):
    client = Known()
    if missing is None:
        jobs.refuse_unknown(client, QUEUED, options(**named))
    else:
        with pytest.raises(NotFound) as caught:
            jobs.refuse_unknown(client, QUEUED, options(**named))
        assert caught.value.facts["missing"] == missing
    assert len(client.asked) == requests


LIMITED = {
    "jobId": "x", "type": "TYPE_EXPERIMENT", "resourcePool": "a", "workspaceId": 7, "isPreemptible": True,
    "summary": {"state": "STATE_QUEUED", "jobsAhead": 2}, "priority": 42, "weight": 1, "progress": 0,
    "requestedSlots": 8, "allocatedSlots": 0,
}  # fmt: skip
FULL = {**LIMITED, "jobId": "y", "name": "n", "username": "ana", "userId": 3, "entityId": "5", "submissionTime": "t"}


def queue_of(jobs):
    asked = []

    def get(path, **query):
        asked.append((path, query))
        return {"jobs": jobs, "pagination": {"total": len(jobs)}}

    return SimpleNamespace(get=get, asked=asked)


def test_jobs_that_the_user_may_not_see_are_in_the_whole_queue():
    master = queue_of([{"limited": LIMITED}, {"full": FULL}])
    hidden, own = pool_queue(master, "a", hidden=True)
    assert master.asked == [("/api/v1/job-queues-v2", {"resourcePool": "a", "limit": 1000, "offset": 0})]
    known = {name: value for name, value in hidden.items() if value is not None}
    assert known == {
        "id": "x", "type": "EXPERIMENT", "workspace_id": 7, "resource_pool": "a", "state": "QUEUED", "jobs_ahead": 2,
        "priority": 42, "weight": 1, "requested_slots": 8, "allocated_slots": 0, "progress": 0, "preemptible": True,
    }  # fmt: skip
    assert (own["owner"], own["experiment_id"], own["name"]) == ("ana", 5, "n")
    # It is nobody's, so that no user holds it.
    assert list(by_user([hidden, own])) == ["ana"]


@pytest.mark.parametrize("job", [{}, {"limited": {"jobId": 7}}, {"full": None}, "x"])
def test_what_is_no_job(job):
    with pytest.raises(OddAnswer):
        pool_queue(queue_of([job]), "a", hidden=True)
