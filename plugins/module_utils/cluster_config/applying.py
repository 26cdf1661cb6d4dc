# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sending a plan. What fails is kept by address; what does not need it goes on; nothing is taken away after a failure.

Before a rank makes something, the ledger gets a mark for each of it, and afterwards its entry: a run that is killed
anywhere is finished by the next one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ..connection.client import OutcomeUnknown
from ..engine.call import Call
from ..engine.journal import Journal
from ..engine.known import Known
from ..errors import ApiError, DeterminedError, NotLoggedIn, Unreachable
from ..model.call import laters_of
from ..model.plan import Plan
from ..model.row import Row
from ..store.parallel import map_concurrently
from ..store.send import carry_out
from .act import Op, PlannedAct
from .bookkeeping import Bookkeeper
from .cluster_plan import ClusterPlan
from .holding import refuse_held
from .order import Stage, Unit, merge_requests
from .planning import Planner
from .sections import Form

SECRETS = {"secrets": {"no_log": True}}
ENDS = (Unreachable, NotLoggedIn)


class Part(Known):
    """One unit: the object, and those steps of its plan that are due now."""

    def __init__(self, call: Call, unit: Unit, row: Row | None, wanted: Any) -> None:
        super().__init__(call, unit.act.kind, row, wanted)
        self.unit = unit

    def plan(self) -> Plan:
        plan = super().plan()
        return replace(plan, steps=self.unit.steps_of(plan))


@dataclass
class Report:
    """What an apply has done. ``done``, ``failed`` and ``skipped``: by address."""

    done: dict[str, PlannedAct] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    ended: str = ""


class Runner:
    """One apply. ``keep``: function () that is called before each unit, and raises where the lock is lost."""

    def __init__(self, call: Call, planner: Planner, journal: Journal, keep: Callable[[], None]) -> None:
        self.call, self.planner, self.journal, self.keep = call, planner, journal, keep
        # Made once: what knows many secrets takes its time to make.
        self.secrets = call.secrets(SECRETS)
        self.report = Report()
        self.books = Bookkeeper(call.client, planner)

    def apply(self, plan: ClusterPlan, stages: list[Stage], digest: str) -> Report:
        acts_of_rank: dict[int, list[PlannedAct]] = {}
        for act in plan.acts:
            acts_of_rank.setdefault(act.rank, []).append(act)
        giving = [stage for stage in stages if not stage.at_end]
        # A part of them is still to be sent at the end.
        unfinished = {id(unit.act) for stage in stages if stage.at_end for unit in stage.units}
        for rank in sorted(acts_of_rank):
            mine = [stage for stage in giving if stage.rank == rank]
            if not self.report.ended:
                units = [unit for stage in mine for unit in stage.units]
                self.books.mark_pending([unit.act for unit in units if self.is_ready(unit)])
            for stage in mine:
                self.run(stage)
            self.remember([act for act in acts_of_rank[rank] if id(act) not in unfinished])
        for stage in stages:
            if stage not in giving:
                self.run(stage)
                self.remember([unit.act for unit in stage.units])
        if not self.report.ended:
            whole = not (self.report.failed or self.report.skipped or self.planner.choices.is_partial)
            self.books.close(digest if not self.report.failed else "", whole)
        return self.report

    def remember(self, acts: list[PlannedAct]) -> None:
        """Let the ledger have what was done."""
        undone = {*self.report.failed, *self.report.skipped}
        if not self.report.ended:
            self.books.remember([act for act in acts if act.address not in undone])

    # Sending

    def run(self, stage: Stage) -> None:
        if self.report.ended:
            return self.skip(stage.units, self.report.ended)
        if stage.taking and self.report.failed:
            return self.skip(stage.units, "nothing is taken away after a failure; the next run does it.")
        batched: set[int] = set()
        for units in stage.batches.values():
            ready = [unit for unit in units if self.is_ready(unit)]
            if self.send_batch(ready):
                batched.update(id(unit) for unit in ready)
        left = [unit for unit in stage.units if id(unit) not in batched and self.is_ready(unit)]
        if not stage.sequential:
            list(map_concurrently(self.send, left))
            return None
        for unit in left:
            if stage.taking and self.report.failed:
                self.skip([unit], "nothing is taken away after a failure; the next run does it.")
            else:
                self.send(unit)
        return None

    def skip(self, units: list[Unit], why: str) -> None:
        for unit in units:
            self.report.skipped.setdefault(unit.act.address, why)

    def is_ready(self, unit: Unit) -> bool:
        """Whether what it needs is there; else it is skipped."""
        address = unit.act.address
        if address in self.report.failed or address in self.report.skipped:
            return False
        for needed in self.needs(unit.act):
            if needed in self.report.failed or needed in self.report.skipped:
                self.report.skipped[address] = f"it needs {needed}."
                return False
        return True

    def needs(self, act: PlannedAct) -> list[str]:
        """The addresses of what holds the object and of what it names, as far as these are made in this run."""
        found = [act.entry.holder.address] if act.entry is not None and act.entry.holder is not None else []
        named = [later for step in act.steps for later in laters_of(step.request.body)]
        entries = (self.planner.coming.get((later.kind, later.name)) for later in named)
        return [*found, *(entry.address for entry in entries if entry is not None and entry is not act.entry)]

    def part_of(self, unit: Unit) -> Part:
        act = unit.act
        scope = self.planner.holder_of(act.entry) if act.entry is not None and act.kind.scope is not None else None
        wanted = act.wanted if scope is None else replace(act.wanted, scope=scope)
        row = act.row if act.row is not None else self.planner.made_rows.get(act.address)
        return Part(self.call, unit, row, wanted)

    def send(self, unit: Unit) -> None:
        act = unit.act
        try:
            self.keep()
            part = self.part_of(unit)
            refuse_held(part.store, act)
            self.tell("planned", act)
            carry_out(part, part.plan())
            if act.op in (Op.CREATE, Op.REPLACE) and act.section.form is Form.NAMED:
                self.keep_made(act, part)
        except DeterminedError as error:
            text = error.result()["msg"]
            self.report.failed[act.address] = text
            if isinstance(error, ENDS) and not isinstance(error, OutcomeUnknown):
                self.report.ended = f"the run ended before: {text}"
            self.tell("failed", act, error=text)
        else:
            self.report.done[act.address] = act
            self.tell("done", act)

    def keep_made(self, act: PlannedAct, part: Part) -> None:
        """Keep the id of what was made, for what names it and for the ledger."""
        kind = act.kind
        if part.current is None or part.current.get(kind.ident) is None:
            part.makes = True
            part.current = part.find()
        row = part.current
        if row is None:
            raise DeterminedError(f"{act.address} was made, and is not there.", "Somebody else may have removed it.")
        name = act.entry.name if act.entry is not None else ""
        row = {**row, kind.key: name}
        if "archived" in kind.defaults_on_create:
            row["archived"] = bool(row.get("archived"))
        self.planner.made_rows[act.address] = row
        if "id" in row:
            self.planner.made[kind.name, name] = row["id"]

    def send_batch(self, units: list[Unit]) -> bool:
        """Send the steps of several units as one request; False where that fails, so that each is sent by itself."""
        if len(units) < 2:
            return False
        plans = [self.part_of(unit).plan() for unit in units]
        requests = [plan.steps[0].request for plan in plans if len(plan.steps) == 1]
        if len(requests) < len(units):
            return False
        merged = merge_requests(requests)
        for unit in units:
            self.tell("planned", unit.act)
        self.keep()
        try:
            self.call.client.request(merged.method, merged.path, body=merged.body)
        except (ApiError, OutcomeUnknown):
            return False
        self.call.progress(changed=True)
        for unit in units:
            self.report.done[unit.act.address] = unit.act
            self.tell("done", unit.act)
        return True

    def tell(self, phase: str, act: PlannedAct, **more: Any) -> None:
        if self.journal.path is None:
            return
        row = {"id": (act.row or {}).get("id"), "address": act.address, "kind": act.kind.name, "changes": act.changes}
        shown = self.secrets.hide_in({**row, **more})
        self.journal.write(phase, act.kind.plural, act.op.value, [shown])
