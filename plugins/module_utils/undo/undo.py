# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes back what a journal says was done, the newest first: the whole plan is made before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from ..cluster.agent_rows import read_agents
from ..cluster.agents import AGENT_VIEW, SLOT_VIEW, slot_of
from ..cluster.availability import Places, describe_places
from ..cluster.jobs import VIEW as JOBS
from ..cluster.jobs import describe_jobs
from ..engine.bulk import Objects
from ..engine.call import Call
from ..engine.guard import brake, digest, warn_in_check_mode
from ..engine.journal import Journal, journal_of
from ..engine.many import Item, carry_out, in_brief, in_order, pick_rows, planned_requests
from ..engine.spec import Spec
from ..experiments.bulk_acts import describe_experiments
from ..experiments.experiments import EXPERIMENTS
from ..kinds.agent import AGENT, SLOT_OF_AGENT
from ..kinds.cluster_message import CLUSTER_MESSAGE
from ..kinds.config_policy import CONFIG_POLICY
from ..kinds.experiment import EXPERIMENT
from ..kinds.group import GROUP
from ..kinds.job import JOB
from ..kinds.model import MODEL
from ..kinds.model_version import MODEL_VERSION
from ..kinds.project import PROJECT
from ..kinds.resource_pool_binding import RESOURCE_POOL_BINDING
from ..kinds.role_assignment import ROLE_ASSIGNMENT
from ..kinds.run import RUN
from ..kinds.template import TEMPLATE
from ..kinds.trial import TRIAL
from ..kinds.user import USER
from ..kinds.user_groups import USER_GROUPS
from ..kinds.user_setting import USER_SETTING
from ..kinds.webhook import WEBHOOK
from ..kinds.workspace import WORKSPACE
from ..model.row import Row
from ..runs.runs import VIEW as RUNS
from ..runs.runs import describe_runs
from ..runs.trials import AS_RUNS, describe_trials
from ..selection.run_select import BRIEF as RUN_COLUMNS
from ..selection.select import BRIEF as EXPERIMENT_COLUMNS
from ..targets import terminal_text
from .described import NO_WAY, Back, Bulk, UndoStage, Way, way_of
from .entries import Choice, JournalEntry, Key, demand_known, read_journal

ALONE = (
    USER, GROUP, WORKSPACE, PROJECT, TEMPLATE, MODEL, MODEL_VERSION, WEBHOOK, CONFIG_POLICY, CLUSTER_MESSAGE,
    ROLE_ASSIGNMENT, RESOURCE_POOL_BINDING, USER_SETTING, USER_GROUPS,
)  # fmt: skip

UNDO = Spec(
    {
        "journal": {"type": "path", "required": True},
        "runs": {"type": "list", "elements": "str"},
        "since": {"type": "str"},
        "kinds": {"type": "list", "elements": "str"},
        "objects": {"type": "list", "elements": "str"},
        "from_master": {"type": "str"},
    },
    narrows=("runs", "since", "kinds", "objects"),
)


def ways(call: Call) -> dict[str, Callable[[], Way]]:
    """{kind in the plural: function () -> how its acts are taken back}."""

    def bulk(kind: Any, objects: Any, view: Any, columns: Iterable[Any]) -> Callable[[], Way]:
        return lambda: Bulk(call, kind, objects, view, {one.name for one in columns})

    found: dict[str, Callable[[], Way]] = {}
    for kind in ALONE:
        found[kind.plural] = lambda kind=kind: way_of(call, kind)
    found[EXPERIMENT.plural] = bulk(EXPERIMENT, describe_experiments, EXPERIMENTS, EXPERIMENT_COLUMNS)
    found[RUN.plural] = bulk(RUN, lambda call: replace(describe_runs(call), senders={}), RUNS, RUN_COLUMNS)
    found[TRIAL.plural] = bulk(TRIAL, describe_trials, None, AS_RUNS)
    found[AGENT.plural] = bulk(AGENT, agents_to_undo, AGENT_VIEW, AGENT.columns)
    found[SLOT_OF_AGENT.plural] = bulk(SLOT_OF_AGENT, slots_to_undo, SLOT_VIEW, SLOT_OF_AGENT.columns)
    found[JOB.plural] = bulk(JOB, describe_jobs, JOBS, JOB.columns)
    return found


def agents_to_undo(call: Call) -> Objects:
    return describe_places(call, Places(AGENT, AGENT_VIEW, lambda: read_agents(call.client)))


def slots_to_undo(call: Call) -> Objects:
    def read() -> list[Row]:
        return [slot_of(row, slot) for row in read_agents(call.client) for slot in row["slot_details"]]

    return describe_places(call, Places(SLOT_OF_AGENT, SLOT_VIEW, read))


@dataclass
class Undo:
    """The plan, and what became of it. ``stages``: [(id of the run that is taken back, UndoStage)], in their order."""

    stages: list[tuple[str, UndoStage]] = field(default_factory=list)
    skipped: list[Row] = field(default_factory=list)
    final: list[Row] = field(default_factory=list)
    unchanged: int = 0

    def items(self) -> list[tuple[str, UndoStage, Item]]:
        return [(run, stage, item) for run, stage in self.stages for item in stage.many.items]


def undo(call: Call) -> dict[str, Any]:
    """The work of det_undo."""
    reading = read_journal(call.params["journal"])
    demand_known(call.params, reading.entries)
    choice = Choice(call.params, call.client.url)
    chosen = [one for one in reading.entries if choice.fits(one)]
    if reading.unreadable:
        call.warn(f"{reading.unreadable} lines of {call.params['journal']} are no lines of a journal.")
    others = sorted({one.master for one in reading.entries if one.master != choice.master})
    if others and not chosen:
        call.warn("The journal is of {}. Set from_master if that is the same cluster.".format(", ".join(others)))
    plan = Planner(call).plan(chosen)
    return send_plan(call, plan, chosen)


class Planner:
    """Goes back from the newest run to the oldest, on rows that are changed along, so that each step fits the next."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.made = ways(call)
        self.ways: dict[str, Way] = {}
        self.rows: dict[Key, Row] = {}
        # Properties that somebody else changed: what is older of them is none of an undo's business either.
        self.lost: set[tuple[Key, str]] = set()
        self.undo = Undo()

    def plan(self, entries: list[JournalEntry]) -> Undo:
        undoable = [one for one in reversed(entries) if self.can_be_undone(one)]
        by_kind: dict[str, list[JournalEntry]] = {}
        for one in undoable:
            by_kind.setdefault(one.kind, []).append(one)
        for kind, some in by_kind.items():
            self.rows.update(self.ways[kind].read(some))
        parts: dict[tuple[str, str], list[JournalEntry]] = {}
        for one in undoable:
            parts.setdefault((one.run, one.kind), []).append(one)
        for (run, kind), some in parts.items():
            self.plan_part(run, self.ways[kind], some)
        return self.undo

    def can_be_undone(self, entry: JournalEntry) -> bool:
        if entry.kind not in self.ways and entry.kind in self.made:
            self.ways[entry.kind] = self.made[entry.kind]()
        way = self.ways.get(entry.kind)
        reason = NO_WAY.format(entry.act) if way is None else way.final(entry)
        if reason is not None:
            self.undo.final.append(told(entry, act=entry.act, reason=reason))
        return reason is None

    def plan_part(self, run: str, way: Way, entries: list[JournalEntry]) -> None:
        """Plan for what one run did to objects of one kind."""
        backs: dict[Key, Back] = {}
        for one in entries:
            self.collect(way, one, backs)
        for stage in way.stages([back for back in backs.values() if back.before]):
            for skipped in stage.many.skipped:
                key = next(key for key, back in backs.items() if back.entry.id == skipped["id"])
                self.leave(backs[key].entry, key, set(backs[key].before), skipped["reason"])
                del backs[key]
            self.undo.unchanged += stage.many.unchanged
            if stage.many.items:
                self.undo.stages.append((run, stage))
        for key, back in backs.items():
            row = {**back.row, **back.before}
            self.rows[key] = row
            # Under its old id, where that is a name that it gets back.
            self.rows[back.entry.key()] = row

    def collect(self, way: Way, entry: JournalEntry, backs: dict[Key, Back]) -> None:
        """Add to what is taken back of an object the properties that still are as the entry left them."""
        key = way.moved_key(entry)
        row = self.rows.get(key)
        fixed = {name: reason for name, reason in way.fixed(entry).items() if name in entry.left()}
        names = sorted((way.properties(entry) & entry.left()) - set(fixed))
        for name, reason in fixed.items():
            self.leave(entry, key, {name}, f"{name}: {reason}")
        if row is None:
            self.leave(entry, key, set(names), "it is not there any more, or the user may not see it")
            return
        lost = {name for name in names if (key, name) in self.lost}
        changed = set(lost)
        back = backs.get(key) or Back(entry, row)
        for name in names:
            if name in lost or name in back.before:
                continue
            before, after = entry.before.get(name), entry.after[name]
            if way.is_so(row, name, after):
                back.before[name], back.after[name] = before, after
            elif not way.is_so(row, name, before):
                changed.add(name)
        if changed:
            self.leave(entry, key, changed, "changed since then: {}".format(", ".join(sorted(changed))))
        if back.before:
            backs[key] = back
        elif not changed and not fixed:
            self.undo.unchanged += 1

    def leave(self, entry: JournalEntry, key: Key, names: set[str], reason: str) -> None:
        self.lost.update((key, name) for name in names)
        self.undo.skipped.append(told(entry, act=entry.act, reason=reason))


def told(entry: JournalEntry, **more: Any) -> Row:
    return {"kind": entry.kind, "id": entry.id, "name": entry.name, "run": entry.run, **more}


# Sending


def send_plan(call: Call, plan: Undo, chosen: list[JournalEntry]) -> dict[str, Any]:
    """Carry it out, or predict it in check mode, and make the result."""
    params = call.params
    items = plan.items()
    plan_digest = digest([(run, stage.view.plural, one.id, one.after) for run, stage, one in items])
    refused = None
    if items:
        refused = warn_in_check_mode(
            call, lambda: brake(params, "objects", len(items), plan_digest, irreversible=False)
        )
    planned = [line for _run, one in plan.stages for line in planned_requests(one.many, one.acts, params["chunk_size"])]
    failed: list[Row] = []
    done: list[tuple[str, UndoStage, Item]] = items
    if not call.check_mode and items:
        with journal_of(call) as journal:
            done = send_stages(call, plan, journal, failed)
    answer: dict[str, Any] = {
        "changed": bool(done),
        "changed_ids": list(dict.fromkeys(stage.backs[one.id].entry.label() for _run, stage, one in done)),
        "skipped_items": plan.skipped,
        "irreversible_items": plan.final,
        "failed_items": failed,
        "runs": runs_of(chosen),
        "matched": len(chosen),
        "unchanged": plan.unchanged,
        "plan_digest": plan_digest,
        "requests": in_brief(planned if call.check_mode else in_order(call.sent(), planned), params["details"]),
    }
    rows = pick_rows(call, done, lambda one: shown(*one))
    if rows is not None:
        answer["objects"] = rows
    if refused is not None:
        answer["refused"] = refused
    if call.diff:
        answer["diff"] = {side: "".join(table(done, side)) for side in ("before", "after")}
    if failed:
        answer["failed"] = True
        answer["failure"] = {"code": "some_failed"}
        first = failed[0]
        answer["msg"] = "{} of {} objects could not be brought back, the first, {}/{}: {}".format(
            len(failed), len(items), first["kind"], first["id"], first["error"]
        )
    return answer


def send_stages(call: Call, plan: Undo, journal: Journal, failed: list[Row]) -> list[tuple[str, UndoStage, Item]]:
    """Returns what was done. An object whose newest act could not be taken back keeps the older ones too."""
    done: list[tuple[str, UndoStage, Item]] = []
    stuck: set[tuple[str, Any]] = set()
    for run, stage in plan.stages:
        many, kind = stage.many, stage.view.plural
        for one in many.items:
            if (kind, one.id) in stuck:
                one.error = "what was done to it later could not be taken back"
                failed.append(told(stage.backs[one.id].entry, act=one.acts[0], error=one.error))
        view = replace(
            stage.view,
            noted=lambda _item, run=run: {"undoes": run},
            marks=lambda item, stage=stage: marks(stage.backs[item.id].entry),
        )
        carry_out(call, view, many, stage.acts, journal)
        for row in many.failed:
            stuck.add((kind, row["id"]))
            failed.append(told(stage.backs[row["id"]].entry, act=row["act"], error=row["error"]))
        done += [(run, stage, one) for one in many.items if one.id in many.done]
        call.progress(changed=bool(done))
        if failed and not call.params["continue_on_error"]:
            break
    return done


def marks(entry: JournalEntry) -> Row:
    """What tells the object apart in the journal of an undo."""
    found = {"name": entry.name, "scope": entry.scope}
    return {**found, "keys": dict(entry.keys)} if entry.keys else found


def runs_of(entries: list[JournalEntry]) -> list[Row]:
    """The runs that are meant, the newest first."""
    found: dict[str, Row] = {}
    for one in reversed(entries):
        row = found.setdefault(
            one.run, {"run": one.run, "time": one.time.isoformat(), "kinds": [], "acts": [], "count": 0}
        )
        row["count"] += 1
        row["kinds"] = sorted({*row["kinds"], one.kind})
        row["acts"] = sorted({*row["acts"], one.act})
    return list(found.values())


def shown(run: str, stage: UndoStage, item: Item) -> Row:
    entry = stage.backs[item.id].entry
    return {**told(entry), "acts": item.acts, "before": item.before, "after": item.after}


def table(items: Iterable[tuple[str, UndoStage, Item]], side: str) -> Iterable[str]:
    """A line for each object, and below it one for each property."""
    for run, stage, one in items:
        entry = stage.backs[one.id].entry
        yield terminal_text(f"{entry.label()}  {entry.name or ''}  (run {run})") + "\n"
        for name, value in sorted(getattr(one, side).items()):
            yield terminal_text(f"    {name}: {value}") + "\n"
