# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Agents and their slots as rows: what the master says of them, joined with the tasks that run there."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection
from typing import Any

from ..connection.client import Client
from ..connection.paths import quote_segment
from ..engine.call import Call
from ..errors import Missing, NotFound
from ..model.row import Column, Row, read_row, state_word
from ..store.answers import check_asked, check_fields, read_object, read_rows
from ..tasks.task_kinds import placed, running

AGENTS = "/api/v1/agents"
FIELDS = {"enabled": bool, "draining": bool, "slots": dict, "resourcePools": list}
STATES = ("enabled", "draining", "drained", "disabled")


def used(agent: Row) -> list[Row]:
    return [slot for slot in agent["slots"] if slot["container"]]


def state_of_agent(agent: Row) -> str:
    return state_of(agent, bool(used(agent) or agent["tasks"]))


def state_of_slot(slot: Row) -> str:
    return state_of(slot, bool(slot["container"]))


def state_of(it: Row, busy: bool) -> str:
    """One of STATES, of an agent or a slot; drained: nothing is left on it."""
    if it["enabled"]:
        return "enabled"
    if it["draining"]:
        return "draining" if busy else "drained"
    return "disabled"


def slot_type(agent: Row) -> str | None:
    types = sorted({slot["device"]["type"] for slot in agent["slots"]})
    return device_type(types[0]) if types else None


def count(fits: Callable[[Row], bool]) -> Callable[[Row], int]:
    return lambda agent: sum(fits(slot) for slot in agent["slots"])


device_type = state_word("TYPE_")
DEVICE = (
    Column("id", "Number.", "int", 3),
    Column("brand", "What it is.", sample="NVIDIA A100"),
    Column("uuid", "Its own id.", sample="GPU-8dd3fd1a-4b5e-4a24-b0a6-8ab0ba79bca3"),
    Column("type", "CPU, CUDA or ROCM.", sample="CUDA", decode=device_type),
)
ON = "Whether it takes work."
LEAVING = "Whether what runs there may go on to its end."
STATE = Column("state", "One of enabled, draining, drained and disabled.", sample="enabled", api=".",
               decode=state_of_slot)  # fmt: skip
DEVICE_OF = Column("device", "What the slot is.", "dict", parts=DEVICE)
CONTAINER = Column("container_id", "The container that holds the slot; null where none does.",
                   sample="a9d5cf7b-53e9-4675-8934-6a95d50451e3", api="container.id")  # fmt: skip
# A slot among those of its agent.
SLOT = (
    Column("id", "Its number.", "int", 3),
    STATE,
    Column("enabled", ON, "bool", True),
    Column("draining", LEAVING, "bool", False),
    DEVICE_OF,
    CONTAINER,
)
# What runs on an agent.
RUNNING = (
    Column("id", "Id of the task; null where only its container is known.",
           sample="3b4816c9-d684-4002-9731-da0d787bd095"),
    Column("name", "Name of the task.", sample="Notebook (exploring)"),
    Column("slots", "Number of the slots that it holds.", "int", 2),
    Column("containers", "Ids of its containers.", "list", ["a9d5cf7b-53e9-4675-8934-6a95d50451e3"]),
)  # fmt: skip
TASKS = Column("tasks", "What runs there.", "list", parts=RUNNING)
AGENT = (
    Column("id", "Id.", sample="agent-1"),
    dataclasses.replace(STATE, decode=state_of_agent),
    Column("enabled", ON, "bool", True),
    Column("draining", LEAVING, "bool", False),
    Column("resource_pools", "Resource pools that it is in.", "list", ["default"], api="resourcePools"),
    Column("version", "Release of the agent.", sample="0.38.1"),
    Column("addresses", "Its addresses.", "list", ["10.0.0.7"]),
    Column("registered_time", "When it connected.", sample="2026-01-31T12:00:00.792Z", api="registeredTime"),
    Column("slot_type", "CPU, CUDA or ROCM; null without slots.", sample="CUDA", api=".", decode=slot_type),
    Column("slots", "Number of its slots.", "int", 4, decode=len),
    Column("slots_used", "Number of those that are held.", "int", 2, api=".", decode=lambda agent: len(used(agent))),
    Column("slots_free", "Number of those that would take a task now.", "int", 2, api=".",
           decode=count(lambda slot: slot["enabled"] and not slot["container"])),
    Column("slots_disabled", "Number of those that are off.", "int", 0, api=".",
           decode=count(lambda slot: not slot["enabled"])),
    TASKS,
)  # fmt: skip
SLOTS = Column("slot_details", "Its slots, by number.", "list", parts=SLOT, api="slots", when="with O(slots)")
AGENT_WITH_SLOTS = (*AGENT, SLOTS)
# A slot by itself, as det_slot returns it.
SLOT_OF_AGENT = (
    Column("id", "The agent's id and the slot's number.", sample="agent-1/3"),
    Column("agent_id", "Id of the agent.", sample="agent-1"),
    Column("slot", "Number of the slot.", "int", 3),
    *SLOT[1:],
    TASKS,
)
# What still runs where nothing new is taken.
LEFT = (*RUNNING, Column("place", "The agent, or the slot as agent/number, that it runs on.", sample="agent-1"))


def read_agents(client: Client, ids: Collection[str] | None = None) -> list[Row]:
    """Rows of agents, by id. Tasks without slots are in no field of their agent, so the tasks are read too.

    ``ids``: the agents that are meant. A single one is read alone; where it is not there, and for several, all agents
    are read, so that an error can name those that are connected.
    """
    agents = (read_agent(client, *ids) if ids is not None and len(ids) == 1 else None) or read_all_agents(client)
    tasks = tasks_by_agent(client)
    return [agent_row(one, tasks.get(one["id"], [])) for one in sorted(agents, key=lambda one: one["id"])]


def read_all_agents(client: Client) -> list[Row]:
    request = f"GET {AGENTS}"
    agents = read_rows(client.get(AGENTS, excludeContainers=True), "agents", request, "id", str)
    for one in agents:
        check_fields(one, FIELDS, "an agent", request)
    return agents


def read_agent(client: Client, ident: str) -> list[Row]:
    """The master's answer on one agent; empty where it is not connected."""
    path = agent_path(ident)
    try:
        answer = client.get(path)
    except Missing:
        return []
    # On Kubernetes an unknown agent is an empty answer.
    if answer.get("agent") is None:
        return []
    agent = read_object(answer, "agent", f"GET {path}", "id", str)
    check_asked([ident], [agent["id"]], f"GET {path}")
    check_fields(agent, FIELDS, "an agent", f"GET {path}")
    return [agent]


def tasks_by_agent(client: Client) -> dict[str, list[Row]]:
    """{agent: [task]} of what has a container, tasks without slots too; a task may be on several agents."""
    found: dict[str, list[Row]] = {}
    for ident, summary in sorted(running(client).items()):
        containers, agents = placed(summary)
        task = {"id": ident, "name": summary["name"], "slots": summary["slotsNeeded"], "containers": containers}
        for agent in agents:
            found.setdefault(agent, []).append(task)
    return found


def agent_row(agent: Row, tasks: list[Row]) -> Row:
    """The row of an agent, with its slots."""
    slots = sorted(agent["slots"].values(), key=lambda slot: int(slot["id"]))
    answer = {**agent, "slots": slots, "tasks": tasks}
    return {**read_row(AGENT, answer), SLOTS.name: SLOTS.read(answer)}


def select_agents(
    rows: list[Row], ids: Collection[str] | None = None, pools: Collection[str] | None = None
) -> list[Row]:
    """The rows of these ids, or of all that are in these pools. Raises NotFound with the ids that there are."""
    missing = sorted(set(ids or ()) - {row["id"] for row in rows})
    if missing:
        known = ", ".join(row["id"] for row in rows) or "none"
        raise NotFound("There is no agent {}.".format(", ".join(missing)), f"Connected are: {known}.", missing=missing)
    unknown = sorted(set(pools or ()) - {pool for row in rows for pool in row["resource_pools"]})
    if unknown:
        raise NotFound("There is no agent in the pool {}.".format(", ".join(unknown)), option="pools")
    return [
        row
        for row in rows
        if (ids is None or row["id"] in ids) and (pools is None or not set(pools).isdisjoint(row["resource_pools"]))
    ]


def agent_path(ident: str, option: str = "id") -> str:
    return f"{AGENTS}/{quote_segment(ident, option)}"


def read_named(call: Call) -> list[Row]:
    """Rows of at least the agents of the options ids and pools. Whether a pool has agents only all of them tell."""
    return read_agents(call.client, None if call.params["pools"] is not None else call.params["ids"])


def gather_agents(call: Call) -> dict[str, Any]:
    """The work of det_agent_info."""
    params = call.params
    rows = select_agents(read_named(call), params["ids"], params["pools"])
    rows = [row for row in rows if not params["states"] or row["state"] in params["states"]]
    if not params["slots"]:
        for row in rows:
            del row[SLOTS.name]
    return {"agents": rows}
