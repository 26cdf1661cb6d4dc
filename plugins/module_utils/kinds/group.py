# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups of users, with their members (facts-access 5 and 14; recording group-lifecycle)."""

from __future__ import annotations

from typing import Any

from ..errors import Refused
from ..model.call import Call
from ..model.field import Context, Field, Merge
from ..model.kind import Collection, Kind, Paging, Reader
from ..model.row import Column
from .access import LOCKOUT, read_administration
from .user import USER

PERSONAL = "DeterminedPersonalGroup"


def usernames(users: Any) -> list[str]:
    return sorted(one["username"] for one in users or ())


def user_ids(names: list[str], context: Context) -> list[Any]:
    return [context.find("user", name) for name in names]


def personal(row: dict[str, Any]) -> str | None:
    return "it is the hidden group of one user." if PERSONAL in (row.get("name") or "") else None


def protect_administrators(reader: Reader, plan: Any) -> list[str]:
    """Refuse to take the last administrators out of a group, or to delete the group that makes them so."""
    shrinks = plan.act == "delete" or set(plan.before.get("members") or ()) - set(plan.after.get("members") or ())
    if not shrinks or plan.wanted.force:
        return []
    administration = read_administration(reader, USER)
    if not administration.enabled:
        return []
    users = {row["username"]: row["id"] for row in administration.users}
    # A group that goes has no members.
    members = {users[name] for name in plan.after.get("members") or () if name in users}
    if administration.left() and not administration.left(members={plan.current["id"]: members}):
        raise Refused(
            f"{plan.kind.named(plan.current)} cannot be changed: no active administrator would be left.",
            LOCKOUT,
        )
    return ["The group's role assignments go with it."] if plan.act == "delete" else []


GROUP = Kind(
    name="group",
    plural="groups",
    source=Collection(
        "/api/v1/groups/search",
        rows="groups",
        each="group",
        paging=Paging.SEARCH,
        narrow=lambda name: {"name": name},
        one="/api/v1/groups/{id}",
        unwrap="group",
    ),
    columns=(
        Column("id", "Id.", "int", 41, api="groupId"),
        Column("name", "Name.", sample="vision"),
        Column("members", "User names of its members, in order. Lists leave them out.", "list", ["ana", "bob"],
               api="users", decode=usernames, detail=True),
    ),
    fields=(
        Field("name"),
        Field("members", option={"type": "list", "elements": "str"}, create="addUsers", merge=Merge.SET,
              add="addUsers", remove="removeUsers", encode=user_ids, refers=(USER,)),
    ),
    create=Call("POST", "/api/v1/groups", unwrap="group"),
    update=Call("PUT", "/api/v1/groups/{id}"),
    delete=Call("DELETE", "/api/v1/groups/{id}"),
    builtin=personal,
    refuses_delete=personal,
    force="allow_lockout",
    check=protect_administrators,
)  # fmt: skip
