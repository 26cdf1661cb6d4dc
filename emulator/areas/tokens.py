# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access tokens: sessions that last for a chosen time, have a description, and can be revoked."""

from __future__ import annotations

from .. import clock, durations, paging
from ..errors import internal, invalid
from ..permissions import lacking, rbac_allows
from ..refusals import absent, refused, refused_by_role
from . import auth, users

ORDER = 11
# The master's config, security.token.
DEFAULT_DAYS = MAX_DAYS = 30

_SORT = {
    "SORT_BY_USER_ID": "user_id",
    "SORT_BY_EXPIRY": "expiry",
    "SORT_BY_CREATED_AT": "created_at",
    "SORT_BY_TOKEN_TYPE": "token_type",
    "SORT_BY_REVOKED": "revoked_at",
    "SORT_BY_DESCRIPTION": "nullif(description, '')",
}


shown = auth.TABLE.shown


def _require(call, doing: str, permission: str) -> None:
    """403 with what was tried, unless the user has the permission in the cluster."""
    if not rbac_allows(call, permission, None):
        raise refused_by_role("have tokens", doing, lacking(permission))


def _require_create(call, user_id: int) -> None:
    if not call.master.rbac:
        if not call.user["admin"]:
            raise refused("create tokens")
    elif user_id == call.user["id"]:
        _require(call, "create", "CREATE_TOKEN")
    elif not rbac_allows(call, "CREATE_OTHER_TOKEN", None):
        raise refused_by_role("create tokens of others")


def _lifespan(sent: str | None) -> int:
    """Microseconds that a token is to live, or 400."""
    longest = MAX_DAYS * clock.DAY
    if sent is None:
        return DEFAULT_DAYS * clock.DAY
    if sent == "-1":
        return longest
    try:
        lifespan = durations.parse(sent)
    except ValueError as error:
        raise invalid(f"failed to parse lifespan {sent}: {error}") from None
    if lifespan < 0:
        raise invalid("lifespan must be a Go-formatted duration string with a positive value")
    if lifespan > longest:
        raise invalid("token Lifespan must be less than max token lifespan")
    return lifespan


def create(call, request):
    user = users.find(call, request["userId"])
    _require_create(call, user["id"])
    expiry = call.now() + _lifespan(request.get("lifespan"))
    token_id, token = auth.make_token(call.master, user["id"], expiry, "ACCESS_TOKEN", request["description"])
    return {"token": token, "tokenId": token_id}


def _visible_user(call, asked_for: int | None) -> int | None:
    """The user whose tokens may be seen, None for everybody's; 403."""
    if rbac_allows(call, "VIEW_OTHER_TOKEN", None) if call.master.rbac else call.user["admin"]:
        return asked_for
    if asked_for != call.user["id"]:
        raise refused_by_role("see tokens") if call.master.rbac else refused("see tokens")
    if call.master.rbac:
        _require(call, "get", "VIEW_TOKEN")
    return asked_for


def list_tokens(call, request):
    user_id = None
    if request["username"]:
        user_id = call.db.value("select id from users where username = ?", request["username"])
        if user_id is None:
            raise absent("owner of tokens")
    user_id = _visible_user(call, user_id)
    where, args = ["token_type = 'ACCESS_TOKEN'"], []
    if user_id is not None:
        where.append("user_id = ?")
        args.append(user_id)
    if not request["showInactive"]:
        where.append("expiry > ? and revoked_at is null")
        args.append(call.now())
    ids = [token_id for token_id in request["tokenIds"] if token_id > 0]
    if ids:
        where.append(f"id in ({', '.join('?' * len(ids))})")
        args += ids
    descending = request["orderBy"] == "ORDER_BY_DESC"
    column = _SORT.get(request["sortBy"], "id")
    order = f"{column} {'desc nulls first' if descending else 'asc nulls last'}, id"
    rows = call.db.rows(f"select * from user_sessions where {' and '.join(where)} order by {order}", *args)
    part, pagination = paging.in_memory(request, rows)
    return {"tokenInfo": [shown(row) for row in part], "pagination": pagination}


def patch(call, request):
    token_id = request["tokenId"]
    row = call.db.row("select * from user_sessions where id = ?", token_id)
    if row is None:
        raise absent("token", token_id)
    if call.master.rbac:
        own = row["user_id"] == call.user["id"]
        _require(call, "update", "UPDATE_TOKEN" if own else "ADMINISTRATE_TOKEN")
    elif not call.user["admin"]:
        raise refused("update tokens")
    if row["token_type"] != "ACCESS_TOKEN":
        raise absent("session")
    if row["revoked_at"] is not None or row["expiry"] < call.now():
        raise internal(f"unable to update inactive token with ID {token_id}")
    columns: dict = {}
    if "description" in request:
        columns["description"] = request["description"]
    if request["setRevoked"]:
        columns["revoked_at"] = call.now()
    call.db.update("user_sessions", token_id, **columns)
    return {"tokenInfo": shown(call.db.row("select * from user_sessions where id = ?", token_id))}
