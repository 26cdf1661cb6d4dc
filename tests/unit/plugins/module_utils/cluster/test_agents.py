# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What brings agents and slots to a state, and how their rows look."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.agent_rows import (
    agent_row,
    select_agents,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.availability import names, plan_one
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import NotFound

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
    row = agent_row(agent(**it), [])
    assert plan_one(state, kill, row) == acts


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


@pytest.mark.parametrize(
    ("count", "text"),
    [(1, "n1 (1)"), (3, "n1 (1), n2 (2), n3 (3)"), (4, "n1 (1), n2 (2), n3 (3) and 1 more")],
)
def test_a_message_names_a_few_tasks(count, text):
    assert names([{"id": one, "name": f"n{one}"} for one in range(1, count + 1)]) == text
