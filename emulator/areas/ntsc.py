# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notebooks, tensorboards, shells and commands: one implementation, a row of KINDS for each."""

from __future__ import annotations

import base64
import json
import secrets
import sqlite3
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from .. import clock, durations, paging, task_config, words
from ..errors import ApiError, invalid
from ..permissions import may_see, missing, require
from ..scheduler import Allocation, Job
from . import auth, config_policies, pools, tasks, templates, workspaces

ORDER = 60
SCHEMA = """
create table if not exists interactive_tasks (
    id text primary key references tasks (id) on delete cascade,
    kind text not null,
    description text not null,
    config text not null,                   -- JSON, as it was launched
    user_id integer not null references users (id),
    workspace_id integer not null,
    job_id text not null,
    start_time integer not null,
    listed integer not null default 1,      -- until a day after its end, or the master's restart
    port integer not null,
    private_key text not null default '',
    public_key text not null default '',
    token text not null default '',
    experiment_ids text not null default '[]',
    trial_ids text not null default '[]'
);
create index if not exists interactive_tasks_listed on interactive_tasks (listed, kind);
"""
DEFAULT_WORKSPACE = 1
TENSORBOARD_IDLE = 5 * 60 * clock.SECOND
MOUNT = "/determined_shared_fs"
# Host ports lie above those in the container.
HOST_PORTS = 30_000


@dataclass(frozen=True)
class Kind:
    """One of the four. entrypoint: (what was given, port) -> what is run."""

    name: str
    title: str
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


KINDS = {
    "command": Kind(
        "command",
        "Command",
        lambda given, port: ["/run/determined/command-entrypoint.sh", *given],
        reports_ready=False,
    ),
    "notebook": Kind(
        "notebook",
        "JupyterLab",
        lambda given, port: ["/run/determined/jupyter/notebook-entrypoint.sh"],
        first_port=2900,
        ends_idle=True,
    ),
    "shell": Kind(
        "shell",
        "Shell",
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


def shown(call, kind: Kind, row: sqlite3.Row) -> dict:
    """One of them as the API shows it; how it exited is known a moment after its end only."""
    config = json.loads(row["config"])
    entry = {
        "id": row["id"],
        "description": row["description"],
        "state": f"STATE_{row['state']}",
        "startTime": clock.text(row["start_time"]),
        "container": None,
        "displayName": row["display_name"],
        "userId": row["user_id"],
        "username": row["username"],
        "resourcePool": config["resources"]["resource_pool"],
        "exitStatus": row["exit_status"] if row["end_time"] is not None else "",
        "jobId": row["job_id"],
        "workspaceId": row["workspace_id"],
    }
    if kind.name == "notebook":
        entry["serviceAddress"] = f"/proxy/{row['id']}/?token={row['token']}"
    elif kind.name == "tensorboard":
        entry["serviceAddress"] = f"/proxy/{row['id']}/"
        entry["experimentIds"] = json.loads(row["experiment_ids"])
        entry["trialIds"] = json.loads(row["trial_ids"])
    elif kind.name == "shell":
        started = row["state"] not in ("QUEUED", "PULLING", "STARTING")
        entry["privateKey"], entry["publicKey"] = row["private_key"], row["public_key"]
        entry["addresses"] = [_address(row["port"])] if started else []
        entry["agentUserGroup"] = _user_group(row)
    return entry


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
        return {kind.plural: [shown(call, kind, row) for row in page], "pagination": pagination}

    return handler


def _getter(kind: Kind):
    def handler(call, request):
        row = find(call, kind, request[f"{kind.name}Id"])
        return {kind.name: shown(call, kind, row), "config": _config_now(call, row)}

    return handler


def _killer(kind: Kind):
    def handler(call, request):
        row = find(call, kind, request[f"{kind.name}Id"])
        require(call, "UPDATE_NSC", row["workspace_id"])
        stop(call.master, row["id"], "user requested kill")
        return {kind.name: shown(call, kind, find(call, kind, row["id"]))}

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
        return {kind.name: shown(call, kind, row)}

    return handler


def _whole(value):
    """JSON's numbers are doubles here: those without a fraction are integers."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list) else value


def prepare(call, request: dict, slots: int | None = None) -> tuple[dict, sqlite3.Row]:
    """(the filled config, the workspace's row) of a launch; raises what is wrong, in the master's order.

    slots: how many it has whatever the config says.
    """
    try:
        return _prepare(call, request, slots)
    except ApiError as error:
        code = 3 if error.code == 13 else error.code
        raise ApiError(code, f"failed to prepare launch params: {error.text}") from None


def _prepare(call, request: dict, fixed_slots: int | None) -> tuple[dict, sqlite3.Row]:
    workspace_id = request["workspaceId"] or DEFAULT_WORKSPACE
    given = _whole(request.get("config") or {})
    wanted, slots = task_config.resources(given)
    slots = slots if fixed_slots is None else fixed_slots
    pool = resolve_pool(call, wanted, slots, workspace_id)
    layers = []
    if request["templateName"]:
        layers.append(json.loads(templates.find(call, request["templateName"])["config"]))
    workspace = workspaces.find(call, workspace_id)
    try:
        task_config.check(given)
    except ValueError as error:
        raise invalid(f"unable to decode the merged config: {task_config.go_json(given)}: {error}") from None
    known = task_config.STRUCTS["CommandConfig"]
    layers = [{name: value for name, value in layer.items() if name in known} for layer in layers]
    config = task_config.fill(*layers, given)
    config["resources"].update(resource_pool=pool, slots=slots)
    refusal = config_policies.violation(call.db, workspace_id, "NTSC", config["resources"])
    if refusal:
        raise invalid(f"failed constraint check: {refusal}")
    return config, workspace


def resolve_pool(call, name: str, slots: int, workspace_id: int) -> str:
    """The pool that a task of one machine goes to; 400 for one that is not there, is another workspace's, or has no
    agent with that many slots."""
    scheduler = call.master.scheduler
    if not name and slots >= 0:
        column = "default_compute_pool" if slots else "default_aux_pool"
        name = call.db.value(f"select {column} from workspaces where id = ?", workspace_id) or scheduler.pools[0]
    if name not in pools.available(call, workspace_id):
        raise invalid(f"resource pool {name} does not exist or is not available to workspace id {workspace_id}")
    if slots > scheduler.biggest_agent(name):
        raise invalid("validating resources: request unfulfillable, please try requesting less slots")
    return name


def _key_pair() -> tuple[str, str]:
    """(private, public): of the right form, but no key that would let anybody in."""
    private = base64.encodebytes(secrets.token_bytes(288)).decode()
    public = base64.b64encode(b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + secrets.token_bytes(32)).decode()
    return (
        f"-----BEGIN OPENSSH PRIVATE KEY-----\n{private}-----END OPENSSH PRIVATE KEY-----\n",
        f"ssh-ed25519 {public}\n",
    )


def _launch(call, kind: Kind, request: dict, config: dict, workspace_id: int, port: int, **columns) -> dict:
    """Keep a task and put it into the queue."""
    if kind.name == "shell":
        columns["private_key"], columns["public_key"] = _key_pair()
    elif kind.name == "notebook":
        columns["token"] = auth.make_token(call.master, call.user["id"], call.now() + auth.SESSION)[1]
    now = call.now() // 1000 * 1000
    task_id, job_id = str(uuid.uuid4()), str(uuid.uuid4())
    context = tasks.pack(request["files"])
    owner = {"user_id": call.user["id"], "workspace_id": workspace_id, "job_id": job_id}
    tasks.add(call.db, task_id, kind.stored, now, context=context, **owner)
    call.db.insert(
        "interactive_tasks",
        id=task_id,
        kind=kind.stored,
        description=config["description"],
        config=json.dumps(config),
        start_time=now,
        port=port,
        **owner,
        **columns,
    )
    submit(call.master, task_id)
    return {kind.name: shown(call, kind, find(call, kind, task_id)), "config": config, "warnings": []}


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


def _port(kind: Kind) -> int:
    return kind.first_port + secrets.randbelow(300) if kind.first_port else 0


def _checked(config: dict, what: str) -> None:
    problem = task_config.invalid(config)
    if problem:
        raise invalid(f"{what}{problem}")


def _open_workspace(call, workspace: sqlite3.Row) -> int:
    """Its id; an archived one takes nothing new, and says that it is not there."""
    if workspace["archived"]:
        raise missing(call, "workspace", workspace["id"])
    return workspace["id"]


def _launcher(kind: Kind, problem: str):
    def handler(call, request):
        config, workspace = prepare(call, request)
        require(call, "CREATE_NSC", _open_workspace(call, workspace))
        config["description"] = config["description"] or f"{kind.title} ({words.name()})"
        if request.get("preview"):
            return {kind.name: _nothing(), "config": config, "warnings": []}
        port = _port(kind)
        config["entrypoint"] = kind.entrypoint(config["entrypoint"] or [], port)
        _checked(config, problem)
        return _launch(call, kind, request, config, workspace["id"], port)

    return handler


def _nothing() -> dict:
    """The notebook that a preview does not make."""
    return {
        "id": "",
        "description": "",
        "state": "STATE_UNSPECIFIED",
        "startTime": None,
        "container": None,
        "displayName": "",
        "userId": 0,
        "username": "",
        "serviceAddress": "",
        "resourcePool": "",
        "exitStatus": "",
        "jobId": "",
        "workspaceId": 0,
    }


def _tensorboard_experiments(call, request: dict) -> list[tuple[int, str, list[int]]]:
    """What a tensorboard is to show: (id, config, trial ids as JSON) of each experiment; 404 for what is not there."""
    from . import experiments, lifecycle

    chosen: dict[int, list[int]] = {}
    ids = request["experimentIds"]
    if "filters" in request:
        picked = {"projectId": request["filters"]["projectId"] or lifecycle.ANY_PROJECT, "filters": request["filters"]}
        ids = [row["id"] for row in lifecycle.candidates(call, picked)]
    for experiment_id in ids:
        experiments.find(call, experiment_id, "VIEW_EXPERIMENT_ARTIFACTS")
        chosen[experiment_id] = []
    for trial_id in request["trialIds"]:
        experiment_id = call.db.value("select experiment_id from runs where id = ?", trial_id)
        if experiment_id is None:
            raise missing(call, "trial", trial_id)
        experiments.find(call, experiment_id, "VIEW_EXPERIMENT_ARTIFACTS")
        chosen.setdefault(experiment_id, []).append(trial_id)
    return [(i, call.db.value("select config from experiments where id = ?", i), chosen[i]) for i in sorted(chosen)]


def _storage_path(storage: dict) -> str:
    """Where the logs of experiments with that checkpoint storage lie."""
    kind = storage["type"]
    if kind in ("s3", "gcs"):
        scheme = "s3" if kind == "s3" else "gs"
        return "/".join(filter(None, (f"{scheme}:/", storage["bucket"], (storage.get("prefix") or "").strip("/"))))
    if kind == "azure":
        return f"azure://{storage['container']}"
    return storage["container_path"] if kind == "directory" else MOUNT


def launch_tensorboard(call, request):
    kind = KINDS["tensorboard"]
    if not request["experimentIds"] and not request["trialIds"] and "filters" not in request:
        raise invalid("must set experiment, trial ids, or filters")
    config, workspace = prepare(call, request, slots=0)
    _open_workspace(call, workspace)
    chosen = _tensorboard_experiments(call, request)
    if not chosen:
        raise invalid("no experiments found")
    cluster = call.db.value("select id from cluster")
    folders, mounts = [], {}
    for experiment_id, stored, trials in chosen:
        storage = json.loads(stored)["checkpoint_storage"]
        if storage["type"] == "shared_fs":
            mounts[MOUNT] = {
                "container_path": MOUNT,
                "host_path": storage["host_path"],
                "propagation": "rprivate",
                "read_only": False,
            }
        base = f"{_storage_path(storage)}/{cluster}/tensorboard/experiment/{experiment_id}/"
        folders += [f"{base}trial/{trial}/" for trial in trials] or [base]
    arguments = config.get("tensorboard_args") or []
    port = _port(kind)
    given = ["/run/determined/tensorboard/storage_config.json", ",".join(folders), *arguments]
    if not ((request.get("config") or {}).get("environment") or {}).get("image"):
        environment = (json.loads(chosen[-1][1]).get("environment") or {}).get("image")
        image = environment if isinstance(environment, dict) else dict.fromkeys(task_config.DEVICES, environment)
        config["environment"]["image"] = {**config["environment"]["image"], **{k: v for k, v in image.items() if v}}
    config["entrypoint"] = kind.entrypoint(given, port)
    config["bind_mounts"] = [*(config["bind_mounts"] or []), *mounts.values()] or None
    config["description"] = f"{kind.title} ({words.name()})"
    config["idle_timeout"] = config["idle_timeout"] or durations.text(TENSORBOARD_IDLE)
    return _launch(
        call,
        kind,
        request,
        config,
        workspace["id"],
        port,
        experiment_ids=json.dumps(request["experimentIds"]),
        trial_ids=json.dumps(request["trialIds"]),
    )


LIST = {name: _lister(kind) for name, kind in KINDS.items()}
GET = {name: _getter(kind) for name, kind in KINDS.items()}
KILL = {name: _killer(kind) for name, kind in KINDS.items()}
SET_PRIORITY = {name: _priority_setter(kind) for name, kind in KINDS.items()}
LAUNCH = {
    "command": _launcher(KINDS["command"], "invalid command config: "),
    "notebook": _launcher(KINDS["notebook"], "invalid notebook config: "),
    "shell": _launcher(KINDS["shell"], ""),
    "tensorboard": launch_tensorboard,
}


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
