# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The brakes on deletions: what is built in stays, and so does what holds something that the plan does not delete."""

from __future__ import annotations

from ..errors import ApiError, Refused
from ..model.call import Later
from ..model.row import Row
from ..store.store import Store
from ..wording import some_of
from .act import Op, PlannedAct
from .cluster_plan import ClusterPlan
from .sections import SECTIONS, Section
from .world import World

AWAY = (Op.DELETE, Op.SWITCH_OFF, Op.ARCHIVE, Op.REPLACE)


def block_built_in(plan: ClusterPlan) -> None:
    for act in plan.of(*AWAY):
        reason = act.kind.builtin(act.row) if act.row is not None else None
        if reason:
            act.blocked = act.blocked or reason


def block_holders(plan: ClusterPlan, world: World) -> None:
    """Block the deletion of what is not empty when its turn comes. What it holds is deleted, or moved away, before."""
    deletions = [act for act in plan.of(Op.DELETE) if act.row is not None]
    for act in sorted(deletions, key=lambda one: -one.rank):
        held = held_by(plan, world, act)
        if held:
            act.blocked = act.blocked or f"it holds {held}, which the plan does not delete."


def held_by(plan: ClusterPlan, world: World, act: PlannedAct) -> str:
    """What an object holds after all else of the plan; empty where nothing."""
    row = act.row or {}
    inner = [one for one in SECTIONS if one.inside == act.section.name and one.is_listed]
    if not inner:
        return (act.kind.dependents(row) if act.kind.dependents is not None else None) or ""
    parts = [f"{row['experiment_count']} experiment(s)"] if row.get("experiment_count") else []
    for section in inner:
        names = names_left(plan, world, section, row["id"])
        if names:
            parts.append(f"{section.kind.plural} {some_of(names)}")
    return " and ".join(parts)


def refuse_held(store: Store, act: PlannedAct) -> None:
    """Refuse to delete what holds work by now: since it was planned, somebody may have begun something there. What the
    plan itself has taken out of it may still be on its way. Raises Refused."""
    if act.op is not Op.DELETE or act.row is None or act.kind.dependents is None:
        return
    row = store.again(act.kind, act.row)
    if row is None:
        return
    inner = [one for one in SECTIONS if one.inside == act.section.name]
    held = f"{row['experiment_count']} experiment(s)" if inner and row["experiment_count"] else None
    held = held if inner else act.kind.dependents(row)
    if held:
        raise Refused(f"{act.kind.named(row)} is not deleted: it holds {held} by now.", "Plan again.")


def names_left(plan: ClusterPlan, world: World, section: Section, holder: int) -> list[str]:
    """The names of the objects of a section that are left inside of the holder."""
    kind = section.kind
    try:
        rows: list[Row] = world.rows(kind)
    except ApiError:
        # Who may not see them is told by the refusal of the deletion.
        return []
    gone = {(act.row or {}).get(kind.ident) for act in plan.acts if act.kind is kind and leaves(act, holder)}
    column = kind.scope.column if kind.scope is not None else ""
    return sorted(row[kind.key] for row in rows if row.get(column) == holder and row[kind.ident] not in gone)


def leaves(act: PlannedAct, holder: int) -> bool:
    """Whether an act takes its object out of the holder."""
    if not act.steps or act.blocked:
        return False
    scope = act.wanted.scope
    return act.op is Op.DELETE or isinstance(scope, Later) or (scope is not None and scope.get("id") != holder)
