# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The order in which a plan's requests are sent: what is given first, by rank; what is taken away after all else."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from ..model.call import Request
from ..model.plan import Plan, Step
from .act import Op, PlannedAct
from .naming import order_names
from .sections import Form


@dataclass(eq=False)
class Unit:
    """A part of an act that is sent in one go.

    :param takes: None: all steps of the act; else those that wait for the end, or those that do not.
    """

    act: PlannedAct
    takes: bool | None = None

    def steps_of(self, plan: Plan) -> tuple[Step, ...]:
        if self.takes is None:
            return plan.steps
        return tuple(step for step in plan.steps if waits(step) is self.takes)

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.steps_of(self.act.plan) if self.act.plan is not None else ()


def waits(step: Step) -> bool:
    """Whether a step is sent at the end: it takes something away, or it archives what could be given nothing then."""
    return step.takes or (step.verb is not None and not step.verb.first)


@dataclass(eq=False)
class Stage:
    """Units of one rank. ``sequential``: one after the other; else several at a time.

    ``taking``: they take something away, so that none is begun after a failure. ``at_end``: they wait until all that
    is given has been given.
    """

    rank: int
    units: list[Unit] = field(default_factory=list)
    sequential: bool = False
    taking: bool = False
    at_end: bool = False

    @property
    def batches(self) -> dict[tuple[str, str], list[Unit]]:
        """Units whose steps go to one path and are sent as one request: {(method, path): units}."""
        found: dict[tuple[str, str], list[Unit]] = {}
        for unit in self.units:
            if unit.act.section.batch and len(unit.steps) == 1:
                request = unit.steps[0].request
                found.setdefault((request.method, request.path), []).append(unit)
        return {key: units for key, units in found.items() if len(units) > 1}

    @property
    def requests(self) -> list[Request]:
        """What is sent, with batches as one request each."""
        batched = {id(unit): key for key, units in self.batches.items() for unit in units}
        found, done = [], set()
        for unit in self.units:
            key = batched.get(id(unit))
            if key is None:
                found += [step.request for step in unit.steps]
            elif key not in done:
                done.add(key)
                found.append(merge_requests([one.steps[0].request for one in self.batches[key]]))
        return found


def merge_requests(requests: list[Request]) -> Request:
    """One request whose lists are those of all."""
    body: dict[str, list[Any]] = {}
    for request in requests:
        for key, values in (request.body or {}).items():
            body.setdefault(key, []).extend(values)
    return replace(requests[0], body=body)


def order_acts(acts: list[PlannedAct]) -> list[Stage]:
    """The stages of a plan: by rank what is named anew, what is made and changed, what is made again; at the end, in
    reverse, what is taken away."""
    stages: list[Stage] = []
    for rank in sorted({act.rank for act in acts}):
        due = [act for act in acts if act.rank == rank and act.steps]
        renamed = order_names([act for act in due if act.op is Op.RENAME])
        again = [act for act in due if act.op is Op.REPLACE]
        others = [Unit(act, False) for act in due if act.op not in (Op.RENAME, Op.REPLACE) and not is_taking(act)]
        stages.append(Stage(rank, [Unit(act, False) for act in renamed], sequential=True))
        stages.append(Stage(rank, [unit for unit in others if unit.steps]))
        stages.append(Stage(rank, [Unit(act) for act in again], sequential=True, taking=True))
    for rank in sorted({act.rank for act in acts}, reverse=True):
        due = [act for act in acts if act.rank == rank and act.steps]
        units = [Unit(act, None if is_taking(act) else True) for act in due if act.op is not Op.REPLACE]
        stages.append(Stage(rank, [unit for unit in reversed(units) if unit.steps], True, True, True))
    return [stage for stage in stages if stage.units]


def is_taking(act: PlannedAct) -> bool:
    """Whether all of it waits for the end: it goes, or it is put away because it left the document."""
    return act.op in (Op.DELETE, Op.SWITCH_OFF) or (act.pruned and act.section.form is not Form.SET)
