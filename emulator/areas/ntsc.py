# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notebooks, tensorboards, shells and commands: one implementation, a row of KINDS for each. launches.py makes them."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from .. import clock, durations, paging
from ..objects import Shape, Table, prefixed
from ..permissions import may_see, missing, require
from ..scheduler import Allocation, Job
from . import auth, tasks, workspaces

ORDER = 60
# Host ports lie above those in the container.
HOST_PORTS = 30_000


def _address(port: int) -> dict:
    host = "127.0.0.1"
    return {"container_ip": host, "container_port": port, "host_ip": host, "host_port": HOST_PORTS + port}


def _user_group(row: sqlite3.Row) -> dict:
    """Whom the container runs as: what the workspace says, else the user, else root."""
    for prefix in ("ws", "agent"):
        if row[f"{prefix}_uid"] is not None:
            uid, gid, user, group = (row[f"{prefix}_{part}"] for part in ("uid", "gid", "user", "group"))
            return {"gid": gid or 0, "group": group or "", "id": 0, "uid": uid, "user": user, "user_id": row["user_id"]}
    return {"gid": 0, "group": "root", "id": 0, "uid": 0, "user": "root", "user_id": 0}


# What all four show. config: as it was launched. listed: until a day after its end, or the master's restart. How it
# exited is known a moment after its end only.
TABLE = Table(
    "interactive_tasks",
    """
    id             | text primary key references tasks (id) | id:string
    description    | text not null                          | description:string
    state          |                                        | state:string
    start_time     | integer not null                       | startTime:timestamp?
                   |                                        | container:Container?
    display_name   |                                        | displayName:string
    user_id        | integer not null references users (id) | userId:int32
    username       |                                        | username:string
                   |                                        | resourcePool:string
                   |                                        | exitStatus:string
    job_id         | text not null                          | jobId:string
    workspace_id   | integer not null                       | workspaceId:int32
    kind           | text not null                          |
    config         | text not null                          |
    listed         | integer not null default 1             |
    port           | integer not null                       |
    private_key    | text not null default ''               |
    public_key     | text not null default ''               |
    token          | text not null default ''               |
    experiment_ids | text not null default '[]'             |
    trial_ids      | text not null default '[]'             |
    """,
    {
        "state": prefixed("STATE_", "state"),
        "container": lambda row: None,
        "resourcePool": lambda row: json.loads(row["config"])["resources"]["resource_pool"],
        "exitStatus": lambda row: row["exit_status"] if row["end_time"] is not None else "",
    },
)
NOTEBOOK = TABLE.with_more(
    "| serviceAddress:string", {"serviceAddress": lambda row: f"/proxy/{row['id']}/?token={row['token']}"}
)
TENSORBOARD = TABLE.with_more(
    """
                   | serviceAddress:string
    experiment_ids | experimentIds:[int32]
    trial_ids      | trialIds:[int32]
    """,
    {"serviceAddress": lambda row: f"/proxy/{row['id']}/"},
)
SHELL = TABLE.with_more(
    """
    private_key | privateKey:string
    public_key  | publicKey:string
                | addresses:[object]
                | agentUserGroup:object
    """,
    {
        "addresses": lambda row: [] if row["state"] in ("QUEUED", "PULLING", "STARTING") else [_address(row["port"])],
        "agentUserGroup": _user_group,
    },
)
SCHEMA = TABLE.schema + "create index if not exists interactive_tasks_listed on interactive_tasks (listed, kind);"


@dataclass(frozen=True)
class Kind:
    """One of the four. shape: how it is shown. entrypoint: (what was given, port) -> what is run."""

    name: str
    title: str
    shape: Shape
    entrypoint: Callable[[list, int], list]
    first_port: int = 0
    reports_ready: bool = True
    ends_idle: bool = False

    @property
    def plural(self) -> str:
        return f"{self.name}s"

    @property
    def stored(self) -> str:
        return self.name.upper()

    def port(self) -> int:
        """A port for a new one to listen on, 0 for what does not."""
        return self.first_port + secrets.randbelow(300) if self.first_port else 0


KINDS = {
    "command": Kind(
        "command",
        "Command",
        TABLE,
        lambda given, port: ["/run/determined/command-entrypoint.sh", *given],
        reports_ready=False,
    ),
    "notebook": Kind(
        "notebook",
        "JupyterLab",
        NOTEBOOK,
        lambda given, port: ["/run/determined/jupyter/notebook-entrypoint.sh"],
        first_port=2900,
        ends_idle=True,
    ),
    "shell": Kind(
        "shell",
        "Shell",
        SHELL,
        lambda given, port: [
            "/run/determined/ssh/shell-entrypoint.sh",
            "-f",
            "/run/determined/ssh/sshd_config",
            "-p",
            str(port),
            "-D",
            "-e",
        ],
        first_port=3200,
    ),
    "tensorboard": Kind(
        "tensorboard",
        "TensorBoard",
        TENSORBOARD,
        lambda given, port: ["/run/determined/tensorboard/tensorboard-entrypoint.sh", *given],
        first_port=2600,
        ends_idle=True,
    ),
}
_SELECT = """
select t.*, u.username, coalesce(u.display_name, '') as display_name,
    u.agent_uid, u.agent_gid, u.agent_user, u.agent_group,
    w.agent_uid as ws_uid, w.agent_gid as ws_gid, w.agent_user as ws_user, w.agent_group as ws_group,
    coalesce(a.state, 'QUEUED') as state, a.exit_status, k.end_time
from interactive_tasks t
join tasks k on k.id = t.id
left join users u on u.id = t.user_id
left join workspaces w on w.id = t.workspace_id
left join allocations a on a.id = t.id || '.1'
where t.listed
"""


def _config_now(call, row: sqlite3.Row) -> dict:
    """The config with the present priority, which is forgotten when the master restarts."""
    config = json.loads(row["config"])
    job = call.master.scheduler.jobs.get(row["job_id"])
    if job:
        config["resources"].update(priority=job.priority, weight=job.weight)
    return config


def find(call, kind: Kind, task_id: str) -> sqlite3.Row:
    """The row; 404 where there is none of that kind, or none that the user may see."""
    row = call.db.row(f"{_SELECT} and t.id = ? and t.kind = ?", task_id, kind.stored)
    if row is None or not _visible(call, kind, row):
        raise missing(call, kind.name, task_id)
    return row


_SHOWN_WORKSPACES = """
select distinct p.workspace_id from experiments e join projects p on p.id = e.project_id
where e.id in (select value from json_each(:experiments))
    or e.id in (select experiment_id from runs where id in (select value from json_each(:trials)))
"""


def _visible(call, kind: Kind, row: sqlite3.Row) -> bool:
    """Whether the user may see it; a tensorboard, whether he may see all that it shows."""
    if not call.master.rbac:
        return True
    if kind.name != "tensorboard":
        return may_see(call, "VIEW_NSC", row["workspace_id"])
    places = call.db.column(_SHOWN_WORKSPACES, experiments=row["experiment_ids"], trials=row["trial_ids"])
    return may_see(call, "VIEW_WORKSPACE", row["workspace_id"]) and all(
        may_see(call, "VIEW_EXPERIMENT_ARTIFACTS", place) for place in places
    )


def _order(request: dict) -> str:
    column = {
        "SORT_BY_DESCRIPTION": "t.description",
        "SORT_BY_START_TIME": "t.start_time",
        "SORT_BY_WORKSPACE_ID": "t.workspace_id",
    }.get(request["sortBy"], "t.id")
    direction = "desc" if request["orderBy"] == "ORDER_BY_DESC" else "asc"
    return f" order by {column} {direction}, t.id {direction}"


def _lister(kind: Kind):
    def handler(call, request):
        workspace = request["workspaceId"]
        if workspace:
            workspaces.find(call, workspace)
        where, args = " and t.kind = :kind", {"kind": kind.stored}
        if workspace:
            where += " and t.workspace_id = :workspace"
            args["workspace"] = workspace
        if request["users"] or request["userIds"]:
            where += (
                " and (u.username in (select value from json_each(:users))"
                " or t.user_id in (select value from json_each(:ids)))"
            )
            args.update(users=json.dumps(request["users"]), ids=json.dumps(request["userIds"]))
        rows = call.db.rows(_SELECT + where + _order(request), **args)
        rows = [row for row in rows if _visible(call, kind, row)]
        page, pagination = paging.in_memory(request, rows)
        return {kind.plural: [kind.shape.shown(row) for row in page], "pagination": pagination}

    return handler


def _getter(kind: Kind):
    def handler(call, request):
        row = find(call, kind, request[f"{kind.name}Id"])
        return {kind.name: kind.shape.shown(row), "config": _config_now(call, row)}

    return handler


def _killer(kind: Kind):
    def handler(call, request):
        row = find(call, kind, request[f"{kind.name}Id"])
        require(call, "UPDATE_NSC", row["workspace_id"])
        stop(call.master, row["id"], "user requested kill")
        return {kind.name: kind.shape.shown(find(call, kind, row["id"]))}

    return handler


def stop(master, task_id: str, reason: str) -> None:
    """Kill it, if it waits or runs."""
    allocation = master.scheduler.of_task(task_id)
    if allocation and not allocation.ended:
        master.scheduler.kill(allocation, reason)


def stop_in_workspace(master, workspace_id: int) -> None:
    """Kill all of a workspace that is deleted; those that are over stay listed."""
    for allocation in list(master.scheduler.allocations.values()):
        if allocation.job.kind in tasks.INTERACTIVE and allocation.job.workspace_id == workspace_id:
            stop(master, allocation.task_id, "user requested workspace delete")


def _priority_setter(kind: Kind):
    def handler(call, request):
        row = find(call, kind, request[f"{kind.name}Id"])
        require(call, "UPDATE_NSC", row["workspace_id"])
        job = call.master.scheduler.jobs.get(row["job_id"])
        if job:
            job.priority = request["priority"]
            call.master.scheduler.kick()
        return {kind.name: kind.shape.shown(row)}

    return handler


def submit(master, task_id: str) -> None:
    """Put a task that is kept into the queue."""
    row = master.db.row(f"{_SELECT} and t.id = ?", task_id)
    master.scheduler.submit(_allocation(master, KINDS[row["kind"].lower()], row))


def _allocation(master, kind: Kind, row: sqlite3.Row) -> Allocation:
    """What the scheduler is given; its job is made here too."""
    config = json.loads(row["config"])
    resources = config["resources"]
    job = Job(
        id=row["job_id"],
        kind=kind.stored,
        pool=resources["resource_pool"],
        submitted=row["start_time"],
        user_id=row["user_id"],
        workspace_id=row["workspace_id"],
        name=row["description"],
        entity=row["id"],
        priority=resources["priority"],
        weight=resources["weight"],
    )
    master.scheduler.jobs[job.id] = job
    return Allocation(
        id=f"{row['id']}.1",
        task_id=row["id"],
        number=1,
        job=job,
        name=row["description"],
        slots=resources["slots"],
        pool=job.pool,
        image=config["environment"]["image"].get("cpu", ""),
        registered=master.clock.now(),
        reports_ready=kind.reports_ready,
        started=lambda allocation: _watch(master, kind, allocation, config["idle_timeout"]),
        over=lambda allocation: _over(master, job.id, allocation),
    )


def _watch(master, kind: Kind, allocation: Allocation, timeout: str | None) -> None:
    """End it when nobody has used it for so long."""
    if not kind.ends_idle or timeout is None:
        return
    patience = max(durations.parse(timeout), 0)
    note_activity(master, allocation.task_id)

    def look() -> None:
        if allocation.ended or allocation.killing:
            return
        left = allocation.last_activity + patience - master.clock.now()
        if left > 0:
            master.clock.after(left / clock.SECOND, look)
            return
        master.scheduler.kill(allocation, f"idle for more than {timeout}: service is inactive")

    master.clock.after(patience / clock.SECOND, look)


def note_activity(master, task_id: str) -> None:
    """Somebody uses it."""
    allocation = master.scheduler.of_task(task_id)
    if allocation:
        allocation.last_activity = master.clock.now()


def report_idle(call, request):
    row = find(call, KINDS["notebook"], request["notebookId"])
    require(call, "UPDATE_NSC", row["workspace_id"])
    if not request["idle"]:
        note_activity(call.master, row["id"])
    return {}


def _over(master, job_id: str, allocation: Allocation) -> None:
    """It has ended: it stays listed, and its job known, for a day."""
    tasks.end(master.db, allocation.task_id, master.clock.now())
    token = master.db.value("select token from interactive_tasks where id = ?", allocation.task_id)
    auth.expire(master, token)

    def forget() -> None:
        master.db.run("update interactive_tasks set listed = 0 where id = ?", allocation.task_id)
        master.scheduler.jobs.pop(job_id, None)

    master.clock.after(clock.DAY / clock.SECOND, forget)


LIST = {name: _lister(kind) for name, kind in KINDS.items()}
GET = {name: _getter(kind) for name, kind in KINDS.items()}
KILL = {name: _killer(kind) for name, kind in KINDS.items()}
SET_PRIORITY = {name: _priority_setter(kind) for name, kind in KINDS.items()}


def start(master):
    """What ran when the master stopped goes on, what waited is over, what was over is forgotten."""
    master.db.run(
        "update interactive_tasks set listed = 0 where id in (select id from tasks where end_time is not null)"
    )
    for row in master.db.rows(_SELECT):
        kind = KINDS[row["kind"].lower()]
        kept = master.db.row("select * from allocations where id = ?", f"{row['id']}.1")
        allocation = _allocation(master, kind, row)
        placed = json.loads(kept["agents"]) if kept["state"] != "TERMINATED" else {}
        if master.scheduler.restore(allocation, placed, kept["state"], bool(kept["is_ready"])):
            continue
        error = "RM failed to restore the allocation: 0 container snapshots"
        master.db.update(
            "allocations",
            allocation.id,
            state="TERMINATED",
            exit_status=error,
            exit_reason=f"allocation failed due to restore error: {error}",
        )
        _over(master, allocation.job.id, allocation)
