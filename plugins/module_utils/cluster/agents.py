# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Agents and slots that options name, for det_agent and det_slot."""

from __future__ import annotations

from typing import Any

from ..connection.client import Client
from ..engine.call import Call
from ..engine.many import Row, View
from ..errors import BadOption, Missing, NotFound
from ..kinds.agent import AGENT, SLOT, SLOT_OF_AGENT, SLOTS
from ..model.row import read_row
from ..store.answers import read_rows
from ..store.wait import poll
from .agent_rows import agent_path, read_agents, read_named, select_agents, tasks_by_agent
from .availability import Places, change_places


def report(row: Row) -> Row:
    return {one.name: row[one.name] for one in AGENT.columns}


def columns(row: Row) -> str:
    pools = ", ".join(row["resource_pools"])
    return f"{pools:<24.24}  {row['slots_used']:>3} of {row['slots']:>3} slots  {len(row['tasks']):>3} tasks"


AGENT_VIEW = View(AGENT.plural, report, columns)


def change_agents(call: Call) -> dict[str, Any]:
    """The work of det_agent."""
    params = call.params
    named = params["ids"] is not None or params["pools"] is not None
    if named == params["all"]:
        raise BadOption("ids", None, "say which agents are meant.", "Give one of ids, pools, and all: true.")
    rows, missing = read_named(call), []
    if params["wait_connected"]:
        rows, missing = wait_connected(call, rows)
    wanted = None if params["ids"] is None else [ident for ident in params["ids"] if ident not in missing]
    chosen = select_agents(rows, wanted, params["pools"])
    ids = {row["id"] for row in chosen}
    places = Places(AGENT, AGENT_VIEW, lambda: [row for row in read_agents(call.client, ids) if row["id"] in ids])
    skipped = [({"id": ident, "name": None}, "is not connected, and would be waited for") for ident in missing]
    return change_places(call, places, chosen, skipped)


def wait_connected(call: Call, rows: list[Row]) -> tuple[list[Row], list[str]]:
    """(rows, ids that are not there), after the wait for them; in check mode nothing is waited for."""
    found = [rows]

    def missing() -> list[str]:
        return sorted(set(call.params["ids"] or ()) - {row["id"] for row in found[0]})

    def there() -> bool:
        if missing():
            found[0] = read_named(call)
        return not missing()

    if call.params["wait"] and not call.check_mode:
        names = ", ".join(missing())
        poll(there, call.params["wait_timeout"], f"the agents {names} are connected", "Start them, then run again.")
    return found[0], missing() if call.check_mode else []


# Slots


def slot_report(row: Row) -> Row:
    return {one.name: row[one.name] for one in SLOT_OF_AGENT.columns}


def slot_columns(row: Row) -> str:
    return f"{row['device']['type']:<12}  {row['device']['brand']:<24.24}  {len(row['tasks'])} tasks"


SLOT_VIEW = View(SLOT_OF_AGENT.plural, slot_report, slot_columns)


def change_slots(call: Call) -> dict[str, Any]:
    """The work of det_slot."""
    rows = read_slots(call)
    ids = {row["id"] for row in rows}
    places = Places(SLOT_OF_AGENT, SLOT_VIEW, lambda: [row for row in read_slots(call) if row["id"] in ids])
    return change_places(call, places, rows)


def read_slots(call: Call) -> list[Row]:
    """Rows of the slots that the options name, with an id of agent and number. Raises NotFound."""
    agent, numbers = call.params["agent"], call.params["slots"]
    slots = {slot["id"]: slot for slot in read_slots_of(call.client, agent)}
    wanted = sorted(slots) if numbers is None else sorted(set(numbers))
    missing = [str(number) for number in wanted if number not in slots]
    if missing:
        known = ", ".join(map(str, sorted(slots))) or "none"
        raise NotFound("Agent {} has no slot {}.".format(agent, ", ".join(missing)), f"It has: {known}.")
    tasks = tasks_by_agent(call.client).get(agent, [])
    row = {"id": agent, "tasks": tasks, SLOTS.name: list(slots.values())}
    return [slot_of(row, slots[number]) for number in wanted]


def read_slots_of(client: Client, agent: str) -> list[Row]:
    """Rows of the slots of one agent. Raises NotFound with the agents that are connected.

    The master also answers for a single slot, but in release 0.38.1 by the function that switches slots: that read ends
    what runs in a slot that is disabled.
    """
    path = f"{agent_path(agent, 'agent')}/slots"
    try:
        answer = client.get(path)
    except Missing:
        answer = {}
    # An agent without slots, or on Kubernetes an unknown one.
    if not answer.get("slots"):
        select_agents(read_agents(client), [agent])
        return []
    return [read_row(SLOT, one) for one in read_rows(answer, "slots", f"GET {path}", "id", str)]


def slot_of(agent: Row, slot: Row) -> Row:
    container = slot["container_id"]
    tasks = [task for task in agent["tasks"] if container in task["containers"]]
    if container and not tasks:
        # Its task has ended already, or the container is being started.
        held = sum(one["container_id"] == container for one in agent["slot_details"])
        tasks = [{"id": None, "name": "container", "slots": held, "containers": [container]}]
    return dict(slot, id=f"{agent['id']}/{slot['id']}", agent_id=agent["id"], slot=slot["id"], tasks=tasks)
