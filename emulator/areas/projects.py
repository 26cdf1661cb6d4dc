# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects, their notes and keys."""

from __future__ import annotations

import json
import random
import re
import sqlite3
import string

from .. import paging
from ..errors import exists, internal, invalid, named_query
from ..like import matching
from ..objects import Table, prefixed
from ..parents import ARCHIVED, IMMUTABLE, require_open
from ..permissions import may_see, missing, require, visible_workspaces
from . import workspaces

ORDER = 31
TABLE = Table(
    "projects",
    """
    id              | integer primary key autoincrement           | id:int32
    name            | text not null check (name <> '')            | name:string
    workspace_id    | integer not null references workspaces (id) | workspaceId:int32
    description     | text not null default ''                    | description:string
    last_started    |                                             | lastExperimentStartedAt:timestamp?
    notes           | text not null default '[]'                  | notes:[Note]
    num_experiments |                                             | numExperiments:int32
    num_active      |                                             | numActiveExperiments:int32
    parent_archived |                                             | archived:bool
    username        |                                             | username:string
    immutable       | integer not null default 0                  | immutable:bool
    user_id         | integer not null references users (id)      | userId:int32
    workspace_name  |                                             | workspaceName:string
    state           | text not null default 'UNSPECIFIED'         | state:string
    error_message   | text not null default ''                    | errorMessage:string
    key             | text not null unique                        | key:string
    num_runs        |                                             | numRuns:int32
    archived        | integer not null default 0                  |
    max_local_id    | integer not null default 0                  |
    created_at      | integer not null                            |
    """,
    {"state": prefixed("WORKSPACE_STATE_", "state")},
    ("unique (workspace_id, name)",),
)
SCHEMA = (
    TABLE.schema
    + """
create table if not exists local_id_redirect (
    run_id integer not null,
    project_id integer not null,
    project_key text not null,
    local_id integer not null,
    primary key (project_key, local_id)
);
"""
)
KEY_TRIES = 5
NO_REASON = "error creating project {} in database: rpc error: code = Internal desc = internal server error"


def first(master):
    now = master.clock.now()
    master.db.insert(
        "projects", name="Uncategorized", key="UNCBE", workspace_id=1, immutable=1, user_id=1, created_at=now
    )


_COUNTS = """,
    (select max(start_time) from experiments e where e.project_id = p.id) as last_started,
    (select count(*) from experiments e where e.project_id = p.id) as num_experiments,
    (select count(*) from experiments e where e.project_id = p.id and e.state = 'ACTIVE') as num_active,
    (select count(*) from runs r where r.project_id = p.id) as num_runs
"""
_COLUMNS = """
select p.*, u.username, w.name as workspace_name, w.user_id as workspace_owner,
    (p.archived or w.archived) as parent_archived, w.archived as workspace_archived
"""
_FROM = """
from projects p join workspaces w on w.id = p.workspace_id left join users u on u.id = p.user_id
"""
_SELECT = _COLUMNS + _COUNTS + _FROM


shown = TABLE.shown


def find(call, project_id: int, key: str | None = None, *, counted: bool = False) -> sqlite3.Row:
    """The project's row by id (or by key), or 404; what it holds is counted only on request."""
    column, value = ("key", key.upper()) if key is not None else ("id", project_id)
    row = call.db.row(f"{_SELECT if counted else _COLUMNS + _FROM} where p.{column} = ?", value)
    if row is None or not may_see(call, "VIEW_PROJECT", row["workspace_id"]):
        raise missing(call, "project", project_id if key is None else key)
    return row


def get(call, request):
    return {"project": shown(find(call, request["id"], counted=True))}


def by_key(call, request):
    return {"project": shown(find(call, 0, request["key"], counted=True))}


_SORT = {
    "SORT_BY_CREATION_TIME": "p.created_at",
    "SORT_BY_LAST_EXPERIMENT_START_TIME": "last_started",
    "SORT_BY_NAME": "p.name",
    "SORT_BY_DESCRIPTION": "p.description",
}


def list_projects(call, request):
    """The filter `archived` looks at the project's own flag; workspace 0 is all of them."""
    args: dict = {}
    where = ["1", *workspaces.owner_filters(request, args, "p")]
    if request["id"]:
        workspaces.find(call, request["id"])
        where.append("p.workspace_id = :workspace")
        args["workspace"] = request["id"]
    if request["name"]:
        where.append(matching("p.name", ":name", request["name"]))
        args["name"] = request["name"]
    if "archived" in request:
        where.append("p.archived = :archived")
        args["archived"] = request["archived"]
    direction = "desc nulls first" if request["orderBy"] == "ORDER_BY_DESC" else "asc nulls last"
    column = _SORT.get(request["sortBy"], "p.id")
    sql = f"{_SELECT} where {' and '.join(where)} order by {column} {direction}, p.id {direction}"
    with named_query("get_workspace_projects"):
        rows = call.db.rows(sql, **args)
    visible = visible_workspaces(call, "VIEW_PROJECT")
    if visible is not None:
        rows = [row for row in rows if row["workspace_id"] in visible]
    page, pagination = paging.in_memory(request, rows)
    return {"projects": [{**shown(row), "workspaceName": ""} for row in page], "pagination": pagination}


def recent(call, request):
    """The projects that the user looked at last; without a limit none."""
    rows = call.db.rows(
        f"{_SELECT} join user_activity a on a.project_id = p.id and a.user_id = ? order by a.at desc limit ?",
        call.user["id"],
        max(request["limit"], 0),
    )
    return {"projects": [shown(row) for row in rows if may_see(call, "VIEW_PROJECT", row["workspace_id"])]}


def _checked_key(key: str) -> str:
    if len(key) > 5:
        raise invalid("project key cannot be longer than 5 characters")
    if not key:
        raise invalid("project key cannot be empty")
    if not re.fullmatch("[a-zA-Z0-9]+", key):
        raise invalid(f"project key can only contain alphanumeric characters: {key}")
    return key.upper()


def new_key(db, name: str, chance: random.Random | random.SystemRandom) -> str:
    """A key that is not in use: up to three letters of the name, the rest by chance; 500 after five tries in vain, so
    that where many names begin alike there may be none though keys are left."""
    prefix = re.sub("[^a-zA-Z0-9]", "", name).upper()[:3]
    for _try in range(KEY_TRIES):
        key = prefix + "".join(chance.choices(string.ascii_uppercase + string.digits, k=5 - len(prefix)))
        if not db.value("select 1 from projects where key = ?", key):
            return key
    raise internal(NO_REASON.format(name))


def require_creation(call, project: sqlite3.Row) -> None:
    """403 unless the user may put experiments into the project."""
    require(call, "CREATE_EXPERIMENT", project["workspace_id"])


def create(call, request):
    workspace = workspaces.find_open(call, request["workspaceId"], "projects", "make")
    require(call, "CREATE_PROJECT", workspace["id"])
    name = request["name"]
    # The master's complaint about a key shows it in capitals here.
    given = _checked_key(request["key"].upper()) if "key" in request else None
    key = given or new_key(call.db, name, random.SystemRandom())
    if call.db.value("select 1 from local_id_redirect where project_key = ?", key) or not name:
        raise internal(NO_REASON.format(name))
    taken = _taken(call.db, workspace["id"], name, key)
    if taken:
        raise exists(
            f"error creating project {name} in database: rpc error: code = AlreadyExists desc = error inserting project"
            f" {name} into database: project {taken} is already in use: row already exists"
        )
    project_id = call.db.insert(
        "projects",
        name=name,
        key=key,
        workspace_id=workspace["id"],
        description=request["description"],
        user_id=call.user["id"],
        created_at=call.now(),
    )
    return {"project": {**shown(find(call, project_id, counted=True)), "workspaceName": ""}}


def _taken(db, workspace_id: int, name: str, key: str) -> str:
    if db.value("select 1 from projects where key = ?", key):
        return f"key {key}"
    if db.value("select 1 from projects where workspace_id = ? and name = ?", workspace_id, name):
        return f"name {name}"
    return ""


def require_ownership(call, row: sqlite3.Row, permission: str, doing: str) -> None:
    """403 unless the user owns the project or its workspace, or has the permission there."""
    owners = (row["user_id"], row["workspace_owner"])
    require(call, permission, row["workspace_id"], owners=owners, basic=doing)


def patch(call, request):
    """With nothing to change the answer is the project as it was read first: without owner and workspace name."""
    sent = request["project"]
    if "key" in sent:
        sent = {**sent, "key": _checked_key(sent["key"])}
    row = find(call, request["id"], counted=True)
    require_open(ARCHIVED, row["parent_archived"], "projects", "projects", "change", row["id"])
    require_open(IMMUTABLE, row["immutable"], "projects", "projects", "change", row["id"])
    changes = {name: sent[name] for name in ("name", "description", "key") if name in sent and sent[name] != row[name]}
    for name in changes:
        doing = "set keys of projects" if name == "key" else "set names of projects"
        require_ownership(call, row, "UPDATE_PROJECT", doing)
    if not changes:
        bare = {"username": "", "userId": 0, "workspaceName": "", "lastExperimentStartedAt": None}
        counts = {"numExperiments": 0, "numActiveExperiments": 0, "numRuns": 0}
        return {"project": {**shown(row), **bare, **counts, "notes": []}}
    _change(call, row, changes)
    return {"project": {**shown(find(call, row["id"], counted=True)), "numRuns": 0}}


def _change(call, row: sqlite3.Row, changes: dict) -> None:
    name, key = changes.get("name", row["name"]), changes.get("key", row["key"])
    sql = "select 1 from local_id_redirect where project_key = ? and project_id <> ?"
    if call.db.value(sql, key, row["id"]):
        raise exists(f"error updating project {name}, provided key '{key}' already in use in redirect table")
    if not name:
        raise internal(
            f'error updating project {name}: ERROR: new row for relation "projects" violates check constraint "namemin"'
            " (SQLSTATE 23514)"
        )
    if key != row["key"] and call.db.value("select 1 from projects where key = ?", key):
        raise exists(f"project key {key} is already in use")
    try:
        call.db.update("projects", row["id"], **changes)
    except sqlite3.IntegrityError:
        raise internal(f"error updating project {name}: row already exists") from None
    call.db.run(
        "insert or ignore into local_id_redirect select id, project_id, ?, local_id from runs where project_id = ?",
        key,
        row["id"],
    )


def add_note(call, request):
    row = find(call, request["projectId"])
    require(call, "UPDATE_PROJECT", row["workspace_id"])
    return _set_notes(call, row["id"], [*json.loads(row["notes"]), request["note"]])


def put_notes(call, request):
    row = find(call, request["projectId"])
    require(call, "UPDATE_PROJECT", row["workspace_id"])
    return _set_notes(call, row["id"], request["notes"])


def _set_notes(call, project_id: int, notes: list[dict]) -> dict:
    call.db.update("projects", project_id, notes=json.dumps(notes))
    return {"notes": notes}


def _archiving(verb: str, archived: bool):
    def change(call, request):
        row = find(call, request["id"])
        require_ownership(call, row, "UPDATE_PROJECT", f"{verb} projects")
        require_open(ARCHIVED, row["workspace_archived"], "workspaces", "projects", "archive")
        require_open(IMMUTABLE, row["immutable"], "projects", "projects", verb, row["id"])
        call.db.update("projects", row["id"], archived=archived)
        return {}

    return change


archive = _archiving("archive", True)
unarchive = _archiving("unarchive", False)


def move(call, request):
    row = find(call, request["projectId"])
    source = workspaces.find(call, row["workspace_id"])
    target = workspaces.find_open(call, request["destinationWorkspaceId"], "projects", "move here")
    require(
        call,
        "DELETE_PROJECT",
        row["workspace_id"],
        owners=(row["user_id"],),
        basic="move projects",
    )
    require(call, "CREATE_PROJECT", target["id"])
    if call.db.value("select 1 from projects where workspace_id = ? and name = ?", target["id"], row["name"]):
        raise internal(f"project with name '{row['name']}' already exists in target workspace")
    for closing, flag in ((ARCHIVED, "archived"), (IMMUTABLE, "immutable")):
        require_open(closing, row[flag], "projects", "projects", "move", row["id"])
        require_open(closing, source[flag], "workspaces", "projects", "move away", row["id"])
    call.db.update("projects", row["id"], workspace_id=target["id"])
    return {}


def next_local_id(db, project_id: int, count: int = 1) -> int:
    """The first of `count` new local ids of runs in the project."""
    last = db.value("select max_local_id from projects where id = ?", project_id)
    db.update("projects", project_id, max_local_id=last + count)
    return last + 1
