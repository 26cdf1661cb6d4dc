# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan does with one object."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from ..model.kind import Kind
from ..model.plan import Plan, Step, Wanted
from ..model.row import Row
from .compare import Comparison
from .document import Entry
from .sections import Section
from .stack import Owned


class Op(Enum):
    """What is done; the value is the word in results."""

    NONE = "none"
    CREATE = "create"
    CHANGE = "change"
    RENAME = "rename"
    REPLACE = "replace"
    ARCHIVE = "archive"
    UNARCHIVE = "unarchive"
    SWITCH_OFF = "switch_off"
    DELETE = "delete"
    ADOPT = "adopt"
    LEAVE = "leave"
    FORGET = "forget"


# What takes something away that cannot be had back, or somebody's right to be there.
TAKING = (Op.DELETE, Op.REPLACE, Op.SWITCH_OFF)
SILENT = (Op.NONE, Op.FORGET)


@dataclass(eq=False)
class PlannedAct:
    """One object of the plan.

    :param entry: what the document says of it; None of one that left the document.
    :param row: as it is; None where it is to be made.
    :param wanted: what it was planned with; names of what is not made yet stand for ids.
    :param plan: the requests; None where it could not be planned.
    :param changes: what changes, as results show it.
    :param key: its key in the ledger, None while its id is not known.
    :param owned: what the ledger has of it now.
    :param blocked: why it cannot be done; then nothing at all is applied.
    :param pruned: it is done because the object left the document.
    """

    section: Section
    address: str
    op: Op
    rank: int
    entry: Entry | None = None
    row: Row | None = None
    wanted: Wanted = field(default_factory=Wanted)
    plan: Plan | None = None
    comparison: Comparison = field(default_factory=Comparison)
    changes: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    key: str | None = None
    owned: Owned | None = None
    adopts: bool = False
    pruned: bool = False
    blocked: str = ""

    @property
    def kind(self) -> Kind:
        return self.section.kind

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.plan.steps if self.plan is not None else ()

    @property
    def requests(self) -> list[str]:
        return [str(step.request) for step in self.steps]

    @property
    def taken(self) -> int:
        """How many things it takes away: the object itself, or elements of what it is the set of."""
        if self.op in TAKING:
            return 1
        if not any(step.takes for step in self.steps):
            # Elements that are no objects in their own right, such as the members of a group.
            return 0
        return sum(len(change["removed"]) for change in self.changes if change.get("removed"))

    @property
    def is_silent(self) -> bool:
        return self.op in SILENT and not self.notes and not self.blocked

    @property
    def is_news(self) -> bool:
        """Whether the ledger says something else of an object that stays as it is: somebody else has brought it to what
        the document says."""
        owned = self.owned
        if owned is None or self.entry is None or self.blocked or self.entry.state == "absent":
            return False
        compared = self.comparison
        return (
            (owned.name, owned.protect) != (self.entry.name, self.entry.protect)
            or any(make() != owned.fields.get(name) for name, make in compared.fields.items())
            or any(sorted(make()) != sorted(owned.parts.get(name, ())) for name, make in compared.parts.items())
        )

    def shown(self) -> Row:
        """The act as results have it."""
        found: Row = {"address": self.address, "kind": self.kind.name, "op": self.op.value, "changes": self.changes}
        found["requests"] = self.requests
        found["blocked"] = self.blocked or None
        found["notes"] = self.notes
        return found
