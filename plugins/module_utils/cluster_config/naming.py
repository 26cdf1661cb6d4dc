# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Renames and moves in an order in which each finds its new name free; of two that change places, one steps aside."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..engine.guard import digest
from ..model.plan import make_plan
from .act import Op, PlannedAct
from .compare import Comparison
from .world import scope_of

ASIDE = "A name in between, since others of the plan take its names."


def order_names(acts: list[PlannedAct]) -> list[PlannedAct]:
    """Renames and moves so that each finds its new name free: who has it now goes first. Of a ring, one cannot."""
    holds = {place_before(act): act for act in acts}
    ordered: list[PlannedAct] = []
    seen: set[int] = set()

    def visit(act: PlannedAct, above: tuple[int, ...]) -> None:
        if id(act) in seen:
            return
        other = holds.get(place_after(act))
        if other is not None and other is not act and id(other) not in above:
            visit(other, (*above, id(act)))
        if id(act) not in seen:
            seen.add(id(act))
            ordered.append(act)

    for act in acts:
        visit(act, ())
    return ordered


def place_before(act: PlannedAct) -> tuple[Any, ...]:
    row = act.row or {}
    return act.kind.name, scope_of(act.kind, row), row.get(act.kind.key)


def place_after(act: PlannedAct) -> tuple[Any, ...]:
    scope = None
    if act.kind.scope is not None and act.kind.scope.unique:
        holder = act.wanted.scope
        scope = holder.get("id", 0) if isinstance(holder, dict) else holder
    return act.kind.name, scope, act.wanted.values.get(act.kind.key)


def break_rings(plan: Any) -> None:
    """Give one act of each ring of renames a name in between, with an act of its own before all."""
    renames = plan.of(Op.RENAME)
    holds = {place_before(act): act for act in renames}
    done: set[int] = set()
    for act in renames:
        ring, one = [], act
        while one is not None and id(one) not in done and one not in ring:
            ring.append(one)
            one = holds.get(place_after(one))
        done.update(id(each) for each in ring)
        if one is not None and one in ring and len(ring[ring.index(one) :]) > 1:
            plan.acts.insert(plan.acts.index(one), step_aside(one))


def step_aside(act: PlannedAct) -> PlannedAct:
    """The act that gives the object a name in between; ``act`` starts from that then."""
    key = act.kind.key
    name = f"{(act.row or {})[key]}-{digest([act.address])[:6]}"
    first = replace(act, comparison=Comparison(), notes=[ASIDE], owned=None, changes=[])
    first.wanted = replace(act.wanted, values={key: name}, scope=None)
    first.plan = make_plan(act.kind, act.row, first.wanted)
    first.changes = [{"field": key, "before": (act.row or {})[key], "after": name, "reason": None}]
    act.row = {**(act.row or {}), key: name}
    act.plan = make_plan(act.kind, act.row, act.wanted)
    return first
