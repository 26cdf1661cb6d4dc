# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Launching notebooks, shells and commands: what a launch asks for, checked and filled in, and then kept."""

from __future__ import annotations

import base64
import json
import secrets
import sqlite3
import uuid

from .. import task_config, words
from ..errors import ApiError, invalid
from ..parents import ARCHIVED, closed
from ..permissions import missing, require
from . import auth, config_policies, ntsc, pools, tasks, templates, workspaces
from .ntsc import KINDS, Kind

DEFAULT_WORKSPACE = 1


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


def launch(call, kind: Kind, request: dict, config: dict, workspace_id: int, port: int, **columns) -> dict:
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
    ntsc.submit(call.master, task_id)
    return {kind.name: kind.shape.shown(ntsc.find(call, kind, task_id)), "config": config, "warnings": []}


def _checked(config: dict, what: str) -> None:
    problem = task_config.invalid(config)
    if problem:
        raise invalid(f"{what}{problem}")


def open_workspace(call, workspace: sqlite3.Row) -> int:
    """Its id, or 404."""
    if closed(ARCHIVED, workspace["archived"], "workspaces", "interactive_tasks", "make"):
        raise missing(call, "workspace", workspace["id"])
    return workspace["id"]


def _launcher(kind: Kind, problem: str):
    def handler(call, request):
        config, workspace = prepare(call, request)
        require(call, "CREATE_NSC", open_workspace(call, workspace))
        config["description"] = config["description"] or f"{kind.title} ({words.name()})"
        if request.get("preview"):
            return {kind.name: kind.shape.unset(state="STATE_UNSPECIFIED"), "config": config, "warnings": []}
        port = kind.port()
        config["entrypoint"] = kind.entrypoint(config["entrypoint"] or [], port)
        _checked(config, problem)
        return launch(call, kind, request, config, workspace["id"], port)

    return handler


LAUNCH = {
    "command": _launcher(KINDS["command"], "invalid command config: "),
    "notebook": _launcher(KINDS["notebook"], "invalid notebook config: "),
    "shell": _launcher(KINDS["shell"], ""),
}
