# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run that the master does not run, but keeps the results of: made, begun, reported of, ended.

Experiments and runs are upserts by their external ids, so repeats do no harm. A run is begun anew before metrics are
reported: each beginning has a number, metrics must bear the last one, and no read shows it. Metrics are counted twice
where a report is repeated, so what is there already is read first, also after an answer that was lost.
"""

from __future__ import annotations

import json
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..config_text import parse_config
from ..connection.client import OutcomeUnknown
from ..connection.paths import quote_segment
from ..errors import Ambiguous, BadOption, Missing, NotFound, Refused, ServerError, Taken
from ..kinds.checkpoint import CHECKPOINTS, WHOLE, read_checkpoints
from ..kinds.experiment import EXPERIMENT
from ..kinds.experiment_parts import is_over
from ..kinds.trial import TRIAL
from ..model.row import Row, unread
from ..model.states import prefix_state
from ..selection.places import project_id
from ..selection.search import field as condition
from ..selection.search import read_ids, read_search
from ..store.answers import read_object
from ..wording import some_of
from .trial_info import paged, reports
from .trials import TRIALS

if TYPE_CHECKING:
    from ..engine.call import Call

EXTERNAL = "/api/v1/experiments/by-external-id/"
PREPARE = "/api/v1/runs/start"
STATES = {"started": "RUNNING", "running": "RUNNING", "completed": "COMPLETED", "errored": "ERROR"}
# Two tasks that report of one run at once take each other's number away. So many times in a row without a step ahead:
MOST_TRIES = 8
PAUSE = 0.2


@dataclass
class Steps:
    """What is to be done, in this order. ``hparams``, ``state``: None for no change."""

    experiment: bool = False
    trial: bool = False
    hparams: dict[str, Any] | None = None
    start: bool = False
    heartbeat: bool = False
    metrics: list[dict[str, Any]] = field(default_factory=list)
    checkpoint: bool = False
    state: str | None = None

    def changes(self) -> bool:
        """Whether any of it is more than a sign of life."""
        return any((self.experiment, self.trial, self.hparams is not None, self.metrics, self.checkpoint, self.state))


def ensure_unmanaged(call: Call) -> dict[str, Any]:
    """The work of det_unmanaged_run."""
    check(call)
    run = UnmanagedRun(call)
    if not call.unmade:
        run.read()
    steps = run.plan()
    before, after = run.compared(steps)
    result = {"changed": steps.changes(), "diff": {"before": before, "after": after}}
    if call.check_mode:
        shown = {**(run.trial or unread(TRIAL.columns)), **run.predicted(steps)}
        return {**result, "requests": run.requests(steps), "trial": shown}
    run.carry_out(steps)
    return {**result, "requests": call.sent(), "trial": run.trial}


def check(call: Call) -> None:
    params = call.params
    if params["run"] is not None:
        quote_segment(params["run"], "run")
        if params["external_id"] is None:
            raise BadOption("run", params["run"], "is an id inside of an experiment with an external_id.", "Give both.")
    for one in params["metrics"] or ():
        if not one["group"] or "." in one["group"]:
            raise BadOption("metrics.group", one["group"], "must be a text without dots.")
        if not one["values"]:
            raise BadOption("metrics.values", one["values"], "is empty.", "Give at least one value.")
        if one["steps_completed"] < 0:
            raise BadOption("metrics.steps_completed", one["steps_completed"], "must be 0 or more.")


class UnmanagedRun:
    """The run that the options of det_unmanaged_run name."""

    def __init__(self, call: Call) -> None:
        self.call, self.client, self.params = call, call.client, call.params
        self.experiment: int | None = None
        self.trial: Row | None = None
        self.has_checkpoint = False
        # What the experiment is made from, where it is to be made.
        self.body: dict[str, Any] = {}

    # Reading

    def read(self) -> None:
        """Find the run, and else its experiment, by the external ids; or the only run of an experiment."""
        external, run = self.params["external_id"], self.params["run"]
        if run is not None:
            self.trial = self.by_external_id(external, run)
        if self.trial is not None:
            self.experiment = self.trial["experiment_id"]
        else:
            self.find_experiment()
            if run is None and self.experiment is not None:
                self.trial = self.only_one(self.experiment)
        if self.params["checkpoint"] is not None:
            self.look_for_checkpoint()

    def by_external_id(self, external: str, run: str) -> Row | None:
        path = f"{TRIALS}/by-external-id/{quote_segment(external)}/{quote_segment(run)}"
        try:
            return self.trial_row(self.client.get(path), f"GET {path}")
        except Missing:
            return None

    def find_experiment(self) -> None:
        columns = EXPERIMENT.only("id", "external_id", "unmanaged", "archived")
        ident, external = self.params["experiment_id"], self.params["external_id"]
        if ident is not None:
            rows = list(read_ids(self.client, [ident], columns))
            if not rows:
                raise NotFound(f"There is no experiment {ident}, or the user may not see it.", option="experiment_id")
        else:
            found = condition("externalExperimentId", "=", external)
            rows = list(read_search(self.client, [found], True, None, columns, lambda row: row))
            rows = [row for row in rows if row["external_id"] == external]
        if not rows:
            return
        if not rows[0]["unmanaged"]:
            raise Refused(f"Experiment {rows[0]['id']} is run by the master, which reports of it itself.")
        self.experiment = rows[0]["id"]

    def only_one(self, experiment: int) -> Row | None:
        found = paged(self.client, f"/api/v1/experiments/{experiment}/trials", "trials", {})
        if len(found) > 1:
            ids = some_of([f"id {one['id']}" for one in found])
            raise Ambiguous(f"Experiment {experiment} has {len(found)} runs: {ids}.", "Give run, its external id.")
        return TRIAL.row(found[0], True, self.client.url) if found else None

    def look_for_checkpoint(self) -> None:
        uuid = self.params["checkpoint"]["uuid"]
        rows, dummy = read_checkpoints(self.client, [uuid])
        if rows and (self.trial is None or rows[0]["trial_id"] != self.trial["id"]):
            raise Refused(f"Checkpoint {uuid} is there already, as one of trial {rows[0]['trial_id']}.")
        self.has_checkpoint = bool(rows)

    def missing_metrics(self, warn: bool = False) -> list[dict[str, Any]]:
        """What of the metrics was not reported yet, by group and steps; of what has another value it is warned."""
        wanted = self.params["metrics"] or []
        have: dict[str, dict[int, dict[str, Any]]] = {}
        if self.trial is not None:
            for group in dict.fromkeys(one["group"] for one in wanted):
                points = have.setdefault(group, {})
                for point in reports(self.client, self.trial["id"], group):
                    points.setdefault(point["batches"], {}).update(point["metrics"])
        missing = []
        for one in wanted:
            there = have.get(one["group"], {}).get(one["steps_completed"], {})
            values = {name: value for name, value in one["values"].items() if name not in there}
            others = sorted(name for name in one["values"] if name in there and there[name] != one["values"][name])
            if others and warn:
                self.call.warn(
                    f"{one['group']} at {one['steps_completed']} steps: {some_of(others)} was reported with another"
                    " value, which stays."
                )
            if values:
                missing.append({**one, "values": values})
        return missing

    # Planning

    def plan(self) -> Steps:
        params, steps, wanted = self.params, Steps(), STATES[self.params["state"]]
        have = self.trial["state"] if self.trial else None
        if self.trial is None:
            steps.experiment = self.experiment is None and "experiment_id" not in self.call.unmade
            steps.trial = True
            if steps.experiment:
                self.body = self.experiment_body()
        elif params["hparams"] is not None and params["hparams"] != self.trial["hparams"]:
            if params["run"] is None:
                problem = "the run has others, and without an external id they cannot be changed."
                raise BadOption("hparams", params["hparams"], problem, "Leave hparams out.")
            steps.hparams = params["hparams"]
        steps.metrics = self.missing_metrics(warn=True)
        steps.checkpoint = params["checkpoint"] is not None and not self.has_checkpoint
        over = self.trial is not None and is_over(self.trial)
        stays = params["state"] == "started" and over
        begins = wanted == "RUNNING" and have != "RUNNING" and not stays
        steps.start = begins or bool(steps.metrics)
        steps.heartbeat = params["state"] == "running" and not steps.start
        if begins or (wanted != "RUNNING" and have != wanted):
            steps.state = wanted
        elif steps.start and have != "RUNNING":
            # To report it was begun again, so it is ended again as it was.
            steps.state = have
        return steps

    def experiment_body(self) -> dict[str, Any]:
        if self.params["config"] is None:
            raise BadOption("config", None, "there is no such experiment, and no config to make it from.")
        config, project = parse_config(self.params["config"], self.call.warn), project_id(self.call)
        place = {"projectId": project} if isinstance(project, int) else {}
        return {"config": json.dumps(config), "unmanaged": True, **place}

    def compared(self, steps: Steps) -> tuple[dict[str, Any], dict[str, Any]]:
        """What changes, before and after."""
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        have = self.trial["state"] if self.trial else None
        if steps.state is not None and steps.state != have:
            after["state"] = steps.state
        if steps.trial:
            after["hparams"] = self.params["hparams"] or {}
        elif steps.hparams is not None:
            before["hparams"], after["hparams"] = (self.trial or {})["hparams"], steps.hparams
        if self.trial is not None and "state" in after:
            before["state"] = have
        if steps.metrics:
            before["metrics"], after["metrics"] = [], steps.metrics
        if steps.checkpoint:
            before["checkpoint"], after["checkpoint"] = None, self.params["checkpoint"]["uuid"]
        return before if self.trial is not None else {}, after

    def predicted(self, steps: Steps) -> dict[str, Any]:
        after = {name: value for name, value in self.compared(steps)[1].items() if name in ("state", "hparams")}
        if self.trial is None:
            after["experiment_id"] = self.experiment
        return after

    def requests(self, steps: Steps) -> list[str]:
        """The requests that will be sent, in the form in which the client notes them."""
        ident = self.trial["id"] if self.trial else "{id}"
        external = self.params["external_id"]
        found = [f"PUT {EXTERNAL}{quote_segment(external)}"] if steps.experiment else []
        if steps.trial or steps.hparams is not None:
            found.append(f"{'PUT' if self.params['run'] is not None else 'POST'} {TRIALS}")
        found += [f"POST {TRIALS}/{ident}/start"] * steps.start
        found += [f"PATCH {TRIALS}/{ident}"] * steps.heartbeat
        found += [f"POST {TRIALS}/{ident}/metrics" for dummy in steps.metrics]
        if steps.checkpoint:
            found += [f"POST {PREPARE}"] if self.params["checkpoint"]["storage"] else []
            found.append(f"POST {CHECKPOINTS}")
        found += [f"PATCH {TRIALS}/{ident}"] * (steps.state not in (None, "RUNNING"))
        return found

    # Doing

    def carry_out(self, steps: Steps) -> None:
        if steps.experiment:
            self.make_experiment()
        if steps.trial or steps.hparams is not None:
            self.put_trial()
        if steps.metrics:
            self.report_metrics(steps.metrics)
        elif steps.start:
            self.start()
        if steps.heartbeat:
            self.patch({})
        if steps.checkpoint:
            self.report_checkpoint()
        if steps.state not in (None, "RUNNING"):
            self.patch({"state": prefix_state(steps.state)})
        elif steps.start or steps.checkpoint:
            self.reread()

    def make_experiment(self) -> None:
        path = EXTERNAL + quote_segment(self.params["external_id"])
        answer = self.client.request("PUT", path, body=self.body)
        self.experiment = read_object(answer, "experiment", f"PUT {path}", "id")["id"]
        self.call.progress(changed=True)

    def put_trial(self) -> None:
        """Make the run, or give it its hyperparameters. Without an external id a lost answer is no reason to repeat."""
        params = self.params
        hparams = (self.trial or {}).get("hparams") if params["hparams"] is None else params["hparams"]
        body = {"experimentId": self.experiment, "unmanaged": True, "hparams": hparams or {}}
        if params["run"] is not None:
            wrapped = {"createTrialRequest": body, "externalTrialId": params["run"]}
            self.trial = self.trial_row(self.client.request("PUT", TRIALS, body=wrapped), f"PUT {TRIALS}")
        else:
            self.trial = self.create_trial(body)
        self.call.progress(changed=True)

    def create_trial(self, body: dict[str, Any]) -> Row | None:
        try:
            return self.trial_row(self.client.post(TRIALS, body), f"POST {TRIALS}")
        except OutcomeUnknown:
            trial = self.only_one(body["experimentId"])
            if trial is None:
                raise
            return trial

    def ident(self) -> int:
        return int((self.trial or {})["id"])

    def start(self) -> int:
        """Begin, or begin again. Returns the number that metrics must bear."""
        path = f"{TRIALS}/{self.ident()}/start"
        answer = self.client.post(path, {"resume": True}, repeatable=True)
        self.call.progress(changed=True)
        return int(answer.get("trialRunId") or 0)

    def report_metrics(self, missing: list[dict[str, Any]]) -> None:
        """Report what is missing. What got no answer, or the number of another beginning, is looked at again."""
        tries = 0
        while missing:
            number = self.start()
            try:
                for one in missing:
                    self.report(one, number)
                return
            except (OutcomeUnknown, ServerError):
                left = self.missing_metrics()
                tries = tries + 1 if len(left) == len(missing) else 0
                if tries > MOST_TRIES:
                    raise
                missing = left
            time.sleep(random.uniform(0, PAUSE) * tries)

    def report(self, one: dict[str, Any], number: int) -> None:
        metrics = {
            "trialId": self.ident(),
            "trialRunId": number,
            "stepsCompleted": one["steps_completed"],
            "metrics": {"avgMetrics": one["values"]},
        }
        self.client.post(f"{TRIALS}/{self.ident()}/metrics", {"group": one["group"], "metrics": metrics})

    def report_checkpoint(self) -> None:
        given = self.params["checkpoint"]
        metadata = dict(given["metadata"] or {})
        if given["steps_completed"] is not None:
            metadata["steps_completed"] = given["steps_completed"]
        body = {
            "taskId": (self.trial or {})["task_ids"][-1],
            "uuid": given["uuid"],
            "resources": {path: int(size) for path, size in (given["resources"] or {}).items()},
            "metadata": metadata,
            "state": prefix_state(WHOLE),
        }
        if given["storage"]:
            asked = {"runId": self.ident(), "checkpointStorage": given["storage"]}
            body["storageId"] = self.client.post(PREPARE, asked, repeatable=True).get("storageId")
        try:
            self.client.post(CHECKPOINTS, body)
        except (OutcomeUnknown, Taken) as error:
            self.look_for_checkpoint()
            if not self.has_checkpoint and isinstance(error, Taken):
                raise
            if not self.has_checkpoint:
                self.client.post(CHECKPOINTS, body)
        self.call.progress(changed=True)

    def patch(self, body: dict[str, Any]) -> None:
        path = f"{TRIALS}/{self.ident()}"
        self.trial = self.trial_row(self.client.request("PATCH", path, body=body), f"PATCH {path}")

    def reread(self) -> None:
        path = f"{TRIALS}/{self.ident()}"
        self.trial = self.trial_row(self.client.get(path), f"GET {path}")

    def trial_row(self, answer: Any, request: str) -> Row:
        return TRIAL.row(read_object(answer, "trial", request, "id"), True, self.client.url)
