# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Acts that a plan must not have: they are blocked as lines of it."""

from __future__ import annotations

from ..model.row import Row
from .act import Op, PlannedAct
from .cluster_plan import ClusterPlan
from .document import Document
from .sections import Form


def block_protected(plan: ClusterPlan, document: Document) -> None:
    """Block what would delete, archive or replace an object that is protected, or one inside of it. Protection does not
    end by leaving the document."""
    whys = {one.address: "Take protect away first." for one in document.entries.values() if one.protect}
    left = [act for act in plan.acts if act.pruned and act.owned is not None and act.owned.protect]
    whys.update((act.address, "Put it back into the document without protect first.") for act in left)
    for act in plan.of(Op.DELETE, Op.REPLACE, Op.ARCHIVE, Op.SWITCH_OFF):
        for address, remedy in whys.items():
            if act.address == address or act.address.startswith(address + "/"):
                act.blocked = act.blocked or f"{address} is protected. {remedy}"


def block_lookalikes(plan: ClusterPlan) -> None:
    """Block a deletion beside a creation of the same kind in the same place that looks like it: a rename without its
    ``from`` would lose what the old one holds."""
    made: dict[tuple[str, str], list[PlannedAct]] = {}
    for act in plan.of(Op.CREATE):
        if act.section.form is Form.NAMED:
            made.setdefault((act.kind.name, act.address.rpartition("/")[0]), []).append(act)
    for act in plan.of(Op.DELETE, Op.ARCHIVE):
        if not act.pruned or act.row is None:
            continue
        for other in made.get((act.kind.name, act.address.rpartition("/")[0]), ()):
            if looks_like(act.row, other):
                act.blocked = act.blocked or (
                    f"{other.address} is new and looks the same. Write from: {act.row[act.kind.key]} there if it is"
                    " a rename, or give this one state: absent."
                )


def looks_like(row: Row, made: PlannedAct) -> bool:
    """Whether all that the document says of a new object is so of one that would go, and that it says something."""
    values = {one.name: made.wanted.values[one.name] for one in made.section.fields if one.name in made.wanted.values}
    fields = {one.name: one for one in made.section.fields}
    told = {name: value for name, value in values.items() if not fields[name].empty(value) and not fields[name].secret}
    return bool(told) and all(
        fields[name].same(row.get(name), fields[name].normal(value)) for name, value in told.items()
    )
