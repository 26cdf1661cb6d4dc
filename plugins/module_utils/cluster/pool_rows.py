# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resource pools as rows, and what their queues came to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..connection.client import Client
from ..engine.call import Call
from ..engine.scopes import find_scope
from ..errors import OddAnswer
from ..kinds.agent import device_type
from ..kinds.resource_pool_binding import POOLS, bound_ids, named, workspace_names
from ..kinds.workspace import WORKSPACE
from ..model.call import Later
from ..model.kind import Scope
from ..model.row import Column, Row, read_row, state_word
from ..model.web import page_column
from ..selection.launching import demand_pools
from ..store.answers import read_total
from ..store.parallel import map_concurrently
from ..store.store import Store

STATS = "/api/v1/job-queues/stats"
scheduler = state_word("SCHEDULER_TYPE_")
KUBERNETES = "KUBERNETES"
DEFAULT_PRIORITY = {True: 50, False: 42}
USER = Scope(WORKSPACE)


def on_kubernetes(answer: Mapping[str, Any]) -> bool:
    return bool(scheduler(answer["schedulerType"]) == KUBERNETES)


def default_priority(answer: Mapping[str, Any]) -> int:
    """What a job gets that says nothing of its priority."""
    details = (answer.get("details") or {}).get("priorityScheduler") or {}
    return details.get("defaultPriority") or DEFAULT_PRIORITY[on_kubernetes(answer)]


WAITS = (
    Column("period_start", "The day.", sample="2026-01-31", api="periodStart"),
    Column("seconds", "How long jobs waited on the average.", "float", 4.54),
)
COUNTS = (
    Column("queued_count", "Number of the jobs that wait.", "int", 3, api="stats.queuedCount"),
    Column("scheduled_count", "Number of the jobs that run.", "int", 12, api="stats.scheduledCount"),
)
QUEUED_SECONDS = Column("queued_seconds", "The average wait of the jobs of each day.", "list", parts=WAITS,
                        api="aggregates")  # fmt: skip
POOL_STATS = (*COUNTS, QUEUED_SECONDS)
POOL = (
    Column("name", "Name.", sample="default"),
    Column("description", "Description.", sample="The machines in the cellar"),
    Column("type", "How it gets its agents, such as STATIC or AWS; K8S on Kubernetes.", sample="STATIC",
           decode=state_word("RESOURCE_POOL_TYPE_")),
    Column("location", "Where it is.", sample="on-prem"),
    Column("cluster_name", "Name of the resource manager that it is of.", sample="default", api="clusterName"),
    Column("agent_count", "Number of its agents.", "int", 2, api="numAgents"),
    Column("min_agents", "The fewest agents that it keeps.", "int", 0, api="minAgents"),
    Column("max_agents", "The most agents that it may have; 0 where the master makes none.", "int", 0,
           api="maxAgents"),
    Column("slots_available", "Number of the slots that are on or in use, so both a free and a busy one.", "int", 12,
           api="slotsAvailable"),
    Column("slots_used", "Number of the slots that are held.", "int", 4, api="slotsUsed"),
    Column("slot_type", "CPU, CUDA or ROCM; UNSPECIFIED without slots.", sample="CUDA", api="slotType",
           decode=device_type),
    Column("accelerator", "The accelerator that the master's configuration names.", sample="A100"),
    Column("aux_container_capacity", "Number of the tasks without slots that it can run.", "int", 200,
           api="auxContainerCapacity"),
    Column("aux_containers_running", "Number of those that run.", "int", 1, api="auxContainersRunning"),
    Column("default_compute_pool", "Whether tasks with slots go there unless told.", "bool", True,
           api="defaultComputePool"),
    Column("default_aux_pool", "Whether tasks without slots go there unless told.", "bool", True,
           api="defaultAuxPool"),
    Column("preemptible", "Whether its agents may be taken away.", "bool", False),
    Column("scheduler_type", "Scheduler, such as PRIORITY, FAIR_SHARE or KUBERNETES.", sample="PRIORITY",
           api="schedulerType", decode=scheduler),
    Column("fitting_policy", "BEST or WORST, for agents that fit better or worse.", sample="BEST",
           api="schedulerFittingPolicy", decode=state_word("FITTING_POLICY_")),
    Column("lower_number_first", "Whether a smaller priority goes first.", "bool", True, api=".",
           decode=lambda answer: not on_kubernetes(answer)),
    Column("default_priority", "Priority of a job that says nothing of it.", "int", 42, api=".",
           decode=default_priority),
    *COUNTS,
    Column("workspaces", "Names of the workspaces that it is kept for, in order; empty where it is open to all.",
           "list", ["vision"], when="with O(bindings)"),
    Column("workspace_ids", "Their ids, in order.", "list", [7], when="with O(bindings)"),
    Column("queued_seconds", "The average wait of the jobs of each day.", "list", parts=WAITS, when="with O(stats)"),
    page_column("resource_pool", "name"),
)  # fmt: skip


def read_pools(client: Client, names: Collection[str] | None = None) -> list[Row]:
    """Rows of the resource pools, in the master's order. Raises NotFound for a name that none bears."""
    rows = [read_row(POOL, one, master=client.url) for one in client.get(POOLS)["resourcePools"]]
    demand_pools(names or (), [row["name"] for row in rows])
    return [row for row in rows if names is None or row["name"] in names]


def read_stats(client: Client, pools: list[str]) -> dict[str, Row]:
    """{pool: counts, and how long jobs waited on the average, by day}."""
    found = client.get(STATS, resourcePools=pools)["results"] if pools else []
    return {one["resourcePool"]: read_row(POOL_STATS, one) for one in found}


def gather_pools(call: Call) -> dict[str, Any]:
    """The work of det_resource_pool_info."""
    params, client, store = call.params, call.client, Store(call.client)
    workspace = find_scope(call, store, USER, needed=False)
    rows = read_pools(client, params["names"])
    if workspace is not None:
        available = set() if isinstance(workspace, Later) else available_to(store, workspace["id"])
        rows = [row for row in rows if row["name"] in available]
    if params["bindings"] and rows:
        names = workspace_names(store)
        for row, ids in map_concurrently(lambda row: (row, bound_ids(store, row["name"])), rows):
            row["workspaces"], row["workspace_ids"] = named(ids, names), ids
    if params["stats"]:
        stats = read_stats(client, [row["name"] for row in rows])
        for row in rows:
            row["queued_seconds"] = stats.get(row["name"], {}).get("queued_seconds", [])
    return {"resource_pools": rows}


def available_to(store: Store, workspace: int) -> set[str]:
    """The names of the pools that a workspace may use: those bound to it, and those bound to none."""
    path = f"/api/v1/workspaces/{workspace}/available-resource-pools"
    answer = store.get(path, limit=-1)
    found = answer.get("resourcePools")
    if not isinstance(found, list) or read_total(answer, f"GET {path}") != len(found):
        raise OddAnswer(f"GET {path}", "has no whole list of resourcePools")
    return set(found)
