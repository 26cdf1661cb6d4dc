# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of det_cluster_config: each mode from the options to the result."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from ..connection.client import Client
from ..engine.call import Call
from ..engine.journal import JOURNAL, Journal, journal_of
from ..engine.spec import WAIT, Spec
from ..errors import BadOption, DeterminedError, Refused
from ..model.call import Request
from ..safe_files import PRIVATE
from ..wording import counted
from .accepting import accept
from .access import read_access
from .against import AGAINST, plan_against
from .applying import Report, Runner
from .brakes import check_brakes, check_world, refuse_empty
from .cluster_plan import ClusterPlan, read_choices
from .document import Document, read_document
from .drift import drift_code, find_drift
from .exporting import EXPORT, export
from .folder import find_changes
from .forgetting import forget
from .impact import tell_impact
from .lock import is_busy, locked
from .order import Stage, order_acts
from .plan_file import check_plan, digest_of, write_plan
from .planning import Planner
from .stack import Stack, read_settings
from .text import as_markdown, plan_text, plan_title, summary
from .undo_document import make_undo, undo_text
from .world import World

MODES = ["plan", "apply", "drift", "accept", "export", "validate", "forget"]
CLUSTER_CONFIG = (
    Spec(
        {
            "mode": {"type": "str", "choices": MODES, "default": "plan"},
            "config": {"type": "dict"},
            "src": {"type": "path"},
            "secrets": {"type": "dict", "no_log": True, "default": {}},
            "stack": {"type": "str"},
            "adopt": {"type": "str", "choices": ["never", "named", "all"], "default": "named"},
            "adopt_addresses": {"type": "list", "elements": "str", "default": []},
            "prune": {"type": "str", "choices": ["none", "owned"], "default": "none"},
            "manage": {"type": "list", "elements": "str"},
            "only": {"type": "list", "elements": "str"},
            "on_conflict": {"type": "str", "choices": ["overwrite", "keep", "fail"], "default": "overwrite"},
            "max_changes": {"type": "int"},
            "max_deletions": {"type": "int", "default": 0},
            "confirm": {"type": "str"},
            "plan_file": {"type": "path"},
            "undo_dest": {"type": "path"},
            "against": {"type": "raw"},
            "markdown": {"type": "bool", "default": False},
            "allow_lockout": {"type": "bool", "default": False},
            "lock_timeout": {"type": "float", "default": 60},
        },
        mutually_exclusive=(("config", "src"),),
        narrows=("manage", "only"),
    )
    + EXPORT
    + JOURNAL
    + WAIT
)


def work(call: Call) -> dict[str, Any]:
    mode = call.params["mode"]
    if mode == "forget":
        return forget(call)
    if mode == "export":
        return export(call)
    if call.params[AGAINST] is not None:
        return plan_against(call, Run)
    document = document_of(call)
    if mode == "validate":
        return {"changed": False, "summary": {"entries": len(document.entries)}}
    return Run(call, document).perform()


def document_of(call: Call) -> Document:
    """The document that the options give. The action plugin has read ``src``."""
    params = call.params
    option = "src" if params["src"] is not None else "config"
    if params["config"] is None:
        raise BadOption(option, None, "gives no document.", "Give one, as a dict, a file or a folder.")
    return read_document(params["config"], params["secrets"] or {}, option)


class Run:
    """One run of plan, apply or drift. ``make_world``: function (client) -> what the cluster is read with."""

    def __init__(self, call: Call, document: Document, make_world: Callable[[Client], World] = World) -> None:
        self.call, self.document, self.make_world = call, document, make_world
        params = call.params
        self.stack_name: str | None = params["stack"] if params["stack"] is not None else document.stack
        self.choices = read_choices(params)
        if self.choices.prune == "owned" and self.stack_name is None:
            raise BadOption("prune", "owned", "needs a stack, which remembers what is its own.", "Give stack.")

    def perform(self) -> dict[str, Any]:
        planner, plan = self.make_plan()
        params = self.call.params
        if params["mode"] == "accept":
            return accept(self.call, planner, plan)
        if params["mode"] != "apply":
            if params["plan_file"] is not None and params["mode"] == "plan" and not self.call.check_mode:
                write_plan(params["plan_file"], planner, plan)
            return self.result(planner, plan)
        if params["plan_file"] is not None:
            check_plan(params["plan_file"], planner, plan)
        if not self.has_work(plan):
            return self.result(planner, plan)
        try:
            self.brake(plan, planner.stack)
        except Refused as error:
            if self.call.check_mode:
                self.call.warn(f"An apply would be refused: {error.result()['msg']}")
            # A run that is under way makes objects which this plan may take for somebody else's.
            elif not is_busy(self.call, planner.stack):
                raise
        if self.call.check_mode:
            return self.result(planner, plan)
        with journal_of(self.call) as journal:
            return self.apply(planner, plan, journal)

    def make_plan(self) -> tuple[Planner, ClusterPlan]:
        world = self.make_world(self.call.client)
        check_world(world, self.document)
        stack = Stack(self.stack_name, read_settings(world))
        planner = Planner(self.document, world, stack, self.choices)
        plan = planner.plan()
        access = read_access(planner, plan)
        check_brakes(self.call.params, planner, plan, access)
        plan.access = access.rows() if access is not None else []
        tell_impact(world, plan)
        for act in plan.acts:
            for note in act.notes:
                if act.steps:
                    self.call.warn(f"{act.address}: {note}")
        return planner, plan

    def has_work(self, plan: ClusterPlan) -> bool:
        """Whether an apply has anything to do: requests, blocked lines to tell of, or the ledger."""
        return bool(plan.due or plan.blocked or plan.changes_ledger)

    def brake(self, plan: ClusterPlan, stack: Stack) -> None:
        """Refuse before the first write what must not be applied, or more than is allowed."""
        params, shown = self.call.params, digest_of(plan)
        if plan.blocked:
            lines = " ".join(f"{act.address}: {act.blocked}" for act in plan.blocked[:5])
            raise Refused(
                f"Nothing was applied, since the plan has {counted(len(plan.blocked), 'blocked act')}. {lines}",
                "Look at the plan with mode=plan and --diff.",
                plan_digest=shown,
            )
        for option, count, what in (
            ("max_changes", len(plan.due), "objects would be changed"),
            ("max_deletions", plan.taken, "things would be deleted, replaced, switched off or taken"),
        ):
            most = params[option]
            if most is not None and count > most:
                raise Refused(
                    f"{count} {what}, and {option} is {most}.",
                    f"Look at the plan with mode=plan and --diff, then raise {option}.",
                    count=count,
                    plan_digest=shown,
                )
        if params["confirm"] is None:
            refuse_empty(self.document, stack, shown)
        elif params["confirm"] != shown:
            raise Refused(
                f"The plan is {shown}, and confirm is {params['confirm']}: something else would be done now.",
                "Look at the plan again.",
                plan_digest=shown,
            )

    def apply(self, planner: Planner, plan: ClusterPlan, journal: Journal) -> dict[str, Any]:
        with locked(self.call, planner.stack, self.call.params["lock_timeout"]) as (keep, moved):
            if moved:
                # Another run has applied the stack while this one planned, or waited for it.
                planner, plan = self.make_plan()
                if self.call.params["plan_file"] is not None:
                    check_plan(self.call.params["plan_file"], planner, plan)
            self.brake(plan, planner.stack)
            self.write_undo(planner, plan)
            runner = Runner(self.call, planner, journal, keep)
            report = runner.apply(plan, order_acts(plan.due), digest_of(plan))
        result = {**self.result(planner, plan), **self.call.done}
        result["changed"] = any(act.steps or act.adopts for act in report.done.values()) or plan.adopts
        if report.failed or report.skipped:
            raise failure(report, result)
        return result

    def write_undo(self, planner: Planner, plan: ClusterPlan) -> None:
        """Write the document that takes the apply back, before anything is sent."""
        dest = self.call.params["undo_dest"]
        if dest is not None and plan.due:
            undo = make_undo(planner, plan)
            folder, name = os.path.split(dest)
            find_changes(folder, {name: undo_text(undo, digest_of(plan))}, (), "undo_dest").apply(PRIVATE)
            self.call.progress(undo_left=undo.left)

    def result(self, planner: Planner, plan: ClusterPlan) -> dict[str, Any]:
        requests = requests_of(order_acts(plan.due))
        # The digest stands for ids, which only a master has.
        shown = digest_of(plan) if self.call.params[AGAINST] is None else ""
        text = plan_text(plan, len(requests), shown)
        result: dict[str, Any] = {
            "changed": bool(plan.due) or plan.adopts,
            "plan": [act.shown() for act in plan.acts if not act.is_silent],
            "summary": summary(plan),
            "plan_digest": shown,
            "requests": [str(request) for request in requests],
            "diff": {"prepared": text},
        }
        if self.call.params["markdown"]:
            result["markdown"] = as_markdown(text, plan_title(self.stack_name))
        if plan.access:
            result["access"] = plan.access
        if self.call.params["mode"] == "drift":
            drift = find_drift(planner, plan)
            result.update(drift=drift, drift_code=drift_code(drift), changed=drift_code(drift) == 2)
        return result


def requests_of(stages: list[Stage]) -> list[Request]:
    return [request for stage in stages for request in stage.requests]


def failure(report: Report, result: Mapping[str, Any]) -> DeterminedError:
    """What a run tells that did not do all: what failed where, what was not tried, and that the next run goes on."""
    failed = " ".join(f"{address}: {text}" for address, text in list(report.failed.items())[:5])
    skipped = f" {len(report.skipped)} were skipped." if report.skipped else ""
    error = DeterminedError(
        f"{len(report.failed)} of {len(report.failed) + len(report.done)} objects failed. {failed}{skipped}",
        "Run it again: what is done stays done.",
        code="partly",
        failed=report.failed,
        skipped=report.skipped,
        done=sorted(report.done),
    )
    error.facts.update(plan_digest=result["plan_digest"])
    return error
