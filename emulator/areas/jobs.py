# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The job queue."""

from __future__ import annotations

from .. import clock, paging, running
from ..errors import ApiError, internal
from ..permissions import may_see
from ..refusals import absent
from ..scheduler import Job, day
from . import config_policies

INTERACTIVE = ("COMMAND", "NOTEBOOK", "SHELL", "TENSORBOARD")
LIMIT = 100
DAYS = 30


def _shown(call, job: Job, summary: dict) -> dict:
    generic = job.kind == "GENERIC"  # says nothing of what it was given
    entry = {
        "summary": {"state": summary["state"], "jobsAhead": summary["jobsAhead"]},
        "type": f"TYPE_{job.kind}",
        "submissionTime": clock.text(job.submitted),
        "username": call.db.value("select username from users where id = ?", job.user_id),
        "userId": job.user_id,
        "resourcePool": job.pool,
        "isPreemptible": False,
        "priority": 0 if generic else job.priority,
        "weight": 0 if generic else job.weight,
        "entityId": job.entity,
        "jobId": job.id,
        "requestedSlots": summary["requested"],
        "allocatedSlots": summary["allocated"],
        "name": job.name,
        "progress": 0,
        "workspaceId": job.workspace_id,
    }
    if job.kind == "EXPERIMENT":
        entry.update(running.queue_entry(call.db, int(job.entity)))
    return entry


def _sees(call, entry: dict) -> bool:
    permission = "VIEW_EXPERIMENT_METADATA" if entry["type"] == "TYPE_EXPERIMENT" else "VIEW_NSC"
    return may_see(call, permission, entry["workspaceId"])


def _entries(call, request) -> list[dict]:
    scheduler = call.master.scheduler
    pool = request["resourcePool"] or scheduler.pools[0]
    if pool not in scheduler.pools:
        raise absent("pool to queue in", pool)
    entries = [_shown(call, job, summary) for job, summary in scheduler.queue(pool)]
    states = request["states"]
    if states:
        entries = [entry for entry in entries if entry["summary"]["state"] in states]
    return entries[::-1] if request["orderBy"] == "ORDER_BY_DESC" else entries


def _page(call, request, jobs: list[dict]) -> dict:
    page, pagination = paging.in_memory({**request, "limit": request["limit"] or LIMIT}, jobs)
    return {"pagination": pagination, "jobs": page}


def list_jobs(call, request):
    return _page(call, request, [entry for entry in _entries(call, request) if _sees(call, entry)])


_FULL_ONLY = ("submissionTime", "username", "userId", "entityId", "name")


def list_jobs_v2(call, request):
    """Each in `full`, or in `limited` where it may not be seen."""
    jobs = [
        {"full": entry}
        if _sees(call, entry)
        else {"limited": {name: value for name, value in entry.items() if name not in _FULL_ONLY}}
        for entry in _entries(call, request)
    ]
    return _page(call, request, jobs)


def stats(call, request):
    scheduler = call.master.scheduler
    wanted = request["resourcePools"] or scheduler.pools
    return {
        "results": [
            {"stats": scheduler.counts(pool), "resourcePool": pool, "aggregates": _aggregates(call, pool)}
            for pool in wanted
            if pool in scheduler.pools
        ]
    }


def _aggregates(call, pool: str) -> list[dict]:
    """How many seconds those waited on average that were started, for each of the last days, today the last one."""
    today = call.now() // clock.DAY
    rows = call.db.rows(
        "select start_time / :day as day, avg(start_time - requested_at) / 1e6 as seconds from allocations"
        " where resource_pool = :pool and start_time >= :first group by 1 order by 1",
        day=clock.DAY,
        pool=pool,
        first=(today - DAYS) * clock.DAY,
    )
    waited = {today: 0.0, **{row["day"]: row["seconds"] for row in rows}}
    return [{"periodStart": day(number * clock.DAY), "seconds": waited[number]} for number in sorted(waited)]


def update(call, request):
    """Each update is tried; what failed is told in one error."""
    errors = []
    for control in request["updates"]:
        try:
            _apply(call, control)
        except ApiError as error:
            errors.append(error.text)
    if errors:
        raise internal(errors[0] if len(errors) == 1 else f"encountered the following errors: {', '.join(errors)}")
    return {}


def _apply(call, control: dict) -> None:
    job = call.master.scheduler.jobs.get(control["jobId"]) or running.find_job(call.master, control["jobId"])
    if job is None:
        raise absent("job", control["jobId"])
    if "priority" in control:
        if not 1 <= control["priority"] <= 99:
            raise internal("priority must be between 1 and 99")
        kind = "EXPERIMENT" if job.kind == "EXPERIMENT" else "NTSC"
        refusal = config_policies.priority_refusal(call.db, job.workspace_id, kind, control["priority"])
        if refusal:
            raise internal(refusal)
        job.priority = control["priority"]
        _keep(call, job, priority=job.priority)
    elif "weight" in control:
        job.weight = control["weight"]
        _keep(call, job, weight=job.weight)
    elif "resourcePool" in control:
        _move(call, job, control["resourcePool"])
    else:
        place = control.get("aheadOf", control.get("behindOf"))
        raise internal(f"unexpected action: {'<nil>' if place is None else f'&{{{place}}}'}")
    call.master.scheduler.kick()


def _keep(call, job: Job, **resources) -> None:
    """An experiment's config remembers what was set, an interactive task's does until the master restarts."""
    if job.kind == "EXPERIMENT":
        running.set_resources(call.db, int(job.entity), **resources)


def _move(call, job: Job, pool: str) -> None:
    if job.kind != "EXPERIMENT":
        raise internal(f"setting resource pool for job type {job.kind} is not supported")
    if pool == job.pool:
        raise internal(f"resource pool is unchanged ({pool} == {job.pool})")
    if pool not in call.master.scheduler.pools:
        raise internal(f"invalid resource pool name {pool}")
    running.move_to_pool(call.master, int(job.entity), pool)
