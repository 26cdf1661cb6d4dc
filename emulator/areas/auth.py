# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Login, sessions, tokens: who a request comes from."""

from __future__ import annotations

import base64
import json
import secrets
import sqlite3
import time

from .. import clock
from ..errors import invalid, unauthenticated
from ..objects import Table, prefixed
from ..refusals import refused
from . import users

ORDER = 10
SESSION = 7 * clock.DAY

# Sessions and access tokens; only the latter are shown (tokens.py), and the token itself only to who made it.
TABLE = Table(
    "user_sessions",
    """
    id          | integer primary key autoincrement      | id:int32
    user_id     | integer not null references users (id) | userId:int32
    expiry      | integer not null                       | expiry:timestamp
    created_at  | integer not null                       | createdAt:timestamp
    token_type  | text not null default 'USER_SESSION'   | tokenType:string
                |                                        | revoked:bool
    description | text not null default ''               | description:string
    token       | text unique                            |
    revoked_at  | integer                                |
    """,
    {
        "tokenType": prefixed("TOKEN_TYPE_", "token_type"),
        "revoked": lambda row: row["revoked_at"] is not None,
    },
)
SCHEMA = TABLE.schema + "create index if not exists user_sessions_user on user_sessions (user_id);"


def make_token(master, user_id: int, expiry: int, token_type: str = "USER_SESSION", description: str = "") -> tuple:
    """A session or an access token: (its id, the token). The middle part can be read by a client as the real one."""
    now = master.clock.now()
    token_id = master.db.insert(
        "user_sessions",
        user_id=user_id,
        created_at=now,
        expiry=expiry,
        token_type=token_type,
        description=description,
    )
    claims = {
        "id": token_id,
        "user_id": user_id,
        "expiry": clock.text(expiry),
        "created_at": clock.text(now),
        "token_type": token_type,
        "revoked_at": None,
        "description": description or None,
        "InheritedClaims": None,
    }
    signed = json.dumps(claims, separators=(",", ":")).encode() + secrets.token_bytes(64)
    middle = base64.urlsafe_b64encode(signed).rstrip(b"=").decode()
    token = f"v2.public.{middle}.bnVsbA"
    master.db.update("user_sessions", token_id, token=token)
    return token_id, token


_WHO = """
select u.*, s.expiry, s.revoked_at, s.token_type from user_sessions s join users u on u.id = s.user_id where s.token = ?
"""


def user_of(master, token: str | None) -> sqlite3.Row | None:
    """The user of a valid token, None otherwise."""
    row = master.db.row(_WHO, token) if token else None
    return row if row and row["expiry"] > master.clock.now() and row["revoked_at"] is None and row["active"] else None


def require(master, token: str | None) -> sqlite3.Row:
    """The user of the token; 401 or 403 otherwise."""
    if token is None:
        raise unauthenticated("token missing")
    row = master.db.row(_WHO, token)
    if row and row["revoked_at"] is not None:
        raise unauthenticated("user access token revoked")
    if row is None or row["expiry"] <= master.clock.now():
        raise unauthenticated("invalid credentials")
    if not row["active"]:
        raise refused("ask for anything")
    return row


def expire(master, token: str | None) -> None:
    """Let one token be too old."""
    master.db.run("update user_sessions set expiry = ? where token = ?", master.clock.now(), token)


def end_all(master, username: str | None, revoked: bool) -> None:
    """Let all tokens of a user, or of everybody, be revoked or else too old."""
    change = "revoked_at = coalesce(revoked_at, :now)" if revoked else "expiry = min(expiry, :now)"
    master.db.run(
        f"update user_sessions set {change}"
        " where :name is null or user_id in (select id from users where username = :name)",
        now=master.clock.now(),
        name=username,
    )


def login(call, request):
    if not request["username"]:
        raise invalid("missing argument: username")
    user = call.db.row("select * from users where username = ?", request["username"])
    wanted = users.stored_hash(request["password"], request["isHashed"])
    if user is None or user["remote"] or user["password_hash"] != wanted:
        raise unauthenticated("invalid credentials")
    if not user["active"]:
        raise refused("log in")
    expiry = call.now() + SESSION
    _id, token = make_token(call.master, user["id"], expiry)
    call.db.update("users", user["id"], last_auth_at=call.now())
    stamp = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(expiry // clock.SECOND))
    call.cookie = f"auth={token}; Path=/; Expires={stamp}"
    return {"token": token, "user": users.shown(users.by_id(call.db, user["id"]))}


def logout(call, request):
    call.db.run("delete from user_sessions where token = ? and token_type = 'USER_SESSION'", call.token)
    call.cookie = "auth=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
    return {}


def me(call, request):
    return {"user": users.shown(call.user)}
