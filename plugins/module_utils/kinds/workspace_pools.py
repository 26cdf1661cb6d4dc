# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The resource pools that are kept for a workspace: bindings seen from its side (facts-access 11 and 14).

The master keeps them by pool, so that each pool that comes or goes is a request of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..connection.paths import quote_segment
from ..errors import BadOption
from ..model.call import Call
from ..model.field import Field, Merge
from ..model.kind import Kind, Reader, Relation, Scope
from ..model.row import Column, Row
from .resource_pool_binding import POOLS, bound_ids, read_pool_rows
from .workspace import WORKSPACE


def read_all_scopes(reader: Reader) -> dict[int | None, Row]:
    """The pools of every workspace that has some; a request for each pool that can be bound."""
    found: dict[int | None, list[str]] = {}
    for pool in sorted(row["name"] for row in read_pool_rows(reader) if not is_default(row)):
        for ident in bound_ids(reader, pool):
            found.setdefault(ident, []).append(pool)
    return {ident: {"pools": pools} for ident, pools in found.items()}


def read_scope(reader: Reader, workspace: int | None, _keys: Mapping[str, Any]) -> Row:
    return read_all_scopes(reader).get(workspace, {"pools": []})


def is_default(row: Row) -> bool:
    return bool(row.get("defaultComputePool") or row.get("defaultAuxPool"))


def bind(row: Row, pools: Any) -> list[tuple[Call, Any]]:
    """The calls that add the pools which are missing; those that take away the others come last."""
    have, body = set(row.get("pools") or ()), {"workspaceIds": [row["scope"]]}
    added = [(Call("POST", path_of(pool)), body) for pool in pools if pool not in have]
    return added + [(Call("DELETE", path_of(pool)), body) for pool in sorted(have.difference(pools))]


def path_of(pool: str) -> str:
    return f"{POOLS}/{quote_segment(pool, 'pools')}/workspace-bindings"


def check_pools(reader: Reader, plan: Any) -> list[str]:
    """Refuse pools that the master does not have, and default ones, which are open to all."""
    known = {row["name"]: row for row in read_pool_rows(reader)}
    for name in plan.after.get("pools") or ():
        if name not in known:
            raise BadOption("pools", name, "there is no such resource pool.", "There are: {}.".format(", ".join(known)))
        if is_default(known[name]):
            raise BadOption("pools", name, "it is a default pool, which is open to all.", "Leave it out.")
    return []


WORKSPACE_POOLS = Kind(
    name="workspace_pools",
    plural="workspace_pools",
    source=Relation(read_scope, read_all_scopes),
    key="",
    scope=Scope(WORKSPACE),
    columns=(
        Column("pools", "Names of the resource pools that are kept for the workspace, in order.", "list", ["gpu-a"]),
    ),
    fields=(Field("pools", option={"type": "list", "elements": "str"}, merge=Merge.SET, send=bind),),
    check=check_pools,
)  # fmt: skip
