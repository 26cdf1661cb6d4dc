# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one user or group may do, and where, by the roles that it has (facts-access 6; recording role-assign).

The master answers roles in any order, so that all rows are sorted here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..engine.call import Call
from ..kinds.access import assignments_of, read_own_account, uses_roles
from ..kinds.group import GROUP
from ..kinds.role import ROLE
from ..kinds.role_assignment import NO_ROLES
from ..kinds.workspace import WORKSPACE
from ..model.row import Column, Row
from ..selection.named import user_ids
from ..store.answers import read_rows
from ..store.store import Store
from .assignment_rows import read_names

SUMMARY = "/api/v1/permissions/summary"
OF_USER = "/api/v1/roles/search/by-user/{}"
OF_GROUP = "/api/v1/roles/search/by-group/{}"

HELD = (
    Column("role", "Name of the role.", sample="Editor"),
    Column("role_id", "Id of the role.", "int", 5),
    Column("workspace", "Name of the workspace; null for the whole cluster, or where it is not visible.",
           sample="vision"),
    Column("workspace_id", "Id of the workspace; null for the whole cluster.", "int", 7),
    Column("group", "Name of the group by which O(username) has the role; null for the user itself and without"
           " O(username).", sample="vision"),
    Column("group_id", "Id of that group.", "int", 41),
)  # fmt: skip
PERMITTED = (
    Column("name", "The permission.", sample="CREATE_EXPERIMENT"),
    Column("cluster", "Whether it counts in the whole cluster.", "bool", False),
    Column("workspaces", "Names of additional workspaces where the permission applies, in order.", "list", ["vision"]),
    Column("workspace_ids", "Ids of these workspaces, in order.", "list", [7]),
    Column("roles", "Names of the roles that permit it, in order.", "list", ["Editor"]),
)


@dataclass(frozen=True)
class Grant:
    """One role in one place; ``workspace``: None for the whole cluster. ``group``: by which a user has it."""

    role: int
    workspace: int | None
    group: int | None = None


def gather_permissions(call: Call) -> dict[str, Any]:
    """The work of det_permission_info."""
    params, store = call.params, Store(call.client)
    who = params["group"] or params["username"]
    if params["group"] is not None:
        who, ident = params["group"], store.resolve(GROUP, [params["group"]], "group")[params["group"]]
        roles, grants = read_summary(store, OF_GROUP.format(ident))
    elif params["username"] is not None:
        roles, grants = read_user(store, user_ids(call.client, [params["username"]], "username")[0])
    else:
        who = read_own_account(store)["username"]
        roles, grants = read_summary(store, SUMMARY)
    enabled = uses_roles(store)
    if not enabled:
        call.warn(NO_ROLES)
    place = store.resolve(WORKSPACE, [params["workspace"]], "workspace") if params["workspace"] is not None else {}
    workspaces = read_names(store, WORKSPACE) if any(one.workspace for one in grants) else {}
    groups = read_names(store, GROUP) if any(one.group for one in grants) else {}
    assignments = held_rows(roles, grants, workspaces, groups)
    permissions = permitted_rows(roles, grants, workspaces)
    name = f"The group {who}" if params["group"] is not None else str(who)
    result = {
        "rbac_enabled": enabled,
        "assignments": assignments,
        "permissions": permissions,
        "sentences": [sentence(name, one) for one in assignments] or [f"{name} has no role."],
    }
    if params["permission"] is not None:
        wanted = next((one for one in permissions if one["name"] == params["permission"]), None)
        result["allowed"] = is_allowed(wanted, next(iter(place.values()), None)) if enabled else None
    return result


def read_summary(store: Store, path: str) -> tuple[dict[int, Row], list[Grant]]:
    """({id: role}, grants) of an answer that has roles, and for each the places that it counts in."""
    answer = store.get(path)
    roles = {row["id"]: row for row in map(role_row, read_rows(answer, "roles", f"GET {path}", "roleId"))}
    grants = []
    for one in read_rows(answer, "assignments", f"GET {path}", "roleId"):
        places = [None] if one.get("scopeCluster") else []
        grants += [Grant(one["roleId"], place) for place in [*places, *(one.get("scopeWorkspaceIds") or ())]]
    return roles, grants


def read_user(store: Store, ident: int) -> tuple[dict[int, Row], list[Grant]]:
    """({id: role}, grants) of a user, with the groups that bring them."""
    path = OF_USER.format(ident)
    roles, grants = {}, []
    for entry in read_rows(store.get(path), "roles", f"GET {path}", key=None):
        role = role_row(entry["role"])
        roles[role["id"]] = role
        grants += [Grant(role["id"], one["workspace_id"], one.get("group_id")) for one in assignments_of(entry)]
    return roles, grants


def role_row(answer: Row) -> Row:
    return ROLE.row(answer, detail=True)


def held_rows(
    roles: dict[int, Row], grants: list[Grant], workspaces: dict[int, str], groups: dict[int, str]
) -> list[Row]:
    rows = [
        {
            "role": roles[one.role]["name"],
            "role_id": one.role,
            "workspace": workspaces.get(one.workspace or 0),
            "workspace_id": one.workspace,
            "group": groups.get(one.group or 0),
            "group_id": one.group,
        }
        for one in set(grants)
    ]
    return sorted(rows, key=lambda row: (row["role"], row["workspace_id"] or 0, row["group_id"] or 0))


def permitted_rows(roles: dict[int, Row], grants: list[Grant], workspaces: dict[int, str]) -> list[Row]:
    by_name: dict[str, list[Grant]] = {}
    for one in grants:
        for permission in roles[one.role]["permissions"]:
            by_name.setdefault(permission, []).append(one)
    rows = []
    for name, given in sorted(by_name.items()):
        ids = sorted({one.workspace for one in given if one.workspace is not None})
        rows.append(
            {
                "name": name,
                "cluster": any(one.workspace is None for one in given),
                "workspaces": sorted(workspaces[one] for one in ids if one in workspaces),
                "workspace_ids": ids,
                "roles": sorted({roles[one.role]["name"] for one in given}),
            }
        )
    return rows


def is_allowed(permission: Row | None, workspace: int | None) -> bool:
    """Whether a permission counts in a workspace, or in the whole cluster where none is named."""
    return permission is not None and (permission["cluster"] or workspace in permission["workspace_ids"])


def sentence(name: str, row: Row) -> str:
    """An assignment in words."""
    where = "the whole cluster"
    if row["workspace_id"] is not None:
        where = f"the workspace {row['workspace'] or row['workspace_id']}"
    how = f", as a member of the group {row['group'] or row['group_id']}" if row["group_id"] is not None else ""
    return f"{name} has the role {row['role']} in {where}{how}."
