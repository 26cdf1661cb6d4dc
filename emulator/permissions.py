# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what, and how the master says no.

Without RBAC the owner of a thing and the admins may (some things anybody may). With it a permission is asked for, in
the workspace of the thing or in the whole cluster; users have permissions by the roles that their groups were given,
and everybody has a hidden group of their own (areas/groups.py, areas/roles.py).
"""

from __future__ import annotations

from .builtin_roles import ROLES
from .errors import ApiError, denied, not_found
from .refusals import refused

# Permission -> ids of the roles that have it, for an SQL `in`.
_ROLES_WITH = {
    permission: ", ".join(str(role.id) for role in ROLES.values() if permission in role.permissions)
    for permission in ROLES[1].permissions
}
_GIVEN = """
from role_assignments a join group_members m on m.group_id = a.group_id
where m.user_id = ? and a.role_id in
"""


def rbac_allows(call, permission: str, workspace: int | None) -> bool:
    """Whether the user has the permission in a workspace, or where that is None in the whole cluster."""
    scope = "(a.workspace_id is null or a.workspace_id = ?)"
    sql = f"select 1 {_GIVEN} ({_ROLES_WITH[permission]}) and {scope}"
    return call.db.value(sql, call.user["id"], workspace) is not None


def rbac_allows_somewhere(call, *permissions: str) -> bool:
    """Whether the user has one of the permissions anywhere."""
    roles = ", ".join(_ROLES_WITH[permission] for permission in permissions)
    return call.db.value(f"select 1 {_GIVEN} ({roles})", call.user["id"]) is not None


def allowed(call, permission: str, workspace: int | None = None, *, owners: tuple = (), anybody: bool = False) -> bool:
    """Whether the user may: with RBAC by the permission, otherwise an admin, one of the owners' ids, or anybody."""
    if call.master.rbac:
        return rbac_allows(call, permission, workspace)
    return anybody or bool(call.user["admin"]) or call.user["id"] in owners


def lacking(*permissions: str) -> str:
    """How the master names the permissions that somebody would have needed."""
    return f"access denied; required permissions: {', '.join(f'PERMISSION_TYPE_{p}' for p in permissions)}"


def lacks(*permissions: str) -> ApiError:
    """403 with RBAC for who lacks them."""
    return denied(lacking(*permissions))


def require(
    call, permission: str, workspace: int | None = None, *, owners: tuple = (), basic: str | None = None
) -> None:
    """Raise 403 unless the user may.

    permission: without PERMISSION_TYPE_, asked for with RBAC. basic: what is to be done, as in refusals.py, for a
    master without RBAC, where an admin and the owners' ids may; None: anybody may there.
    """
    if not allowed(call, permission, workspace, owners=owners, anybody=basic is None):
        raise lacks(permission) if call.master.rbac or basic is None else refused(basic)


def may_see(call, permission: str, workspace: int | None) -> bool:
    """Whether a thing in that workspace exists for the user."""
    return not call.master.rbac or rbac_allows(call, permission, workspace)


def visible_workspaces(call, permission: str) -> list[int] | None:
    """The ids of the workspaces where the user has the permission, None for all of them."""
    if not call.master.rbac:
        return None
    sql = f"select distinct a.workspace_id {_GIVEN} ({_ROLES_WITH[permission]}) order by 1"
    scopes = call.db.column(sql, call.user["id"])
    return None if None in scopes else scopes


def missing(call, kind: str, key: int | str | None = None) -> ApiError:
    """404 for a kind (`experiment`, `workspace` …) and what it was looked up by; with RBAC the text has a tail."""
    text = f"{kind} not found" if key is None else f"{kind} '{key}' not found"
    return not_found(text + (", please check your permissions." if call.master.rbac else ""))
