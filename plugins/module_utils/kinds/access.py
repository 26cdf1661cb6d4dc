# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may do what: reading role assignments, and who the administrators are (facts-access 5, 6)."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Administration:
    """Who the administrators are, read once: with RBAC who has ClusterAdmin, directly or by a group; else by the flag.

    :param users: the rows of all users.
    :param enabled: whether role assignments count.
    :param given: the assignments of ClusterAdmin in the whole cluster, as read_assignments makes them.
    :param members: {group id: ids of its members} of the groups among these.
    """

    users: list[Row]
    enabled: bool
    given: list[Row]
    members: dict[int, set[int]]

    def left(self, without: list[Row] | None = None, members: dict[int, set[int]] | None = None) -> set[int]:
        """The ids of the active administrators.

        ``without``: assignments to leave out. ``members``: {group id: ids} of groups that are to have these members.
        """
        active = {row["id"] for row in self.users if row["active"]}
        if not self.enabled:
            return {row["id"] for row in self.users if row["active"] and row["admin"]}
        groups = {**self.members, **(members or {})}
        found: set[int] = set()
        for one in self.given:
            if one not in (without or ()):
                found |= {one["user_id"]} if "user_id" in one else groups[one["group_id"]]
        return found & active


def read_administration(reader: Reader, users: Kind) -> Administration:
    rows = reader.every(users)
    if not uses_roles(reader):
        return Administration(rows, False, [], {})
    roles = {name: ident for name, ident in read_roles(reader).items() if name == CLUSTER_ADMIN}
    given = [one for one in read_assignments(reader, roles) if one["workspace_id"] is None]
    groups = {one["group_id"] for one in given if "group_id" in one}
    return Administration(rows, True, given, {ident: group_members(reader, ident) for ident in sorted(groups)})


def group_members(reader: Reader, group: int) -> set[int]:
    answer: dict[str, Any] = reader.get(f"/api/v1/groups/{group}")
    return {user["id"] for user in answer["group"]["users"]}
