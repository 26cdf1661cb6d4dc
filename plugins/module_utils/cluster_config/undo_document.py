# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The document that takes an apply back: just what its plan changes, with the values of before.

It is applied like any other, without a stack: with one, what it leaves out would have left the document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..model.field import NOTHING, Field, Merge, element_key
from ..model.row import Row
from ..targets import terminal_text
from .act import Op, PlannedAct
from .cluster_plan import Choices, ClusterPlan
from .compare import ARCHIVED
from .document import VERSION, Reading, address_of
from .drift import is_place
from .export import Exporter
from .hidden import name_anew
from .planning import Planner
from .sections import SECTIONS, Form, Section, sections_in
from .stack import Stack
from .values import SECRET, is_secret
from .yaml_text import dump_yaml

OTHER_ID = "it is made again, with another id. What it held is lost, but for what a document says."


@dataclass
class TakenBack:
    """``config``: the document. ``left``: {address, why} of what it does not bring back as it was."""

    config: Row = field(default_factory=dict)
    left: list[Row] = field(default_factory=list)


def make_undo(planner: Planner, plan: ClusterPlan) -> TakenBack:
    return UndoMaker(planner, plan).make()


def undo_text(undo: TakenBack, digest: str) -> str:
    """The document as a file, with what it does not bring back as comments."""
    lines = [f"# Takes back the apply of the plan {digest}. Apply it without a stack.\n"]
    lines += [f"# {terminal_text(one['address'])}: {terminal_text(one['why'])}\n" for one in undo.left]
    return "".join([*lines, "---\n", dump_yaml(undo.config)])


class UndoMaker:
    def __init__(self, planner: Planner, plan: ClusterPlan) -> None:
        self.planner, self.plan, self.world = planner, plan, planner.world
        self.result = TakenBack()
        self.exporter = Exporter(self.world, Stack(None, []), Choices())
        # {(kind, name in the document): name before}.
        self.before = {(kind, new): old for (kind, old), new in planner.matches.renamed.items()}

    def make(self) -> TakenBack:
        for act in self.plan.due:
            if act.op is Op.CREATE:
                self.take_away(act)
            elif act.op is Op.DELETE:
                self.make_again(act)
            else:
                self.change_back(act)
        for act in self.plan.of(Op.DELETE):
            self.give_roles_back(act)
        built, self.result.config = self.result.config, {"version": VERSION}
        self.result.config.update({name: built[name] for name in sections_in("") if name in built})
        self.result.left += [
            {"address": place, "why": f"it needs the secret {name}."} for place, name in secrets_in(self.result.config)
        ]
        reading = Reading({})
        reading.read(self.result.config)
        for problem in reading.problems:
            address, _colon, why = problem.partition(": ")
            self.result.left.append({"address": address, "why": why})
        return self.result

    def leave(self, act: PlannedAct, why: str) -> None:
        self.result.left.append({"address": act.address, "why": why})

    # Acts

    def take_away(self, act: PlannedAct) -> None:
        """What is made goes again, but for what goes along with what holds it."""
        section, entry = act.section, act.entry
        if entry is None:
            return
        made_with = entry.holder is not None and self.planner.matches.rows.get(entry.holder.address) is None
        if section.form is Form.SET or (made_with and section.form is not Form.NAMED):
            return
        if act.kind.alive:
            self.leave(act, "it cannot be deleted. It is switched off.")
        self.entry_of(act, entry.name)["state"] = "absent"

    def make_again(self, act: PlannedAct) -> None:
        section, row = act.section, act.row
        if row is None:
            return
        if section.form is Form.NAMED:
            name = str(row[act.kind.key])
            found = self.exporter.read_object(section, row, self.address_before(act, name))
            self.leave(act, OTHER_ID if found is not None else "no document can describe it.")
        else:
            name = str(next(iter(act.wanted.keys.values()), ""))
            found = self.exporter.values_of(section, row, self.address_before(act, name), "")
        if found is not None:
            merge_entries(self.entry_of(act, name), found)

    def change_back(self, act: PlannedAct) -> None:
        row = act.row
        if row is None:
            return
        fields = {one.name: one for one in act.section.kind.fields}
        if act.op is Op.REPLACE:
            self.leave(act, "it gets another id once more.")
        for change in act.changes:
            name = change["field"]
            if is_place(act, name):
                self.entry_of(act, "")["from"] = self.origin(act, row)
            elif name == ARCHIVED:
                self.entry_of(act, "")["state"] = ARCHIVED if change["before"] else "present"
            elif name in fields:
                self.set_back(act, fields[name], row.get(name))

    def set_back(self, act: PlannedAct, one: Field, have: Any) -> None:
        value = self.named_before(one, have) if act.entry is not None else have
        if one.secret or (one.empty(value) and one.merge is Merge.WHOLE and one.reset is NOTHING):
            self.leave(act, f"{one.name} cannot be set back: the master does not show, or cannot take away, its value.")
            return
        if one.empty(value):
            value = {Merge.SET: [], Merge.MAP: {}}.get(one.merge)
        else:
            name = str((act.row or {}).get(act.kind.key) or "") if act.section.form is Form.NAMED else ""
            value = self.exporter.result.secrets.take(one, value, self.address_before(act, name))
        if act.section.form is Form.SET:
            self.holder_of(act)[act.section.name] = value
        else:
            self.entry_of(act, "")[one.name] = value
            if one.name in act.kind.alive and value:
                self.leave(act, "its access tokens were revoked, and stay so.")

    def named_before(self, one: Field, value: Any) -> Any:
        return [name_anew(one, element, self.before) for element in value or ()] if one.refers else value

    def give_roles_back(self, act: PlannedAct) -> None:
        """Assignments go with a group that is deleted, in all of their scopes."""
        for section in SECTIONS:
            one = section.kind.fields[0]
            if section.form is not Form.SET or not section.batch or act.kind not in one.refers or act.row is None:
                continue
            if section not in self.exporter.sections:
                continue
            for scope, row in self.world.relations(section.kind).items():
                if bool(section.inside) is (scope is None):
                    continue
                mine = [element for element in row[one.name] if element.get(act.kind.name) == act.row[act.kind.key]]
                holder = self.world.of_id(section.kind.scope.kind, scope) if section.kind.scope and scope else None
                if mine and (holder is not None or scope is None):
                    self.add_elements(self.place_of(holder, section), section, mine)

    def add_elements(self, place: Row, section: Section, elements: list[Row]) -> None:
        said = place.setdefault(section.name, {"add": []})
        known = said["add"] if isinstance(said, dict) else said
        have = {element_key(element) for element in known}
        known += [element for element in elements if element_key(element) not in have]

    # Places in the document, by the names of before

    def entry_of(self, act: PlannedAct, name: str) -> Row:
        """The entry of the act's object; ``name``: its name, unless it was there already."""
        section = act.section
        row = self.planner.matches.rows.get(act.address) if act.entry is not None else act.row
        if row is not None and section.form is Form.NAMED:
            name = str(row[act.kind.key])
        elif not name and section.form is Form.EACH:
            name = str(next(iter(act.wanted.keys.values())))
        found = self.holder_of(act).setdefault(section.name, {})
        if section.form is Form.ONE:
            return found
        if name not in found:
            found[name] = {"state": ARCHIVED} if section.archives and row is not None and row.get(ARCHIVED) else {}
        return found[name]

    def holder_of(self, act: PlannedAct) -> Row:
        """The dict that has the act's section: of what holds the object, or the document."""
        if act.entry is not None and act.entry.holder is not None and act.row is None:
            holder = self.planner.matches.rows.get(act.entry.holder.address)
            if holder is None:
                return self.result.config.setdefault(act.section.inside, {}).setdefault(act.entry.holder.name, {})
            return self.place_of(holder, act.section)
        return self.place_of(self.holder_row(act), act.section)

    def holder_row(self, act: PlannedAct) -> Row | None:
        """What holds the object now, before the apply; None for the document itself."""
        scope = act.kind.scope
        if scope is None:
            return None
        ident = (act.row or {}).get(scope.column)
        if not act.section.is_listed:
            holder = act.wanted.scope
            ident = holder.get("id") if isinstance(holder, dict) else None
        row = self.world.of_id(scope.kind, ident) if ident else None
        top = any(one.built_in_holder and one.kind is act.kind for one in SECTIONS)
        return None if row is None or (top and scope.kind.builtin(row)) else row

    def place_of(self, holder: Row | None, section: Section) -> Row:
        """The dict of what holds objects of a section, by its row; None: the document."""
        if holder is None:
            return self.result.config
        entries = self.result.config.setdefault(section_above(section).name, {})
        if holder["name"] not in entries:
            entries[holder["name"]] = {"state": ARCHIVED} if holder.get(ARCHIVED) else {}
        return entries[holder["name"]]

    def address_before(self, act: PlannedAct, name: str) -> str:
        holder = self.holder_row(act)
        place = "" if holder is None else address_of(section_above(act.section), holder["name"], "")
        return address_of(act.section, name, place)

    def origin(self, act: PlannedAct, row: Row) -> str:
        """What the object is called, and where it is, after the apply."""
        if act.entry is None:
            return str(row[act.kind.key])
        scope = act.kind.scope
        moved = scope is not None and any(change["field"] == scope.by_id for change in act.changes)
        return act.entry.address if moved else act.entry.name


def section_above(section: Section) -> Section:
    """The section of what can hold objects of a section's kind."""
    name = next(one.inside for one in SECTIONS if one.kind is section.kind and one.inside)
    return next(one for one in SECTIONS if one.name == name and not one.inside)


def secrets_in(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(address, name) of the secrets that a document names."""
    if is_secret(value):
        yield path, value[SECRET]
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from secrets_in(one, f"{path}/{key}" if path else str(key))


def merge_entries(entry: Row, found: Row) -> None:
    """Put what was found into an entry that may have parts already."""
    for key, value in found.items():
        if isinstance(entry.get(key), dict) and isinstance(value, dict):
            merge_entries(entry[key], value)
        else:
            entry[key] = value
