# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles, which the master has built in (facts-access 6; recording role-list)."""

from __future__ import annotations

from typing import Any

from ..model.kind import BUILT_IN, Collection, Kind, Paging
from ..model.row import Column


def permission_names(permissions: Any) -> list[str]:
    """Without their prefix, in order; the master answers them in any order."""
    prefix = "PERMISSION_TYPE_"
    names = (one["id"] for one in permissions or ())
    return sorted(name[len(prefix) :] if name.startswith(prefix) else name for name in names)


ROLE = Kind(
    name="role",
    plural="roles",
    source=Collection("/api/v1/roles/search", rows="roles", paging=Paging.SEARCH),
    columns=(
        Column("id", "Id.", "int", 5, api="roleId"),
        Column("name", "Name.", sample="Editor"),
        Column("permissions", "What it permits, in order.", "list", ["CREATE_EXPERIMENT"], decode=permission_names),
        Column("in_cluster", "Whether it can be given cluster-wide.", "bool", True, api="scopeTypeMask.cluster"),
        Column("in_workspace", "Whether it can be given in a workspace.", "bool", True, api="scopeTypeMask.workspace"),
    ),
    builtin=lambda _row: BUILT_IN,
)
