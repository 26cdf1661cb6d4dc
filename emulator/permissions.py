# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what, and how the master says no.

Without RBAC the owner of a thing and the admins may (some things anybody may); with it a permission in the workspace
is asked for. `rbac_allows` is where the roles area answers.
"""

from __future__ import annotations

from collections.abc import Callable

from .errors import ApiError, denied, not_found


def _without_roles(call, permission: str, workspace: int | None) -> bool:
    return bool(call.user["admin"])


# (call, permission, workspace id or None for the cluster) -> bool; the roles area puts its own function here.
rbac_allows: Callable = _without_roles


def require(
    call, permission: str, workspace: int | None = None, *, owners: tuple = (), basic: str | None = None
) -> None:
    """Raise 403 unless the user may.

    permission: without PERMISSION_TYPE_, asked for with RBAC. basic: what a master without RBAC says to somebody who
    is neither admin nor among the owners' ids; None: anybody may there.
    """
    if call.master.rbac:
        if not rbac_allows(call, permission, workspace):
            raise denied(f"access denied; required permissions: PERMISSION_TYPE_{permission}")
    elif basic is not None and not call.user["admin"] and call.user["id"] not in owners:
        raise denied(basic)


def may_see(call, permission: str, workspace: int | None) -> bool:
    """Whether a thing in that workspace exists for the user."""
    return not call.master.rbac or rbac_allows(call, permission, workspace)


def visible_workspaces(call, permission: str) -> list[int] | None:
    """The ids of the workspaces where the user has the permission, None for all of them."""
    if not call.master.rbac or rbac_allows(call, permission, None):
        return None
    return [w for w in call.db.column("select id from workspaces") if rbac_allows(call, permission, w)]


def missing(call, kind: str, key: int | str | None = None) -> ApiError:
    """404 for a kind (`experiment`, `workspace` …) and what it was looked up by; with RBAC the text has a tail."""
    text = f"{kind} not found" if key is None else f"{kind} '{key}' not found"
    return not_found(text + (", please check your permissions." if call.master.rbac else ""))
