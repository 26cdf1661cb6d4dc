# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of users, and the hidden group that each user has alone."""

from __future__ import annotations

import json
import sqlite3

from ..errors import exists, internal, invalid
from ..objects import Shape, Table
from ..permissions import rbac_allows_somewhere, require
from ..refusals import absent
from . import users

ORDER = 5
# user_id: whose personal group it is. Roles are given to groups, so a user's own ones hang on it.
TABLE = Table(
    "groups",
    """
    id      | integer primary key autoincrement    | groupId:int32
    name    | text not null unique                 | name:string
    user_id | integer unique references users (id) |
    """,
)
DETAILS = TABLE.with_more("| users:[User]")
FOUND = Shape(
    """
            | group:Group
    members | numMembers:int32
    """,
    {"group": TABLE.shown},
)
SCHEMA = (
    TABLE.schema
    + """
create table if not exists group_members (
    group_id integer not null references groups (id),
    user_id integer not null references users (id),
    primary key (group_id, user_id)
);
create index if not exists group_members_user on group_members (user_id);
create trigger if not exists personal_group after insert on users begin
    insert into groups (name, user_id) values (new.id || 'DeterminedPersonalGroup', new.id);
    insert into group_members (group_id, user_id) values (last_insert_rowid(), new.id);
end;
"""
)
PERSONAL = "DeterminedPersonalGroup"
NO_LIMIT = "Bad request: limit is required and must be <= 500"


def require_change(call) -> None:
    require(call, "UPDATE_GROUP", basic="change groups")


def members(db, group_id: int) -> list[dict]:
    """The users of a group as the API shows them."""
    sql = "select u.* from group_members m join users u on u.id = m.user_id where m.group_id = ? order by u.id"
    return [users.shown(user) for user in db.rows(sql, group_id)]


def details(db, row: sqlite3.Row) -> dict:
    """A group with its members."""
    return DETAILS.shown(row, users=members(db, row["id"]))


def find(call, group_id: int) -> sqlite3.Row:
    """The group's row; 404 where there is none, and for somebody's personal one."""
    row = call.db.row("select * from groups where id = ?", group_id)
    if row is None:
        raise absent("group", group_id)
    if row["user_id"] is not None:
        raise absent("personal group")
    return row


def require_sight(call, group_id: int) -> None:
    """With RBAC a group exists for its members, and for who may assign roles somewhere."""
    if call.master.rbac and not rbac_allows_somewhere(call, "ASSIGN_ROLES"):
        sql = "select 1 from group_members where group_id = ? and user_id = ?"
        if call.db.value(sql, group_id, call.user["id"]) is None:
            raise absent("group", group_id)


def _touch(call, user_ids: list[int]) -> None:
    call.db.many("update users set modified_at = ? where id = ?", [(call.now(), user_id) for user_id in user_ids])


def _require_modifiable(call, group_ids: list[int]) -> None:
    sql = "select count(*) from groups where user_id is null and id in (select value from json_each(?))"
    if call.db.value(sql, json.dumps(group_ids)) != len(group_ids):
        raise absent("group to change")


def _add(call, group_id: int, user_ids: list[int]) -> None:
    """Make users members of a group that has none of them yet."""
    try:
        call.db.many(
            "insert into group_members (group_id, user_id) values (?, ?)", [(group_id, user_id) for user_id in user_ids]
        )
    except sqlite3.IntegrityError as error:
        if "FOREIGN KEY" in str(error):
            raise absent("new members", len(user_ids)) from None
        raise exists(f"Error when adding {len(user_ids)} user(s) to 1 group(s): row already exists") from None
    _touch(call, user_ids)


def _remove(call, group_ids: list[int], user_ids: list[int]) -> None:
    """End memberships; 404 if there was not a single one."""
    removed = call.db.run(
        "delete from group_members where group_id in (select value from json_each(?))"
        " and user_id in (select value from json_each(?))",
        json.dumps(group_ids),
        json.dumps(user_ids),
    )
    if not removed:
        raise absent("members", len(user_ids), len(group_ids))
    _touch(call, user_ids)


def create(call, request):
    if PERSONAL in request["name"]:
        raise invalid(f"group name cannot contain '{PERSONAL}'")
    require_change(call)
    try:
        group_id = call.db.insert("groups", name=request["name"])
    except sqlite3.IntegrityError:
        raise exists(f"Error creating group {request['name']}: row already exists") from None
    if request["addUsers"]:
        _add(call, group_id, request["addUsers"])
    return {"group": details(call.db, find(call, group_id))}


def get(call, request):
    require_sight(call, request["groupId"])
    return {"group": details(call.db, find(call, request["groupId"]))}


def update(call, request):
    require_change(call)
    group_id = find(call, request["groupId"])["id"]
    if request["name"]:
        try:
            call.db.update("groups", group_id, name=request["name"])
        except sqlite3.IntegrityError:
            raise exists(f"Error updating group {group_id} name: row already exists") from None
    if request["addUsers"]:
        _add(call, group_id, request["addUsers"])
    if request["removeUsers"]:
        _remove(call, [group_id], request["removeUsers"])
    return {"group": details(call.db, find(call, group_id))}


def delete(call, request):
    require_change(call)
    if not call.db.run("delete from groups where id = ? and user_id is null", request["groupId"]):
        raise absent("group to delete", request["groupId"])
    return {}


def page(request: dict, rows: list, limit: int) -> tuple[list, dict]:
    """(the page, its pagination) of groups and roles: no limit below zero, a negative offset is ignored."""
    start = max(request["offset"], 0)
    part = rows[start:] if limit < 0 else rows[start : start + limit]
    return part, {
        "offset": request["offset"],
        "limit": limit,
        "startIndex": request["offset"],
        "endIndex": request["offset"] + len(part),
        "total": len(rows),
    }


def search(call, request):
    if request["limit"] == 0 or request["limit"] > 500:
        raise invalid(NO_LIMIT)
    where, args = ["user_id is null"], []
    if request["name"]:
        where.append("name = ?")
        args.append(request["name"])
    belongs = "exists (select 1 from group_members m where m.group_id = g.id and m.user_id = ?)"
    if request["userId"]:
        where.append(belongs)
        args.append(request["userId"])
    if call.master.rbac and not rbac_allows_somewhere(call, "ASSIGN_ROLES"):
        where.append(belongs)
        args.append(call.user["id"])
    count = "(select count(*) from group_members m where m.group_id = g.id) as members"
    rows = call.db.rows(f"select id, name, {count} from groups g where {' and '.join(where)} order by id", *args)
    part, pagination = page(request, rows, request["limit"])
    return {"groups": [FOUND.shown(row) for row in part], "pagination": pagination}


def assign_many(call, request):
    require_change(call)
    user_ids = request["userIds"]
    for field in ("addGroups", "removeGroups"):
        if request[field]:
            _require_modifiable(call, request[field])
    if request["addGroups"] and user_ids:
        pairs = [(group_id, user_id) for user_id in user_ids for group_id in request["addGroups"]]
        try:
            call.db.many("insert into group_members values (?, ?) on conflict do nothing", pairs)
        except sqlite3.IntegrityError:
            raise internal("internal server error") from None
        _touch(call, user_ids)
    if request["removeGroups"] and user_ids:
        _remove(call, request["removeGroups"], user_ids)
    return {}
