# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Agents and their slots: what is shown of them, and how they are switched on and off."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from ..model.call import Call
from ..model.field import Verb
from ..model.kind import Collection, Kind
from ..model.row import Column, Row, state_word

AGENTS = "/api/v1/agents"
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
AGENT_COLUMNS = (
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
AGENT_WITH_SLOTS = (*AGENT_COLUMNS, SLOTS)
# A slot by itself, as det_slot returns it.
SLOT_COLUMNS = (
    Column("id", "The agent's id and the slot's number.", sample="agent-1/3"),
    Column("agent_id", "Id of the agent.", sample="agent-1"),
    Column("slot", "Number of the slot.", "int", 3),
    *SLOT[1:],
    TASKS,
)
# What still runs where nothing new is taken.
LEFT = (*RUNNING, Column("place", "The agent, or the slot as agent/number, that it runs on.", sample="agent-1"))


# Switching them


def disable(drain: bool) -> Callable[[Any], dict[str, bool]]:
    """The body of the master's call: what runs goes on to its end, or is killed."""
    return lambda _body: {"drain": drain}


def is_enabled(row: Row) -> bool:
    return bool(row["state"] == "enabled")


def takes_nothing(row: Row) -> bool:
    """One that is off takes nothing new and runs nothing, so it is as good as drained."""
    return not is_enabled(row)


def is_off(row: Row) -> bool:
    return bool(row["state"] == "disabled")


def runs_nothing(row: Row) -> bool:
    return is_off(row) and not row["tasks"]


def way_off(row: Row, kill: bool) -> Sequence[str]:
    """By way of draining, unless what runs may be killed: a task that came after the look would be."""
    return ("drained", "disabled") if is_enabled(row) and not kill else ("disabled",)


def verbs(path: str) -> tuple[Verb, ...]:
    """The states of what the calls below a path switch. Drained comes before disabled, as it undoes the same and ends
    nothing."""

    def call(name: str, **more: Any) -> Call:
        return Call("POST", f"{path}/{name}", repeatable=True, **more)

    return (
        Verb("enabled", call("enable"), is_enabled, {"state": "enabled"}),
        Verb("drained", call("disable", wrap=disable(drain=True)), takes_nothing, {"state": "drained"}),
        Verb("disabled", call("disable", wrap=disable(drain=False)), is_off, {"state": "disabled"},
             begun=runs_nothing, way=way_off),
    )  # fmt: skip


AGENT = Kind(
    name="agent",
    plural="agents",
    source=Collection(AGENTS, rows="agents", one=AGENTS + "/{id}", unwrap="agent"),
    columns=AGENT_COLUMNS,
    key="id",
    verbs=verbs(AGENTS + "/{id}"),
)
SLOT_OF_AGENT = Kind(
    name="slot",
    plural="slots",
    source=Collection(AGENTS + "/{agent_id}/slots", rows="slots", one=AGENTS + "/{agent_id}/slots/{slot}",
                      unwrap="slot"),
    columns=SLOT_COLUMNS,
    key="id",
    verbs=verbs(AGENTS + "/{agent_id}/slots/{slot}"),
)  # fmt: skip
