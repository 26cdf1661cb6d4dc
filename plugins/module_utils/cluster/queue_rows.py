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
from ..kinds.job import JOB, QUEUE, QUEUED
from ..model.row import Row, read_row
from ..selection.named import user_ids
from ..store.answers import check_row, read_rows, read_total
from ..store.paging import Page, by_offset
from ..store.parallel import map_concurrently
from .pool_rows import read_pools, read_stats

# Answers jobs that the user may not see too, without name, owner and what they are.
WHOLE_QUEUE = "/api/v1/job-queues-v2"
PAGE = 1000
JOBS = Spec(
    {
        "ids": {"type": "list", "elements": "str", "aliases": ["id"]},
        "experiments": {"type": "list", "elements": "int"},
        "tasks": {"type": "list", "elements": "str"},
    },
    objects=("ids", "experiments", "tasks"),
)


def read_queue(client: Client, pools: Iterable[str], hidden: bool = False) -> list[Row]:
    """Rows of what waits or runs in the pools of these names, in the order of each queue.

    ``hidden``: those that the user may not see too.
    """
    return [row for jobs in map_concurrently(lambda pool: pool_queue(client, pool, hidden), pools) for row in jobs]


def pool_queue(client: Any, pool: str, hidden: bool = False) -> list[Row]:
    path = WHOLE_QUEUE if hidden else QUEUE
    request = f"GET {path}"

    def fetch(offset: int, limit: int) -> Page[dict[str, Any]]:
        answer = client.get(path, resourcePool=pool, limit=limit, offset=offset)
        jobs = read_rows(answer, "jobs", request, None if hidden else "jobId", str)
        if hidden:
            jobs = [one.get("full") or one.get("limited") or {} for one in jobs]
            for one in jobs:
                check_row(one, "a job", request, "jobId", str)
        return Page(jobs, [one["jobId"] for one in jobs], read_total(answer, request))

    # The queue moves on meanwhile, so a job may come twice.
    return [read_row(JOB.columns, one) for jobs in by_offset(fetch, PAGE, request) for one in jobs]


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
    rows = read_queue(client, [pool["name"] for pool in pools], params["hidden"])
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
    """{user: the jobs and slots that wait or run}, by name; a hidden job is nobody's."""
    sums: dict[str, dict[str, int]] = {}
    for row in sorted((row for row in jobs if row["owner"] is not None), key=lambda row: row["owner"]):
        one = sums.setdefault(row["owner"], {"jobs": 0, "queued": 0, "allocated_slots": 0, "requested_slots": 0})
        one["jobs"] += 1
        one["queued"] += row["state"] == QUEUED
        one["allocated_slots"] += row["allocated_slots"]
        one["requested_slots"] += row["requested_slots"]
    return sums
