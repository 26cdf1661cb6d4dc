# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How acts on objects of described kinds are taken back: by what the kind itself says of its fields and verbs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from ..engine.bulk import Objects, acts_of, plan_rows, subjects
from ..engine.call import Call
from ..engine.known import Known
from ..engine.many import Act, Item, Many, View
from ..engine.settle import send_each
from ..errors import DeterminedError, NotFound, Refused
from ..model.call import Later
from ..model.field import NOTHING, Change, Elements, Field, Merge, Verb
from ..model.kind import Collection, Kind
from ..model.plan import Plan, Wanted
from ..model.row import Row, unchanged
from ..store.parallel import map_concurrently
from ..store.send import carry_out
from ..store.store import Store
from .entries import JournalEntry, Key, is_another

# What the plan of one object is called in a journal; a field or a verb of many objects bears its own name.
CHANGE = "change"
WHOLE = {
    "create": "it was made, and an undo deletes nothing",
    "replace": "it was deleted and made again",
    "delete": "it was deleted",
}
FOR_GOOD = "it was {}, which is for good"
NO_WAY = "{}: the master has no way back"


@dataclass
class Back:
    """An object that one run changed, as it is now.

    ``before``: the properties that it goes back to; ``after``: the same as the run left them.
    """

    entry: JournalEntry
    row: Row
    before: Row = field(default_factory=dict)
    after: Row = field(default_factory=dict)


@dataclass(frozen=True)
class UndoStage:
    """What is sent together. ``backs``: {id of the item: Back}."""

    view: View
    many: Many
    acts: list[Act]
    backs: dict[Any, Back]


class Way(Protocol):
    """How what was done to objects of one kind is taken back."""

    def read(self, entries: Iterable[JournalEntry]) -> dict[Key, Row]:
        """The objects as they are now; those that are not there are left out."""

    def final(self, entry: JournalEntry) -> str | None:
        """Why an act cannot be taken back, or None."""

    def fixed(self, entry: JournalEntry) -> dict[str, str]:
        """{property: why it cannot go back to what it was}."""

    def properties(self, entry: JournalEntry) -> set[str]:
        """The properties that just this act changed."""

    def is_so(self, row: Row, name: str, value: Any) -> bool:
        """Whether a property is as a run left it, or as it was before."""

    def moved_key(self, entry: JournalEntry) -> Key:
        """What tells the object apart after the act."""

    def stages(self, backs: list[Back]) -> Iterator[UndoStage]:
        """What brings the objects back; what cannot be is among the skipped of a stage."""


class Described:
    """A kind with objects of their own ids, changed one by one."""

    def __init__(self, call: Call, kind: Kind) -> None:
        self.call = call
        self.kind = kind
        self.store = Store(call.client)
        self.fields = {one.name: one for one in kind.fields}
        self.names: dict[tuple[str, str], int] = {}
        self.view = View(kind.plural, lambda row: dict(kind.result(row) or {}), self.column)

    def column(self, row: Row) -> str:
        return str(row.get(self.kind.key) or "")

    # Reading

    def read(self, entries: Iterable[JournalEntry]) -> dict[Key, Row]:
        keys = {self.moved_key(one): one for one in entries}

        def fetch(key: Key) -> Row | None:
            try:
                return self.fetch(key, keys[key])
            except NotFound:
                return None

        return {key: row for key, row in zip(keys, map_concurrently(fetch, keys)) if row is not None}

    def fetch(self, key: Key, entry: JournalEntry) -> Row | None:
        return self.store.by_id(self.kind, key[1], entry.scope)

    def moved_key(self, entry: JournalEntry) -> Key:
        renamed = entry.after.get(self.kind.ident) if self.kind.key else None
        return entry.key(renamed)

    # Judging

    def final(self, entry: JournalEntry) -> str | None:
        if entry.act in WHOLE:
            alive = entry.act == "delete" and bool(self.kind.alive)
            return None if alive else WHOLE[entry.act]
        if entry.act == CHANGE:
            return self.final_state(entry)
        known = subjects(self.kind)
        if entry.act not in known:
            return NO_WAY.format(entry.act)
        subject = known[entry.act]
        if subject is None:
            return WHOLE["delete"]
        if isinstance(subject, Verb) and subject.final:
            return FOR_GOOD.format(subject.state)
        return None

    def final_state(self, entry: JournalEntry) -> str | None:
        """Why a change that is nothing but a state cannot be taken back."""
        after = {name: entry.after[name] for name in entry.left()}
        verb = next((one for one in self.kind.verbs if one.final and dict(one.result_fields) == after), None)
        return FOR_GOOD.format(verb.state) if verb is not None else None

    def fixed(self, entry: JournalEntry) -> dict[str, str]:
        known = ((self.fields[name], name) for name in entry.after if name in self.fields)
        reasons = {name: why_fixed(one, entry.before.get(name), entry.after[name]) for one, name in known}
        return {name: reason for name, reason in reasons.items() if reason}

    def properties(self, entry: JournalEntry) -> set[str]:
        subject = subjects(self.kind).get(entry.act)
        if isinstance(subject, Field):
            return {subject.name}
        if isinstance(subject, Verb):
            return set(subject.result_fields)
        return set(entry.after)

    def is_so(self, row: Row, name: str, value: Any) -> bool:
        have = row.get(name)
        if self.kind.scope is not None and name == self.kind.scope.by_id:
            return bool(have == value)
        if name in self.fields:
            return bool(self.fields[name].same(in_order(have), in_order(value)))
        verb = next((one for one in self.kind.verbs if dict(one.result_fields) == {name: value}), None)
        return have == value or (verb is not None and verb.seen(row))

    # Planning

    def wanted(self, back: Back) -> Wanted:
        """What brings it back. Raises Refused where the kind has no way."""
        scope = self.kind.scope
        holder: Row | None = None
        if scope is not None:
            holder = {"id": back.row.get(scope.column, back.entry.scope)}
        values: Row = {}
        states: Row = {}
        for name, value in back.before.items():
            if name in self.fields:
                values[name] = field_value(value, back.after.get(name))
            elif scope is not None and name == scope.by_id:
                holder = self.store.by_id(scope.kind, value) if value else {}
            else:
                states[name] = value
        return Wanted(
            values,
            opposite(self.kind, back.row, states) if states else "present",
            {one.name: "exact" for one in self.kind.fields if one.merge.modes},
            scope=holder,
            keys=back.entry.keys,
            find=self.find,
        )

    def find(self, kind: str, name: str) -> int | Later:
        """The id of what a field names. Raises Refused."""
        if (kind, name) not in self.names:
            refers = next(one for field in self.kind.fields for one in field.refers if one.name == kind)
            self.names.update({(kind, row[refers.key]): row["id"] for row in self.store.every(refers)})
        if (kind, name) not in self.names:
            raise Refused(f"there is no {kind} {name!r} any more")
        return self.names[kind, name]

    def stages(self, backs: list[Back]) -> Iterator[UndoStage]:
        """One stage with requests of its own for each object."""
        many, known = Many(), {}
        kept: dict[Any, Back] = {}
        for back in backs:
            ident = back.entry.id
            try:
                one = self.known(back)
                plan = self.checked_plan(one)
            except DeterminedError as error:
                many.skip({"id": ident, "name": back.entry.name}, why(error))
                continue
            before, after = changed_properties(plan)
            item = Item(ident, {**back.row, "name": back.entry.name}, [CHANGE] if plan.steps else [], before, after)
            item.alone[CHANGE] = [step.request for step in plan.steps]
            if plan.steps:
                many.items.append(item)
                known[ident], kept[ident] = (one, plan), back
            else:
                many.unchanged += 1

        def send(item: Item) -> None:
            carry_out(*known[item.id])

        act = Act(
            CHANGE,
            lambda items: send_each(items, send, None, self.call.params["connections"]),
            lambda items: [str(x) for i in items for x in i.alone[CHANGE]],
        )
        yield UndoStage(self.view, many, [act], kept)

    def known(self, back: Back) -> Known:
        return Known(self.call, self.kind, back.row, self.wanted(back))

    def checked_plan(self, one: Known) -> Plan:
        plan = one.plan()
        if plan.steps and self.kind.check is not None:
            for warning in self.kind.check(self.store, plan):
                self.call.warn(warning)
        return plan


class Single(Described):
    """A kind without ids: one object, or one set of pairs, in each place."""

    def fetch(self, key: Key, entry: JournalEntry) -> Row | None:
        return self.store.single(self.kind, self.holder(entry), entry.keys)

    def holder(self, entry: JournalEntry) -> Row | None:
        if self.kind.scope is None:
            return None
        return self.store.by_id(self.kind.scope.kind, entry.scope) if entry.scope else {}

    def wanted(self, back: Back) -> Wanted:
        return replace(super().wanted(back), scope=self.holder(back.entry))


class Bulk(Described):
    """A kind that the master changes many objects of in one request.

    :param objects: function (call) -> Objects.
    :param view: as its module shows them; None where that needs more than is read.
    :param columns: the names of what ``objects`` reads; a row that has to have more is read by its id.
    """

    def __init__(
        self, call: Call, kind: Kind, objects: Callable[[Call], Objects], view: View | None, columns: set[str]
    ) -> None:
        super().__init__(call, kind)
        self.objects = objects(call)
        self.numbered = any(one.name == kind.ident and one.type == "int" for one in kind.columns)
        self.view = view or self.view
        self.columns = columns

    def read(self, entries: Iterable[JournalEntry]) -> dict[Key, Row]:
        of_kind = int if self.numbered else str
        entries = [one for one in entries if isinstance(one.id, of_kind)]
        brief = [one for one in entries if set(one.after) <= self.columns]
        full = [one for one in entries if not set(one.after) <= self.columns]
        alone = {one.key() for one in full}
        found = super().read(full)
        ids = sorted({one.id for one in brief if one.key() not in alone})
        rows = self.objects.rows_of(ids)
        found.update({one.key(): rows[one.id] for one in brief if one.key() not in alone and one.id in rows})
        return found

    def stages(self, backs: list[Back]) -> Iterator[UndoStage]:
        """A stage for all that bulk calls bring back; those whose other properties change go one by one."""
        together: dict[Any, tuple[Back, Wanted]] = {}
        others, lost = [], Many()
        known = {
            name
            for one in subjects(self.kind).values()
            if one is not None
            for name in ((one.name,) if isinstance(one, Field) else one.result_fields)
        }
        for back in backs:
            if not set(back.before) <= known:
                others.append(back)
                continue
            try:
                wanted = self.wanted(back)
            except DeterminedError as error:
                lost.skip({"id": back.entry.id, "name": back.entry.name}, why(error))
                continue
            together[self.objects.id_of(back.row)] = back, wanted
        if lost.skipped:
            yield UndoStage(self.view, lost, [], {})
        if together:
            rows = [back.row for back, _wanted in together.values()]
            many = plan_rows(self.objects, rows, lambda row: together[self.objects.id_of(row)][1], self.view)
            backs_of = {ident: back for ident, (back, _wanted) in together.items()}
            yield UndoStage(self.view, many, acts_of(self.call, self.objects), backs_of)
        if others:
            yield from super().stages(others)


def opposite(kind: Kind, row: Row, states: Row) -> str:
    """The state whose verb brings back what others took away. Raises Refused where the kind has none."""
    earlier = {**row, **states}
    for verb in kind.verbs:
        if set(verb.result_fields) == set(states) and verb.seen(earlier) and not verb.seen(row) and not verb.final:
            return verb.state
    told = ", ".join(f"{name} {value}" for name, value in sorted(states.items()))
    raise Refused(f"no act of the master brings back {told}")


def why_fixed(one: Field, before: Any, after: Any) -> str | None:
    """Why a field cannot go back to what it was, or None."""
    if one.secret or (one.show is not unchanged and not (one.empty(before) and one.empty(after))):
        return "it is secret, so that the journal does not hold it"
    if one.change is Change.RECREATE:
        return "the object would have to be made anew"
    if one.merge is Merge.WHOLE and one.empty(before) and one.reset is NOTHING:
        return "the master cannot take a value away"
    return None


def field_value(before: Any, after: Any) -> Any:
    """What a field goes back to; of a set of texts just the elements that the run changed."""
    if is_texts(before) and is_texts(after):
        have, want = set(after), set(before)
        return Elements(add=tuple(sorted(want - have)), remove=tuple(sorted(have - want)))
    return before


def is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def in_order(value: Any) -> Any:
    return sorted(value) if is_texts(value) else value


def changed_properties(plan: Plan) -> tuple[Row, Row]:
    after = {name: value for name, value in plan.after.items() if is_another(plan.before.get(name), value)}
    return {name: plan.before.get(name) for name in after}, after


def why(error: DeterminedError) -> str:
    return error.why if isinstance(error, Refused) else error.msg


def way_of(call: Call, kind: Kind) -> Described:
    return Described(call, kind) if isinstance(kind.source, Collection) else Single(call, kind)
