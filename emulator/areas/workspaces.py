# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workspaces and their pins."""

from __future__ import annotations

import json
import sqlite3

from .. import checkpoint_storage, paging
from ..errors import exists, internal, invalid, named_query, precondition
from ..like import matching
from ..objects import Table, prefixed
from ..parents import ARCHIVED, IMMUTABLE, require_open
from ..permissions import may_see, missing, require, visible_workspaces
from ..refusals import absent
from . import pools, roles, users

ORDER = 30
TABLE = Table(
    "workspaces",
    """
    id                   | integer primary key autoincrement      | id:int32
    name                 | text not null unique                   | name:string
    archived             | integer not null default 0             | archived:bool
    username             |                                        | username:string
    immutable            | integer not null default 0             | immutable:bool
    num_projects         |                                        | numProjects:int32
                         |                                        | pinned:bool
    user_id              | integer not null references users (id) | userId:int32
    num_experiments      |                                        | numExperiments:int32
    state                | text not null default 'UNSPECIFIED'    | state:string
    error_message        | text not null default ''               | errorMessage:string
    default_compute_pool | text not null default ''               | defaultComputePool:string
    default_aux_pool     | text not null default ''               | defaultAuxPool:string
    pinned_at            |                                        | pinnedAt:timestamp
                         |                                        | agentUserGroup:AgentUserGroup
    checkpoint_storage   | text                                   | checkpointStorageConfig:object
    agent_uid            | integer                                |
    agent_user           | text                                   |
    agent_gid            | integer                                |
    agent_group          | text                                   |
    created_at           | integer not null                       |
    """,
    {
        "pinned": lambda row: row["pinned_at"] is not None,
        "state": prefixed("WORKSPACE_STATE_", "state"),
        "agentUserGroup": lambda row: users.AGENT_USER_GROUP.shown(row) or None,
        "checkpointStorageConfig": lambda row: _masked(row["checkpoint_storage"]),
    },
    (
        "check ((agent_uid is null) = (agent_user is null))",
        "check ((agent_gid is null) = (agent_group is null))",
    ),
)
SCHEMA = (
    TABLE.schema
    + """
create table if not exists workspace_pins (
    user_id integer not null references users (id),
    workspace_id integer not null references workspaces (id),
    created_at integer not null,
    primary key (user_id, workspace_id)
);
"""
)
TAKEN = "avoid names equal to other workspaces (case-insensitive)"


def first(master):
    master.db.insert("workspaces", name="Uncategorized", immutable=1, user_id=1, created_at=master.clock.now())


_SELECT = """
select w.*, u.username, pins.created_at as pinned_at,
    (select count(*) from projects p where p.workspace_id = w.id) as num_projects,
    (select count(*) from experiments e where e.project_id in
        (select id from projects p where p.workspace_id = w.id)) as num_experiments
from workspaces w
left join users u on u.id = w.user_id
left join workspace_pins pins on pins.workspace_id = w.id and pins.user_id = :me
"""


def _masked(storage: str | None) -> dict | None:
    return checkpoint_storage.masked(json.loads(storage)) if storage else None


shown = TABLE.shown


def find(call, workspace_id: int) -> sqlite3.Row:
    """The workspace's row, or 404."""
    row = call.db.row(_SELECT + "where w.id = :id", me=call.user["id"], id=workspace_id)
    if row is None or not may_see(call, "VIEW_WORKSPACE", workspace_id):
        raise missing(call, "workspace", workspace_id)
    return row


def find_open(call, workspace_id: int, child: str, doing: str) -> sqlite3.Row:
    """As find; 500 for an archived or immutable one that refuses it."""
    row = find(call, workspace_id)
    require_open(IMMUTABLE, row["immutable"], "workspaces", child, doing, workspace_id)
    require_open(ARCHIVED, row["archived"], "workspaces", child, doing, workspace_id)
    return row


def get(call, request):
    return {"workspace": shown(find(call, request["id"]))}


def owner_filters(request: dict, args: dict, table: str) -> list[str]:
    """Conditions on the owner by name and by id, for workspaces and projects."""
    where = []
    for field, column in (("users", "u.username"), ("userIds", f"{table}.user_id")):
        if request[field]:
            values = [part for value in request[field] for part in str(value).split(",")]
            args[field] = json.dumps(values)
            where.append(f"cast({column} as text) in (select value from json_each(:{field}))")
    return where


def list_workspaces(call, request):
    args = {"me": call.user["id"]}
    where = ["1", *owner_filters(request, args, "w")]
    if request["name"]:
        where.append(matching("w.name", ":name", request["name"]))
        args["name"] = request["name"]
    if request["nameCaseSensitive"]:
        where.append(matching("w.name", ":exact", request["nameCaseSensitive"], case=True))
        args["exact"] = request["nameCaseSensitive"]
    if "archived" in request:
        where.append("w.archived = :archived")
        args["archived"] = request["archived"]
    if "pinned" in request:
        where.append("(pins.created_at is not null) = :pinned")
        args["pinned"] = request["pinned"]
    direction = "desc" if request["orderBy"] == "ORDER_BY_DESC" else "asc"
    order = "w.name {0}, w.id {0}" if request["sortBy"] == "SORT_BY_NAME" else "w.id {0}"
    with named_query("get_workspaces"):
        rows = call.db.rows(f"{_SELECT} where {' and '.join(where)} order by {order.format(direction)}", **args)
    visible = visible_workspaces(call, "VIEW_WORKSPACE")
    if visible is not None:
        rows = [row for row in rows if row["id"] in visible]
    page, pagination = paging.in_memory(request, rows)
    listed = [shown(row) for row in page]
    for entry in listed:
        # Only who asks for one sees that.
        entry.pop("checkpointStorageConfig", None)
    return {"workspaces": listed, "pagination": pagination}


def _checked_name(name: str) -> str:
    if not name:
        raise invalid(f"name '{name}' must be at least 1 character long")
    if len(name.encode()) > 80:
        raise invalid(f"name '{name}' must be at most 53 character long")
    if not name.strip():
        raise invalid("name must contain at least non-whitespace letter")
    return name


def _group(call, sent: dict, workspace_id: int | None) -> dict:
    basic = "set agent groups of workspaces"
    require(call, "SET_WORKSPACE_AGENT_USER_GROUP", workspace_id, basic=basic)
    return {
        "agent_uid": sent.get("agentUid"),
        "agent_user": sent.get("agentUser"),
        "agent_gid": sent.get("agentGid"),
        "agent_group": sent.get("agentGroup"),
    }


def _unpaired(columns: dict) -> str:
    """The constraint that half a pair of the agent user group breaks, "" for none."""
    for constraint, pair in (("uidnull", ("agent_uid", "agent_user")), ("gidnull", ("agent_gid", "agent_group"))):
        if (columns[pair[0]] is None) != (columns[pair[1]] is None):
            return constraint
    return ""


def _constraint(name: str):
    return internal(f'ERROR: new row for relation "workspaces" violates check constraint "{name}" (SQLSTATE 23514)')


def _storage(sent: dict) -> str | None:
    return json.dumps(checkpoint_storage.checked(sent)) if sent else None


def create(call, request):
    require(call, "CREATE_WORKSPACE")
    name = _checked_name(request["name"])
    columns: dict = {}
    if "agentUserGroup" in request:
        group = _group(call, request["agentUserGroup"], None)
        # Whatever the store refuses is told as a name that is taken.
        if _unpaired(group):
            raise exists(TAKEN)
        columns.update(group)
    if request.get("checkpointStorageConfig"):
        columns["checkpoint_storage"] = _storage(request["checkpointStorageConfig"])
    try:
        workspace_id = call.db.insert(
            "workspaces",
            name=name,
            user_id=call.user["id"],
            created_at=call.now(),
            default_compute_pool=request["defaultComputePool"],
            default_aux_pool=request["defaultAuxPool"],
            **columns,
        )
    except sqlite3.IntegrityError:
        raise exists(TAKEN) from None
    _pin(call, workspace_id)
    roles.give_maker(call, workspace_id)
    answer = shown(find(call, workspace_id))
    del answer["pinnedAt"]
    return {"workspace": answer, "namespaceBindings": {}}


def patch(call, request):
    sent = request["workspace"]
    row = find_open(call, request["id"], "workspaces", "change")
    workspace_id, owners = row["id"], (row["user_id"],)
    columns: dict = {}
    if "name" in sent and _checked_name(sent["name"]) != row["name"]:
        basic = "set names of workspaces"
        require(call, "UPDATE_WORKSPACE", workspace_id, owners=owners, basic=basic)
        columns["name"] = sent["name"]
    if "agentUserGroup" in sent:
        columns.update(_group(call, sent["agentUserGroup"], workspace_id))
        unpaired = _unpaired(columns)
        if unpaired:
            raise _constraint(unpaired)
    for field, column in (
        ("defaultComputeResourcePool", "default_compute_pool"),
        ("defaultAuxResourcePool", "default_aux_pool"),
    ):
        if field in sent:
            require(call, "SET_WORKSPACE_DEFAULT_RESOURCE_POOL", workspace_id)
            if sent[field] not in ("", *pools.available(call, workspace_id)):
                raise precondition(
                    "unable to bind a resource pool that does not exist or is not available to the workspace"
                )
            columns[column] = sent[field]
    if "checkpointStorageConfig" in sent:
        basic = "set storage of workspaces"
        require(call, "SET_WORKSPACE_CHECKPOINT_STORAGE_CONFIG", workspace_id, owners=owners, basic=basic)
        columns["checkpoint_storage"] = _storage(sent["checkpointStorageConfig"])
    try:
        call.db.update("workspaces", workspace_id, **columns)
    except sqlite3.IntegrityError:
        raise exists(TAKEN) from None
    return {"workspace": shown(find(call, workspace_id)), "namespaceBindings": {}}


def _archiving(verb: str, archived: bool):
    def change(call, request):
        row = find(call, request["id"])
        require(call, "UPDATE_WORKSPACE", row["id"], owners=(row["user_id"],), basic=f"{verb} workspaces")
        require_open(IMMUTABLE, row["immutable"], "workspaces", "workspaces", verb, row["id"])
        call.db.update("workspaces", row["id"], archived=archived)
        return {}

    return change


archive = _archiving("archive", True)
unarchive = _archiving("unarchive", False)


def _pin(call, workspace_id: int) -> None:
    call.db.insert("workspace_pins", user_id=call.user["id"], workspace_id=workspace_id, created_at=call.now())


def pin(call, request):
    row = find(call, request["id"])
    try:
        _pin(call, row["id"])
    except sqlite3.IntegrityError:
        raise internal(
            f"error pinning workspace ({row['id']}): error running query: pin_workspace: ERROR: duplicate key value"
            ' violates unique constraint "workspace_pins_user_id_workspace_id_key" (SQLSTATE 23505)'
        ) from None
    return {}


def unpin(call, request):
    row = find(call, request["id"])
    sql = "delete from workspace_pins where user_id = ? and workspace_id = ?"
    if not call.db.run(sql, call.user["id"], row["id"]):
        raise absent("pin", row["id"])
    return {}


def available_pools(call, request):
    require(call, "VIEW_WORKSPACE", request["workspaceId"])
    names = pools.available(call, request["workspaceId"])
    page, pagination = paging.in_sql(request, len(names), paging.slices(names))
    return {"resourcePools": page, "pagination": pagination}
