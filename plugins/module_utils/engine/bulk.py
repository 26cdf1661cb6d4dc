# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Acts on many objects of a described kind: what is to be done to each is what make_plan says, as for one object; it is
sent by the bulk calls of the kind, or one by one where it has none."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Dict, Union

from ..errors import Denied, Refused, WaitTimeout
from ..model.call import Request
from ..model.field import Batch, Bulk, Derived, Field, Verb
from ..model.kind import Kind
from ..model.plan import Plan, Wanted, differs, make_plan, target_fields
from ..model.row import Row
from ..store.wait import poll
from .call import Call
from .drift import find_drift
from .many import Act, Errors, Ident, Item, Many, View, at_once, pieces
from .settle import send_bulk, send_each, send_parts, send_whole

ABSENT = "absent"
FAILED = "its deletion failed"
# What an act is about; None is the deletion.
Subject = Union[Field, Verb, None]
# {id: why it is left alone}
Reasons = Dict[Ident, str]


def no_reasons(_rows: list[Row]) -> Reasons:
    return {}


@dataclass(frozen=True)
class Objects:
    """The objects of a kind that a task acts on.

    :param read: function (ids) -> the rows of those that are there; ``most`` is how many it reads in one request, None
        where that does not depend on their number.
    :param spared: function (rows) -> {id: why it is left alone after all}, right before what cannot be undone.
    :param senders: {act: function (item)} of those that are made from what is there right before.
    :param chunk_senders: {act: function (items) -> Errors} of those that need a look at the whole chunk before.
    :param ends: {act: function (items) -> Errors} that waits for the end where rows alone do not tell it.
    :param final: acts that cannot be undone in this task, besides those of which the kind says so.
    """

    kind: Kind
    read: Callable[[list[Ident]], Iterable[Row]]
    most: int | None = None
    spared: Callable[[list[Row]], Reasons] = no_reasons
    senders: Mapping[str, Callable[[Item], None]] = field(default_factory=dict)
    chunk_senders: Mapping[str, Callable[[list[Item]], Errors]] = field(default_factory=dict)
    ends: Mapping[str, Callable[[list[Item]], Errors]] = field(default_factory=dict)
    final: Sequence[str] = ()

    def id_of(self, row: Row) -> Ident:
        ident: Ident = row[self.kind.ident]
        return ident

    def rows(self, items: Iterable[Item]) -> dict[Ident, Row]:
        """{id: row} of just these that are there."""
        return self.rows_of(one.id for one in items)

    def rows_of(self, ids: Iterable[Ident]) -> dict[Ident, Row]:
        asked = set(ids)
        rows = self.read(sorted(asked)) if asked else ()
        return {self.id_of(row): row for row in rows if self.id_of(row) in asked}


# Planning


@dataclass
class Planned:
    """A row with its plan; or with the reason why the master would refuse it."""

    row: Row
    wanted: Wanted
    plan: Plan | None = None
    refusal: str | None = None
    acts: list[str] = field(default_factory=list)
    item: Item | None = None

    def without_plan(self, objects: Objects, lone: Set[str]) -> Planned:
        """Keep of the plan what its item needs: 100,000 plans take hundreds of MiB."""
        if self.plan is not None:
            ident, plan = objects.id_of(self.row), self.plan
            self.item = Item(ident, self.row, self.acts, *changes(plan), alone(plan, lone), self.wanted)
            self.plan = None
        return self


def plan_row(kind: Kind, row: Row, wanted: Wanted) -> Planned:
    if wanted.state == ABSENT and kind.deleting(row):
        return Planned(row, wanted)
    try:
        plan = make_plan(kind, row, wanted)
    except Refused as error:
        return Planned(row, wanted, refusal=error.why)
    return Planned(row, wanted, plan, acts=list(dict.fromkeys(step.act for step in plan.steps)))


@contextmanager
def pause_collector() -> Iterator[None]:
    """Plans hold no cycles, and looking for some among 100,000 of them takes as long as making them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@pause_collector()
def plan_rows(
    objects: Objects,
    rows: list[Row],
    wanted: Wanted | Callable[[Row], Wanted],
    view: View,
    reasons: Callable[[list[Planned]], Reasons] = lambda _plans: {},
) -> Many:
    """What is to be done, what is so already, and what is left alone and why.

    :param wanted: what all of them shall be, or function (row) -> what that one shall be.
    :param reasons: function (those that are not as wanted) -> {id: why it is left alone whatever the master would do}.
    """
    many = Many()
    lone = {name for name, one in subjects(objects.kind).items() if bulk_of(objects.kind, one) is None}
    due: list[Planned] = []
    for row in rows:
        one = plan_row(objects.kind, row, wanted(row) if callable(wanted) else wanted)
        if one.acts or one.refusal:
            due.append(one.without_plan(objects, lone))
    many.unchanged = len(rows) - len(due)
    spared = reasons(due)
    for one in due:
        reason = spared.get(objects.id_of(one.row)) or one.refusal
        if reason:
            many.skip(view.report_left(one.row), reason)
        elif one.item is not None:
            many.items.append(one.item)
    return many


def changes(plan: Plan) -> tuple[Row, Row]:
    """The properties that a plan changes, before and after; who it is has a place of its own in results."""
    if plan.act == "delete":
        return {"state": (plan.current or {}).get("state")}, {"state": ABSENT}
    named = plan.kind.identity(plan.current or {})
    after = {name: value for name, value in plan.after.items() if named.get(name) != value}
    return {name: plan.before.get(name) for name in after}, after


def alone(plan: Plan, acts: Set[str]) -> dict[str, list[Request]]:
    """{act: the requests for this object alone} of these acts."""
    found: dict[str, list[Request]] = {}
    for step in plan.steps:
        if step.act in acts:
            found.setdefault(step.act, []).append(step.request)
    return found


# What can be done


def subjects(kind: Kind) -> dict[str, Subject]:
    """{act: what it is about}, in the order in which a plan has them."""
    found: list[Field | Verb] = [one for one in kind.verbs if one.first]
    found += [one for one in kind.fields if one.send is not None or one.bulk is not None]
    found += [one for one in kind.verbs if not one.first]
    return {**{one.called: one for one in found}, ABSENT: None}


def bulk_of(kind: Kind, subject: Subject) -> Bulk | None:
    return kind.bulk_delete if subject is None else subject.bulk


def acts_of(call: Call, objects: Objects) -> list[Act]:
    """All acts of the kind, in their order."""
    return [act_of(call, objects, name, one) for name, one in subjects(objects.kind).items()]


def act_of(call: Call, objects: Objects, name: str, subject: Subject) -> Act:
    bulk = bulk_of(objects.kind, subject)
    final = (
        name in objects.final
        or (isinstance(subject, Verb) and subject.final)
        or (bulk is not None and bulk.irreversible)
    )
    most = objects.most if final else None

    def look(items: list[Item]) -> Errors:
        return look_again(objects, subject, items)

    special = objects.chunk_senders.get(name)
    if bulk is None:
        return Act(
            name,
            special or (lambda items: send_alone(call, objects, name, subject, items)),
            lambda items: [str(request) for one in items for request in one.alone[name]],
            irreversible=final,
            look_again=look if final else None,
            most=most,
        )
    send = send_deletion if subject is None else send_together
    return Act(
        name,
        special or (lambda items: send(call, objects, name, subject, bulk, items)),
        lambda items: [f"{bulk.call.method} {bulk.call.path}"] * len(in_calls(objects.kind, bulk, subject, items)),
        chunk=bulk.chunk,
        irreversible=final,
        look_again=look if final else None,
        most=most,
        at_once=at_once(call) if subject is None else 1,
    )


# Sending


def send_alone(call: Call, objects: Objects, name: str, subject: Subject, items: list[Item]) -> Errors:
    """Requests of its own for each object."""

    def send(item: Item) -> None:
        for one in item.alone[name]:
            call.client.request(one.method, one.path, body=one.body, repeatable=one.repeatable or None)

    errors = send_each(
        items,
        objects.senders.get(name, send),
        lambda doubtful: as_wanted(objects, subject, doubtful),
        call.params["connections"],
    )
    return {**errors, **wait_end(call, objects, name, subject, [one for one in items if one.id not in errors])}


def send_together(
    call: Call, objects: Objects, name: str, subject: Subject, bulk: Bulk, items: list[Item], once_more: bool = True
) -> Errors:
    """One bulk call for all that share what its objects must share."""
    errors: Errors = {}
    for shared, part in in_calls(objects.kind, bulk, subject, items):
        values = {one.id: told(one, subject) for one in part} if isinstance(subject, Field) else {}

        def request(ids: list[Ident], values: dict[Ident, Any] = values, shared: Any = shared) -> Any:
            body = bulk.call.wrap(Batch(ids, [values[one] for one in ids if one in values], shared))
            try:
                return call.client.request(
                    bulk.call.method, bulk.call.path, body=body, repeatable=bulk.call.repeatable or None
                )
            except Denied as error:
                if not bulk.denied:
                    raise
                raise Refused(f"{error.msg} {bulk.denied}", error.hint, **error.facts) from error

        def look(doubtful: list[Item]) -> Set[Ident]:
            return as_wanted(objects, subject, doubtful)

        send = send_whole if bulk.silent else send_bulk
        errors.update(send(part, request, look, once_more, bulk.along))
    if bulk.wait and subject is not None:
        errors.update(wait_end(call, objects, name, subject, [one for one in items if one.id not in errors]))
    return errors


def wait_end(call: Call, objects: Objects, name: str, subject: Subject, items: list[Item]) -> Errors:
    """{id: reason} of those that do not come to the end of an act, if it has one and the options want to wait."""
    if not call.params["wait"] or not items:
        return {}
    if name in objects.ends:
        return objects.ends[name](items)
    if isinstance(subject, Verb) and subject.reached is not None:
        return wait_reached(call, objects, subject, items)
    return {}


def in_calls(kind: Kind, bulk: Bulk, subject: Subject, items: list[Item]) -> list[tuple[Any, list[Item]]]:
    """[(what the objects of one call share, its items)]: the column of ``apart`` as it is when it is their turn, and
    the wanted value where a call takes only one."""
    name = ABSENT if subject is None else subject.called
    before = [one.called for one in kind.fields if one.name == bulk.apart]
    found: dict[tuple[Any, Any], tuple[Any, list[Item]]] = {}
    for one in items:
        changed = any(act in one.acts[: one.acts.index(name)] for act in before) if name in one.acts else False
        shared = (one.after if changed else one.row).get(bulk.apart)
        value = told(one, subject) if isinstance(subject, Field) and not bulk.each else None
        found.setdefault((shared, value), (shared, []))[1].append(one)
    return list(found.values())


def told(item: Item, subject: Field) -> Any:
    """The value of a field as a call for many objects is told it."""
    wish = item.wanted.values.get(subject.name)
    return wish if isinstance(wish, Derived) else item.after[subject.name]


def send_deletion(call: Call, objects: Objects, name: str, subject: Subject, bulk: Bulk, items: list[Item]) -> Errors:
    """Delete and wait for the end. One that fails may take its chunk along, so these are tried again alone."""

    def send(some: list[Item]) -> Errors:
        # Not sent again unseen: whether it may be deleted was asked before the first time.
        return send_together(call, objects, name, subject, bulk, some, once_more=False)

    size = call.params["chunk_size"] or bulk.chunk
    errors = send_parts(pieces(items, min(size, objects.most or size)), send, call.params["connections"])
    if not (bulk.wait and call.params["wait"]):
        return errors
    started = [item for item in items if item.id not in errors]
    if name in objects.ends:
        return {**errors, **objects.ends[name](started)}
    failed = wait_gone(call, objects, started)
    for item in started if len(started) > 1 else ():
        if failed.get(item.id) == FAILED:
            failed[item.id] = send([item]).get(item.id) or wait_gone(call, objects, [item]).get(item.id)
    return {**errors, **{ident: text for ident, text in failed.items() if text}}


# Looking


def is_so(kind: Kind, subject: Subject, item: Item, row: Row | None) -> bool:
    """Whether an object is as an act leaves it, or on its way there. ``row``: None for one that is gone."""
    if row is None:
        return subject is None or (isinstance(subject, Verb) and subject.vanishes)
    if subject is None:
        return kind.deleting(row)
    if isinstance(subject, Verb):
        return (subject.begun or subject.seen)(row)
    target = target_fields(kind, row, only(item.wanted, subject))
    return not any(differs(one, row, value, item.wanted) for one, value in target.items())


def only(wanted: Wanted, subject: Subject) -> Wanted:
    """What of the wish one act is for."""
    if isinstance(subject, Field):
        return replace(wanted, state="present", values={subject.name: wanted.values[subject.name]})
    return replace(wanted, state=ABSENT if subject is None else subject.state, values={})


def as_wanted(objects: Objects, subject: Subject, items: list[Item]) -> Set[Ident]:
    """The ids of those that a look finds as the act should leave them."""
    rows = objects.rows(items)
    return {one.id for one in items if is_so(objects.kind, subject, one, rows.get(one.id))}


def look_again(objects: Objects, subject: Subject, items: list[Item]) -> Errors:
    """Errors of what must not be done after all, right before it is."""
    rows, kind = objects.rows(items), objects.kind
    spared = objects.spared(list(rows.values()))
    found: Errors = {}
    for one in items:
        row = rows.get(one.id)
        if is_so(kind, subject, one, row):
            found[one.id] = None
        elif row is None:
            found[one.id] = f"there is no such {kind.name} any more"
        else:
            reason = spared.get(one.id) or plan_row(kind, row, only(one.wanted, subject)).refusal
            # What is told to end may end by itself.
            reason = reason or find_drift(one, row, ended=not isinstance(subject, Verb))
            if reason:
                found[one.id] = reason
    return found


def wait_reached(call: Call, objects: Objects, verb: Verb, items: list[Item]) -> Errors:
    """{id: reason} of those that do not come to the end of a verb in time."""
    left = {one.id for one in items}
    reached = verb.reached or verb.seen

    def done() -> bool:
        rows = objects.rows_of(left)
        left.intersection_update(ident for ident, row in rows.items() if not reached(row))
        return not left

    if not left:
        return {}
    try:
        poll(done, call.params["wait_timeout"], f"{len(items)} {objects.kind.plural} are {verb.state}")
    except WaitTimeout:
        return dict.fromkeys(left, f"{verb.state}, and still running; it goes on")
    return {}


def wait_gone(call: Call, objects: Objects, items: list[Item]) -> Errors:
    """{id: reason} of those that do not go: their deletion failed, or did not end in time."""
    failed: Errors = {}
    left = {one.id for one in items}

    def done() -> bool:
        rows = objects.rows_of(left)
        left.intersection_update(rows)
        for ident, row in rows.items():
            if objects.kind.failed(row):
                failed[ident] = FAILED
                left.discard(ident)
        return not left

    if not left:
        return failed
    try:
        poll(done, call.params["wait_timeout"], f"{len(items)} {objects.kind.plural} are gone")
    except WaitTimeout:
        failed.update(dict.fromkeys(left, "still being deleted; it goes on"))
    return failed
