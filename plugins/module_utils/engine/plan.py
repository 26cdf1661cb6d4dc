# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pure: from what is and what is wanted to what has to be sent. Reads nothing, sends nothing, knows no Ansible."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..errors import BadOption, NotFound, Refused
from .resource import Request

NEW_ID = "{id}"


@dataclass(frozen=True)
class Step:
    """One request, and what it is for: ``create``, ``change name, notes``, ``archived`` …"""

    request: Request
    what: str
    verb: Any = None


@dataclass(frozen=True)
class Plan:
    """``before`` and ``after`` hold the managed properties by option name; {} stands for an object that is not
    there."""

    before: dict = field(default_factory=dict)
    after: dict = field(default_factory=dict)
    steps: tuple = ()


def make_plan(resource, current, wanted, state, parent=None, force=False):
    """What has to be done so that the object is as wanted.

    :param current: the object as the master shows it, or None.
    :param wanted: {option name: value}; only what the user gave. The key ``name`` is the name it shall have.
    :param parent: the object that holds it, or None where the kind has none or it is not made yet.
    :param force: delete it with what it holds.
    :raises Refused, BadOption: where the master would refuse a step, so that nothing is sent at all.
    """
    if state == "absent":
        return plan_absence(resource, current, force)
    verb = resource.verb(state)
    fields = {one: one.wanted(wanted[one.name]) for one in resource.fields if one.name in wanted}
    check_resets(fields, wanted)
    if current is None:
        return plan_creation(resource, fields, wanted, verb, parent)
    return plan_change(resource, current, fields, verb, parent)


def check_resets(fields, wanted):
    for one, value in fields.items():
        if value is None:
            raise BadOption(one.name, wanted[one.name], "the master cannot take a value away.", "Leave the option out.")


def plan_absence(resource, current, force):
    if current is None:
        return Plan()
    refuse(resource, current, "deleted", resource.refuses_delete(current))
    held = resource.holds(current) if resource.holds and not force else None
    refuse(resource, current, "deleted", held and f"it holds {held}. Set force to delete these too.")
    return Plan(identity(resource, current), {}, (Step(filled(resource.delete, current), "absent"),))


def plan_creation(resource, fields, wanted, verb, parent):
    if resource.create is None:
        raise NotFound("There is no {} {!r}.".format(resource.kind, wanted.get("name")))
    if parent is not None:
        refuse_frozen_parent(resource, parent)
    body = dict(resource.create.body or {})
    for one, value in fields.items():
        if one.creatable:
            put_path(body, one.api, value)
    path = resource.create.path.replace("{parent}", str(parent["id"]) if parent else "{parent}")
    made = dict(resource.born, **body, id=NEW_ID)
    steps = [Step(Request("POST", path, body), "create")]
    later = {one: want for one, want in fields.items() if not (one.creatable or one.equal(one.have(made), want))}
    steps += change_steps(resource, made, later)
    after = {one.name: shown(one, value) for one, value in fields.items()}
    if verb is not None and not verb.first:
        steps.append(Step(filled(verb.request, made), verb.state, verb))
        after.update(verb.shows)
    return Plan({}, after, tuple(steps))


def plan_change(resource, current, fields, verb, parent):
    changes = {one: want for one, want in fields.items() if not one.equal(one.have(current), want)}
    moves = resource.parent is not None and parent is not None and parent["id"] != current[resource.parent.api]
    acts = verb is not None and not verb.seen(current)
    before, after, steps = identity(resource, current), identity(resource, current), []
    state = dict(current)
    if acts and verb.first:
        state.update(verb.shows)
    if moves or not all(one.even_frozen for one in changes):
        refuse(resource, current, "changed", resource.frozen(state))
    if moves:
        steps.append(move_step(resource, current, parent))
        before[resource.parent.by_id], after[resource.parent.by_id] = current[resource.parent.api], parent["id"]
    for one, want in changes.items():
        reason = one.fixed or one.refuses(state)
        if reason:
            raise Refused(f"{named(resource, current)}: {one.name} cannot be changed: {reason}")
        before[one.name], after[one.name] = shown(one, one.have(current)), shown(one, want)
    steps += change_steps(resource, current, changes)
    if acts:
        refuse(resource, current, verb.state, verb.refuses(dict(current, parent=parent)))
        step = Step(filled(verb.request, current), verb.state, verb)
        steps = [step, *steps] if verb.first else [*steps, step]
        before.update({name: current.get(name) for name in verb.shows})
        after.update(verb.shows)
    return Plan(before, after, tuple(steps))


def move_step(resource, current, parent):
    if resource.parent.move is None:
        reason = f"it is in another {resource.parent.by_name}, and the master cannot move it."
        refuse(resource, current, "moved", reason)
    refuse_frozen_parent(resource, parent)
    return Step(filled(resource.parent.move(parent["id"]), current), "move")


def change_steps(resource, current, changes):
    """One update for all fields that it takes, then a request for each of the others."""
    update, steps = {}, []
    for one, want in changes.items():
        if one.send is None:
            put_path(update, one.change or one.api, want)
    if update:
        names = ", ".join(one.name for one in changes if one.send is None)
        request = filled(resource.update, current)
        steps.append(Step(Request(request.method, request.path, update, repeatable=True), "change " + names))
    for one, want in changes.items():
        if one.send is not None:
            steps.append(Step(filled(one.send(current, want), current), "change " + one.name))
    return steps


def put_path(body, path, value):
    """Put a value at a dotted path, making the dicts on the way."""
    *outer, last = path.split(".")
    for part in outer:
        body = body.setdefault(part, {})
    body[last] = value


def refuse(resource, current, what, reason):
    if reason:
        raise Refused(f"{named(resource, current)} cannot be {what}: {reason}")


def refuse_frozen_parent(resource, parent):
    holder = resource.parent.resource
    refuse(holder, parent, f"given a {resource.kind}", holder.frozen(parent))


def named(resource, current):
    name = current.get("name")
    return "{} {}{}".format(resource.kind, current.get("id"), f" ({name})" if name else "")


def identity(resource, current):
    return {key: current[key] for key in ("id", "name") if key in current}


def shown(one, value):
    """A value as a diff may show it."""
    return one.show(value) if one.show and value else value


def filled(request, current):
    """The request with the object's id and name put into its path; what is not known yet stays in braces."""
    path = request.path
    for key in ("id", "name"):
        if current.get(key) is not None:
            path = path.replace("{" + key + "}", str(current[key]))
    return Request(request.method, path, request.body, request.repeatable)
