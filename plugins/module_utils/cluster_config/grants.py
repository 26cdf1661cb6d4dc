# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may do what at one moment. Pure: users, members of groups, and the roles that both were given.

Without RBAC roles affect nothing: who is active may use the cluster, and the admin flag is what counts besides. That
owners may change what is theirs is left out, as no plan changes an owner.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any, Union

from ..kinds.access import CLUSTER_ADMIN

# What stands for an object: its id, or its name in the document while it is not made.
Ident = Union[int, str]
# What a master without RBAC lets somebody do.
LOG_IN, ADMINISTRATE = "LOG_IN", "ADMINISTRATE"


@dataclass(frozen=True)
class Holder:
    """A user or a group. ``kind``: user or group."""

    kind: str
    ident: Ident


@dataclass(frozen=True)
class Grant:
    """One role that one holder has in one place; ``place``: the workspace, None for the whole cluster."""

    holder: Holder
    role: str
    place: Ident | None = None


@dataclass(frozen=True)
class Way:
    """How a user has a role: directly, or as a member of a group."""

    role: str
    group: Ident | None = None


@dataclass(frozen=True)
class Account:
    active: bool = True
    admin: bool = False


@dataclass(frozen=True)
class Grants:
    """See the module.

    :param enabled: whether roles count.
    :param users, members: by the user and by the group; members are users.
    """

    enabled: bool
    users: Mapping[Ident, Account] = field(default_factory=dict)
    members: Mapping[Ident, Set[Ident]] = field(default_factory=dict)
    given: Set[Grant] = frozenset()

    def with_users(self, users: Mapping[Ident, Account]) -> Grants:
        return replace(self, users={**self.users, **users})

    def with_members(self, group: Ident, members: Set[Ident]) -> Grants:
        return replace(self, members={**self.members, group: members})

    def without_group(self, group: Ident) -> Grants:
        """Its roles go with it."""
        members = {one: users for one, users in self.members.items() if one != group}
        given = frozenset(one for one in self.given if one.holder != Holder("group", group))
        return replace(self, members=members, given=given)

    def without_place(self, place: Ident) -> Grants:
        return replace(self, given=frozenset(one for one in self.given if one.place != place))

    def with_given(self, added: Set[Grant], removed: Set[Grant] = frozenset()) -> Grants:
        return replace(self, given=frozenset((self.given - removed) | added))

    def users_of(self, holder: Holder) -> Set[Ident]:
        return {holder.ident} if holder.kind == "user" else self.members.get(holder.ident, frozenset())

    @property
    def active(self) -> set[Ident]:
        return {user for user, account in self.users.items() if account.active}

    def ways(self) -> dict[Ident, dict[Ident | None, set[Way]]]:
        """{user: {place: ways}} of the active users who have a role."""
        active, found = self.active, {}
        for one in self.given:
            way = Way(one.role, one.holder.ident if one.holder.kind == "group" else None)
            for user in self.users_of(one.holder):
                if user in active:
                    found.setdefault(user, {}).setdefault(one.place, set()).add(way)
        return found

    def administrators(self) -> set[Ident]:
        """The active users who may do anything."""
        if not self.enabled:
            return {user for user, account in self.users.items() if account.active and account.admin}
        found: set[Ident] = set()
        for one in self.given:
            if one.role == CLUSTER_ADMIN and one.place is None:
                found |= self.users_of(one.holder)
        return found & self.active

    def rights_without_roles(self, user: Ident) -> frozenset[str]:
        """What an account may do where roles do not count."""
        account = self.users.get(user)
        if account is None or not account.active:
            return frozenset()
        return frozenset({LOG_IN, ADMINISTRATE} if account.admin else {LOG_IN})


def holder_of(element: Mapping[str, Any], find: Any) -> Holder:
    """The holder that an element of a set of roles names; ``find``: function (kind, name) -> Ident."""
    kind = "user" if element.get("user") is not None else "group"
    return Holder(kind, find(kind, element[kind]))
