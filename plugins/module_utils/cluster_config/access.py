# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The grants of the cluster as it is, and as the acts of a plan would leave it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from ..errors import Denied, Missing
from ..kinds.access import MOST, SEARCH
from ..kinds.group import GROUP
from ..kinds.role import ROLE
from ..kinds.role_assignment import ROLE_ASSIGNMENT
from ..kinds.user import USER
from ..kinds.workspace import WORKSPACE
from ..model.call import Later
from ..model.kind import Kind
from ..model.row import Row
from ..store.answers import read_rows
from .access_diff import compare_grants
from .act import Op, PlannedAct
from .cluster_plan import ClusterPlan
from .grants import Account, Grant, Grants, Holder, Ident, holder_of
from .hidden import MAKERS_ROLE
from .planning import Planner
from .world import CLUSTER, World


@dataclass(frozen=True)
class Access:
    """Who may do what as it is, and after the plan. ``acts``: those of it that touch that."""

    planner: Planner
    plan: ClusterPlan
    acts: tuple[PlannedAct, ...]
    before: Grants
    after: Grants

    def after_only(self, act: PlannedAct) -> Grants:
        """The grants if nothing but this act were done."""
        return Applied(self.planner).after(self.before, [act])

    def rows(self) -> list[Row]:
        """Who gains and loses what where."""
        permissions = read_permissions(self.planner.world) if self.before.enabled else {}
        kinds = (USER, GROUP, WORKSPACE) if self.before.enabled else (USER,)
        names = names_after(self.planner.world, self.plan.acts, kinds)
        return compare_grants(self.before, self.after, permissions, names)


def read_access(planner: Planner, plan: ClusterPlan) -> Access | None:
    """What the plan does to who may do what; None, without a request, where it does nothing of that kind. None also
    where the account may not see roles, so that it cannot take any away either."""
    enabled = bool(planner.world.master.get("rbacEnabled"))
    acts = tuple(act for act in plan.acts if touches_access(act, enabled))
    if not acts:
        return None
    applied = Applied(planner)
    try:
        before = read_grants(planner.world)
        # A group that gets its first role has members already.
        before = read_members(planner.world, before, applied.after(before, acts))
    except (Denied, Missing):
        return None
    return Access(planner, plan, acts, before, applied.after(before, acts))


def touches_access(act: PlannedAct, enabled: bool) -> bool:
    """Whether an act can change who may do what."""
    if not act.steps:
        return False
    fields = {change["field"] for change in act.changes}
    if act.kind is USER:
        return act.op in (Op.CREATE, Op.SWITCH_OFF) or bool(fields & {"active", "admin"})
    if not enabled:
        return False
    if act.kind is GROUP:
        return act.op is Op.DELETE or "members" in fields
    return act.kind is ROLE_ASSIGNMENT or (act.kind is WORKSPACE and act.op in (Op.CREATE, Op.DELETE))


def read_grants(world: World) -> Grants:
    """The grants as they are: with RBAC a request for all roles and assignments, and one for the members of each group
    that has some, as far as these were not read before."""
    enabled = bool(world.master.get("rbacEnabled"))
    users: dict[Ident, Account] = {row["id"]: Account(row["active"], row["admin"]) for row in world.rows(USER)}
    if not enabled:
        return Grants(False, users)
    find = finder_of_rows(world)
    given = {
        Grant(holder_of(pair, find), pair["role"], place)
        for place, row in world.relations(ROLE_ASSIGNMENT).items()
        for pair in row["assignments"]
    }
    grants = Grants(True, users, {}, frozenset(given))
    return read_members(world, grants, grants)


def read_members(world: World, grants: Grants, other: Grants) -> Grants:
    """The grants with the members of those groups that have roles by the other grants."""
    named = {one.holder.ident for one in other.given if one.holder.kind == "group"}
    rows = [row for row in (world.of_id(GROUP, ident) for ident in named - grants.members.keys()) if row is not None]
    if not rows:
        return grants
    world.detail_all((GROUP, row) for row in rows)
    find = finder_of_rows(world)
    members = {row["id"]: members_of(world, row, find) for row in rows}
    return replace(grants, members={**grants.members, **members})


def finder_of_rows(world: World) -> Callable[[str, str], Ident]:
    """Function (kind, name) -> the id of the user or group that bears this name now."""
    ids = {kind.name: {row[kind.key]: row["id"] for row in world.rows(kind)} for kind in (USER, GROUP)}
    return lambda kind, name: ids[kind].get(name, name)


def members_of(world: World, group: Row, find: Callable[[str, str], Ident]) -> frozenset[Ident]:
    return frozenset(find("user", name) for name in world.detailed(GROUP, group)["members"] or ())


def read_permissions(world: World) -> dict[str, frozenset[str]]:
    """{role: what it permits}; the answer has been read with the assignments."""
    answer = world.read(SEARCH, {"limit": MOST, "offset": 0})
    rows = [ROLE.row(one, detail=True) for one in read_rows(answer, "roles", f"POST {SEARCH}", key="roleId")]
    return {row["name"]: frozenset(row["permissions"]) for row in rows}


class Applied:
    """Acts as what they do to grants."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner

    @cached_property
    def live(self) -> Callable[[str, str], Ident]:
        return finder_of_rows(self.planner.world)

    def after(self, grants: Grants, acts: Iterable[PlannedAct]) -> Grants:
        users, others = {}, []
        for act in acts:
            if act.kind is USER:
                users[ident_of(act)] = account_after(act)
            else:
                others.append(act)
        grants = grants.with_users(users)
        for act in others:
            grants = self.apply(grants, act)
        return grants

    def apply(self, grants: Grants, act: PlannedAct) -> Grants:
        if act.kind is GROUP:
            return self.apply_group(grants, act)
        if act.kind is ROLE_ASSIGNMENT:
            return self.apply_roles(grants, act)
        return self.apply_workspace(grants, act)

    def apply_group(self, grants: Grants, act: PlannedAct) -> Grants:
        ident = ident_of(act)
        if act.op is Op.DELETE:
            return grants.without_group(ident)
        members = after_of(act).get("members")
        return grants if members is None else grants.with_members(ident, {self.named("user", one) for one in members})

    def apply_roles(self, grants: Grants, act: PlannedAct) -> Grants:
        scope = act.wanted.scope
        place = scope.name if isinstance(scope, Later) else (scope or {}).get("id")
        added, removed = set(), set()
        for change in act.changes:
            added |= {Grant(holder_of(one, self.named), one["role"], place) for one in change["added"]}
            removed |= {Grant(holder_of(one, self.live), one["role"], place) for one in change["removed"]}
        return grants.with_given(added, removed)

    def apply_workspace(self, grants: Grants, act: PlannedAct) -> Grants:
        """Its maker gets a role in it, and all roles in it go along with it."""
        ident = ident_of(act)
        if act.op is Op.DELETE:
            return grants.without_place(ident)
        if act.op is not Op.CREATE:
            return grants
        return grants.with_given({Grant(Holder("user", self.planner.world.account["id"]), MAKERS_ROLE, ident)})

    def named(self, kind: str, name: str) -> Ident:
        """The object of that name in the document, or on the master."""
        found = self.planner.find(kind, name)
        return found.name if isinstance(found, Later) else found


def account_after(act: PlannedAct) -> Account:
    row = {**USER.defaults_on_create, **(act.row or {}), **after_of(act)}
    return Account(bool(row["active"]), bool(row["admin"]))


def ident_of(act: PlannedAct) -> Ident:
    if act.row is not None:
        return act.row["id"]
    return act.entry.name if act.entry is not None else ""


def after_of(act: PlannedAct) -> Row:
    return act.plan.after if act.plan is not None else CLUSTER


def names_after(world: World, acts: Iterable[PlannedAct], kinds: tuple[Kind, ...]) -> dict[tuple[str, Ident], str]:
    """{(kind, ident): name} of all objects of these kinds: what the plan calls them, and of others what they have."""
    names: dict[tuple[str, Ident], str] = {}
    for kind in kinds:
        names.update({(kind.name, row["id"]): row[kind.key] for row in world.rows(kind)})
    for act in acts:
        if act.kind in kinds and act.entry is not None:
            names[act.kind.name, ident_of(act)] = act.entry.name
    return names
