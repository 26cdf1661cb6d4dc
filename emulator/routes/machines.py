# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Agents, pools, the job queue, usage, and the routes outside the API that operators use."""

from __future__ import annotations

from ..areas import agents, documentation, jobs, operators, resource_pools, usage
from ..fields import enum, message
from . import route
from .access import PAGE

enum("determined.api.v1.GetAgentsRequest.SortBy", "SORT_BY_UNSPECIFIED SORT_BY_ID SORT_BY_TIME")
enum("determined.job.v1.State", "STATE_UNSPECIFIED STATE_QUEUED STATE_SCHEDULED STATE_SCHEDULED_BACKFILLED")
enum(
    "determined.master.v1.ResourceAllocationAggregationPeriod",
    "RESOURCE_ALLOCATION_AGGREGATION_PERIOD_UNSPECIFIED RESOURCE_ALLOCATION_AGGREGATION_PERIOD_DAILY"
    " RESOURCE_ALLOCATION_AGGREGATION_PERIOD_MONTHLY",
)
message(
    "QueueControl",
    "jobId:string aheadOf:string? behindOf:string? resourcePool:string? priority:int32? weight:double?",
)

AGENT, SLOT = "agentId:string", "agentId:string slotId:string"
QUEUE = "offset:int32 limit:int32 resourcePool:string orderBy:OrderBy states:[job.State]"
RANGE = "timestampAfter:string timestampBefore:string"

TABLE = [
    route(
        "GET /api/v1/agents",
        "GetAgents",
        agents.list_agents,
        PAGE + "sortBy:GetAgents.SortBy excludeSlots:bool excludeContainers:bool",
    ),
    route("GET /api/v1/agents/{agentId}", "GetAgent", agents.get, AGENT),
    route("POST /api/v1/agents/{agentId}/enable", "EnableAgent", agents.enable, AGENT, body=""),
    route("POST /api/v1/agents/{agentId}/disable", "DisableAgent", agents.disable, f"{AGENT} drain:bool"),
    route("GET /api/v1/agents/{agentId}/slots", "GetSlots", agents.slots, AGENT),
    route("GET /api/v1/agents/{agentId}/slots/{slotId}", "GetSlot", agents.get_slot, SLOT),
    route("POST /api/v1/agents/{agentId}/slots/{slotId}/enable", "EnableSlot", agents.enable_slot, SLOT, body=""),
    route(
        "POST /api/v1/agents/{agentId}/slots/{slotId}/disable",
        "DisableSlot",
        agents.disable_slot,
        f"{SLOT} drain:bool",
    ),
    route(
        "GET /api/v1/resource-pools",
        "GetResourcePools",
        resource_pools.list_pools,
        "offset:int32 limit:int32 unbound:bool",
    ),
    route("GET /api/v1/job-queues", "GetJobs", jobs.list_jobs, QUEUE),
    route("GET /api/v1/job-queues-v2", "GetJobsV2", jobs.list_jobs_v2, QUEUE),
    route("GET /api/v1/job-queues/stats", "GetJobQueueStats", jobs.stats, "resourcePools:[string]"),
    route("POST /api/v1/job-queues", "UpdateJobQueue", jobs.update, "updates:[QueueControl]"),
    route(
        "GET /api/v1/resources/allocation/raw",
        "ResourceAllocationRaw",
        usage.raw,
        "timestampAfter:timestamp timestampBefore:timestamp",
    ),
    route(
        "GET /api/v1/resources/allocation/aggregated",
        "ResourceAllocationAggregated",
        usage.aggregated,
        "startDate:string endDate:string period:master.ResourceAllocationAggregationPeriod",
    ),
    route("GET /resources/allocation/raw", "", usage.raw_csv, RANGE),
    route("GET /resources/allocation/allocations-csv", "", usage.allocations_csv, RANGE),
    route(
        "GET /resources/allocation/aggregated",
        "",
        usage.aggregated_csv,
        "startDate:string endDate:string period:string",
    ),
    route("GET /api/v1/api.swagger.json", "", documentation.document, open=True),
    route("GET /docs/rest-api", "", documentation.page, open=True),
    route("GET /docs/rest-api/{file}", "", documentation.file, open=True),
    route("GET /health", "", operators.health, open=True),
    route("GET /prom/det-state-metrics", "", operators.prometheus),
    route("GET /checkpoints/{checkpointUuid}", "", operators.download, "checkpointUuid:string"),
    route(
        "GET /experiments/{experimentId}/preview_gc",
        "",
        operators.preview_gc,
        "saveExperimentBest:int32 saveTrialBest:int32 saveTrialLatest:int32",
    ),
]
