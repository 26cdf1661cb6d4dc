# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an act of a plan does, in words: its op, and its changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..model.field import Merge, element_key
from ..model.plan import Plan
from ..model.row import Row
from .act import Op, PlannedAct
from .compare import Reason
from .values import hide_paths


def describe(act: PlannedAct) -> None:
    """Say what the plan of an act does: its op, and its changes."""
    plan = act.plan
    if plan is None:
        return
    act.op = op_of(act, plan)
    if act.op is Op.ADOPT and act.blocked:
        act.op = Op.NONE
    act.changes = [] if plan.act == "delete" and act.op is Op.DELETE else changes_of(act, plan)


def op_of(act: PlannedAct, plan: Plan) -> Op:
    if plan.act == "create":
        return Op.CREATE
    if plan.act == "replace":
        return Op.REPLACE
    states = [step.verb.state for step in plan.steps if step.verb is not None]
    if plan.act == "delete" and not act.kind.alive:
        return Op.DELETE
    if plan.before.get("active") and plan.after.get("active") is False:
        return Op.SWITCH_OFF
    if any(step.what == "move" for step in plan.steps) or is_renamed(act, plan):
        return Op.RENAME
    if "archived" in states:
        return Op.ARCHIVE
    if "unarchived" in states:
        return Op.UNARCHIVE
    if plan.steps:
        return Op.CHANGE
    return Op.ADOPT if act.adopts else Op.NONE


def is_renamed(act: PlannedAct, plan: Plan) -> bool:
    key = act.kind.key
    return bool(key) and key in plan.after and plan.before.get(key) != plan.after.get(key)


def changes_of(act: PlannedAct, plan: Plan) -> list[Row]:
    """{field, before, after, reason} of what changes; of a set what comes and what goes."""
    fields = {one.name: one for one in act.kind.fields}
    found = []
    for name in plan.after:
        before, after = plan.before.get(name), plan.after[name]
        same = before == after and name not in act.comparison.secrets
        if same or name == act.kind.ident or (plan.act == "create" and name == act.kind.key):
            continue
        one = fields.get(name)
        if act.entry is not None and one is not None and not one.hidden:
            # Of an address, that is a secret by its kind, the plan has shown the host.
            paths = act.entry.hidden.get(name, {})
            before, after = hide_paths(before, paths), hide_paths(after, paths)
        change: Row = {"field": name, "before": before, "after": after}
        if one is not None and one.merge is Merge.SET:
            change["added"], change["removed"] = set_difference(after, before), set_difference(before, after)
            if not (change["added"] or change["removed"]):
                continue
        reason = act.comparison.reasons.get(name) or (Reason.LEFT if act.pruned else None)
        change["reason"] = reason.value if reason is not None else None
        found.append(change)
    return found


def set_difference(one: Iterable[Any] | None, other: Iterable[Any] | None) -> list[Any]:
    away = {element_key(element) for element in other or ()}
    return [element for element in one or () if element_key(element) not in away]
