# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Generic tasks."""

from __future__ import annotations

import json
import sqlite3
import uuid

from .. import expconf, task_config
from ..errors import ApiError, guessed, internal, invalid
from ..permissions import allowed, lacks
from ..refusals import absent
from ..scheduler import Allocation, Job
from . import launches, projects, tasks

ORDER = 61
DEFAULT_PROJECT = 1
STOPPED = ("CANCELED", "COMPLETED")
# In these a pause makes no sense any more.
NOT_TO_PAUSE = (*STOPPED, "PAUSED", "ERROR", "STOPPING_ERROR", "STOPPING_CANCELED", "STOPPING_COMPLETED")
NOT_TO_RESUME = (*STOPPED, "ERROR", "STOPPING_ERROR", "STOPPING_CANCELED", "STOPPING_COMPLETED")


def _parse(text: str) -> dict:
    """The mapping of a YAML text."""
    try:
        config = expconf.load_yaml(text) if text else {}
    except expconf.YamlError as error:
        raise internal(f"yaml unmarshaling generic task config: error converting YAML to JSON: {error}") from None
    if not isinstance(config, dict):
        error = internal("yaml unmarshaling generic task config: error unmarshaling JSON")
        raise guessed(error, "What is said of a generic task's config that is no object.")
    return config


def _sorted(value):
    """Keys in the order in which the master's database keeps them: the shorter first."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value, key=lambda key: (len(key.encode()), key))}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _check(config: dict) -> None:
    try:
        task_config.check(config, "GenericTaskConfig")
    except ValueError as error:
        prefix = "yaml unmarshaling generic task config: error unmarshaling JSON: while decoding JSON"
        raise internal(f"{prefix}: {error}") from None


def _pool(call, config: dict, workspace_id: int) -> str:
    """Where it goes; unlike an interactive task it may spread over the agents of its pool."""
    wanted, slots = task_config.resources(config)
    if slots < 0:
        raise internal("resource slots must be >= 0")
    pool = wanted or call.master.scheduler.pools[0]
    launches.resolve_pool(call, pool, 0, workspace_id)
    if slots > call.master.scheduler.pool_slots(pool):
        raise internal("slots requested exceeds cluster capacity")
    return pool


def _project(call, project_id: int) -> sqlite3.Row:
    """The project's row; an unknown one is a 500 here."""
    if call.db.value("select 1 from projects where id = ?", project_id) is None:
        raise absent("project of a task")
    return projects.find(call, project_id)


def create(call, request):
    project = _project(call, request.get("projectId", DEFAULT_PROJECT))
    workspace_id = project["workspace_id"]
    if not allowed(call, "CREATE_NSC", workspace_id, anybody=True):
        raise lacks("CREATE_NSC")
    context = tasks.pack(request["contextDirectory"])
    config = {}
    if "forkedFrom" in request:
        origin = tasks.find(call, request["forkedFrom"])
        config, context = json.loads(origin["config"] or "{}"), context or origin["context"]
    if not config and not request["config"]:
        raise invalid("No config file nor forked task provided")
    config = {**config, **_parse(request["config"])}
    pool = _pool(call, config, workspace_id)
    _check(config)
    if request.get("inheritContext"):
        if "parentId" not in request:
            raise internal("could not inherit config directory since no parent task id provided")
        context = tasks.find(call, request["parentId"])["context"]
    task_id, now = str(uuid.uuid4()), call.now()
    tasks.add(
        call.db,
        task_id,
        "GENERIC",
        now,
        job_id=str(uuid.uuid4()),
        user_id=call.user["id"],
        workspace_id=workspace_id,
        context=context,
        state="ACTIVE",
        config=json.dumps(_sorted(config)),
        parent_id=request.get("parentId"),
        no_pause=request.get("noPause"),
    )
    task = call.db.row("select * from tasks where id = ?", task_id)
    call.master.scheduler.submit(_allocation(call.master, task, pool, 1))
    return {"taskId": task_id, "warnings": []}


def _allocation(master, task: sqlite3.Row, pool: str, number: int, *, in_queue: bool = True) -> Allocation:
    """What the scheduler is given. After a restart of the master it runs on without being in the queue."""
    config = json.loads(task["config"])
    job = Job(
        id=task["job_id"],
        kind="GENERIC" if in_queue else "CHECKPOINT_GC",
        pool=pool,
        submitted=task["start_time"],
        user_id=task["user_id"],
        workspace_id=task["workspace_id"],
        name="generic-task",
    )
    if in_queue:
        master.scheduler.jobs[job.id] = job
    image = (config.get("environment") or {}).get("image") or ""
    return Allocation(
        id=f"{task['id']}.{number}",
        task_id=task["id"],
        number=number,
        job=job,
        name=f"Generic Task {task['id']}",
        slots=task_config.resources(config)[1],
        pool=pool,
        image=image if isinstance(image, str) else image.get("cpu", ""),
        registered=master.clock.now(),
        single_agent=False,
        over=lambda allocation: _over(master, allocation),
    )


def _over(master, allocation: Allocation) -> None:
    """Its state says what becomes of a stopped one, its allocation what becomes of an active one."""
    task = master.db.row("select * from tasks where id = ?", allocation.task_id)
    if task["state"].startswith("STOPPING_"):
        state = task["state"].removeprefix("STOPPING_")
    else:
        state = {"stopped": "COMPLETED", "failed": "ERROR", "lost": "ERROR"}.get(allocation.outcome, "CANCELED")
    master.db.update("tasks", task["id"], state=state, end_time=master.clock.now())
    master.scheduler.jobs.pop(task["job_id"], None)


def _find(call, task_id: str) -> sqlite3.Row:
    task = call.db.row("select * from tasks where id = ? and kind = 'GENERIC'", task_id)
    if task is None:
        raise absent("generic task")
    return tasks.find(call, task_id)


def _tree(db, task_id: str, without: tuple[str, ...]) -> list[sqlite3.Row]:
    """A task and its children at any depth, except those in some states and what is below them."""
    marks = ", ".join("?" * len(without))
    return db.rows(
        "with recursive tree as (select * from tasks where id = ?"
        f" union all select t.* from tasks t join tree on t.parent_id = tree.id where t.state not in ({marks}))"
        " select * from tree",
        task_id,
        *without,
    )


def _root(db, task: sqlite3.Row) -> str:
    while task["parent_id"]:
        parent = db.row("select * from tasks where id = ?", task["parent_id"])
        if parent is None:
            break
        task = parent
    return task["id"]


def _live(call, task: sqlite3.Row) -> Allocation:
    """The allocation of a task, 404 where it is over."""
    allocation = call.master.scheduler.of_task(task["id"])
    if allocation is None or allocation.ended:
        number = tasks.next_number(call.db, task["id"]) - 1
        raise absent("living allocation", f"{task['id']}.{number}")
    return allocation


def kill(call, request):
    """Its state says that it stops even where it then turns out that there is nothing to stop."""
    task = _find(call, request["taskId"])
    if task["state"] in STOPPED:
        raise internal(f"cannot cancel task {task['id']} as it is in state '{task['state']}'")
    top = _root(call.db, task) if request["killFromRoot"] else task["id"]
    return _stop_all(call, _tree(call.db, top, STOPPED), "STOPPING_CANCELED", "user requested task kill")


def _stop_all(call, affected: list[sqlite3.Row], state: str, reason: str):
    """Answer, or the error of the first task without an allocation; what was set before stays set."""
    for task in affected:
        call.db.update("tasks", task["id"], state=state)
    for task in affected:
        try:
            allocation = _live(call, task)
        except ApiError:
            call.db.keep()
            raise
        call.master.scheduler.kill(allocation, reason)
    return {}


def pause(call, request):
    task = _find(call, request["taskId"])
    if task["state"] in NOT_TO_PAUSE:
        raise internal(f"cannot pause task {task['id']} as it is in state '{task['state']}'")
    if task["no_pause"]:
        raise internal(f"cannot pause task {task['id']} with `no_pause` set to true")
    children = [
        child
        for child in _tree(call.db, task["id"], NOT_TO_PAUSE)
        # A child takes no pause unless it was said that it does.
        if child["id"] == task["id"] or child["no_pause"] == 0
    ]
    return _stop_all(call, children, "STOPPING_PAUSED", "user requested pause")


def unpause(call, request):
    task = _find(call, request["taskId"])
    if task["state"] not in ("PAUSED", "STOPPING_PAUSED"):
        raise internal(f"cannot unpause task {task['id']} as it is not in paused state")
    for paused in _tree(call.db, task["id"], NOT_TO_RESUME):
        number = tasks.next_number(call.db, paused["id"])
        pool = call.db.value(
            "select resource_pool from allocations where task_id = ? order by number desc", paused["id"]
        )
        call.master.scheduler.submit(_allocation(call.master, paused, pool, number))
        call.db.update("tasks", paused["id"], state="ACTIVE", end_time=None)
    return {}


def start(master):
    """Those that ran go on, those that waited are over."""
    for task in master.db.rows("select * from tasks where kind = 'GENERIC' and end_time is null"):
        kept = master.db.row("select * from allocations where task_id = ? order by number desc", task["id"])
        allocation = _allocation(master, task, kept["resource_pool"], kept["number"], in_queue=False)
        placed = json.loads(kept["agents"]) if kept["state"] != "TERMINATED" else {}
        if not master.scheduler.restore(allocation, placed, kept["state"], bool(kept["is_ready"])):
            now = master.clock.now()
            master.db.update("allocations", kept["id"], state="TERMINATED")
            master.db.update("tasks", task["id"], state="ERROR", end_time=now)
