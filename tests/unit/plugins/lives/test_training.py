# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs, trials, metrics and checkpoints: chosen, told, changed, removed, fetched."""

from __future__ import annotations

import pytest

from tests.unit.plugins.lives.stage import Stage, Step, stage

SEEDED = {"experiments": 40, "agents": 3, "checkpoints": 60}


def step(module, label="", **more):
    steps = {name: more.pop(name) for name in ("first", "steady", "predicted") if name in more}
    return Step(f"det_{module}", more, label, **steps)


def of_label(here: Stage):
    here.ask("PATCH", "/api/v1/experiments/18", {"labels": ["keep"]})


RUNS = [
    step("run_info", "by id", ids=[7, 12]),
    step("run_info", "some fields", ids=[7], fields=["id", "state", "experiment_id"]),
    step("run_info", "no such field", ids=[7], fields=["nothing"]),
    step("run_info", "not there", ids=[7, 999], fields=["id"]),
    step("run_info", "of an experiment", select={"experiment_ids": [7]}, fields=["id"]),
    step("run_info", "of experiments and states", select={"experiment_ids": [7, 15], "states": ["ERROR"]},
         fields=["id"]),
    step("run_info", "by project", select={"project": ["Speech/*"], "archived": False}, fields=["id", "labels"]),
    step("run_info", "by metric", select={"where": [{"column": "hp.learning_rate", "operator": "<", "value": 0.0001}]},
         fields=["id"]),
    step("run_info", "by time", select={"started_after": "30d"}, fields=["id"]),
    step("run_info", "counted", select={"states": ["COMPLETED"]}, count=True),
    step("run_info", "by name", select={"name": "mlp"}, fields=["id", "name"]),
    step("run", "archive one of several", ids=[7], state="archived"),
    step("run", "archive one of one", ids=[5], state="archived"),
    step("run", "unarchive", ids=[5, 7], state="unarchived"),
    step("run", "archive what has not ended", ids=[13], state="archived"),
    step("run", "metadata", ids=[7, 8], metadata={"a": {"b": 1}, "c": "x"}),
    step("run", "more metadata", ids=[7], metadata={"a": {"d": 2}, "c": None}),
    step("run", "just this metadata", ids=[7], metadata={"e": 0}, metadata_mode="exact"),
    step("run", "no metadata", ids=[7], metadata={}, metadata_mode="exact"),
    step("run", "move part of an experiment", ids=[7, 8], project_id=5),
    step("run", "move all of an experiment", ids=[7, 8, 9, 10], project_id=5),
    step("run", "move whole experiments", ids=[21], project_id=5, whole_experiments=True),
    step("run", "no such project", ids=[21], project="Vision/nothing"),
    step("run", "kill", ids=[13, 5], state="killed"),
    step("run", "pause", ids=[20], state="paused"),
    step("run", "go on", ids=[20], state="active"),
    step("run", "not there", ids=[5, 999], state="archived"),
    step("run", "not there, to be gone", ids=[999], state="absent"),
    step("run", "delete", ids=[19, 4], state="absent"),
    step("run", "delete with a label", select={"experiment_ids": [18]}, state="absent", first=of_label),
    step("run", "delete whole experiments", ids=[34], state="absent", whole_experiments=True),
    step("run", "delete too many", select={"project": ["*/*"]}, state="absent", max_changes=2),
    step("run", "no condition", select={}, state="absent"),
    step("run", "none", ids=[], state="absent"),
]  # fmt: skip


def test_runs(live):
    with stage(**SEEDED) as here:
        live("runs", here, RUNS)


TRIALS = [
    step("trial_info", "by id", ids=[7, 13]),
    step("trial_info", "not there", ids=[7, 999]),
    step("trial_info", "of experiments", experiment_ids=[7, 12], order="id", descending=True, limit=3),
    step("trial_info", "by start", experiment_ids=[7, 12], order="start_time", limit=3),
    step("trial_info", "by state", experiment_ids=[7, 10, 15], states=["ERROR", "ACTIVE"]),
    step("trial_info", "all of it", ids=[7], gather=["summary", "training", "validation", "workloads", "checkpoints",
         "log_days"]),
    step("trial_info", "none", ids=[]),
    step("trial", "retention", ids=[7, 12], log_retention_days=5),
    step("trial", "retention out of range", ids=[7], log_retention_days=-2),
    step("trial", "kill", ids=[13, 7], state="killed"),
    step("trial", "not there", ids=[7, 999], state="killed"),
    step("trial", "both", ids=[20], state="killed", log_retention_days=-1),
    step("trial", "too many", ids=[5, 6, 7], log_retention_days=9, max_changes=2),
    step("metrics_info", "of trials", trial_ids=[7, 12]),
    step("metrics_info", "the best", experiment_ids=[7, 32], best="validation.validation_loss", limit=2),
    step("metrics_info", "the worst", experiment_ids=[7, 32], best="validation.validation_loss",
         smaller_is_better=False, limit=2),
    step("metrics_info", "as it went", trial_ids=[7], series="sampled", metrics=["validation_loss"], max_datapoints=2),
    step("metrics_info", "all of it", trial_ids=[7], series="all", groups=["validation"]),
    step("metrics_info", "a part", trial_ids=[7], series="all", start_batches=100, end_batches=400),
    step("metrics_info", "no such metric", trial_ids=[7], metrics=["nothing"]),
    step("metrics_info", "not there", trial_ids=[999]),
]  # fmt: skip


def test_trials(live):
    with stage(**SEEDED) as here:
        live("trials", here, TRIALS)


def uuids(here: Stage, experiment: int) -> list[str]:
    found = here.ask("GET", f"/api/v1/experiments/{experiment}/checkpoints")["checkpoints"]
    return sorted(one["uuid"] for one in found)


def of(experiment: int, first: int = 0, last: int | None = None, **options):
    return lambda here: {"uuids": uuids(here, experiment)[first:last], "wait_timeout": 20, **options}


def checkpoint(label, options, **more):
    return Step("det_checkpoint", options, label, **more)


CHECKPOINTS = [
    step("checkpoint_info", "of experiments", experiment_ids=[8, 23]),
    step("checkpoint_info", "of trials", trial_ids=[11]),
    step("checkpoint_info", "registered", experiment_ids=[4, 8, 11, 40], registered=True),
    step("checkpoint_info", "not registered", experiment_ids=[4, 8, 11, 40], registered=False),
    step("checkpoint_info", "by state", experiment_ids=[9, 32, 33], states=["DELETED", "PARTIALLY_DELETED"]),
    step("checkpoint_info", "not there", uuids=["00000000-0000-4000-8000-000000000000"]),
    step("checkpoint_info", "no such experiment", experiment_ids=[999]),
    Step("det_checkpoint_info", lambda here: {"uuids": uuids(here, 9)}, "by uuid"),
    checkpoint("metadata", of(11, metadata={"a": 1, "b": {"c": 2}})),
    checkpoint("more metadata", of(11, metadata={"b": {"d": 3}, "a": None})),
    checkpoint("just this metadata", of(11, metadata={"e": 0}, metadata_mode="exact")),
    checkpoint("nothing to do", of(11)),
    checkpoint("not there", {"uuids": ["00000000-0000-4000-8000-000000000000"], "metadata": {"a": 1}}),
    checkpoint("not there, to be gone", {"uuids": ["00000000-0000-4000-8000-000000000000"], "state": "absent"}),
    checkpoint("no uuid", {"uuids": ["what"], "state": "absent"}),
    checkpoint("none", {"uuids": [], "state": "absent"}),
    checkpoint("files", of(33, 0, 1, files_absent=["optim*"])),
    checkpoint("files in folders", of(40, 1, 2, files_absent=["code/**", "meta*"])),
    checkpoint("files that are not there", of(8, files_absent=["nothing/*"])),
    checkpoint("files and metadata", of(40, 0, 1, files_absent=["*.pth"], metadata={"x": 1})),
    checkpoint("too many", of(32, state="absent", max_changes=1)),
    checkpoint("a wrong digest", of(32, state="absent", confirm="0123456789abcdef")),
    checkpoint("registered ones", of(23, state="absent")),
    checkpoint("gone", of(9, state="absent")),
    checkpoint("gone in chunks", of(32, state="absent", chunk_size=1, details=False)),
]  # fmt: skip


def test_checkpoints(live):
    with stage(**SEEDED) as here:
        live("checkpoints", here, CHECKPOINTS)


ALL = {"project": ["*/*"]}
COLLECTED = [
    step("checkpoint_gc", "least", ids=[9, 8, 33, 12], save_experiment_best=0, save_trial_best=0, save_trial_latest=1),
    step("checkpoint_gc", "policy and size", select={"workspace": ["Language"]}, save_trial_best=0, min_size=10**8),
    step("checkpoint_gc", "kept by a label", ids=[7, 38], keep_labels=["paper"], save_trial_latest=0, save_trial_best=0,
         save_experiment_best=0),
    step("checkpoint_gc", "not ended, not there", ids=[10, 17, 999]),
    step("checkpoint_gc", "too many", select=ALL, save_trial_best=0, save_trial_latest=0, save_experiment_best=0,
         max_changes=1),
    step("checkpoint_gc", "briefly", select=ALL, save_trial_latest=1, list_checkpoints=False),
    step("checkpoint_gc", "out of range", ids=[9], save_trial_latest=-1),
    step("checkpoint_gc", "all that goes", select=ALL, save_trial_best=0, save_trial_latest=0, save_experiment_best=0,
         chunk_size=2),
]  # fmt: skip


def test_what_a_policy_leaves(live):
    with stage(**SEEDED) as here:
        live("checkpoint_gc", here, COLLECTED)


SMALL = {"weights.pt": 300, "state/": 0, "state/optimizer.pt": 7000}


def trained(here: Stage) -> dict:
    """An experiment with two checkpoints, of which the first has the better validation."""
    config = "name: fetched\nsearcher: {name: single, metric: loss}\n"
    made = here.ask("POST", "/api/v1/experiments", {"projectId": 1, "config": config, "unmanaged": True})["experiment"]
    trial = here.ask("POST", "/api/v1/trials", {"experimentId": made["id"], "unmanaged": True})["trial"]
    for steps, loss in ((1, 0.1), (2, 0.5)):
        metrics = {
            "trialId": trial["id"],
            "stepsCompleted": steps,
            "metrics": {"avgMetrics": {"loss": loss, "acc": loss}},
        }
        here.ask("POST", f"/api/v1/trials/{trial['id']}/metrics", {"group": "validation", "metrics": metrics})
        here.names[f"uuid{steps}"] = f"00000000-0000-4000-8000-00000000000{steps}"
        told = {"uuid": here.names[f"uuid{steps}"], "taskId": trial["taskId"], "resources": SMALL}
        told |= {"state": "STATE_COMPLETED", "metadata": {"steps_completed": steps}}
        here.ask("POST", "/api/v1/checkpoints", told)
    here.names["trial"], here.names["experiment"] = trial["id"], made["id"]
    return here.names


FETCHED = {
    "by uuid": {"uuid": "{uuid2}"},
    "the best": {"experiment_id": "{experiment}"},
    "the latest": {"trial_id": "{trial}", "which": "latest"},
    "the best by another metric": {"experiment_id": "{experiment}", "metric": "acc", "smaller_is_better": False},
    "no such metric": {"experiment_id": "{experiment}", "metric": "nothing"},
    "as tar": {"uuid": "{uuid1}", "format": "tar"},
    "as tgz": {"uuid": "{uuid1}", "format": "tgz"},
    "as zip": {"uuid": "{uuid1}", "format": "zip"},
    "not there": {"uuid": "00000000-0000-4000-8000-000000000009"},
    "no uuid": {"uuid": "what"},
    "no such trial": {"trial_id": 999},
}
# What an archive has inside of times and compression.
PACKED = ("sha256", "downloaded_bytes")


@pytest.mark.parametrize("label", FETCHED)
def test_fetching(live, label, tmp_path):
    with stage() as here:
        names = trained(here)
        options = {key: filled(one, names) for key, one in FETCHED[label].items()}
        here.names["hidden"] = {str(tmp_path): "FOLDER"}
        options["dest"] = str(tmp_path / "dest")
        live("fetch_" + label.replace(" ", "_"), here, [step("checkpoint_fetch", label, **options)], PACKED)


def filled(value, names):
    return names[value.strip("{}")] if isinstance(value, str) and value.startswith("{") else value
