# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The model registry: models."""

from __future__ import annotations

import json
import re
import sqlite3

from .. import paging
from ..errors import ApiError, exists, internal, invalid
from ..like import matching, part_of
from ..objects import Table
from ..parents import ARCHIVED, require_open
from ..permissions import allowed, require, visible_workspaces
from ..refusals import absent, refused, refused_by_role

ORDER = 50
TABLE = Table(
    "models",
    """
    name         | text not null unique                        | name:string
    description  | text not null                               | description:string
    metadata     | text not null                               | metadata:object
    created_at   | integer not null                            | creationTime:timestamp
    updated_at   | integer not null                            | lastUpdatedTime:timestamp
    id           | integer primary key autoincrement           | id:int32
    num_versions |                                             | numVersions:int32
    labels       | text not null                               | labels:[string]
    username     |                                             | username:string
    workspace_id | integer not null references workspaces (id) | workspaceId:int32
    user_id      | integer not null references users (id)      | userId:int32
    archived     | integer not null default 0                  | archived:bool
    notes        | text not null                               | notes:string
    """,
)
SCHEMA = TABLE.schema
DEFAULT_WORKSPACE = 1
TAKEN = "avoid names equal to other models (case-sensitive)"
UNKNOWN_WORKSPACE = (
    'ERROR: insert or update on table "models" violates foreign key constraint "models_workspace_id_fkey"'
    " (SQLSTATE 23503)"
)

_SELECT = """
select m.*, u.username, (select count(*) from model_versions v where v.model_id = m.id) as num_versions
from models m join users u on u.id = m.user_id join workspaces w on w.id = m.workspace_id
"""


# Some calls leave parts of a model unset.
shown = TABLE.shown


def quoted(text: str) -> str:
    """A text in quotes, as error texts show it."""
    return json.dumps(text, ensure_ascii=False)


def split_labels(labels: list[str]) -> list[str]:
    """Labels are joined and split at commas."""
    joined = ",".join(labels)
    return joined.split(",") if joined else []


def distinct_labels(values: list) -> list[str]:
    """The labels of a PATCH: texts only, each once."""
    return split_labels(list(dict.fromkeys(value for value in values if isinstance(value, str))))


def differ(old: object, new: object) -> bool:
    """Whether two JSON values differ; the order of keys is no difference."""
    return json.dumps(old, sort_keys=True) != json.dumps(new, sort_keys=True)


def by_id(db, model_id: int) -> sqlite3.Row:
    return db.row(_SELECT + "where m.id = ?", model_id)


def find(call, name: str) -> sqlite3.Row:
    """The row of a model by its name, or where that is digits only by its id; 404."""
    key = "cast(m.id as text)" if re.fullmatch(r"[0-9]+", name) else "m.name"
    row = call.db.row(f"{_SELECT} where {key} = ?", name)
    if row is None:
        raise absent("model", quoted(name))
    return row


def find_visible(call, name: str) -> sqlite3.Row:
    """As find; 500 with RBAC for who may not see it."""
    row = find(call, name)
    if not allowed(call, "VIEW_MODEL_REGISTRY", row["workspace_id"], anybody=True):
        raise refused_by_role("see a model", quoted(call.user["username"]), quoted(row["name"]))
    return row


def find_editable(call, name: str) -> sqlite3.Row:
    """As find; 403 with RBAC for who may not edit it."""
    row = find(call, name)
    require(call, "EDIT_MODEL_REGISTRY", row["workspace_id"])
    return row


def require_delete(call, kind: str, workspace_id: int, owners: tuple) -> None:
    """403 unless the user may delete a model or a version (kind: MODEL_REGISTRY, MODEL_VERSION)."""
    if not call.master.rbac:
        if not call.user["admin"] and call.user["id"] not in owners:
            raise refused({"MODEL_REGISTRY": "delete models", "MODEL_VERSION": "delete model versions"}[kind])
        return
    require(call, f"DELETE_{kind}", workspace_id)
    if call.user["id"] not in owners:
        require(call, f"DELETE_OTHER_USER_{kind}", workspace_id)


def _checked_name(name: str) -> str:
    for wrong, text in (
        (not name.replace(" ", ""), "be blank"),
        ("  " in name, "have excessive spacing"),
        ("/" in name or "\\" in name, "have slashes"),
        (re.fullmatch(r"[0-9]+", name), "be only numbers"),
    ):
        if wrong:
            raise invalid(f"model names cannot {text}")
    return name


def get(call, request):
    return {"model": shown(find_visible(call, request["modelName"]))}


_SORT = {
    "SORT_BY_NAME": "m.name {0}, m.id {0}",
    "SORT_BY_DESCRIPTION": "m.description {0}, m.id {0}",
    "SORT_BY_CREATION_TIME": "m.created_at {0}, m.id {0}",
    "SORT_BY_LAST_UPDATED_TIME": "m.updated_at {0}, m.id {0}",
    "SORT_BY_NUM_VERSIONS": "num_versions {0}, m.id {0}",
    "SORT_BY_WORKSPACE": "w.name {0}, m.id {0}",
}


def _workspaces_to_list(call, request) -> list[int] | None:
    """The workspaces whose models are listed, None for all; 500 where the user may not."""
    wanted = request["workspaceIds"] or None
    if wanted is None and request["workspaceNames"]:
        names = json.dumps(request["workspaceNames"])
        known = call.db.column("select id from workspaces where name in (select value from json_each(?))", names)
        wanted = known or None
    visible = visible_workspaces(call, "VIEW_MODEL_REGISTRY")
    if visible is None:
        return wanted
    if not visible or not set(wanted or ()) <= set(visible):
        raise refused_by_role("list models")
    return wanted or visible


def list_models(call, request):
    args = {name: part_of(request[name]) for name in ("name", "description")}
    where = [matching(f"m.{name}", f":{name}", pattern) for name, pattern in args.items()]
    if request["id"]:
        where.append("m.id = :id")
        args["id"] = request["id"]
    if "archived" in request:
        where.append("m.archived = :archived")
        args["archived"] = request["archived"]
    in_list = "in (select value from json_each(:{0}))"
    for field, values, condition in (
        ("users", ",".join(request["users"]).split(",") if request["users"] else None, "u.username " + in_list),
        ("userIds", request["userIds"] or None, "m.user_id " + in_list),
        ("workspaces", _workspaces_to_list(call, request), "m.workspace_id " + in_list),
        (
            "labels",
            split_labels(request["labels"]) or None,
            f"exists (select 1 from json_each(m.labels) l where l.value {in_list})",
        ),
    ):
        if values is not None:
            where.append(condition.format(field))
            args[field] = json.dumps(values)
    direction = "desc" if request["orderBy"] == "ORDER_BY_DESC" else "asc"
    order = _SORT.get(request["sortBy"], "m.id {0}").format(direction)
    rows = call.db.rows(f"{_SELECT} where {' and '.join(where)} order by {order}", **args)
    page, pagination = paging.in_memory(request, rows)
    return {"models": [shown(row) for row in page], "pagination": pagination}


def labels(call, request):
    where, args = ["1"], []
    if request["workspaceId"] > 0:
        where.append("m.workspace_id = ?")
        args.append(request["workspaceId"])
    visible = visible_workspaces(call, "VIEW_MODEL_REGISTRY")
    if visible is not None:
        where.append("m.workspace_id in (select value from json_each(?))")
        args.append(json.dumps(visible))
    sql = (
        f"select l.value from models m, json_each(m.labels) l where {' and '.join(where)}"
        " group by l.value order by count(distinct m.id) desc, l.value"
    )
    return {"labels": call.db.column(sql, *args)}


def _workspace_by_name(call, name: str) -> int:
    workspace_id = call.db.value("select id from workspaces where name = ?", name)
    if workspace_id is None:
        raise absent("workspace of a model", name)
    return workspace_id


def create(call, request):
    name = _checked_name(request["name"])
    workspace_id = request.get("workspaceId", DEFAULT_WORKSPACE)
    if "workspaceId" not in request and "workspaceName" in request:
        workspace_id = _workspace_by_name(call, request["workspaceName"])
    require(call, "CREATE_MODEL_REGISTRY", workspace_id)
    now = call.now()
    try:
        model_id = call.db.insert(
            "models",
            name=name,
            description=request["description"],
            metadata=json.dumps(request.get("metadata", {})),
            labels=json.dumps(split_labels(request["labels"])),
            notes=request["notes"],
            user_id=call.user["id"],
            workspace_id=workspace_id,
            created_at=now,
            updated_at=now,
        )
    except sqlite3.IntegrityError as error:
        if "FOREIGN KEY" in str(error):
            raise internal(f"error creating model {quoted(name)} in database: {UNKNOWN_WORKSPACE}") from None
        raise exists(TAKEN) from None
    return {"model": shown(by_id(call.db, model_id), userId=0)}


def patch(call, request):
    """Subset. After a change the answer lacks what the table's row does not have."""
    row = find(call, request["modelName"])
    require_open(ARCHIVED, row["archived"], "models", "models", "change", quoted(row["name"]))
    require(call, "EDIT_MODEL_REGISTRY", row["workspace_id"])
    columns = changes(row, request["model"])
    if "name" in columns:
        _checked_name(columns["name"])
    workspace_id = _new_workspace(call, request["model"], row)
    if workspace_id != row["workspace_id"]:
        require(call, "EDIT_MODEL_REGISTRY", workspace_id)
        columns["workspace_id"] = workspace_id
    if not columns:
        return {"model": shown(row)}
    try:
        call.db.update("models", row["id"], **columns, updated_at=call.now())
    except sqlite3.IntegrityError:
        raise exists(TAKEN) from None
    return {"model": shown(by_id(call.db, row["id"]), id=0, numVersions=0, username="", workspaceId=0, userId=0)}


def changes(row: sqlite3.Row, sent: dict) -> dict:
    """The columns of a model or a version that a PATCH changes."""
    columns: dict = {}
    for field in ("name", "description", "comment", "notes"):
        if field in sent and sent[field] != row[field]:
            columns[field] = sent[field]
    if "metadata" in sent and differ(json.loads(row["metadata"]), sent["metadata"]):
        columns["metadata"] = json.dumps(sent["metadata"])
    if "labels" in sent:
        new = distinct_labels(sent["labels"])
        if new != json.loads(row["labels"]):
            columns["labels"] = json.dumps(new)
    return columns


def _new_workspace(call, sent: dict, row: sqlite3.Row) -> int:
    if "workspaceId" in sent:
        raise internal(f"failed to get workspace with id {sent['workspaceId']}: expected 2 arguments, got 1")
    return _workspace_by_name(call, sent["workspaceName"]) if "workspaceName" in sent else row["workspace_id"]


def _archiving(archived: bool):
    def change(call, request):
        row = find_editable(call, request["modelName"])
        call.db.update("models", row["id"], archived=archived, updated_at=call.now())
        return {}

    return change


archive = _archiving(True)
unarchive = _archiving(False)


def move(call, request):
    row = find_editable(call, request["modelName"])
    workspace_id = request["destinationWorkspaceId"]
    require(call, "CREATE_MODEL_REGISTRY", workspace_id)
    try:
        call.db.update("models", row["id"], workspace_id=workspace_id)
    except sqlite3.IntegrityError:
        raise _not_moved(request["modelName"]) from None
    return {}


def _not_moved(name: str) -> ApiError:
    return internal(f"error moving a model ({name}): error running query: move_model: {UNKNOWN_WORKSPACE}")


def delete(call, request):
    row = find(call, request["modelName"])
    require_delete(call, "MODEL_REGISTRY", row["workspace_id"], (row["user_id"],))
    call.db.run("delete from models where id = ?", row["id"])
    return {}
