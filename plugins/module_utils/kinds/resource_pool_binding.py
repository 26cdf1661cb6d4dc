# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which workspaces a resource pool is kept for (facts-access 11 and 14; recordings pool-binding, pool-binding-edge).

The master has a call that replaces all bindings of a pool. It is not used: with the id of a workspace that was deleted
meanwhile it fails, and leaves the pool without any binding, open to all. What differs is added, then removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..connection.paths import quote_segment
from ..errors import Missing, NotFound, Refused
from ..model.call import Call
from ..model.field import Context, Field, Merge
from ..model.kind import Kind, Reader, Relation
from ..model.row import Column, Row
from ..store.answers import read_rows
from .workspace import WORKSPACE

POOLS = "/api/v1/resource-pools"
PATH = POOLS + "/{resource_pool}/workspace-bindings"


def bound_ids(reader: Reader, pool: str) -> list[int]:
    """The ids of the workspaces that a pool is kept for, as far as the user may see them. Raises Missing."""
    answer = reader.get(f"{POOLS}/{quote_segment(pool, 'resource_pool')}/workspace-bindings", limit=-1)
    return sorted(answer["workspaceIds"] or ())


def workspace_names(reader: Reader) -> dict[int, str]:
    """{id: name} of the workspaces that the user may see."""
    return {row["id"]: row["name"] for row in reader.every(WORKSPACE)}


def named(ids: list[int], names: Mapping[int, str]) -> list[str]:
    """The names of these workspaces, in order; one that was deleted meanwhile has none."""
    return sorted(names[one] for one in ids if one in names)


def read_bindings(reader: Reader, _scope: int | None, keys: Mapping[str, Any]) -> Row:
    pool = keys["resource_pool"]
    try:
        ids = bound_ids(reader, pool)
    except Missing as error:
        known = [one["name"] for one in read_pool_rows(reader)]
        raise NotFound(f"There is no resource pool {pool}.", "There are: {}.".format(", ".join(known))) from error
    return {"workspaces": named(ids, workspace_names(reader) if ids else {})}


def read_pool_rows(reader: Reader) -> list[Row]:
    return read_rows(reader.get(POOLS), "resourcePools", f"GET {POOLS}", "name", str)


def workspace_ids(names: list[str], context: Context) -> Row:
    return {"workspaceIds": [context.find("workspace", name) for name in names]}


def check_bindings(reader: Reader, plan: Any) -> list[str]:
    """Refuse what the master would refuse half-way, and to open a pool to everybody by a list that came out empty."""
    pool = plan.wanted.keys["resource_pool"]
    row = next((one for one in read_pool_rows(reader) if one["name"] == pool), {})
    if row.get("defaultComputePool") or row.get("defaultAuxPool"):
        raise Refused(
            f"The resource pool {pool} cannot be bound to workspaces: it is a default pool, which is open to all.",
            "Bind another pool, or make another one the default in the master's configuration.",
        )
    if not plan.after["workspaces"] and not plan.wanted.force:
        raise Refused(
            f"The resource pool {pool} would be bound to no workspace, which opens it to all.",
            "Set allow_open if that is meant.",
        )
    return []


RESOURCE_POOL_BINDING = Kind(
    name="resource_pool_binding",
    plural="resource_pool_bindings",
    source=Relation(read_bindings),
    key="",
    selects={"resource_pool": {"type": "str", "required": True}},
    columns=(
        Column("workspaces", "Names of the workspaces that the pool is kept for, in order; none: it is open to all.",
               "list", ["nlp", "vision"]),
    ),
    fields=(
        Field("workspaces", option={"type": "list", "elements": "str"}, merge=Merge.SET, encode=workspace_ids,
              add=Call("POST", PATH), remove=Call("DELETE", PATH), refers=(WORKSPACE,)),
    ),
    force="allow_open",
    check=check_bindings,
)  # fmt: skip
