# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the cluster is not as the stack left it, told apart from what the document has not applied yet."""

from __future__ import annotations

from ..model.row import Row
from .act import Op, PlannedAct
from .cluster_plan import ClusterPlan
from .compare import Reason
from .document import address_of
from .planning import Planner
from .sections import Form
from .stack import key_of

BY_HAND = ("changed_by_hand", "deleted_by_hand", "renamed_by_hand", "taken_by_hand", "conflict")
CLASSES = (*BY_HAND, "foreign", "pending")


def find_drift(planner: Planner, plan: ClusterPlan) -> dict[str, list[Row]]:
    """{class: [{address, field?}]}, each list in the order of addresses."""
    found: dict[str, list[Row]] = {name: [] for name in CLASSES}
    for act in plan.acts:
        for name, fact in classify(planner, act):
            found[name].append({"address": act.address, **fact})
    found["foreign"] = [{"address": address} for address in find_foreign(planner)]
    return {name: sorted(rows, key=lambda row: (row["address"], row.get("field", ""))) for name, rows in found.items()}


def classify(planner: Planner, act: PlannedAct) -> list[tuple[str, Row]]:
    """What an act says of drift. An act whose reason is the document is pending, and no drift."""
    if act.op is Op.CREATE:
        return [("deleted_by_hand" if was_there(planner, act) else "pending", {})]
    found: list[tuple[str, Row]] = []
    for change in act.changes:
        name = change["field"]
        reason = act.comparison.reasons.get(name)
        if is_place(act, name):
            found.append(("renamed_by_hand" if was_moved(planner, act, name) else "pending", {"field": name}))
            continue
        if reason is Reason.BY_HAND:
            taken = bool(change.get("added")) and not change.get("removed")
            found.append(("taken_by_hand" if taken else "changed_by_hand", {"field": name}))
        elif reason is Reason.BOTH:
            found.append(("conflict", {"field": name}))
        elif reason is None and act.owned is not None and not act.pruned and act.op is not Op.RENAME:
            found.append(("changed_by_hand", {"field": name}))
        else:
            found.append(("pending", {"field": name}))
    if not act.changes and act.op in (Op.DELETE, Op.LEAVE):
        found.append(("pending", {}))
    return found


def is_place(act: PlannedAct, name: str) -> bool:
    """Whether a change is one of the object's name, or of what holds it."""
    scope = act.kind.scope
    return name == act.kind.key or (scope is not None and name == scope.by_id)


def was_moved(planner: Planner, act: PlannedAct, name: str) -> bool:
    """Whether somebody has given the object another name or place than the stack had."""
    if act.entry is None or act.entry.came_from is not None or act.pruned:
        return False
    if name == act.kind.key:
        return act.address in planner.matches.by_hand
    scope = act.wanted.scope
    return act.owned is not None and isinstance(scope, dict) and act.owned.parent == scope.get("id", 0)


def was_there(planner: Planner, act: PlannedAct) -> bool:
    """Whether the stack had made what is to be made, so that somebody has deleted it."""
    entry = act.entry
    if entry is None or not act.section.is_listed:
        return act.owned is not None
    holder = planner.matches.holder_row(entry) if entry.holder is not None else None
    parent = (holder or {}).get("id", 0)
    return (entry.name, parent) in planner.matches.names_of_gone(act.section)


def find_foreign(planner: Planner) -> list[str]:
    """The addresses of what is there, belongs to no stack, and is not in the document, in its sections."""
    found = []
    matches, stack = planner.matches, planner.stack
    for section in planner.document.sections:
        if section.form is not Form.NAMED or not section.is_listed or not planner.choices.covers(section.name):
            continue
        for row in planner.world.rows(section.kind):
            key = key_of(section.kind, row[section.kind.ident])
            scope = section.kind.scope
            parent = (row.get(scope.column) or 0) if scope is not None else 0
            if bool(section.inside) is not bool(parent) and scope is not None:
                continue
            if key in matches.taken or key in stack.owned or key in stack.elsewhere or section.kind.builtin(row):
                continue
            if section.kind.gone(row):
                continue
            found.append(address_of(section, row[section.kind.key], matches.place_of(section, parent)))
    return sorted(set(found))


def drift_code(drift: dict[str, list[Row]]) -> int:
    """0 none, 1 only what is foreign, 2 what is ours."""
    if any(drift[name] for name in BY_HAND):
        return 2
    return 1 if drift["foreign"] else 0
