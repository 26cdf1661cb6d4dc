# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the document, the cluster and the ledger to the acts of a plan. Reads what it needs, and writes nothing.

Each act is planned by ``make_plan``, as a task's is, down to its requests; what cannot be planned is a blocked line of
the plan and no error in its place."""

from __future__ import annotations

import difflib
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from ..errors import BadOption, NotFound, Refused
from ..model.call import Later
from ..model.field import Field, Merge, element_key, sort_set
from ..model.kind import Kind, Relation
from ..model.plan import Wanted, make_plan
from ..model.row import Row
from .act import Op, PlannedAct
from .blocking import block_lookalikes, block_protected
from .cluster_plan import Choices, ClusterPlan
from .compare import Comparer, Comparison
from .describing import describe
from .document import Document, Entry
from .hidden import as_document_says, named_elements, own_assignment
from .matching import Matches
from .naming import break_rings
from .sections import SECTIONS, Form, states_of
from .stack import Owned, Stack, key_of, single_key
from .values import Additive
from .world import CLUSTER, World, needs_detail


class Planner:
    """Makes one plan. ``made``: {(kind, name): id} of what an apply has made meanwhile."""

    def __init__(self, document: Document, world: World, stack: Stack, choices: Choices) -> None:
        self.document, self.world, self.stack, self.choices = document, world, stack, choices
        self.matches = Matches(document, world, stack)
        self.made: dict[tuple[str, str], Any] = {}
        self.made_rows: dict[str, Row] = {}
        self.coming = {
            (entry.kind.name, entry.name): entry
            for entry in document.entries.values()
            if entry.section.form is Form.NAMED and entry.state != "absent"
        }

    def plan(self) -> ClusterPlan:
        entries = [entry for entry in self.document.entries.values() if self.choices.covers(entry.address)]
        self.matches.find(entries)
        self.world.preload(entries, self.matches.rows)
        mends = self.stack.damaged and self.choices.adopt == "all"
        result = ClusterPlan(matches=self.matches, unfinished=bool(self.stack.pending) or mends)
        for entry in entries:
            result.acts += self.plan_entry(entry)
        result.acts += self.plan_leaving()
        break_rings(result)
        block_protected(result, self.document)
        block_lookalikes(result)
        return result

    # What the document names

    def plan_entry(self, entry: Entry) -> list[PlannedAct]:
        row, holder = self.matches.rows.get(entry.address), self.holder_of(entry)
        act = PlannedAct(entry.section, entry.address, Op.NONE, entry.section.rank, entry)
        problem = self.matches.problems.get(entry.address)
        if problem:
            act.blocked = problem
            return [act]
        if not entry.section.is_listed:
            act.key = None if isinstance(holder, Later) else single_key(entry.kind, holder, entry.keys)
            row = self.read_single(entry, holder)
        elif row is not None:
            act.key = key_of(entry.kind, row[entry.kind.ident])
        act.owned = self.owned_of(act, entry)
        act.blocked = self.why_elsewhere(entry, act)
        if entry.state == "absent":
            return [self.plan_absence(act, row, holder)]
        if (
            not act.blocked
            and row is not None
            and entry.section.is_listed
            and self.stack.name is not None
            and act.owned is None
        ):
            act.adopts = True
            act.blocked = self.why_not_adopted(entry, row)
        if row is not None and needs_detail(entry.kind, entry.values):
            row = self.world.detailed(entry.kind, row)
        if row is not None:
            act.row = as_document_says(self.world, entry.section, row, entry.values, self.matches.renamed)
        first, *others = split_fields(entry, act.row)
        found = [self.plan_fields(replace_act(act, first[0]), holder, first[1])]
        act.adopts, act.row = False, row_after(found[0])
        return found + [self.plan_fields(replace_act(act, rank), holder, fields) for rank, fields in others]

    def read_single(self, entry: Entry, holder: Row | Later) -> Row | None:
        if isinstance(holder, Later):
            row = entry.kind.nothing() if isinstance(entry.kind.source, Relation) else None
        else:
            row = self.world.single_of(entry, holder)
        return self.without_own(entry, row, isinstance(holder, Later)) if entry.section.batch else row

    def without_own(self, entry: Entry, row: Row | None, new: bool) -> Row | None:
        """The assignments without the one that the running account has by making the workspace, unless the document
        names it: the master gives it, and it is nobody's wish."""
        if entry.holder is None or row is None:
            return row
        one = entry.section.set_field
        own = own_assignment(self.world)
        named = element_key(own) in named_elements(one, entry.values.get(one.name))
        have = [element for element in row[one.name] if element_key(element) != element_key(own)]
        return {**row, one.name: sort_set([*have, own]) if named and (new or own in row[one.name]) else have}

    def owned_of(self, act: PlannedAct, entry: Entry) -> Owned | None:
        if act.key is None:
            return None
        found = self.stack.owned.get(act.key)
        if found is None and self.matches.is_pending(entry):
            return Owned(entry.name)
        return found

    def why_elsewhere(self, entry: Entry, act: PlannedAct) -> str:
        """Why a stack does not touch what another one of the account owns; empty where none does. Elements that are
        only added to a set are this stack's own."""
        other = self.stack.elsewhere.get(act.key or "")
        adds = entry.section.form is Form.SET and isinstance(entry.values.get(entry.section.set_field.name), Additive)
        if other is None or self.stack.name is None or act.owned is not None or adds:
            return ""
        return f"the stack {other} owns it. Let that forget it first, with mode=forget."

    def why_not_adopted(self, entry: Entry, row: Row) -> str:
        """Why an object that is there already is not taken over; empty where it is."""
        named = [*self.document.adopt, *self.choices.named]
        if entry.kind.builtin(row) or self.choices.adopt == "all":
            return ""
        if self.choices.adopt == "named" and any(fnmatchcase(entry.address, pattern) for pattern in named):
            return ""
        return "it is there, and this stack did not make it. List its address under adopt to take it over."

    def plan_fields(self, act: PlannedAct, holder: Row | Later, fields: tuple[Field, ...]) -> PlannedAct:
        entry = act.entry
        if entry is None:
            raise AssertionError(act.address)
        names = {one.name for one in fields}
        comparer = Comparer(entry, act.row, act.owned, self.stack, self.ident)
        comparison = comparer.compare(fields, self.choices.conflict)
        state = self.state_of(entry, act.row) if act.rank == entry.section.rank else "present"
        if entry.section.archives and act.rank == entry.section.rank:
            state = comparer.compare_state(state, self.choices.conflict)
        act.comparison = comparison
        act.blocked = act.blocked or comparison.blocked
        act.notes += comparison.notes
        # Who is switched off would be brought back, unless the document says that it is to be so.
        off = {name: entry.values[name] for name in entry.kind.alive if name in entry.values and name in names}
        values = {**off, **comparison.values}
        if entry.section.form is Form.NAMED:
            values[entry.kind.key] = entry.name
        act.wanted = Wanted(
            values=values,
            state=state,
            modes={one.name: "exact" for one in entry.kind.fields if one.merge is not Merge.WHOLE},
            secrets=frozenset(comparison.secrets),
            scope=holder if entry.kind.scope is not None else None,
            keys=entry.keys,
            find=self.find,
        )
        self.make_plan(act)
        return act

    def make_plan(self, act: PlannedAct) -> None:
        try:
            act.plan = make_plan(act.kind, act.row, act.wanted)
            self.check(act)
        except (Refused, NotFound) as error:
            act.blocked = act.blocked or error.result()["msg"]
        except BadOption as error:
            if act.blocked:
                # What was not given is what is missing.
                return
            raise BadOption("config", None, f"{act.address}: {error.result()['msg']}") from error
        describe(act)

    def check(self, act: PlannedAct) -> None:
        """What the kind itself looks at before a write; who would be locked out is looked at for the whole plan."""
        plan = act.plan
        if plan is None or not plan.steps or act.kind.check is None or plan.act == "delete":
            return
        act.notes += act.kind.check(self.world, replace(plan, wanted=replace(plan.wanted, force=True)))

    def state_of(self, entry: Entry, row: Row | None) -> str:
        if entry.state == "archived":
            return "archived"
        if entry.holder is not None and entry.holder.state == "archived":
            # It counts as archived along with what holds it.
            return "present"
        return "unarchived" if row is not None and entry.section.archives and row.get("archived") else "present"

    def holder_of(self, entry: Entry) -> Row | Later:
        """The row of what holds it, {} for the whole cluster, Later where it is to be made."""
        if entry.holder is None:
            return self.matches.cluster_holder(entry.section)
        row = self.matches.rows.get(entry.holder.address) or self.made_rows.get(entry.holder.address)
        if row is None:
            return Later(entry.holder.kind.name, entry.holder.name)
        # It is looked at as it will be when its turn comes.
        archived = entry.holder.state == "archived" and row.get("archived", False)
        return {**row, "name": entry.holder.name, "archived": archived} if "archived" in row else row

    def plan_absence(self, act: PlannedAct, row: Row | None, holder: Row | Later) -> PlannedAct:
        act.row = row
        if row is None or isinstance(holder, Later):
            act.op = Op.FORGET if act.owned is not None else Op.NONE
            return act
        entry = act.entry
        keys = entry.keys if entry is not None else {}
        act.wanted = self.wanted_away("absent", act, holder, keys)
        self.make_plan(act)
        return act

    def wanted_away(self, state: str, act: PlannedAct, holder: Row, keys: Row) -> Wanted:
        """What it holds is looked at for the plan as a whole, see holding.py."""
        scope = holder if act.kind.scope else None
        return Wanted(state=state, scope=scope, keys=keys, force=state == "absent", find=self.find)

    # What left the document

    def plan_leaving(self) -> list[PlannedAct]:
        leaving = self.matches.leaving(self.choices.covers)
        acts = []
        for one in leaving:
            act = PlannedAct(
                one.section, one.address, Op.FORGET, one.section.rank, row=one.row, key=one.key, owned=one.owned
            )
            act.pruned = True
            if one.row is not None:
                self.plan_leave(act, one.holder, one.keys)
            acts.append(act)
        return acts

    def plan_leave(self, act: PlannedAct, holder: Row, keys: Row) -> None:
        section, row = act.section, act.row
        if row is None or act.kind.builtin(row) or not (section.form is Form.SET or states_of(section)[1:]):
            # What cannot be taken away is left as it is.
            return
        way = self.document.leaving_of(section).value
        if section.form is Form.SET:
            self.plan_leaving_set(act, holder)
        else:
            state = "archived" if way == "archive" else "absent"
            act.wanted = self.wanted_away(state, act, holder, keys)
            self.make_plan(act)
        if not act.steps and not act.blocked:
            # It is as prune would make it, and stays owned where it can come back.
            act.op = Op.NONE if way != "delete" else Op.FORGET
        elif self.choices.prune == "none":
            act.plan, act.op, act.changes, act.blocked = None, Op.LEAVE, [], ""
            word = {"archive": "archive it", "off": "switch it off", "delete": "delete it"}[way]
            act.notes = [f"prune: owned would {word}."]

    def plan_leaving_set(self, act: PlannedAct, holder: Row) -> None:
        """Take back those elements of a set that the stack has put there."""
        entry = Entry(act.section, act.address)
        comparison = Comparer(entry, act.row, act.owned, self.stack, self.ident).compare(
            act.section.fields, "overwrite"
        )
        act.comparison = comparison
        modes = {act.section.set_field.name: "exact"}
        act.wanted = Wanted(values=comparison.values, modes=modes, scope=holder, find=self.find)
        if comparison.values:
            self.make_plan(act)

    # Names of other objects

    def find(self, kind: str, name: str) -> Any:
        """The id of an object that another one names. Raises BadOption."""
        if (kind, name) in self.made:
            return self.made[kind, name]
        entry = self.coming.get((kind, name))
        if entry is not None and entry.address in self.matches.rows:
            row = self.matches.rows[entry.address]
            return row["id"] if row is not None else Later(kind, name)
        if entry is not None and self.choices.covers(entry.address):
            return Later(kind, name)
        described = kind_named(kind)
        row = self.world.of_name(described, name, CLUSTER)
        if row is not None:
            return row["id"]
        names = [one[described.key] for one in self.world.rows(described)]
        close = difflib.get_close_matches(
            name, [*names, *(other for known, other in self.coming if known == kind)], n=3
        )
        remedy = "Did you mean {}?".format(" or ".join(map(repr, close))) if close else None
        raise BadOption(kind, name, f"there is no such {kind}, here or in the document.", remedy)

    def ident(self, kind: str, name: str) -> Any:
        """What stands for another object in hashes: its id, or the name of one that is not known."""
        try:
            found = self.find(kind, name)
        except BadOption:
            return name
        return name if isinstance(found, Later) else found


def kind_named(name: str) -> Kind:
    """The kind of that name that a field of the document can refer to."""
    found = {one.kind.name: one.kind for one in SECTIONS}
    for section in SECTIONS:
        for one in section.kind.fields:
            found.update({refers.name: refers for refers in one.refers})
    return found[name]


def split_fields(entry: Entry, row: Row | None) -> list[tuple[int, tuple[Field, ...]]]:
    """(rank, fields) of the acts of one entry: what needs other objects of the document comes later, where the object
    is there already. A new one takes all at once."""
    section = entry.section
    later = {name for name in section.later if name in entry.values} if row is not None else set()
    parts = [(section.rank, tuple(one for one in section.fields if one.name not in later))]
    for rank in sorted({section.later[name] for name in later}):
        parts.append(
            (rank, tuple(one for one in section.fields if one.name in later and section.later[one.name] == rank))
        )
    return parts


def row_after(act: PlannedAct) -> Row | None:
    """The row that acts of the same object at later ranks find: with its new name, and no longer archived."""
    if act.row is None or not act.kind.key:
        return act.row
    thawed = {"archived": False} if act.wanted.state == "unarchived" else {}
    return {**act.row, act.kind.key: act.wanted.values.get(act.kind.key, act.row[act.kind.key]), **thawed}


def replace_act(act: PlannedAct, rank: int) -> PlannedAct:
    """Another act of the same object, at its own rank."""
    return replace(act, rank=rank, changes=[], notes=[], comparison=Comparison())
