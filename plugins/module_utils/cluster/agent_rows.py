# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Agents and their slots as rows: what the master says of them, joined with the tasks that run there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ..connection.client import Client
from ..connection.paths import quote_segment
from ..engine.call import Call
from ..errors import Missing, NotFound
from ..kinds.agent import AGENT, AGENTS, SLOTS
from ..model.row import Row, read_row
from ..store.answers import check_asked, check_fields, read_object, read_rows
from ..tasks.task_kinds import placed, running

FIELDS = {"enabled": bool, "draining": bool, "slots": dict, "resourcePools": list}


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
    return {**read_row(AGENT.columns, answer), SLOTS.name: SLOTS.read(answer)}


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
