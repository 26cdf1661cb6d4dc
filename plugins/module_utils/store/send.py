# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one protocol for sending a plan: what was refused or got no answer is looked at again, and planned again.

A write whose answer was lost is never sent blindly: whether it was done is what a fresh look shows. A refusal may mean
that somebody else did it meanwhile, or that an earlier answer was lost: the same look tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from ..connection.client import Client, OutcomeUnknown
from ..errors import ApiError, DeterminedError, Invalid, Missing, ServerError, Taken, WrongState
from ..model.plan import Plan, Step, known_scope
from ..model.row import Row

# Another run may be at the same object, so that each look finds it one step further.
MOST_LOOKS = 3
WORTH_A_LOOK = (OutcomeUnknown, Missing, Taken, WrongState, Invalid, ServerError)
ACTS = {"create": "Create {}", "absent": "Delete {}", "move": "Move {}", "delete, to be made again": "Delete {}"}


class Subject(Protocol):
    """What a plan is about: it can be looked at, planned for, and a step of its plan can be sent."""

    client: Client
    current: Row | None

    def look(self) -> None:
        """Read it again."""

    def plan(self) -> Plan:
        """What is still to be done."""

    def send(self, step: Step) -> None:
        """Send one step and wait for its end."""


def carry_out(subject: Subject, plan: Plan) -> None:
    """Send the steps. Raises the refusal where a look does not settle it, in words that name act and object."""
    looks = lost = 0
    while plan.steps:
        try:
            for step in plan.steps:
                subject.send(step)
        except (OutcomeUnknown, ApiError) as error:
            looks += 1
            lost += isinstance(error, OutcomeUnknown)
            if looks > MOST_LOOKS or lost > 1 or not isinstance(error, WORTH_A_LOOK):
                raise explained(error, plan, step, subject.current) from error
            subject.look()
            fresh = left_over(plan) if plan.act == "replace" and subject.current is None else subject.plan()
            if isinstance(error, ApiError) and step.what in [other.what for other in fresh.steps]:
                restore(subject, plan, step)
                raise explained(error, plan, step, subject.current) from error
            plan = fresh
        else:
            return


def left_over(plan: Plan) -> Plan:
    """What is left of a replacement when the old object is gone: making the new one, with all that the old one had."""
    return Plan(plan.kind, None, {}, plan.after, plan.steps[-1:], "create", plan.wanted)


def restore(subject: Subject, plan: Plan, step: Step) -> None:
    """Make the old object of a replacement again when the master does not take the new one."""
    if plan.act == "replace" and step.what == "create" and step.undo is not None and subject.current is None:
        undo = step.undo
        subject.client.request(undo.method, undo.path, body=undo.body)
        subject.look()


def name_with_place(plan: Plan, row: Mapping[str, Any]) -> str:
    """The object in a message. One that has no name of its own is told by what selects it and what holds it."""
    kind, wanted = plan.kind, plan.wanted
    if kind.key:
        return kind.named(row)
    words = [kind.named(row), *(str(one) for one in wanted.keys.values())]
    if kind.scope is not None:
        place = known_scope(wanted)
        words += ["of", kind.scope.kind.named(place) if place else "the whole cluster"]
    return " ".join(words)


def explained(error: DeterminedError, plan: Plan, step: Step, current: Row | None) -> DeterminedError:
    """The refusal as a sentence: what was to be done to which object, the master's words, and the way out."""
    if not isinstance(error, ApiError):
        return error
    kind, values = plan.kind, plan.wanted.values
    act = ACTS.get(step.what)
    if act is None:
        what, dummy, names = step.what.partition(" ")
        act = f"Change {names} of {{}}" if what == "change" and names else f"Bring {{}} to the state {step.what}"
    told = error.about(act.format(name_with_place(plan, current or plan.current or values)))
    if isinstance(error, Taken) and step.what == "create" and current is None:
        told.hint = (
            f"There is a {kind.name} of that name which the user may not see. Choose another name, or ask for a role"
            " that shows it."
        )
    return told
