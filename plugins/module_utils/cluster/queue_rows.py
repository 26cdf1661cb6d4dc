# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resource pools and their job queues, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..connection.paths import quote_segment
from ..engine.spec import Spec
from ..errors import NotFound
from ..model.present import present
from ..selection.named import user_ids
from ..store.answers import read_rows, read_total
from ..store.paging import Page, by_offset
from ..store.parallel import ahead

if TYPE_CHECKING:
    from ..connection.client import Client
    from ..engine.call import Call

POOLS = "/api/v1/resource-pools"
QUEUE = "/api/v1/job-queues"
PAGE = 1000
KUBERNETES = "SCHEDULER_TYPE_KUBERNETES"
DEFAULT_PRIORITY = {True: 50, False: 42}
VERBATIM = ("resourceManagerMetadata",)

JOBS = Spec(
    {
        "ids": {"type": "list", "elements": "str", "aliases": ["id"]},
        "experiments": {"type": "list", "elements": "int"},
        "tasks": {"type": "list", "elements": "str"},
    },
    objects=("ids", "experiments", "tasks"),
)


def read_pools(client: Client, names: Any = None) -> list[Any]:
    """Rows of the resource pools, in the master's order. Raises NotFound for a name that none bears."""
    rows = client.get(POOLS)["resourcePools"]
    known = [row["name"] for row in rows]
    missing = [name for name in names or () if name not in known]
    if missing:
        raise NotFound(
            "There is no resource pool {}.".format(", ".join(missing)), "There are: {}.".format(", ".join(known))
        )
    return [row for row in rows if names is None or row["name"] in names]


def on_kubernetes(pool: Any) -> bool:
    return pool["schedulerType"] == KUBERNETES


def default_priority(pool: Any) -> Any:
    """What a job gets that says nothing of its priority."""
    scheduler = (pool.get("details") or {}).get("priorityScheduler") or {}
    return scheduler.get("defaultPriority") or DEFAULT_PRIORITY[on_kubernetes(pool)]


def pool_row(pool: Any) -> Any:
    """As the master shows it, with which way priorities go."""
    row = present(pool, VERBATIM)
    return dict(row, lower_number_first=not on_kubernetes(pool), default_priority=default_priority(pool))


def read_queue(client: Client, pools: Any) -> Any:
    """Rows of what waits or runs in the pools of these names, in the order of each queue."""
    rows = []
    for jobs in ahead(lambda pool: pool_queue(client, pool), pools):
        rows += jobs
    return rows


def pool_queue(client: Any, pool: str) -> list[dict[str, Any]]:
    request = f"GET {QUEUE}"

    def fetch(offset: int, limit: int) -> Page[dict[str, Any]]:
        answer = client.get(QUEUE, resourcePool=pool, limit=limit, offset=offset)
        jobs = read_rows(answer, "jobs", request, "jobId", str)
        return Page(jobs, [one["jobId"] for one in jobs], read_total(answer, request))

    # The queue moves on meanwhile, so a job may come twice.
    return [job_row(one) for jobs in by_offset(fetch, PAGE, request) for one in jobs]


def job_row(job: dict[str, Any]) -> dict[str, Any]:
    row = present(job)
    summary = row.pop("summary")
    return dict(row, id=row.pop("job_id"), state=summary["state"], jobs_ahead=summary["jobs_ahead"])


def is_named(row: dict[str, Any], params: dict[str, Any]) -> Any:
    """Whether ids, experiments or tasks name the job; all three left out name none."""
    return (
        row["id"] in (params["ids"] or ())
        or row["entity_id"] in (params["tasks"] or ())
        or (row["type"] == "TYPE_EXPERIMENT" and int(row["entity_id"]) in (params["experiments"] or ()))
    )


def names_jobs(params: dict[str, Any]) -> Any:
    return any(params[name] is not None for name in JOBS.options)


def gather_jobs(call: Call) -> Any:
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


def fits(row: dict[str, Any], params: dict[str, Any]) -> Any:
    filters = {"username": "users", "type": "types", "state": "states"}
    return all(params[option] is None or row[name] in params[option] for name, option in filters.items()) and (
        not names_jobs(params) or is_named(row, params)
    )


def by_user(jobs: Any) -> Any:
    """{user: the jobs and slots that wait or run}, by name."""
    sums = {}
    for row in sorted(jobs, key=lambda row: row["username"]):
        one = sums.setdefault(row["username"], {"jobs": 0, "queued": 0, "allocated_slots": 0, "requested_slots": 0})
        one["jobs"] += 1
        one["queued"] += row["state"] == "STATE_QUEUED"
        one["allocated_slots"] += row["allocated_slots"]
        one["requested_slots"] += row["requested_slots"]
    return sums


def read_stats(client: Client, pools: Any) -> dict[str, Any]:
    """{pool: counts, and how long jobs waited on the average, by day}."""
    found = client.get(QUEUE + "/stats", resourcePools=pools)["results"] if pools else []
    return {
        one["resourcePool"]: dict(present(one["stats"]), queued_seconds=present(one["aggregates"])) for one in found
    }


def gather_pools(call: Call) -> dict[str, Any]:
    """The work of det_resource_pool_info."""
    params, client = call.params, call.client
    rows = [pool_row(pool) for pool in read_pools(client, params["names"])]
    if params["bindings"]:
        for row, ids in ahead(lambda row: (row, bound_to(client, row["name"])), rows):
            row["workspace_ids"] = ids
    if params["stats"]:
        stats = read_stats(client, [row["name"] for row in rows])
        for row in rows:
            row["queued_seconds"] = stats.get(row["name"], {}).get("queued_seconds", [])
    return {"resource_pools": rows}


def bound_to(client: Client, pool: Any) -> Any:
    """The ids of the workspaces that a pool is kept for."""
    return sorted(client.get(f"{POOLS}/{quote_segment(pool, 'pool')}/workspace-bindings")["workspaceIds"] or ())
