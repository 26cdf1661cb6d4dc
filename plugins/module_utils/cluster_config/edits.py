# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From drift to edits of the document that accept it: what somebody has done by hand becomes what the document says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Tuple

from ..kinds.workspace_parts import MASKED
from ..model.field import Field, Merge, element_key
from ..model.row import Row
from .act import PlannedAct
from .cluster_plan import ClusterPlan
from .compare import ARCHIVED
from .document import Entry, additive_word
from .drift import BY_HAND, classify, is_place
from .hidden import name_anew
from .planning import Planner
from .sections import Form
from .values import KEPT, Additive

Path = Tuple[str, ...]


@dataclass(frozen=True)
class Edit:
    """One change of the document.

    :param address: of the object that it is about.
    :param path: the keys that lead to the place.
    :param act: ``set``; ``remove``; ``replace``, where ``value`` are pairs of old and new elements of a list; ``move``,
        where it is the new path and what the object comes from.
    :param value: may hold KEPT for parts that stay as the files have them.
    """

    address: str
    path: Path
    act: str
    value: Any = None
    field: str | None = None


@dataclass
class Edits:
    """``edits`` in the order to be made; ``accepted`` and ``left``: {address, class, field, why} of the drift that they
    write back, and of the rest."""

    edits: list[Edit] = field(default_factory=list)
    accepted: list[Row] = field(default_factory=list)
    left: list[Row] = field(default_factory=list)

    def give_up(self, edit: Edit, why: str) -> None:
        """Say that an edit cannot be made."""
        rows = [
            row for row in self.accepted if row["address"] == edit.address and row.get("field") in (None, edit.field)
        ]
        self.accepted = [row for row in self.accepted if row not in rows]
        self.left += [{**row, "why": why} for row in rows or [{"address": edit.address}]]


def find_edits(planner: Planner, plan: ClusterPlan) -> Edits:
    return Acceptance(planner, plan).find()


class Acceptance:
    """The edits for one plan. Properties are set first, then objects are removed, then moved, from the inside out, so
    that each path is as the files have it."""

    def __init__(self, planner: Planner, plan: ClusterPlan) -> None:
        self.planner, self.plan = planner, plan
        self.result = Edits()
        # {(address, field): value} of what the document is to say.
        self.values: dict[tuple[str, str], Any] = {}
        self.renamed: dict[tuple[str, str], str] = {}
        self.removed: list[Edit] = []
        self.moved: list[Edit] = []

    def find(self) -> Edits:
        drift = [(act, name, fact) for act in self.plan.acts for name, fact in classify(self.planner, act)]
        for act, name, fact in drift:
            if name in BY_HAND and act.entry is not None and not self.goes_along(act):
                why = self.accept(act, act.entry, name, fact.get("field", ""))
                found = {"address": act.address, "class": name, **fact}
                if why:
                    self.result.left.append({**found, "why": why})
                else:
                    self.result.accepted.append(found)
        self.follow_names()
        entries = self.planner.document.entries
        fields = [edit_of(entries[address], name, value) for (address, name), value in self.values.items()]
        moved = sorted(self.moved, key=lambda edit: -len(edit.path))
        self.result.edits = [*self.result.edits, *fields, *self.removed, *moved]
        return self.result

    def goes_along(self, act: PlannedAct) -> bool:
        """Whether what holds the object is removed with it."""
        path = path_of(act.entry) if act.entry is not None else ()
        return any(path[: len(edit.path)] == edit.path for edit in self.removed)

    def accept(self, act: PlannedAct, entry: Entry, name: str, column: str) -> str:
        """Make the edits of one difference, or say why there is none."""
        if name == "deleted_by_hand":
            self.removed.append(Edit(entry.address, path_of(entry), "remove"))
            return ""
        if act.row is None:
            return "it is not there."
        if is_place(act, column):
            return self.accept_place(act, entry, act.row)
        if column == ARCHIVED:
            here = (*path_of(entry), "state")
            act_word, value = ("set", ARCHIVED) if act.row[ARCHIVED] else ("remove", None)
            self.result.edits.append(Edit(entry.address, here, act_word, value, column))
            return ""
        one = next((one for one in entry.section.fields if one.name == column), None)
        if one is None:
            return "the document has no such property."
        if one.hidden or one.secret:
            return "it is a secret. Put the new value where the secrets are kept."
        self.values[entry.address, column] = accepted_value(one, entry.values.get(column), act.row.get(column))
        return ""

    def accept_place(self, act: PlannedAct, entry: Entry, row: Row) -> str:
        """Take over another name, or another holder. ``from`` lets other clusters follow."""
        path, name = path_of(entry), self.live_name(act, row)
        holder = path[:2] if entry.holder is not None else ()
        scope = entry.kind.scope
        if entry.holder is not None and scope is not None:
            found = [
                one
                for one in self.planner.document.entries.values()
                if one.section is entry.holder.section
                and (self.planner.matches.rows.get(one.address) or {}).get("id") == row[scope.column]
            ]
            if not found:
                return f"it was moved to a {scope.kind.name} that is not in the document."
            holder = path_of(found[0])
        new = (*holder, entry.section.name, name)
        if any(edit.path == path for edit in self.moved):
            return ""
        origin = entry.name if holder == path[:-2] else entry.address
        self.moved.append(Edit(entry.address, path, "move", (new, origin)))
        self.renamed[entry.kind.name, entry.name] = name
        return ""

    def live_name(self, act: PlannedAct, row: Row) -> str:
        found = self.planner.matches.rows.get(act.address) or row
        return str(found[act.kind.key])

    def follow_names(self) -> None:
        """Let what names a renamed object name it anew."""
        for entry in self.planner.document.entries.values():
            for one in entry.section.fields:
                if not self.renamed or not one.refers or one.name not in entry.values:
                    continue
                said = entry.values[one.name]
                elements = said.value if isinstance(said, Additive) else said or ()
                pairs = [(element, name_anew(one, element, self.renamed)) for element in elements]
                pairs = [(old, new) for old, new in pairs if old != new]
                if pairs:
                    place = edit_of(entry, one.name, None).path
                    path = (*place, additive_word(one)) if isinstance(said, Additive) else place
                    self.result.edits.append(Edit(entry.address, path, "replace", pairs, one.name))
                if (entry.address, one.name) in self.values:
                    value = self.values[entry.address, one.name]
                    self.values[entry.address, one.name] = rename_in(one, value, self.renamed)


def path_of(entry: Entry) -> Path:
    """The keys that lead to an entry."""
    path = path_of(entry.holder) if entry.holder is not None else ()
    name = (entry.name,) if entry.section.form in (Form.NAMED, Form.EACH) else ()
    return (*path, entry.section.name, *name)


def edit_of(entry: Entry, name: str, value: Any) -> Edit:
    here = path_of(entry) if entry.section.form is Form.SET else (*path_of(entry), name)
    return Edit(entry.address, here, "set", value, name)


def accepted_value(one: Field, said: Any, live: Any) -> Any:
    """What the document is to say, in the order of what it says now: of a set that is only added to, what is left."""
    if isinstance(said, Additive):
        have = live or ([] if one.merge is Merge.SET else {})
        if one.merge is Merge.MAP:
            return {"merge": {key: have[key] for key in said.value if key in have}}
        there = {element_key(element) for element in have}
        return {"add": [element for element in said.value if element_key(element) in there]}
    if one.merge is Merge.SET:
        said, live = one.normal(said or []), live or []
        there = {element_key(element) for element in live}
        kept = [element for element in said if element_key(element) in there]
        known = {element_key(element) for element in kept}
        return [*kept, *(element for element in live if element_key(element) not in known)]
    if isinstance(live, Mapping):
        return {key: KEPT if part == MASKED else part for key, part in live.items()}
    return live


def rename_in(one: Field, value: Any, renamed: Mapping[tuple[str, str], str]) -> Any:
    if isinstance(value, Mapping) and set(value) == {additive_word(one)}:
        word = additive_word(one)
        return {word: rename_in(one, value[word], renamed)}
    return [name_anew(one, element, renamed) for element in value or ()]
