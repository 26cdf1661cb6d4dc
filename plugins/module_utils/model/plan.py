# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pure: from what is and what is wanted to what has to be sent. Reads nothing, sends nothing, knows no Ansible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import BadOption, NotFound, Refused
from .call import Call, Later, Request, make_request
from .field import NOTHING, Change, Context, Field, Find, Fixed, Merge, Verb, sort_set
from .kind import Kind, Scope
from .row import Row, put_path, unchanged

ELSEWHERE = "it is not where the options say."


@dataclass(frozen=True)
class Step:
    """One request, and what it is for: ``create``, ``change name, notes``, ``archived``, ``absent`` …

    The request is made of ``call``, ``row`` and ``body`` when it is asked for: never for objects in bulk calls.
    ``act``: what results of many objects call it. ``unwrap``: the key of the object in the answer. ``undo``: what makes
    good for the step before, if this one fails. ``takes``: it takes away something that is there.
    """

    call: Call
    row: Row
    body: Any
    what: str
    verb: Verb | None = None
    unwrap: str = ""
    undo: Request | None = None
    act: str = ""
    takes: bool = False

    @property
    def request(self) -> Request:
        return make_request(self.call, self.row, self.body)


def no_ids(kind: str, name: str) -> int | Later:
    return Later(kind, name)


@dataclass(frozen=True)
class Wanted:
    """What the user asks for.

    :param values: {option name: value}; only what was given. The kind's key is the name that the object shall have.
    :param modes: {name of a set: exact, append or remove}.
    :param secrets: the names of fields that must be sent to an object that is there whatever it shows: it does not show
        them, or not all of them.
    :param scope: the row of what holds the object, {} for the whole cluster; Later where it is not made yet; None where
        the options name none.
    :param keys: the values of the kind's ``selects``, for paths.
    :param force: delete it with what it holds.
    :param find: function (kind, name) -> id, for fields that name other objects.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    state: str = "present"
    modes: Mapping[str, str] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    scope: Row | Later | None = None
    keys: Mapping[str, Any] = field(default_factory=dict)
    force: bool = False
    find: Find = no_ids


@dataclass(frozen=True)
class Plan:
    """``before`` and ``after`` hold the managed properties by option name; {} stands for an object that is not there.

    ``current``: the row that it was made from. ``act``: create, change, replace, delete; empty where nothing is done.
    """

    kind: Kind
    current: Row | None = None
    before: Row = field(default_factory=dict)
    after: Row = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    act: str = ""
    wanted: Wanted = field(default_factory=Wanted)


def make_plan(kind: Kind, current: Row | None, wanted: Wanted) -> Plan:
    """What has to be done so that the object is as wanted.

    :param current: the row of the object, or None.
    :raises Refused, BadOption, NotFound: where the master would refuse a step, so that nothing is sent at all.
    """
    if wanted.state == "absent":
        return plan_absence(kind, current, wanted)
    if current is not None and not kind.survives:
        refuse(kind, current, "changed", kind.failed(current))
    fields = target_fields(kind, current, wanted)
    if current is None:
        return plan_creation(kind, fields, wanted)
    return plan_change(kind, current, fields, wanted)


def target_fields(kind: Kind, current: Row | None, wanted: Wanted) -> dict[Field, Any]:
    """{field: what its column shall be} of the fields that are managed."""
    fields = {}
    values = dict(wanted.values)
    if current is not None and kind.gone(current):
        values = {**kind.alive, **values}
    for one in kind.fields:
        if one.name not in values:
            continue
        have = (current or {}).get(one.name)
        value = one.target(have, values[one.name], wanted.modes.get(one.name, one.mode))
        if value is NOTHING:
            raise BadOption(one.name, values[one.name], "the master cannot take a value away.", "Leave the option out.")
        fields[one] = value
    return fields


def plan_absence(kind: Kind, current: Row | None, wanted: Wanted) -> Plan:
    if current is None or kind.gone(current):
        return Plan(kind, current, wanted=wanted)
    if is_elsewhere(kind, current, wanted.scope):
        refuse(kind, current, "deleted", ELSEWHERE)
    refuse(kind, current, "deleted", kind.refuses_delete(current))
    held = kind.dependents(current) if kind.dependents and not wanted.force else None
    refuse(kind, current, "deleted", held and f"it holds {held}. Set force to delete these too.")
    here = place(current, wanted, kind)
    step = Step(*deletion(kind, here), "absent", act="absent", takes=True)
    before = kind.identity(current)
    if kind.alive:
        # It stays, switched off, which is what a diff has to say.
        away = dict.fromkeys(kind.alive, False)
        return Plan(kind, current, {**before, **kind.alive}, {**before, **away}, (step,), "delete", wanted)
    if not kind.key:
        before = {
            one.name: one.shown(current.get(one.name)) for one in kind.fields if current.get(one.name) is not None
        }
    return Plan(kind, current, before, {}, (step,), "delete", wanted)


def deletion(kind: Kind, here: Row) -> tuple[Call, Row, Any]:
    """What the step of a deletion is made of."""
    if kind.delete is not None:
        return kind.delete, here, None if kind.delete.wrap is unchanged else {}
    if kind.bulk_delete is None:
        raise AssertionError(kind.name)
    call, body = kind.bulk_delete.request(here)
    return call, here, body


def verb_step(verb: Verb, here: Row) -> Step:
    call, body = verb.request(here)
    return Step(call, here, body, verb.state, verb, act=verb.called)


def plan_creation(kind: Kind, fields: dict[Field, Any], wanted: Wanted) -> Plan:
    if kind.create is None:
        raise NotFound(f"There is no {kind.named(wanted.values)}.")
    holder = known_scope(wanted)
    if kind.scope and holder:
        refuse_holder(kind, kind.scope, holder)
    step = creation_step(kind, fields, wanted)
    made = {
        **kind.blank(),
        **kind.defaults_on_create,
        **{one.name: value for one, value in fields.items() if created(one)},
    }
    if kind.scope and holder:
        made[kind.scope.column] = holder.get("id")
    later = {
        one: value for one, value in fields.items() if not created(one) and not one.same(made.get(one.name), value)
    }
    here = place({**made, kind.ident: made.get(kind.key) if kind.ident == kind.key else None}, wanted, kind)
    steps = [step, *change_steps(kind, made, here, later, wanted)]
    after = {one.name: one.shown(value) for one, value in fields.items()}
    verb = kind.verb(wanted.state)
    if verb is not None and not verb.first and not verb.seen(made):
        steps.append(verb_step(verb, here))
        after.update(verb.result_fields)
    return Plan(kind, None, {}, after, tuple(steps), "create", wanted)


def created(one: Field) -> bool:
    return one.place("create") is not None


def creation_step(kind: Kind, fields: Mapping[Field, Any], wanted: Wanted) -> Step:
    if kind.create is None:
        raise AssertionError(kind.name)
    body: Row = {}
    for one, value in fields.items():
        where = one.place("create")
        if where is not None:
            put_path(body, where, one.encode(value, context(wanted, kind)))
    if kind.scope and kind.scope.api and (wanted.scope is not None or kind.scope.unique):
        put_path(body, kind.scope.api, scope_id(kind, wanted) or 0)
    here = place(dict(wanted.values), wanted, kind)
    return Step(kind.create, here, body, "create", unwrap=kind.create.unwrap)


def plan_change(kind: Kind, current: Row, fields: dict[Field, Any], wanted: Wanted) -> Plan:
    verb = kind.verb(wanted.state)
    changes = {one: value for one, value in fields.items() if differs(one, current, value, wanted)}
    moves = is_elsewhere(kind, current, wanted.scope)
    acts = verb is not None and not verb.seen(current)
    before = kind.identity(current)
    after = dict(before)
    if not (changes or moves or acts):
        # One of 100,000 that are as wanted costs no more than the look.
        return Plan(kind, current, before, after, wanted=wanted)
    here = place(current, wanted, kind)
    state = {**current, **verb.result_fields} if acts and verb is not None and verb.first else current
    bound_to_stay = moves and not (kind.scope and kind.scope.lets_go)
    if bound_to_stay or not all(one.mutable_when_archived for one in changes):
        refuse(kind, current, "changed", kind.frozen(state))
    steps: list[Step] = []
    if moves and kind.scope is not None and wanted.scope is not None:
        steps.append(move_step(kind, kind.scope, current, here, wanted.scope))
        before[kind.scope.by_id], after[kind.scope.by_id] = current[kind.scope.column], known_id(wanted.scope)
    for one, value in changes.items():
        reason = one.change.why if isinstance(one.change, Fixed) else one.refuses(state)
        if reason:
            text = f"{one.name} cannot be changed: {reason}"
            raise Refused(f"{kind.named(current)}: {text}", reason=text)
        before[one.name], after[one.name] = shown_change(one, current, value)
    replaced = any(one.change is Change.RECREATE for one in changes)
    steps += (
        replacement(kind, current, fields, wanted) if replaced else change_steps(kind, current, here, changes, wanted)
    )
    if acts and verb is not None:
        refuse(kind, current, verb.state, verb.refuses({**current, "scope": known_scope(wanted)}))
        way = kind.way(verb, current, wanted.force)
        sent = [verb_step(one, here) for one in way]
        steps = [*sent, *steps] if verb.first else [*steps, *sent]
        for stage in way:
            before.update({name: current.get(name) for name in stage.result_fields})
            after.update(stage.result_fields)
    if replaced:
        # The object that takes its place gets an id of its own, which nobody knows yet.
        after.pop(kind.ident, None)
    act = "replace" if replaced else "change" if steps else ""
    return Plan(kind, current, before, after, tuple(steps), act, wanted)


def is_elsewhere(kind: Kind, current: Row, scope: Row | Later | None) -> bool:
    """Whether the object is in another place than the options name; 0 stands for the whole cluster in rows."""
    if kind.scope is None or scope is None or kind.scope.column not in current:
        return False
    return isinstance(scope, Later) or (scope.get("id") or 0) != (current[kind.scope.column] or 0)


def differs(one: Field, current: Row, value: Any, wanted: Wanted) -> bool:
    if one.once:
        return False
    if one.secret or one.name in wanted.secrets:
        return one.name in wanted.secrets
    have = current.get(one.name)
    return not one.same(sort_set(have) if one.merge is Merge.SET else have, value)


def shown_change(one: Field, current: Row, value: Any) -> tuple[Any, Any]:
    if one.secret:
        return "********", "******** (another one)"
    return one.shown(current.get(one.name)), one.shown(value)


def move_step(kind: Kind, scope: Scope, current: Row, here: Row, holder: Row | Later) -> Step:
    if scope.move is None:
        raise Refused(refusal(kind, current, "moved", f"{ELSEWHERE} The master cannot move it."))
    if not isinstance(holder, Later):
        refuse_holder(kind, scope, holder)
    call, body = scope.move(holder if isinstance(holder, Later) else holder["id"])
    return Step(call, here, body, "move")


def replacement(kind: Kind, current: Row, fields: Mapping[Field, Any], wanted: Wanted) -> list[Step]:
    """It is deleted and made again, with all that it had; ``fields`` take their places."""
    if kind.delete is None:
        raise AssertionError(kind.name)
    have = {one: current[one.name] for one in kind.fields if created(one) and current.get(one.name) is not None}
    scope = wanted.scope if wanted.scope or kind.scope is None else {"id": current[kind.scope.column]}
    there = replace(wanted, scope=scope)
    again = creation_step(kind, have, there)
    made = creation_step(kind, {**have, **{one: value for one, value in fields.items() if created(one)}}, there)
    return [
        Step(kind.delete, place(current, wanted, kind), None, "delete, to be made again", takes=True),
        replace(made, undo=again.request),
    ]


def change_steps(kind: Kind, current: Row, here: Row, changes: Mapping[Field, Any], wanted: Wanted) -> list[Step]:
    """One update for all fields that it takes, then the requests of the others; what is added comes first."""
    body: Row = {}
    names = []
    added: list[Step] = []
    others: list[Step] = []
    for one, value in changes.items():
        calls = one.requests(here, value)
        if calls is not None:
            what = "change " + one.name
            for call, part in calls:
                takes = one.merge is Merge.SET and call.method == "DELETE"
                others.append(Step(call, here, part, what, act=one.called, takes=takes))
        elif one.merge is Merge.SET:
            for where, elements, later in set_changes(one, current.get(one.name), value):
                if isinstance(where, Call):
                    body_of_set = one.encode(elements, context(wanted, kind))
                    step = Step(where, here, body_of_set, "change " + one.name, takes=later)
                    (others if later else added).append(step)
                else:
                    put_path(body, where, one.encode(elements, context(wanted, kind)))
                    names.append(one.name)
        else:
            put_path(body, one.place("update") or one.name, one.encode(value, context(wanted, kind)))
            names.append(one.name)
    steps = added
    if body:
        complete_body(kind, current, body, changes, wanted)
        if kind.update is None:
            raise AssertionError(kind.name)
        steps = [*added, Step(kind.update, here, body, "change " + ", ".join(dict.fromkeys(names)))]
    return steps + others


def set_changes(one: Field, have: Any, value: Any) -> list[tuple[str | Call, list[Any], bool]]:
    """Where what is added goes, then where what is removed goes; what is the same in both is not sent. One place, and
    the whole set, where the update takes nothing less."""
    if one.add is None and one.remove is None:
        return [(one.place("update") or one.name, value, False)]
    have = have or []
    added, removed = [x for x in value if x not in have], [x for x in have if x not in value]
    found: list[tuple[str | Call, list[Any], bool]] = []
    if added and one.add is not None:
        found.append((one.add, added, False))
    if removed and one.remove is not None:
        found.append((one.remove, removed, True))
    return found


def complete_body(kind: Kind, current: Row, body: Row, changes: Mapping[Field, Any], wanted: Wanted) -> None:
    """Put in what the update must have besides: all fields where it replaces the object, else those always sent."""
    for one in kind.fields:
        where = one.place("update")
        if where is None or one in changes or not (kind.whole or one.always_sent):
            continue
        if current.get(one.name) is not None:
            put_path(body, where, one.encode(current[one.name], context(wanted, kind)))


def refuse(kind: Kind, current: Row, what: str, reason: str | None) -> None:
    if reason:
        raise Refused(refusal(kind, current, what, reason), reason=reason)


def refusal(kind: Kind, current: Row, what: str, reason: str) -> str:
    return f"{kind.named(current)} cannot be {what}: {reason}"


def refuse_holder(kind: Kind, scope: Scope, holder: Row) -> None:
    refuse(scope.kind, holder, f"given a {kind.name}", scope.refuses(holder))


def context(wanted: Wanted, kind: Kind) -> Context:
    return Context(wanted.find, scope_id(kind, wanted))


def scope_id(kind: Kind, wanted: Wanted) -> int | Later | None:
    """The id of what holds the object; None for the whole cluster, and where none has to be named. What is not made
    yet, or not known, is never taken for that."""
    if kind.scope is None:
        return None
    if wanted.scope is None and kind.scope.unique:
        return Later(kind.scope.kind.name, "")
    return wanted.scope if isinstance(wanted.scope, Later) else (wanted.scope or {}).get("id")


def known_scope(wanted: Wanted) -> Row | None:
    """The row of what holds the object, where it is there."""
    return None if isinstance(wanted.scope, Later) else wanted.scope


def known_id(scope: Row | Later) -> int | None:
    return None if isinstance(scope, Later) else scope["id"]


def place(row: Mapping[str, Any], wanted: Wanted, kind: Kind) -> Row:
    """What paths may name: the row's values, what holds the object, and the options that select it."""
    holder = known_scope(wanted)
    here = {**row, **wanted.keys, "scope": wanted.scope if holder is None else holder.get("id")}
    if holder is not None and kind.scope is not None:
        here["scope_path"] = kind.scope.segments(holder.get("id"))
    return here
