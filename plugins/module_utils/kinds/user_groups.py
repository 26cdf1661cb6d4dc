# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The groups that one user is in: memberships seen from the user's side, changed for all groups by one call
(facts-access 5; recordings groups-edge, groups-edge-rbac)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import Refused
from ..model.call import Call
from ..model.field import Context, Field, Merge
from ..model.kind import Kind, Reader, Relation, Scope
from ..model.row import Column, Row
from .access import LOCKOUT, read_administration, uses_roles
from .group import GROUP
from .user import USER

ASSIGNMENTS = "/api/v1/users/assignments"


def read_scope(reader: Reader, user: int | None, _keys: Mapping[str, Any]) -> Row:
    """The names of a user's groups, in order. The hidden group that each user has alone is not in the list."""
    return {"groups": sorted(row["name"] for row in reader.every(GROUP, None, {"userId": user}))}


def memberships(names: list[str], context: Context) -> Row:
    return {"user": context.scope, "groups": [context.find("group", name) for name in names]}


def joining(body: Row) -> Row:
    return {"userIds": [body["user"]], "addGroups": body["groups"]}


def leaving(body: Row) -> Row:
    return {"userIds": [body["user"]], "removeGroups": body["groups"]}


def protect_administrators(reader: Reader, plan: Any) -> list[str]:
    """Refuse to take the last administrator out of the groups that make it one."""
    lost = set(plan.before.get("groups") or ()).difference(plan.after.get("groups") or ())
    if not lost or plan.wanted.force or not uses_roles(reader):
        return []
    administration = read_administration(reader, USER)
    user = plan.wanted.scope["id"]
    ids = {row["id"] for row in reader.every(GROUP, None, {"userId": user}) if row["name"] in lost}
    left = {group: members - {user} for group, members in administration.members.items() if group in ids}
    if left and administration.left() and not administration.left(members=left):
        name = USER.named(plan.wanted.scope)
        raise Refused(f"{name} cannot leave the groups: no active administrator would be left.", LOCKOUT)
    return []


USER_GROUPS = Kind(
    name="user_groups",
    plural="user_groups",
    source=Relation(read_scope),
    key="",
    scope=Scope(USER),
    columns=(Column("groups", "Names of the groups that the user is in, in order.", "list", ["vision"]),),
    fields=(
        Field("groups", option={"type": "list", "elements": "str"}, merge=Merge.SET, mode="append", encode=memberships,
              add=Call("PATCH", ASSIGNMENTS, wrap=joining, repeatable=True),
              remove=Call("PATCH", ASSIGNMENTS, wrap=leaving), refers=(GROUP,)),
    ),
    force="allow_lockout",
    check=protect_administrators,
)  # fmt: skip
