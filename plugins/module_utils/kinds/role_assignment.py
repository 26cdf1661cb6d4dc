# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which roles users and groups have, in a workspace or in the whole cluster (facts-access 6; role-assign)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import BadOption, Refused
from ..model.call import Call
from ..model.field import Context, Field, Merge, sort_set
from ..model.kind import Kind, Reader, Relation, Scope
from ..model.row import Column, Row
from .access import (
    CLUSTER_ADMIN,
    LOCKOUT,
    assignments_of,
    read_administration,
    read_assignments,
    read_own_account,
    read_roles,
    uses_roles,
)
from .group import GROUP
from .role import ROLE
from .user import USER
from .workspace import WORKSPACE

ELEMENT = {
    "type": "list",
    "elements": "dict",
    "options": {
        "user": {"type": "str"},
        "group": {"type": "str"},
        "role": {"type": "str", "required": True},
    },
    "mutually_exclusive": [["user", "group"]],
    "required_one_of": [["user", "group"]],
}
NO_ROLES = "This master does not use roles (RBAC is off): it stores the assignments, and they affect nothing."


def read_scope(reader: Reader, workspace: int | None, _keys: Mapping[str, Any]) -> Row:
    """The assignments of one scope, by names. What the user may not see is not in it."""
    if workspace is None:
        given = [one for one in read_assignments(reader, read_roles(reader)) if one["workspace_id"] is None]
        users = {row["id"]: row["username"] for row in reader.every(USER)} if given else {}
        groups = {row["id"]: row["name"] for row in reader.every(GROUP)} if given else {}
    else:
        answer = reader.get(f"/api/v1/roles/workspace/{workspace}")
        given = [row for one in answer.get("assignments") or () for row in assignments_of(one)]
        users = {one["id"]: one["username"] for one in answer.get("usersAssignedDirectly") or ()}
        groups = {one["groupId"]: one["name"] for one in answer.get("groups") or ()}
    found = [named_pair(one, users, groups) for one in given]
    return {"assignments": sort_set([one for one in found if one])}


def read_all_scopes(reader: Reader) -> dict[int | None, Row]:
    """The assignments of every scope that has some, by names: one request besides the lists of users and groups."""
    users = {row["id"]: row["username"] for row in reader.every(USER)}
    groups = {row["id"]: row["name"] for row in reader.every(GROUP)}
    found: dict[int | None, list[Row]] = {}
    for one in read_assignments(reader, read_roles(reader)):
        pair = named_pair(one, users, groups)
        if pair is not None:
            found.setdefault(one["workspace_id"], []).append(pair)
    return {scope: {"assignments": sort_set(pairs)} for scope, pairs in found.items()}


def named_pair(one: Row, users: dict[int, str], groups: dict[int, str]) -> Row | None:
    """An assignment by names; None for that of a group which the user may not see."""
    who, names = ("user", users) if "user_id" in one else ("group", groups)
    name = names.get(one[who + "_id"])
    return None if name is None else {who: name, "role": one["role"]}


def without_nulls(elements: list[Row]) -> list[Row]:
    return [{key: part for key, part in one.items() if part is not None} for one in elements]


def encode_pairs(pairs: list[Row], context: Context) -> Row:
    body: Row = {}
    for pair in pairs:
        who = "user" if pair.get("user") is not None else "group"
        assignment: Row = {"role": {"roleId": context.find("role", pair["role"])}}
        if context.scope is not None:
            assignment["scopeWorkspaceId"] = context.scope
        entry = {who + "Id": context.find(who, pair[who]), "roleAssignment": assignment}
        body.setdefault(who + "RoleAssignments", []).append(entry)
    return body


def check_assignments(reader: Reader, plan: Any) -> list[str]:
    """Refuse to take the own roles, or ClusterAdmin from the last who has it."""
    before, after = plan.before["assignments"] or [], plan.after["assignments"] or []
    taken = [one for one in before if one not in after]
    if plan.wanted.scope != {}:
        refuse_cluster_roles(reader, {one["role"] for one in after if one not in before})
    enabled = uses_roles(reader)
    if enabled and taken and not plan.wanted.force:
        own = read_own_account(reader)["username"]
        if any(one.get("user") == own for one in taken):
            raise Refused(f"The roles of {own} cannot be taken: it is the account of this task.", LOCKOUT)
        if plan.wanted.scope == {} and any(one["role"] == CLUSTER_ADMIN for one in taken):
            refuse_without_administrator(reader, taken)
    return [] if enabled else [NO_ROLES]


def refuse_cluster_roles(reader: Reader, names: set[str]) -> None:
    """Refuse to give in a workspace what counts in the whole cluster only: the master answers that with a 500."""
    for row in reader.every(ROLE) if names else ():
        if row["name"] in names and not row["in_workspace"]:
            problem = "the role can be given in the whole cluster only."
            raise BadOption("assignments", row["name"], problem, "Set cluster instead of a workspace.")


def refuse_without_administrator(reader: Reader, taken: list[Row]) -> None:
    administration = read_administration(reader, USER)
    users = {row["username"]: row["id"] for row in administration.users}
    groups = {row["name"]: row["id"] for row in reader.every(GROUP)}
    lost = [
        {"role": one["role"], "user_id": users.get(one["user"]), "workspace_id": None}
        if "user" in one
        else {"role": one["role"], "group_id": groups.get(one["group"]), "workspace_id": None}
        for one in taken
    ]
    if not administration.left(without=lost):
        raise Refused("ClusterAdmin cannot be taken: no active administrator would be left.", LOCKOUT)


ROLE_ASSIGNMENT = Kind(
    name="role_assignment",
    plural="role_assignments",
    source=Relation(read_scope, read_all_scopes),
    key="",
    scope=Scope(WORKSPACE, cluster="cluster"),
    columns=(
        Column("assignments", "The users and groups with their roles, in order.", "list",
               [{"group": "vision", "role": "Editor"}]),
    ),
    fields=(
        Field("assignments", option=ELEMENT, merge=Merge.SET, mode="append", normal=without_nulls, encode=encode_pairs,
              add=Call("POST", "/api/v1/roles/add-assignments"),
              remove=Call("POST", "/api/v1/roles/remove-assignments"), refers=(USER, GROUP, ROLE)),
    ),
    force="allow_lockout",
    check=check_assignments,
)  # fmt: skip
