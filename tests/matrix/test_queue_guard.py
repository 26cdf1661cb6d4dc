# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role queue_guard: reports, lowers and pauses what is over a limit, and kills nothing."""

from __future__ import annotations

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.place import until

pytestmark = pytest.mark.needs("agents")
ROLE = "determined_ai.determined.queue_guard"
CONFIG = "name: x\nentrypoint: run\nsearcher: {name: single, metric: loss, max_length: {batches: 1}}\n"
RESOURCES = "resources: {slots_per_trial: 4, resource_pool: default}\nenvironment: {image: fake/run}\n"


@pytest.fixture
def place():
    """A pool of 12 slots where admin holds them all with three experiments, and a fourth waits."""
    with emulated(agents=4) as place:
        for dummy in range(4):
            body = {"activate": True, "projectId": 1, "config": CONFIG + RESOURCES}
            place.call("POST", "/api/v1/experiments", body)
        until(lambda: sum(row["allocatedSlots"] for row in queue(place)) == 12)
        yield place


def queue(place):
    return place.call("GET", "/api/v1/job-queues?resourcePool=default")["jobs"]


@pytest.fixture
def guard(runner, place):
    """Function: one run of the role; what it said."""

    def run(code=0, arguments=(), **variables):
        tasks = [{"name": "Role", "ansible.builtin.include_role": {"name": ROLE}}]
        given = {"queue_guard_pool": "default", "queue_guard_max_slots_per_user": 8, **variables}
        return runner.play(place, tasks, code=code, arguments=arguments, variables=given).output

    return run


def priorities(place):
    return {row["entityId"]: row["priority"] for row in queue(place)}


def paused(place):
    rows = place.call("GET", "/api/v1/experiments?limit=100")["experiments"]
    return {str(row["id"]): row["labels"] for row in rows if row["state"] == "STATE_PAUSED"}


@pytest.mark.needs("journal")
def test_lowered_first_and_paused_by_the_next_run(guard, place):
    usual = dict.fromkeys(priorities(place), 42)
    (youngest,) = [row["entityId"] for row in queue(place)[2:3]]
    assert priorities(place) == usual
    assert "admin holds 12 slots, and may hold 8" in guard()
    both = {"queue_guard_actions": ["priority", "pause"]}
    assert "1 would be lowered, 0 would be paused" in guard(arguments=("--check",), **both)
    assert priorities(place) == usual
    assert "1 lowered, 0 paused" in guard(**both)
    assert priorities(place) == {**usual, youngest: 52}
    assert "0 lowered, 1 paused" in guard(**both)
    assert paused(place) == {youngest: ["queue-guard"]}
    assert not [entry for entry in place.control.writes() if "kill" in entry["path"]]


def test_only_paused(guard, place):
    assert "0 lowered, 2 paused" in guard(queue_guard_actions=["pause"], queue_guard_max_slots_per_user=4)
    assert len(paused(place)) == 2


def test_who_is_exempt_and_what_is_within_the_limit(guard, place):
    acts = ["priority", "pause"]
    assert "0 users over the limit" in guard(queue_guard_actions=acts, queue_guard_exempt_users=["admin"])
    output = guard(queue_guard_actions=acts, queue_guard_max_slots_per_user=12, queue_guard_max_age_queued="0s")
    assert "0 users over the limit" in output
    assert "1 waiting for too long" in output
    assert paused(place) == {}


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"queue_guard_max_changes": 0}, "max_changes is 0"),
        ({"queue_guard_pool": "none"}, "There is no resource pool none"),
        ({"queue_guard_actions": ["kill"]}, "must be one or more of"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_done(guard, place, variables, said):
    before = priorities(place)
    assert said in guard(code=2, **{"queue_guard_actions": ["priority", "pause"], **variables})
    assert priorities(place) == before
    assert paused(place) == {}
