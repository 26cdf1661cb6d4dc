# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who has which role in the whole cluster, as rows with names and ids (facts-access 6; recording role-assign)."""

from __future__ import annotations

from ..kinds.access import read_assignments
from ..kinds.group import GROUP
from ..kinds.user import USER
from ..kinds.workspace import WORKSPACE
from ..model.kind import Kind
from ..model.row import Row
from ..store.store import Store

HOLDERS: tuple[tuple[str, Kind], ...] = (("user", USER), ("group", GROUP), ("workspace", WORKSPACE))


def list_assignments(store: Store, roles: dict[str, int]) -> list[Row]:
    """The assignments of these roles: role, and user, group and workspace, each as name and id.

    What the user of the task may not see has an id and no name. Reads one list for each kind that occurs.

    :param roles: {name: id}.
    """
    given = read_assignments(store, roles)
    names = {word: read_names(store, kind) for word, kind in HOLDERS if any(one.get(word + "_id") for one in given)}
    rows = []
    for one in given:
        row: Row = {"role": one["role"]}
        for word, _kind in HOLDERS:
            ident = one.get(word + "_id")
            row[word], row[word + "_id"] = names.get(word, {}).get(ident), ident
        rows.append(row)
    return sorted(rows, key=sort_key)


def read_names(store: Store, kind: Kind) -> dict[int, str]:
    return {row["id"]: row[kind.key] for row in store.every(kind)}


def sort_key(row: Row) -> tuple[object, ...]:
    """By role, the cluster before its workspaces, users before groups, then by id."""
    return (row["role"], row["workspace_id"] or 0, row["user_id"] is None, row["user_id"] or row["group_id"])
