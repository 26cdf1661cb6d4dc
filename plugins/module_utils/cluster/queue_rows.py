# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Job queues of resource pools, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..connection.client import Client
from ..engine.call import Call
from ..engine.spec import Spec
from ..model.row import Column, Row, read_row, state_word
from ..model.states import bare_state
from ..selection.named import user_ids
from ..store.answers import read_rows, read_total
from ..store.paging import Page, by_offset
from ..store.parallel import ahead
from .pool_rows import read_pools, read_stats

QUEUE = "/api/v1/job-queues"
PAGE = 1000
EXPERIMENT = "EXPERIMENT"
TYPES = (EXPERIMENT, "COMMAND", "NOTEBOOK", "SHELL", "TENSORBOARD", "GENERIC")
QUEUED = "QUEUED"
STATES = (QUEUED, "SCHEDULED", "SCHEDULED_BACKFILLED")
job_type = state_word("TYPE_")


def experiment_of(answer: Mapping[str, Any]) -> int | None:
    return int(answer["entityId"]) if job_type(answer.get("type")) == EXPERIMENT else None


def task_of(answer: Mapping[str, Any]) -> str | None:
    """The queue does not tell which one a generic task is."""
    return None if job_type(answer.get("type")) == EXPERIMENT else answer.get("entityId") or None


JOB = (
    Column("id", "Id.", sample="e14c7f14-5b01-401a-a209-154cf2953a14", api="jobId"),
    Column("type", "EXPERIMENT, COMMAND, NOTEBOOK, SHELL, TENSORBOARD or GENERIC.", sample="EXPERIMENT",
           decode=job_type),
    Column("name", "Name, that of its experiment or task.", sample="detr"),
    Column("experiment_id", "Id of its experiment; null for a task.", "int", 4, api=".", decode=experiment_of),
    Column("task_id", "Id of its task; null for an experiment, and for a generic task, of which the queue does not"
           " tell.", sample="3b4816c9-d684-4002-9731-da0d787bd095", api=".", decode=task_of),
    Column("owner", "Name of its owner.", sample="ana", api="username"),
    Column("owner_id", "Id of its owner.", "int", 7, api="userId"),
    Column("workspace_id", "Id of its workspace.", "int", 7, api="workspaceId"),
    Column("resource_pool", "Resource pool.", sample="default", api="resourcePool"),
    Column("state", "QUEUED, SCHEDULED or SCHEDULED_BACKFILLED.", sample="QUEUED", api="summary.state",
           decode=bare_state),
    Column("jobs_ahead", "Number of the jobs that go before it.", "int", 3, api="summary.jobsAhead"),
    Column("priority", "Priority.", "int", 42),
    Column("weight", "Weight for the fair share scheduler.", "float", 1.0),
    Column("requested_slots", "Number of the slots that it asks for.", "int", 8, api="requestedSlots"),
    Column("allocated_slots", "Number of the slots that it holds.", "int", 0, api="allocatedSlots"),
    Column("progress", "How far it is, from 0 to 1.", "float", 0.5),
    Column("preemptible", "Whether the scheduler of its pool may interrupt it.", "bool", True, api="isPreemptible"),
    Column("submission_time", "When it was started.", sample="2026-01-31T12:00:00.792Z", api="submissionTime"),
)  # fmt: skip
JOBS = Spec(
    {
        "ids": {"type": "list", "elements": "str", "aliases": ["id"]},
        "experiments": {"type": "list", "elements": "int"},
        "tasks": {"type": "list", "elements": "str"},
    },
    objects=("ids", "experiments", "tasks"),
)


def read_queue(client: Client, pools: Iterable[str]) -> list[Row]:
    """Rows of what waits or runs in the pools of these names, in the order of each queue."""
    return [row for jobs in ahead(lambda pool: pool_queue(client, pool), pools) for row in jobs]


def pool_queue(client: Any, pool: str) -> list[Row]:
    request = f"GET {QUEUE}"

    def fetch(offset: int, limit: int) -> Page[dict[str, Any]]:
        answer = client.get(QUEUE, resourcePool=pool, limit=limit, offset=offset)
        jobs = read_rows(answer, "jobs", request, "jobId", str)
        return Page(jobs, [one["jobId"] for one in jobs], read_total(answer, request))

    # The queue moves on meanwhile, so a job may come twice.
    return [read_row(JOB, one) for jobs in by_offset(fetch, PAGE, request) for one in jobs]


def is_named(row: Row, params: Mapping[str, Any]) -> bool:
    """Whether ids, experiments or tasks name the job; all three left out name none."""
    named = {"id": "ids", "task_id": "tasks", "experiment_id": "experiments"}
    return any(row[column] in (params[option] or ()) for column, option in named.items())


def names_jobs(params: Mapping[str, Any]) -> bool:
    return any(params[name] is not None for name in JOBS.options)


def gather_jobs(call: Call) -> dict[str, Any]:
    """The work of det_job_info."""
    params, client = call.params, call.client
    if params["users"] is not None:
        user_ids(client, params["users"], "users")
    pools = read_pools(client, params["pools"])
    rows = read_queue(client, [pool["name"] for pool in pools])
    jobs = [row for row in rows if fits(row, params)]
    result = {"jobs": jobs, "users": by_user(jobs)}
    if params["stats"]:
        result["stats"] = read_stats(client, [pool["name"] for pool in pools])
    return result


def fits(row: Row, params: Mapping[str, Any]) -> bool:
    filters = {"owner": "users", "type": "types", "state": "states"}
    return all(params[option] is None or row[name] in params[option] for name, option in filters.items()) and (
        not names_jobs(params) or is_named(row, params)
    )


def by_user(jobs: Iterable[Row]) -> dict[str, dict[str, int]]:
    """{user: the jobs and slots that wait or run}, by name."""
    sums: dict[str, dict[str, int]] = {}
    for row in sorted(jobs, key=lambda row: row["owner"]):
        one = sums.setdefault(row["owner"], {"jobs": 0, "queued": 0, "allocated_slots": 0, "requested_slots": 0})
        one["jobs"] += 1
        one["queued"] += row["state"] == QUEUED
        one["allocated_slots"] += row["allocated_slots"]
        one["requested_slots"] += row["requested_slots"]
    return sums
