# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What brings agents and slots to a state, and how their rows look."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.agent_rows import (
    agent_row,
    read_agents,
    select_agents,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.agents import read_slots_of
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.availability import names
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.bulk import plan_row
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import Missing, NotFound, OddAnswer
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.agent import AGENT
from ansible_collections.determined_ai.determined.plugins.module_utils.model.plan import Wanted

ON = {"enabled": True, "draining": False}
DRAINED = {"enabled": False, "draining": True}
OFF = {"enabled": False, "draining": False}
# A slot that was enabled after a drain.
BOTH = {"enabled": True, "draining": True}


@pytest.mark.parametrize(
    ("state", "kill", "it", "acts"),
    [
        ("enabled", False, ON, []),
        ("enabled", False, DRAINED, ["enabled"]),
        ("enabled", False, OFF, ["enabled"]),
        ("enabled", False, BOTH, []),
        ("drained", False, ON, ["drained"]),
        ("drained", False, DRAINED, []),
        ("drained", False, OFF, []),
        ("drained", False, BOTH, ["drained"]),
        # Whatever is started between the look and the act lives on.
        ("disabled", False, ON, ["drained", "disabled"]),
        ("disabled", False, DRAINED, ["disabled"]),
        ("disabled", False, OFF, []),
        ("disabled", True, ON, ["disabled"]),
        ("disabled", True, DRAINED, ["disabled"]),
        ("disabled", True, OFF, []),
        # kill means nothing elsewhere: a drain never kills.
        ("drained", True, ON, ["drained"]),
    ],
)
def test_plan(state, kill, it, acts):
    planned = plan_row(AGENT, agent_row(agent(**it), []), Wanted({}, state, force=kill))
    assert planned.acts == acts
    drains = {"drained": {"drain": True}, "disabled": {"drain": False}, "enabled": None}
    assert [one.request.body for one in planned.plan.steps] == [drains[act] for act in acts]


def slot(number, container=None, **more):
    device = {"id": number, "brand": "A100", "uuid": f"u{number}", "type": "TYPE_CUDA"}
    return {"id": str(number), "device": device, "enabled": True, "draining": False, "container": container, **more}


def agent(ident="a", slots=(), pool="p", **more):
    return {
        "id": ident,
        "slots": {f"/agents/{ident}/slots/{one['id']}": one for one in slots},
        "containers": {},
        "resourcePools": [pool],
        "version": "0.38.1",
        "addresses": ["10.0.0.1"],
        "registeredTime": "2026-01-31T12:00:00Z",
        "slotStats": {},
        **ON,
        **more,
    }


def test_row():
    slots = [slot(10), slot(2, {"id": "c1", "devices": [{}]}), slot(1, enabled=False), slot(0)]
    row = agent_row(agent(slots=slots), [{"id": "t"}])
    counts = {name: row[name] for name in row if name.startswith("slots")}
    assert counts == {"slots": 4, "slots_used": 1, "slots_free": 2, "slots_disabled": 1}
    assert [one["id"] for one in row["slot_details"]] == [0, 1, 2, 10]
    assert (row["slot_type"], row["resource_pools"], row["state"]) == ("CUDA", ["p"], "enabled")


def test_row_without_slots():
    assert agent_row(agent(), [])["slot_type"] is None


@pytest.mark.parametrize(
    ("it", "tasks", "state"),
    [
        (ON, [], "enabled"),
        (DRAINED, [], "drained"),
        # A task without slots is in no field of its agent.
        (DRAINED, [{"id": "t"}], "draining"),
        (OFF, [], "disabled"),
    ],
)
def test_state(it, tasks, state):
    assert agent_row(agent(**it), tasks)["state"] == state


ROWS = [agent_row(agent(ident, pool=pool), []) for ident, pool in (("a", "p"), ("b", "p"), ("c", "q"))]


@pytest.mark.parametrize(
    ("ids", "pools", "chosen"),
    [
        (None, None, "abc"),
        (["c", "a"], None, "ac"),
        (None, ["p"], "ab"),
        ([], None, ""),
        (["a", "c"], ["q"], "c"),
    ],
)
def test_selection(ids, pools, chosen):
    assert "".join(row["id"] for row in select_agents(ROWS, ids, pools)) == chosen


@pytest.mark.parametrize(("ids", "pools"), [(["a", "x"], None), (None, ["p", "x"])])
def test_unknown_is_an_error(ids, pools):
    with pytest.raises(NotFound, match=r"\bx\b"):
        select_agents(ROWS, ids, pools)


class Master:
    """Answers by path, and the paths that were asked for."""

    def __init__(self, answers):
        self.answers = {"/api/v1/tasks": {"allocationIdToSummary": {}}, **answers}
        self.asked = []

    def get(self, path, **query):
        self.asked.append(path)
        if path not in self.answers:
            raise Missing(404, "Not Found", "not found", "GET", path)
        return self.answers[path]


ALL = {"/api/v1/agents": {"agents": [agent("b"), agent("a")]}}


@pytest.mark.parametrize(
    ("answers", "ids", "asked"),
    [
        # One agent costs the same on a cluster of any size.
        ({"/api/v1/agents/a": {"agent": agent("a")}}, ["a"], ["/agents/a", "/tasks"]),
        (ALL, ["a", "b"], ["/agents", "/tasks"]),
        (ALL, None, ["/agents", "/tasks"]),
        # Where it is not there all are read, to name those that are; on Kubernetes its answer is empty.
        (ALL, ["c d"], ["/agents/c%20d", "/agents", "/tasks"]),
        ({**ALL, "/api/v1/agents/c": {}}, ["c"], ["/agents/c", "/agents", "/tasks"]),
    ],
)
def test_a_named_agent_is_read_alone(answers, ids, asked):
    master = Master(answers)
    rows = read_agents(master, ids)
    assert master.asked == [f"/api/v1{path}" for path in asked]
    assert [row["id"] for row in rows] == (["a"] if len(answers) == 1 and ids == ["a"] else ["a", "b"])


def test_the_answer_is_the_agent_that_was_asked_for():
    with pytest.raises(OddAnswer, match="b, which was not asked for"):
        read_agents(Master({"/api/v1/agents/a": {"agent": agent("b")}}), ["a"])


def test_slots_are_read_from_their_agent():
    master = Master({"/api/v1/agents/a/slots": {"slots": [slot(0), slot(1, enabled=False)]}})
    assert [(one["id"], one["state"]) for one in read_slots_of(master, "a")] == [(0, "enabled"), (1, "disabled")]
    assert master.asked == ["/api/v1/agents/a/slots"]


@pytest.mark.parametrize("answers", [{}, {"/api/v1/agents/c/slots": {"slots": []}}])
def test_slots_of_no_agent(answers):
    with pytest.raises(NotFound, match=r"There is no agent c\.") as failure:
        read_slots_of(Master({**ALL, **answers}), "c")
    assert failure.value.hint == "Connected are: a, b."


def test_an_agent_without_slots():
    assert read_slots_of(Master({**ALL, "/api/v1/agents/a/slots": {"slots": []}}), "a") == []


@pytest.mark.parametrize(
    ("count", "text"),
    [(1, "n1 (1)"), (3, "n1 (1), n2 (2), n3 (3)"), (4, "n1 (1), n2 (2), n3 (3) and 1 more")],
)
def test_a_message_names_a_few_tasks(count, text):
    assert names([{"id": one, "name": f"n{one}"} for one in range(1, count + 1)]) == text
