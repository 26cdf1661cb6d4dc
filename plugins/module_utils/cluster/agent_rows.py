# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Agents and their slots as rows: what the master says of them, joined with the tasks that run there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Dict

from ..connection.client import Client
from ..connection.paths import quote_segment
from ..engine.call import Call
from ..errors import NotFound
from ..model.present import present
from ..store.answers import check_fields, read_rows
from ..tasks.task_kinds import placed, running

AGENTS = "/api/v1/agents"
Row = Dict[str, Any]
FIELDS = {"enabled": bool, "draining": bool, "slots": dict, "resourcePools": list}
SHOWN = ("id", "resourcePools", "enabled", "draining", "version", "addresses", "registeredTime")


def read_agents(client: Client) -> list[Row]:
    """Rows of all agents, by id. Tasks without slots are in no field of their agent, so the tasks are read too."""
    request = f"GET {AGENTS}"
    agents = read_rows(client.get(AGENTS, excludeContainers=True), "agents", request, "id", str)
    for one in agents:
        check_fields(one, FIELDS, "an agent", request)
    tasks = tasks_by_agent(client)
    return [agent_row(one, tasks.get(one["id"], [])) for one in sorted(agents, key=lambda one: one["id"])]


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
    """What is shown of an agent. ``slots_free``: those that would take a task now."""
    slots = sorted(map(slot_row, agent["slots"].values()), key=lambda slot: slot["id"])
    used = [slot for slot in slots if slot["container"]]
    types = sorted({slot["device"]["type"] for slot in slots})
    row = present({name: agent[name] for name in SHOWN})
    return dict(
        row,
        state=state_of(agent, bool(used or tasks)),
        pools=row.pop("resource_pools"),
        slot_type=types[0] if types else None,
        slots=len(slots),
        slots_used=len(used),
        slots_free=sum(slot["enabled"] and not slot["container"] for slot in slots),
        slots_disabled=sum(not slot["enabled"] for slot in slots),
        slot_details=slots,
        tasks=tasks,
    )


def slot_row(slot: Row) -> Row:
    row = present(slot)
    return dict(row, id=int(slot["id"]), state=state_of(slot, bool(slot["container"])))


def state_of(it: Row, busy: bool) -> str:
    """enabled, draining, drained (nothing is left on it) or disabled, of an agent or a slot."""
    if it["enabled"]:
        return "enabled"
    if it["draining"]:
        return "draining" if busy else "drained"
    return "disabled"


def select_agents(
    rows: list[Row], ids: Collection[str] | None = None, pools: Collection[str] | None = None
) -> list[Row]:
    """The rows of these ids, or of all that are in these pools. Raises NotFound with the ids that there are."""
    missing = sorted(set(ids or ()) - {row["id"] for row in rows})
    if missing:
        known = ", ".join(row["id"] for row in rows) or "none"
        raise NotFound("There is no agent {}.".format(", ".join(missing)), f"Connected are: {known}.", missing=missing)
    unknown = sorted(set(pools or ()) - {pool for row in rows for pool in row["pools"]})
    if unknown:
        raise NotFound("There is no agent in the pool {}.".format(", ".join(unknown)), option="pools")
    return [
        row
        for row in rows
        if (ids is None or row["id"] in ids) and (pools is None or not set(pools).isdisjoint(row["pools"]))
    ]


def agent_path(ident: str) -> str:
    return f"{AGENTS}/{quote_segment(ident)}"


def gather_agents(call: Call) -> dict[str, Any]:
    """The work of det_agent_info."""
    params = call.params
    rows = select_agents(read_agents(call.client), params["ids"], params["pools"])
    rows = [row for row in rows if not params["states"] or row["state"] in params["states"]]
    if not params["slots"]:
        for row in rows:
            del row["slot_details"]
    return {"agents": rows}
