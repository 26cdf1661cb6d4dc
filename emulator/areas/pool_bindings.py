# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which pools are kept for which workspaces. A pool bound to none is open to all; the default pool always is."""

from __future__ import annotations

import json
import sqlite3

from .. import paging
from ..errors import internal
from ..permissions import allowed, visible_workspaces
from ..refusals import absent, refused, refused_by_role

ORDER = 41
# The API shows lists of ids and of names.
SCHEMA = """
create table if not exists pool_bindings (
    pool text not null,
    workspace_id integer not null references workspaces (id),
    primary key (workspace_id, pool)
);
"""


def _require_bindable(call, pool: str) -> None:
    if pool == call.master.scheduler.pools[0]:
        raise internal(f"default resource pool {pool} cannot be bound to any workspace")


def _workspaces(call, request) -> list[int]:
    """The ids of the workspaces that a request names; 500 for unknown names and for who may not."""
    wanted = request["workspaceNames"]
    rows = call.db.rows(
        "select id, name from workspaces where name in (select value from json_each(?))", json.dumps(wanted)
    )
    unknown = [name for name in wanted if name not in {row["name"] for row in rows}]
    if unknown:
        raise absent("workspaces to bind", " ".join(unknown))
    if not allowed(call, "MODIFY_RP_WORKSPACE_BINDINGS"):
        if call.master.rbac:
            raise refused_by_role("bind pools", json.dumps(call.user["username"]))
        raise refused("bind pools")
    return list(dict.fromkeys([*request["workspaceIds"], *(row["id"] for row in rows)]))


def _require_pool(call, pool: str, what: str = "pool") -> None:
    if pool not in call.master.scheduler.pools:
        raise absent(what, pool)


def _insert(call, pool: str, workspace_ids: list[int]) -> None:
    known = "select 1 from workspaces where id = ?"
    if any(call.db.value(known, workspace_id) is None for workspace_id in workspace_ids):
        raise internal(
            'ERROR: insert or update on table "rp_workspace_bindings" violates foreign key constraint'
            ' "rp_workspace_bindings_workspace_id_fkey" (SQLSTATE 23503)'
        )
    try:
        call.db.many("insert into pool_bindings (pool, workspace_id) values (?, ?)", [(pool, w) for w in workspace_ids])
    except sqlite3.IntegrityError:
        raise internal(
            'ERROR: duplicate key value violates unique constraint "rp_workspace_pkey" (SQLSTATE 23505)'
        ) from None


def list_workspaces(call, request):
    pool = request["resourcePoolName"]
    _require_pool(call, pool, "pool to list")
    rows = call.db.column("select workspace_id from pool_bindings where pool = ? order by rowid", pool)
    page, pagination = paging.in_sql(request, len(rows), paging.slices(rows))
    visible = visible_workspaces(call, "VIEW_WORKSPACE")
    seen = [workspace_id for workspace_id in page if visible is None or workspace_id in visible]
    if page and not seen:
        raise absent("pool to see", pool)
    return {"workspaceIds": seen, "pagination": pagination}


def bind(call, request):
    pool = request["resourcePoolName"]
    _require_bindable(call, pool)
    workspace_ids = _workspaces(call, request)
    if workspace_ids:
        _require_pool(call, pool)
        _insert(call, pool, workspace_ids)
    return {}


def overwrite(call, request):
    """The old bindings go first and for good, so that a failure leaves none."""
    pool = request["resourcePoolName"]
    _require_bindable(call, pool)
    workspace_ids = _workspaces(call, request)
    _require_pool(call, pool)
    call.db.run("delete from pool_bindings where pool = ?", pool)
    call.db.keep()
    _insert(call, pool, workspace_ids)
    return {}


def unbind(call, request):
    """The check looks at the bindings of any pool."""
    pool = request["resourcePoolName"]
    workspace_ids = _workspaces(call, request)
    bound = set(call.db.column("select workspace_id from pool_bindings"))
    for workspace_id in workspace_ids:
        if workspace_id not in bound:
            raise absent("binding", workspace_id, pool)
    call.db.run(
        "delete from pool_bindings where pool = ? and workspace_id in (select value from json_each(?))",
        pool,
        json.dumps(workspace_ids),
    )
    return {}
