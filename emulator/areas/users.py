# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users, their settings and activity."""

from __future__ import annotations

import hashlib
import json
import sqlite3

from .. import paging
from ..errors import ApiError, internal, invalid
from ..jsonb import normalised
from ..like import matching, part_of
from ..objects import Shape, Table
from ..parents import SWITCHED_OFF, Fate, children
from ..permissions import allowed, lacks, missing
from ..refusals import refused

ORDER = 0
SALT = "GubPEmmotfiK9TMD6Zdw"


# Whom containers run as: of users and of workspaces.
AGENT_USER_GROUP = Shape("""
    agent_uid   | agentUid:int32
    agent_gid   | agentGid:int32
    agent_user  | agentUser:string
    agent_group | agentGroup:string
""")
TABLE = Table(
    "users",
    """
    id            | integer primary key autoincrement | id:int32
    username      | text not null unique              | username:string
    admin         | integer not null default 0        | admin:bool
    active        | integer not null default 0        | active:bool
                  |                                   | agentUserGroup:AgentUserGroup?
    display_name  | text not null default ''          | displayName:string
    modified_at   | integer not null                  | modifiedAt:timestamp
    remote        | integer not null default 0        | remote:bool
    last_auth_at  | integer                           | lastAuthAt:timestamp
    password_hash | text not null default ''          |
    agent_uid     | integer                           |
    agent_gid     | integer                           |
    agent_user    | text                              |
    agent_group   | text                              |
    """,
    {"agentUserGroup": lambda row: AGENT_USER_GROUP.shown(row) or None},
)
SETTINGS = Table(
    "user_settings",
    """
    user_id      | integer not null references users (id) |
    key          | text not null                          | key:string
    storage_path | text not null                          | storagePath:string
    value        | text not null                          | value:string
    """,
    constraints=("primary key (user_id, storage_path, key)",),
)
SCHEMA = (
    TABLE.schema
    + SETTINGS.schema
    + """
create table if not exists user_activity (
    user_id integer not null references users (id),
    project_id integer not null,
    at integer not null,
    primary key (user_id, project_id)
);
"""
)


def first(master):
    """The two users that a new master has."""
    password = stored_hash(master.options.password, False)
    now = master.clock.now()
    for name, admin in (("admin", 1), ("determined", 0)):
        master.db.insert("users", username=name, admin=admin, active=1, modified_at=now, password_hash=password)


def client_hash(password: str) -> str:
    """What a client may send instead of the password; no password stays no password."""
    return hashlib.sha512((SALT + password).encode()).hexdigest() if password else ""


def stored_hash(password: str, is_hashed: bool) -> str:
    """What the users table keeps. One cheap round: this is test equipment, and a login is to cost nothing."""
    hashed = password if is_hashed else client_hash(password)
    return hashlib.sha256(hashed.encode()).hexdigest() if hashed else ""


shown = TABLE.shown


def by_id(db, user_id: int) -> sqlite3.Row | None:
    return db.row("select * from users where id = ?", user_id)


def find(call, user_id: int) -> sqlite3.Row:
    """The user's row or 404."""
    return by_id(call.db, user_id) or _none(call)


def _none(call):
    raise missing(call, "user")


def get(call, request):
    return {"user": shown(find(call, request["userId"]))}


def by_username(call, request):
    user = call.db.row("select * from users where username = ?", request["username"]) or _none(call)
    return {"user": shown(user)}


_SORT = {
    "SORT_BY_DISPLAY_NAME": "nullif(display_name, '')",
    "SORT_BY_USER_NAME": "username",
    "SORT_BY_ADMIN": "admin",
    "SORT_BY_ACTIVE": "active",
    "SORT_BY_MODIFIED_TIME": "modified_at",
    "SORT_BY_NAME": "coalesce(nullif(display_name, ''), username)",
    "SORT_BY_LAST_AUTH_TIME": "last_auth_at",
    "SORT_BY_REMOTE": "remote",
}


def list_users(call, request):
    if request["roleIdAssignedDirectlyToUser"] and not call.master.rbac:
        raise invalid("cannot filter by role id. RBAC must be enabled.")
    where, args = ["1"], []
    if request["name"]:
        pattern = part_of(request["name"])
        where.append(f"({matching('display_name', '?', pattern)} or {matching('username', '?', pattern)})")
        args += [pattern] * 2
    for flag in ("active", "admin"):
        if flag in request:
            where.append(f"{flag} = ?")
            args.append(request[flag])
    if request["roleIdAssignedDirectlyToUser"]:
        wanted = ", ".join(map(str, request["roleIdAssignedDirectlyToUser"]))
        where.append(
            "id in (select g.user_id from role_assignments a join groups g on g.id = a.group_id"
            f" where a.workspace_id is null and a.role_id in ({wanted}))"
        )
    # What is not there counts as the greatest.
    direction = "desc nulls first" if request["orderBy"] == "ORDER_BY_DESC" else "asc nulls last"
    order = f"{_SORT.get(request['sortBy'], 'id')} {direction}, id"
    rows = call.db.rows(f"select * from users where {' and '.join(where)} order by {order}", *args)
    page, pagination = paging.in_memory(request, rows)
    return {"users": [shown(u) for u in page], "pagination": pagination}


def _may_change(call, user_id: int | None, basic: str, *, own: bool, own_rbac: bool | None = None) -> None:
    """403 unless an admin, or where `own` (with RBAC `own_rbac`, if it differs) the user itself. Where users may do it
    themselves, a master with RBAC refuses it for others in the words of one without."""
    own_counts = own if own_rbac is None or not call.master.rbac else own_rbac
    if own_counts and user_id == call.user["id"]:
        return
    if not allowed(call, "ADMINISTRATE_USER"):
        by_role = call.master.rbac and not own_counts
        raise lacks("ADMINISTRATE_USER") if by_role else refused(basic)


def _checked_name(name: str, *, login: bool, admin: bool, current: str = "") -> str:
    """A user or display name, trimmed, or 400."""
    name = name.strip()
    if not name.isascii():
        raise invalid("Display name and username cannot contain non-ASCII characters.")
    if login and len(name) < 2:
        raise invalid("Display name or username value has minimum length.")
    if name.lower() == "admin" and not admin:
        raise invalid("Non-admin user cannot be renamed 'admin'")
    if name.lower() == "determined" and current != "determined":
        raise invalid("User cannot be renamed 'determined'")
    return name


def _group(sent: dict) -> dict:
    """The columns of an agent user group, checked; `{}` is all zeros."""
    if sent:
        if len(sent) < 4:
            raise invalid("agentUid, agentGid, agentUser and agentGroup cannot be empty")
        if not sent["agentUser"] or not sent["agentGroup"]:
            raise invalid("agentUser and agentGroup names cannot be empty")
    return {
        "agent_uid": sent.get("agentUid", 0),
        "agent_gid": sent.get("agentGid", 0),
        "agent_user": sent.get("agentUser", ""),
        "agent_group": sent.get("agentGroup", ""),
    }


def create(call, request):
    if "user" not in request:
        raise invalid("must specify user to create")
    user = request["user"]
    _may_change(call, None, "create users", own=False)
    username = _checked_name(user["username"], login=True, admin=user["admin"])
    display_name = _checked_name(user["displayName"], login=False, admin=user["admin"])
    if user["remote"] and request["password"]:
        raise invalid("cannot set password for remote user")
    group = _group(user["agentUserGroup"]) if "agentUserGroup" in user else {}
    if call.db.value("select 1 from users where username = ?", username):
        raise internal("code=400, message=user already exists")
    user_id = call.db.insert(
        "users",
        username=username,
        display_name=display_name,
        admin=user["admin"],
        active=user["active"],
        remote=user["remote"],
        modified_at=call.now(),
        password_hash=stored_hash(request["password"], request["isHashed"]),
        **group,
    )
    return {"user": shown(by_id(call.db, user_id))}


def patch(call, request):
    """Fields that are there and differ are written; a write without `active: true` revokes the access tokens."""
    user = find(call, request["userId"])
    sent, user_id = request["user"], user["id"]
    columns: dict = {}
    admin = sent.get("admin", bool(user["admin"]))
    if "username" in sent and sent["username"] != user["username"]:
        _may_change(call, user_id, "set user names", own=True, own_rbac=False)
        if user["remote"]:
            raise invalid("Cannot set username for remote users")
        columns["username"] = _checked_name(sent["username"], login=True, admin=admin, current=user["username"])
    if "displayName" in sent:
        _may_change(call, user_id, "set display names", own=True)
        name = _checked_name(sent["displayName"], login=False, admin=admin, current=user["username"])
        if name != user["display_name"]:
            if name and call.db.value(
                "select 1 from users where id <> ? and (lower(display_name) = ? or lower(username) = ?)",
                user_id,
                name.lower(),
                name.lower(),
            ):
                raise invalid(f"can not change display name to {name} found a similar username or display name")
            columns["display_name"] = name
    for flag in ("admin", "active"):
        if flag in sent:
            _may_change(call, None, "switch users", own=False)
            columns[flag] = sent[flag]
    if "remote" in sent:
        _may_change(call, None, "set user names", own=False)
        columns["remote"] = sent["remote"]
        if sent["remote"] != bool(user["remote"]):
            columns["password_hash"] = ""
    if "password" in sent:
        _may_change(call, user_id, "set passwords", own=True)
        if columns.get("remote", user["remote"]):
            raise invalid("Cannot set password for remote users")
        columns["password_hash"] = stored_hash(sent["password"], sent["isHashed"])
    group = {}
    if "agentUserGroup" in sent:
        _may_change(call, None, "switch users", own=False)
        group = _group(sent["agentUserGroup"])
    _write(call, user_id, columns, group, revoke=not sent.get("active", False))
    return {"user": shown(by_id(call.db, user_id))}


def _write(call, user_id: int, columns: dict, group: dict, *, revoke: bool) -> None:
    db, now = call.db, call.now()
    if columns:
        try:
            db.update("users", user_id, **columns, modified_at=now)
        except sqlite3.IntegrityError:
            raise internal(
                f'error setting active status of "{columns["username"]}": ERROR: duplicate key value violates unique'
                ' constraint "users_username_key" (SQLSTATE 23505)'
            ) from None
        if "password_hash" in columns:
            db.run("delete from user_sessions where user_id = ? and token_type = 'USER_SESSION'", user_id)
        if revoke:
            types = json.dumps(children(SWITCHED_OFF["users"], Fate.REVOKED))
            db.run(
                "update user_sessions set revoked_at = ? where user_id = ? and revoked_at is null"
                " and token_type in (select value from json_each(?))",
                now,
                user_id,
                types,
            )
    db.update("users", user_id, **group)


def set_password(call, request):
    user = find(call, request["userId"])
    _may_change(call, user["id"], "set passwords", own=True)
    _write(call, user["id"], {"password_hash": stored_hash(request["password"], False)}, {}, revoke=False)
    return {"user": shown(by_id(call.db, user["id"]))}


def activate_many(call, request):
    """A result for each id that was sent, known or not and as often as it was sent."""
    error = ""
    try:
        _may_change(call, None, "switch users", own=False)
    except ApiError as refusal:
        error = refusal.text
    else:
        sql = "update users set active = ?, modified_at = ? where id in (select value from json_each(?))"
        call.db.run(sql, request["activate"], call.now(), json.dumps(request["userIds"]))
    return {"results": [{"error": error, "id": user_id} for user_id in request["userIds"]]}


def settings(call, request):
    rows = call.db.rows("select * from user_settings where user_id = ? order by rowid", call.user["id"])
    return {"settings": [SETTINGS.shown(row) for row in rows]}


def set_settings(call, request):
    for setting in request["settings"]:
        key = (call.user["id"], setting["storagePath"], setting["key"])
        if not setting["value"]:
            call.db.run("delete from user_settings where user_id = ? and storage_path = ? and key = ?", *key)
            continue
        try:
            value = normalised(setting["value"])
        except ValueError:
            raise internal("ERROR: invalid input syntax for type json (SQLSTATE 22P02)") from None
        call.db.run(
            "insert into user_settings (user_id, storage_path, key, value) values (?, ?, ?, ?)"
            " on conflict do update set value = excluded.value",
            *key,
            value,
        )
    return {}


def reset_settings(call, request):
    call.db.run("delete from user_settings where user_id = ?", call.user["id"])
    return {}


def note_activity(call, request):
    if request["activityType"] != "ACTIVITY_TYPE_GET":
        raise internal(f"missing mapping for activity type {request['activityType']} to model")
    if request["entityType"] != "ENTITY_TYPE_PROJECT":
        raise internal(f"missing mapping for entity type {request['entityType']} to model")
    call.db.run(
        "insert or replace into user_activity (user_id, project_id, at) values (?, ?, ?)",
        call.user["id"],
        request["entityId"],
        call.now(),
    )
    return {}
