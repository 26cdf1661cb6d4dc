# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may do what: reading role assignments, and who the administrators are (facts-access 5, 6)."""

from __future__ import annotations

from typing import Any

from ..model.kind import Kind, Reader
from ..model.row import Row
from ..store.answers import read_rows

CLUSTER_ADMIN = "ClusterAdmin"
LOCKOUT = "Set allow_lockout to do it all the same."
SEARCH = "/api/v1/roles/search"
MOST = 500


def uses_roles(reader: Reader) -> bool:
    """Whether role assignments count on this master; without RBAC it stores them and they affect nothing."""
    return bool(reader.get("/api/v1/master").get("rbacEnabled"))


def read_own_account(reader: Reader) -> Row:
    return reader.get("/api/v1/me")["user"]


def read_roles(reader: Reader) -> dict[str, int]:
    """{name: id} of the roles that the user may see. The master has ten, and no way to make more."""
    rows = read_rows(reader.read(SEARCH, {"limit": MOST, "offset": 0}), "roles", f"POST {SEARCH}", key="roleId")
    return {row["name"]: row["roleId"] for row in rows}


def read_assignments(reader: Reader, roles: dict[str, int]) -> list[Row]:
    """Every assignment of these roles in the whole cluster: rows of role, user_id or group_id, and workspace_id."""
    if not roles:
        return []
    path = SEARCH + "/by-ids"
    found = read_rows(reader.read(path, {"roleIds": sorted(roles.values())}), "roles", f"POST {path}", key=None)
    return [row for one in found for row in assignments_of(one)]


def assignments_of(entry: Row) -> list[Row]:
    """The rows of one role in an answer: role, user_id or group_id, workspace_id (None: the whole cluster)."""
    name = entry["role"]["name"]
    rows = []
    for key, ident in (("userRoleAssignments", "userId"), ("groupRoleAssignments", "groupId")):
        for one in entry.get(key) or ():
            workspace = one["roleAssignment"].get("scopeWorkspaceId")
            who = "user_id" if ident == "userId" else "group_id"
            rows.append({"role": name, who: one[ident], "workspace_id": workspace})
    return rows


def administrators(
    reader: Reader,
    users: Kind,
    without: list[Row] | None = None,
    without_group: int | None = None,
    members: dict[int, set[int]] | None = None,
) -> set[int]:
    """The ids of the active administrators: with RBAC who has ClusterAdmin, directly or by a group; else by the flag.

    ``without``: assignments to leave out, as read_assignments makes them. ``without_group``: a group that is to go.
    ``members``: {group id: ids} of groups whose members are to be these.
    """
    active = {row["id"]: row for row in reader.every(users) if row["active"]}
    if not uses_roles(reader):
        return {ident for ident, row in active.items() if row["admin"]}
    roles = read_roles(reader)
    found: set[int] = set()
    given = read_assignments(reader, {name: ident for name, ident in roles.items() if name == CLUSTER_ADMIN})
    for one in given:
        if one["workspace_id"] is not None or one in (without or ()):
            continue
        if "user_id" in one:
            found.add(one["user_id"])
        elif one["group_id"] != without_group:
            found |= (members or {}).get(one["group_id"]) or group_members(reader, one["group_id"])
    return found & set(active)


def group_members(reader: Reader, group: int) -> set[int]:
    answer: dict[str, Any] = reader.get(f"/api/v1/groups/{group}")
    return {user["id"] for user in answer["group"]["users"]}
