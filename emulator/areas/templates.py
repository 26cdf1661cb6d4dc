# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Templates: named configs for tasks."""

from __future__ import annotations

import json
import sqlite3

from .. import paging
from ..errors import ApiError, internal
from ..like import matching, part_of
from ..objects import Table
from ..parents import ARCHIVED, closed
from ..permissions import allowed, lacks, missing, require, visible_workspaces
from ..refusals import absent

ORDER = 50
TABLE = Table(
    "templates",
    """
    name         | text primary key                            | name:string
    config       | text not null                               | config:object?
    workspace_id | integer not null references workspaces (id) | workspaceId:int32
    """,
)
SCHEMA = TABLE.schema
DEFAULT_WORKSPACE = 1
TAKEN = 'ERROR: duplicate key value violates unique constraint "templates_pkey" (SQLSTATE 23505)'


shown = TABLE.shown


def by_name(db, name: str) -> sqlite3.Row | None:
    return db.row("select * from templates where name = ?", name)


def find(call, name: str) -> sqlite3.Row:
    """The template's row, 404 where there is none that the user may see."""
    row = by_name(call.db, name)
    if row is None or not allowed(call, "VIEW_TEMPLATES", row["workspace_id"], anybody=True):
        raise missing(call, "template", name)
    return row


def _find_to_change(call, name: str) -> sqlite3.Row:
    row = by_name(call.db, name)
    if row is None:
        raise absent("template to change")
    require(call, "UPDATE_TEMPLATES", row["workspace_id"])
    return row


def _require_create(call, workspace_id: int) -> None:
    """Raise unless the user may put templates there."""
    if not allowed(call, "VIEW_WORKSPACE", workspace_id, anybody=True):
        raise lacks("VIEW_WORKSPACE")
    workspace = call.db.row("select * from workspaces where id = ?", workspace_id)
    if workspace is None or closed(ARCHIVED, workspace["archived"], "workspaces", "templates", "make"):
        raise missing(call, "workspace", workspace_id)
    require(call, "CREATE_TEMPLATES", workspace_id)


def get(call, request):
    return {"template": shown(find(call, request["templateName"]))}


def list_templates(call, request):
    pattern = part_of(request["name"])
    where, args = [matching("name", "?", pattern)], [pattern]
    for ids in (visible_workspaces(call, "VIEW_TEMPLATES"), request["workspaceIds"] or None):
        if ids is not None:
            where.append("workspace_id in (select value from json_each(?))")
            args.append(json.dumps(ids))
    direction = "desc" if request["orderBy"] == "ORDER_BY_DESC" else "asc"
    sql = f"select * from templates where {' and '.join(where)} order by name {direction}"
    rows = call.db.rows(sql, *args)
    page, pagination = paging.in_sql(request, len(rows), paging.slices(rows))
    # Of a page that is said to be empty the master sends everything from there on.
    page = page or rows[pagination["startIndex"] :]
    return {"templates": [shown(row) for row in page], "pagination": pagination}


def _insert(call, sent: dict) -> None:
    name, workspace_id = sent["name"], sent["workspaceId"] or DEFAULT_WORKSPACE
    _require_create(call, workspace_id)
    try:
        call.db.insert("templates", name=name, config=json.dumps(sent.get("config", {})), workspace_id=workspace_id)
    except sqlite3.IntegrityError:
        raise internal(f"failed to create template {name}: {TAKEN}") from None


def create(call, request):
    _insert(call, request["template"])
    return {"template": shown(by_name(call.db, request["template"]["name"]))}


def put(call, request):
    """Make or change; what is made is answered as it was sent."""
    sent = request["template"]
    name = sent["name"]
    if by_name(call.db, name) is None:
        _insert(call, sent)
        return {"template": {"name": name, "config": sent.get("config"), "workspaceId": sent["workspaceId"]}}
    _find_to_change(call, name)
    if sent["workspaceId"]:
        _require_create(call, sent["workspaceId"])
        call.db.run("update templates set workspace_id = ? where name = ?", sent["workspaceId"], name)
    elif "config" not in sent:
        raise _null_config()
    if "config" in sent:
        call.db.run("update templates set config = ? where name = ?", json.dumps(sent["config"]), name)
    return {"template": shown(by_name(call.db, name))}


def _null_config() -> ApiError:
    return internal(
        'ERROR: null value in column "config" of relation "templates" violates not-null constraint (SQLSTATE 23502)'
    )


def patch_config(call, request):
    row = _find_to_change(call, request["templateName"])
    call.db.run("update templates set config = ? where name = ?", json.dumps(request.get("config", {})), row["name"])
    return {"template": shown(by_name(call.db, row["name"]))}


def rename(call, request):
    row = _find_to_change(call, request["oldName"])
    try:
        call.db.run("update templates set name = ? where name = ?", request["newName"], row["name"])
    except sqlite3.IntegrityError:
        raise internal(f"failed to update template name: {TAKEN}") from None
    return {"template": shown(by_name(call.db, request["newName"]))}


def delete(call, request):
    name = request["templateName"]
    if by_name(call.db, name) is None:
        raise absent("template to change")
    row = find(call, name)
    require(call, "DELETE_TEMPLATES", row["workspace_id"])
    call.db.run("delete from templates where name = ?", name)
    return {}
