# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The access tokens that meet the conditions of a task."""

from __future__ import annotations

from datetime import datetime, timezone

from ..engine.call import Call
from ..engine.scopes import find_scope
from ..kinds.access_token import ACCESS_TOKEN
from ..model.call import Later
from ..model.row import Row
from ..store.store import Store
from ..when import duration, parse_time


def list_tokens(call: Call) -> list[Row]:
    """The rows, the next to end first."""
    params, store, scope = call.params, Store(call.client), ACCESS_TOKEN.scope
    latest = None
    if params["ends_within"] is not None:
        latest = datetime.now(timezone.utc) + duration(params["ends_within"], "ends_within")
    user = find_scope(call, store, scope, needed=False) if scope else None
    if isinstance(user, Later):
        return []
    query = dict(scope.narrow(user)) if scope and user else {}
    if params["inactive"]:
        query["showInactive"] = True
    rows = store.every(ACCESS_TOKEN, query=query)
    if params["description"] is not None:
        rows = [row for row in rows if row["description"] == params["description"]]
    if latest is not None:
        rows = [row for row in rows if parse_time(row["expiry_time"]) <= latest]
    return sorted(rows, key=lambda row: (parse_time(row["expiry_time"]), row["id"]))
