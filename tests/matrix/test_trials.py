# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Trials: those that run are killed and waited for, what runs elsewhere is left alone, what they did is read."""

from __future__ import annotations

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.place import until
from tests.matrix.playbook import task

pytestmark = pytest.mark.needs("agents")
SEARCH = """
name: searched
entrypoint: run
searcher: {name: random, metric: loss, max_trials: 3, max_concurrent_trials: 3}
environment: {image: fake/run}
resources: {slots_per_trial: 1}
"""


@pytest.fixture(scope="module")
def place():
    """A cluster with idle agents."""
    with emulated(agents=4) as place:
        yield place


@pytest.fixture
def running(place):
    """An experiment with three trials that run: (its id, theirs)."""
    body = {"activate": True, "projectId": 1, "config": SEARCH}
    experiment = place.call("POST", "/api/v1/experiments", body)["experiment"]["id"]
    until(lambda: [one["state"] for one in trials(place, experiment)] == ["STATE_RUNNING"] * 3)
    yield experiment, [one["id"] for one in trials(place, experiment)]
    place.call("POST", f"/api/v1/experiments/{experiment}/kill")


@pytest.fixture
def reported(place):
    """An unmanaged experiment with a trial that reported metrics and a checkpoint: (its id, the trial's)."""
    config = "name: elsewhere\nsearcher: {name: single, metric: valLoss}\n"
    body = {"projectId": 1, "config": config, "unmanaged": True}
    experiment = place.call("POST", "/api/v1/experiments", body)["experiment"]["id"]
    trial = place.call("POST", "/api/v1/trials", {"experimentId": experiment, "unmanaged": True})["trial"]
    for group, steps, name in (("training", 1, "someLoss"), ("training", 2, "someLoss"), ("validation", 2, "valLoss")):
        metrics = {"trialId": trial["id"], "stepsCompleted": steps, "metrics": {"avgMetrics": {name: 1 / steps}}}
        place.call("POST", f"/api/v1/trials/{trial['id']}/metrics", {"group": group, "metrics": metrics})
    return experiment, trial["id"]


def trials(place, experiment):
    return place.call("GET", f"/api/v1/experiments/{experiment}/trials")["trials"]


@pytest.mark.needs("faults")
def test_trials_are_killed_kept_and_read(place, running, reported, runner):
    experiment, (first, second, third) = running
    kill = {"ids": [first, second, reported[1]], "state": "killed", "log_retention_days": 7}
    everything = ["summary", "training", "validation", "workloads", "checkpoints", "log_days"]
    tasks = [
        task("det_trial", {**kill, "ids": [*kill["ids"], 99999]}, ignore_errors=True, register="slip"),
        task("det_trial", kill, check_mode=True, diff=True, register="check"),
        task("det_trial", kill, diff=True, register="real"),
        task("det_trial", kill, register="again"),
        task("det_trial", {"ids": third, "state": "killed", "max_changes": 0}, ignore_errors=True, register="brake"),
        task("det_trial_info", {"experiment_ids": experiment, "states": ["ACTIVE"]}, register="left"),
        task("det_trial_info", {"ids": [first, third], "states": ["CANCELED"], "gather": ["log_days"]}, register="out"),
        task("det_trial_info", {"ids": [reported[1], 99999], "gather": everything}, register="all"),
        task("det_trial_info", {"experiment_ids": [reported[0], 99999]}, register="plain"),
        task("det_checkpoint_info", {"experiment_ids": [99999, reported[0]]}, register="files"),
        task("det_metrics_info", {"experiment_ids": [99999, reported[0]]}, register="metrics"),
    ]
    # Of one kill no answer comes; it is looked into.
    place.control.fault("reset_after", method="POST", path="/kill$")
    results = runner.play(place, tasks).results
    check, real = results["check"], results["real"]
    for key in ("changed", "changed_ids", "plan_digest", "diff", "trials", "skipped_items", "matched"):
        assert check[key] == real[key], key
    # A trial ends some time after it was killed, so a kill without an answer may be sent once more.
    assert set(check["requests"]) == set(real["requests"])
    assert real["changed_ids"] == [first, second]
    assert [one["id"] for one in real["skipped_items"]] == [reported[1]]
    assert results["slip"]["failure"]["code"] == "not_found"
    assert "no trial 99999" in results["slip"]["msg"]
    assert not results["again"]["changed"]
    assert results["brake"]["failure"]["code"] == "refused"
    assert [one["id"] for one in results["left"]["trials"]] == [third]
    (out,) = results["out"]["trials"]
    assert (out["id"], out["log_retention_days"]) == (first, 7)
    assert out["remaining_log_days"] in (6, 7)
    assert results["all"]["missing_ids"] == [99999]
    check_what_it_did(*results["all"]["trials"])
    assert [one["id"] for one in results["plain"]["trials"]] == [reported[1]]
    assert "summary_metrics" not in results["plain"]["trials"][0]
    # One that is gone does not keep the others from being read.
    assert [results[name]["missing_ids"] for name in ("plain", "files", "metrics")] == [[99999]] * 3
    assert [one["id"] for one in results["metrics"]["trials"]] == [reported[1]]


def check_what_it_did(trial):
    """The metrics of the trial of the fixture, under the names that their users gave them."""
    found = [(one["batches"], one["metrics"]) for one in trial["training_metrics"]]
    assert found == [(1, {"someLoss": 1}), (2, {"someLoss": 0.5})]
    assert [one["metrics"] for one in trial["validation_metrics"]] == [{"valLoss": 0.5}]
    assert trial["summary_metrics"]["avg_metrics"]["someLoss"]["count"] == 2
    assert trial["best_validation"]["metrics"] == {"valLoss": 0.5}
    assert sum("validation" in one for one in trial["workloads"]) == 1
    assert (trial["checkpoints"], trial["remaining_log_days"]) == ([], -1)
