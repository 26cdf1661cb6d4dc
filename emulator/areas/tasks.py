# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks of every kind and their allocations, as far as they are kept."""

from __future__ import annotations

import base64
import io
import sqlite3
import tarfile
from collections.abc import Callable

from .. import clock, tasklog
from ..errors import invalid
from ..objects import Shape, Table, prefixed
from ..permissions import lacks, may_see, missing, require
from ..refusals import absent

ORDER = 45


def _local_time(moment: int) -> str:
    """The time as tasks show it: without a zone."""
    return clock.text(moment).removesuffix("Z")


def _go_time(moment: int) -> str:
    """The time as allocations show it."""
    return f"{_local_time(moment).replace('T', ' ')} +0000 UTC"


def _times(written: Callable[[int], str]) -> dict[str, Callable]:
    """How an allocation shows its times."""
    return {
        name: lambda row, column=column: None if row[column] is None else written(row[column])
        for name, column in (("startTime", "start_time"), ("endTime", "end_time"))
    }


# kind: TRIAL, NOTEBOOK, SHELL, COMMAND, TENSORBOARD, CHECKPOINT_GC, GENERIC. context: a gzipped tar of the files sent
# along. state, config and what is below them are those of generic tasks only.
TABLE = Table(
    "tasks",
    """
    id            | text primary key          | taskId:string
    kind          | text not null             | taskType:string
                  |                           | allocations:[Allocation]
    start_time    | integer not null          | startTime:timestamp
    end_time      | integer                   | endTime:timestamp
    state         | text                      | taskState:string
    config        | text                      |
    parent_id     | text                      |
    no_pause      | integer                   |
    job_id        | text                      |
    user_id       | integer                   |
    workspace_id  | integer                   |
    experiment_id | integer                   |
    context       | blob not null default x'' |
    """,
    {"taskType": prefixed("TASK_TYPE_", "kind"), "taskState": prefixed("GENERIC_TASK_STATE_", "state")},
)
# state: null while it waits. agents: JSON, agent -> [container, slots].
ALLOCATIONS = Table(
    "allocations",
    """
    task_id       | text not null references tasks (id) | taskId:string
    state         | text                                | state:string
    id            | text primary key                    | allocationId:string
    slots         | integer not null                    | slots:int32
    start_time    | integer                             | startTime:string
    end_time      | integer                             | endTime:string
    is_ready      | integer                             | isReady:bool
    exit_reason   | text                                | exitReason:string
    number        | integer not null                    |
    resource_pool | text not null                       |
    requested_at  | integer not null                    |
    pull_start    | integer                             |
    pull_end      | integer                             |
    agents        | text not null default '{}'          |
    exit_status   | text not null default ''            |
    """,
    {
        "state": lambda row: f"STATE_{row['state'] or 'UNSPECIFIED'}",
        "isReady": lambda row: bool(row["is_ready"]) or None,
        **_times(_go_time),
    },
)
# An allocation in its task.
OF_TASK = Shape(
    """
    task_id | taskId:string
            | state:string
    id      | allocationId:string
            | slots:int32
            | startTime:string
            | endTime:string
            | isReady:bool
    """,
    {
        "state": lambda row: f"STATE_{row['state'] or 'QUEUED'}",
        "slots": lambda row: 0,
        "isReady": lambda row: bool(row["is_ready"]) or None,
        **_times(_local_time),
    },
)
ACCELERATORS = Table(
    "accelerators",
    """
    container_id      | text not null                             | containerId:string
    allocation_id     | text not null references allocations (id) | allocationId:string
    node_name         | text not null                             | nodeName:string
                      |                                           | taskId:string
    accelerator_type  | text not null                             | acceleratorType:string
    accelerator_uuids | text not null                             | acceleratorUuids:[string]
    resource_pool     |                                           | resourcePool:string
    """,
    {"taskId": lambda row: ""},
)
SCHEMA = (
    TABLE.schema
    + ALLOCATIONS.schema
    + ACCELERATORS.schema
    + """
create index if not exists allocations_task on allocations (task_id, number);
create index if not exists allocations_start on allocations (start_time);
"""
    + tasklog.SCHEMA
)
INTERACTIVE = ("COMMAND", "NOTEBOOK", "SHELL", "TENSORBOARD")


def add(db, task_id: str, kind: str, start_time: int, **columns) -> None:
    """Keep a task; columns as in the table."""
    db.insert("tasks", id=task_id, kind=kind, start_time=start_time, **columns)


def end(db, task_id: str, moment: int) -> None:
    db.update("tasks", task_id, end_time=moment)


def next_number(db, task_id: str) -> int:
    """The number of a task's next allocation."""
    return db.value("select coalesce(max(number), 0) + 1 from allocations where task_id = ?", task_id)


def pack(files: list[dict]) -> bytes:
    """A gzipped tar of the files of a request, empty if there are none."""
    if not files:
        return b""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for file in files:
            info = tarfile.TarInfo(file["path"])
            info.type = tarfile.DIRTYPE if file["type"] == tarfile.DIRTYPE[0] else tarfile.REGTYPE
            info.mode, info.mtime, info.uid, info.gid = file["mode"], file["mtime"], file["uid"], file["gid"]
            content = base64.b64decode(file["content"])
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def _permission(task: sqlite3.Row) -> str | None:
    """What it takes to see a task, None where nobody asks."""
    if task["kind"] == "TRIAL":
        return "VIEW_EXPERIMENT_METADATA"
    return "VIEW_NSC" if task["kind"] in INTERACTIVE else None


def workspace_of(call, task: sqlite3.Row) -> int | None:
    """Where a task is: an experiment may have moved since its task was made. The task of a trial outlives that, and is
    nowhere then."""
    if task["kind"] == "TRIAL":
        sql = "select p.workspace_id from runs r join projects p on p.id = r.project_id where r.task_id = ?"
        return call.db.value(sql, task["id"])
    if task["experiment_id"] is None:
        return task["workspace_id"]
    return call.db.value(
        "select p.workspace_id from experiments e join projects p on p.id = e.project_id where e.id = ?",
        task["experiment_id"],
    )


def find(call, task_id: str) -> sqlite3.Row:
    """The task's row; 404, or 500 for one of a trial that was deleted."""
    task = call.db.row("select * from tasks where id = ?", task_id)
    if task is None:
        raise missing(call, "task", task_id)
    workspace = workspace_of(call, task)
    if task["kind"] == "TRIAL" and workspace is None:
        raise absent("experiment of a task", task_id)
    permission = _permission(task)
    if permission and not may_see(call, permission, workspace):
        raise missing(call, "task", task_id)
    return task


def require_edit(call, task: sqlite3.Row) -> None:
    """Whether the user may change what belongs to a task."""
    if task["kind"] == "TRIAL":
        require(call, "UPDATE_EXPERIMENT", workspace_of(call, task))


def get(call, request):
    task = find(call, request["taskId"])
    rows = call.db.rows("select * from allocations where task_id = ? order by number desc", task["id"])
    return {"task": TABLE.shown(task, allocations=[OF_TASK.shown(row) for row in rows])}


def allocation_row(call, allocation_id: str, *, edit: bool = False) -> sqlite3.Row:
    """The kept allocation; 400 for an id without a dot, 500 for an unknown one, 403 where its task may not be seen."""
    if "." not in allocation_id:
        raise invalid(f"allocationID {allocation_id} does not contain at least '{'.' if edit else ','}'")
    row = call.db.row("select * from allocations where id = ?", allocation_id)
    task = call.db.row("select * from tasks where id = ?", allocation_id.rpartition(".")[0])
    if task:
        permission = _permission(task)
        if permission and not may_see(call, permission, workspace_of(call, task)):
            raise lacks(permission)
        if edit:
            require_edit(call, task)
    if row is None:
        raise absent("allocation", allocation_id)
    return row


def get_allocation(call, request):
    return {"allocation": ALLOCATIONS.shown(allocation_row(call, request["allocationId"]))}


def _resources(allocation) -> list[dict]:
    return [
        {
            "resourcesId": container.id,
            "resourcesType": "docker-container",
            "allocationId": allocation.id,
            "agentDevices": {container.agent.id: {"devices": [slot.device for slot in container.slots]}},
            "containerId": container.id,
        }
        for container in allocation.containers
    ]


def list_tasks(call, request):
    """What waits or runs."""
    found = {}
    for allocation in call.master.scheduler.allocations.values():
        task = call.db.row("select * from tasks where id = ?", allocation.task_id)
        if allocation.ended or task is None:
            continue
        permission = _permission(task)
        if permission and not may_see(call, permission, workspace_of(call, task)):
            continue
        found[allocation.id] = {
            "taskId": allocation.task_id,
            "allocationId": allocation.id,
            "name": allocation.name,
            "registeredTime": clock.text(allocation.registered),
            "resourcePool": allocation.pool,
            "slotsNeeded": allocation.slots,
            "resources": _resources(allocation),
            "schedulerType": "priority",
            "priority": allocation.job.priority,
            "proxyPorts": [],
        }
    return {"allocationIdToSummary": found}


def count(call, request):
    """Running interactive tasks, those of others too."""
    counts = dict.fromkeys(("commands", "notebooks", "shells", "tensorboards"), 0)
    for allocation in call.master.scheduler.allocations.values():
        job = allocation.job
        if job.kind in INTERACTIVE and allocation.state == "RUNNING":
            counts[f"{job.kind.lower()}s"] += 1
    return counts


def context_directory(call, request):
    return {"b64Tgz": base64.b64encode(find(call, request["taskId"])["context"]).decode()}


def config(call, request):
    return {"config": find(call, request["taskId"])["config"] or ""}


def accelerators(call, request):
    rows = call.db.rows(
        "select c.*, a.task_id, a.resource_pool from accelerators c join allocations a on a.id = c.allocation_id"
        " where a.task_id = ? order by a.start_time desc",
        request["taskId"],
    )
    return {"acceleratorData": [ACCELERATORS.shown(row) for row in rows]}
