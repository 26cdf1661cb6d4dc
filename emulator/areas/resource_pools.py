# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The resource pools: they are in the master's config, no call makes one."""

from __future__ import annotations

from .. import hosts, paging
from ..permissions import visible_workspaces

FIXED = {
    "description": "",
    "type": "RESOURCE_POOL_TYPE_STATIC",
    "preemptible": False,
    "minAgents": 0,
    "maxAgents": 0,
    "slotsPerAgent": -1,
    "auxContainerCapacityPerAgent": hosts.AUX_CAPACITY,
    "schedulerType": "SCHEDULER_TYPE_PRIORITY",
    "schedulerFittingPolicy": "FITTING_POLICY_BEST",
    "location": "on-prem",
    "imageId": "",
    "instanceType": "",
    "masterUrl": "",
    "masterCertName": "",
    "startupScript": "",
    "containerStartupScript": "",
    "agentDockerNetwork": "",
    "agentDockerRuntime": "",
    "agentDockerImage": "",
    "agentFluentImage": "",
    "maxIdleAgentPeriod": 0,
    "maxAgentStartingPeriod": 0,
    "details": {
        "aws": None,
        "gcp": None,
        "priorityScheduler": {"preemption": False, "defaultPriority": 42, "k8Priorities": []},
    },
    "accelerator": "",
    "resourceManagerMetadata": {},
    "clusterName": "default",
}


def _shown(scheduler, name: str) -> dict:
    agents = [agent for agent in scheduler.agents.values() if agent.pool == name]
    slots = sum(agent.capacity for agent in agents)
    is_default = name == scheduler.pools[0]
    return {
        "name": name,
        **FIXED,
        "numAgents": len(agents),
        "slotsAvailable": slots,
        "slotsUsed": sum(agent.used for agent in agents),
        "slotType": "TYPE_CPU" if slots else "TYPE_UNSPECIFIED",
        "auxContainerCapacity": sum(agent.aux_capacity for agent in agents),
        "auxContainersRunning": sum(agent.aux_used for agent in agents),
        "defaultComputePool": is_default,
        "defaultAuxPool": is_default,
        "stats": scheduler.counts(name),
    }


def list_pools(call, request):
    """The pools in the order of the config, without those kept for workspaces that the user may not see; `unbound`:
    those that no workspace has for itself."""
    scheduler = call.master.scheduler
    visible = visible_workspaces(call, "VIEW_WORKSPACE")
    bound: dict[str, set[int]] = {}
    for row in call.db.rows("select pool, workspace_id from pool_bindings"):
        bound.setdefault(row["pool"], set()).add(row["workspace_id"])
    names = [
        name
        for name in scheduler.pools
        if name not in bound or (not request["unbound"] and (visible is None or bound[name] & set(visible)))
    ]
    page, pagination = paging.in_memory(request, names)
    return {"resourcePools": [_shown(scheduler, name) for name in page], "pagination": pagination}
