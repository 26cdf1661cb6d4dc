# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Agents and their slots."""

from __future__ import annotations

import uuid
from collections import Counter

from .. import clock, hosts, paging
from ..errors import internal
from ..permissions import may_see, require
from ..refusals import absent

SCHEMA = """
create table if not exists agent_stats (
    id integer primary key autoincrement,
    agent_id text not null,
    slots integer not null,
    start_time integer not null,
    end_time integer
);
"""
HIDDEN = "********"


def start(master):
    """From now on they are there; whoever was there when the master stopped is not counted on."""
    master.db.run("update agent_stats set end_time = ? where end_time is null", master.clock.now())
    for agent in master.scheduler.agents.values():
        master.scheduler.came(agent)


def _sees_all(call) -> bool:
    """Whether ids and addresses come as they are."""
    return may_see(call, "VIEW_SENSITIVE_AGENT_INFO", None)


def _device(slot: hosts.Slot, open_: bool) -> dict:
    return slot.device if open_ else {**slot.device, "id": -1, "uuid": HIDDEN}


def _container(container: hosts.Container, open_: bool) -> dict:
    return {
        "parent": "" if open_ else HIDDEN,
        "id": container.id if open_ else HIDDEN,
        "state": f"STATE_{container.state}",
        "devices": [_device(slot, open_) for slot in container.slots],
        "permissionDenied": not open_,
    }


def _slot(agent: hosts.Agent, slot: hosts.Slot, open_: bool) -> dict:
    return {
        "id": str(slot.number),
        "device": _device(slot, open_),
        "enabled": slot.enabled and agent.connected,
        "container": _container(slot.container, open_) if slot.container else None,
        "draining": slot.draining or not agent.connected,
    }


def _shown(agent: hosts.Agent, open_: bool, *, slots: bool = True, containers: bool = True) -> dict:
    """An agent; one that lost its connection looks as if it were drained."""
    entries = [_slot(agent, slot, open_) for slot in agent.slots]
    stats = {
        "states": dict(Counter(entry["container"]["state"] for entry in entries if entry["container"])),
        "draining": sum(entry["draining"] for entry in entries),
        "disabled": sum(not entry["enabled"] for entry in entries),
        "total": len(entries),
    }
    keys = [f"/agents/{agent.id}/slots/{slot.number}" for slot in agent.slots]
    if not open_:
        for number, entry in enumerate(sorted(entries, key=lambda e: e["id"])):
            entry["id"] = f"{number:03d}"
        keys = [entry["id"] for entry in entries]
    return {
        "id": agent.id,
        "registeredTime": clock.text(agent.registered),
        "slots": dict(zip(keys, entries, strict=True)) if slots else {},
        # A container without slots is not shown.
        "containers": {
            c.id if open_ else str(uuid.uuid4()): _container(c, open_) for c in agent.containers.values() if c.slots
        }
        if containers
        else {},
        "addresses": ["127.0.0.1" if open_ else HIDDEN],
        "enabled": agent.enabled and agent.connected,
        "draining": agent.draining or not agent.connected,
        "version": "dev",
        "resourcePools": [agent.pool],
        "slotStats": {"typeStats": {"TYPE_CPU": stats}, "brandStats": {"Artificial": stats}},
    }


def list_agents(call, request):
    agents = list(call.master.scheduler.agents.values())
    key = (lambda a: (a.registered, a.id)) if request["sortBy"] == "SORT_BY_TIME" else lambda a: a.id
    agents.sort(key=key, reverse=request["orderBy"] == "ORDER_BY_DESC")
    page, pagination = paging.in_memory(request, agents)
    parts = {"slots": not request["excludeSlots"], "containers": not request["excludeContainers"]}
    return {"agents": [_shown(agent, _sees_all(call), **parts) for agent in page], "pagination": pagination}


def find(call, agent_id: str) -> hosts.Agent:
    """The agent or 404."""
    agent = call.master.scheduler.agents.get(agent_id)
    if agent is None:
        raise absent("agent", agent_id)
    return agent


def get(call, request):
    return {"agent": _shown(find(call, request["agentId"]), _sees_all(call))}


def slots(call, request):
    agent = find(call, request["agentId"])
    entries = [_slot(agent, slot, _sees_all(call)) for slot in agent.slots]
    return {"slots": sorted(entries, key=lambda entry: entry["id"])}


def _find_slot(call, request) -> tuple[hosts.Agent, hosts.Slot]:
    agent = find(call, request["agentId"])
    if not request["slotId"].removeprefix("-").isdecimal():
        raise internal(f"invalid slot id: {request['slotId']}")
    number = int(request["slotId"])
    if not 0 <= number < len(agent.slots):
        raise absent("slot", number, agent.id)
    return agent, agent.slots[number]


def get_slot(call, request):
    return {"slot": _slot(*_find_slot(call, request), _sees_all(call))}


def _may_change(call) -> None:
    require(call, "UPDATE_AGENTS", basic="administrate agents")


def _connected(agent: hosts.Agent) -> None:
    if not agent.connected:
        raise internal("agent disconnected, wait for recovery")


def _switch(enabled: bool):
    def handler(call, request):
        _may_change(call)
        agent = find(call, request["agentId"])
        _connected(agent)
        draining = not enabled and request["drain"]
        agent.switch(enabled, draining)
        if not enabled and not draining:
            call.master.scheduler.disabled(agent)
        call.master.scheduler.kick()
        return {"agent": _shown(agent, _sees_all(call))}

    return handler


enable, disable = _switch(True), _switch(False)


def _switch_slot(enabled: bool):
    def handler(call, request):
        _may_change(call)
        agent, slot = _find_slot(call, request)
        _connected(agent)
        slot.enabled = enabled
        if not enabled:
            slot.draining = request["drain"]
            if not slot.draining:
                call.master.scheduler.disabled(agent, slot)
        call.master.scheduler.kick()
        return {"slot": _slot(agent, slot, _sees_all(call))}

    return handler


enable_slot, disable_slot = _switch_slot(True), _switch_slot(False)
