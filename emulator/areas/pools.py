# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which resource pools there are."""

from __future__ import annotations

from ..errors import internal, invalid


def available(call, workspace_id: int) -> list[str]:
    """Names of the pools that a workspace may use: those bound to it, and those bound to none."""
    rows = call.db.rows("select pool, workspace_id from pool_bindings")
    bound = {row["pool"] for row in rows}
    own = [row["pool"] for row in rows if row["workspace_id"] == workspace_id]
    return own + [pool for pool in call.master.scheduler.pools if pool not in bound]


def resolve(call, name: str | None, slots: int, place) -> str:
    """The pool that a task goes to (place: a row with workspace_id); 400 for an unknown one, 500 where no agent has
    that many slots."""
    if name and name not in available(call, place["workspace_id"]):
        raise invalid(
            f"invalid resource configuration: rpc error: code = InvalidArgument desc = resource pool {name} does not"
            f" exist or is not available to workspace id {place['workspace_id']}"
        )
    if not name:
        column = "default_compute_pool" if slots else "default_aux_pool"
        sql = f"select {column} from workspaces where id = ?"
        name = call.db.value(sql, place["workspace_id"]) or call.master.scheduler.pools[0]
    if slots > call.master.scheduler.pool_slots(name):
        raise internal("invalid resource configuration: slots requested exceeds cluster capacity")
    return name
