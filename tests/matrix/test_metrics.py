# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Metrics: summaries, the best trial either way, series thinned out and whole; the same in both execution paths."""

from __future__ import annotations

from contextlib import contextmanager

from tests.matrix.place import fresh, gone_after
from tests.matrix.playbook import task

CONFIG = "searcher: {name: random, metric: valLoss, max_trials: 2, smaller_is_better: true}\nhyperparameters: {a: 1}\n"
STEPS = 12
GATHER = ["names", "searcher", "profiler"]


@contextmanager
def reported(place):
    """An experiment with two trials that reported metrics, and one that reported none: (its id, theirs)."""
    name = fresh("metrics")
    with gone_after(place, name):
        workspace = place.call("POST", "/api/v1/workspaces", {"name": name})["workspace"]["id"]
        project = place.call("POST", f"/api/v1/workspaces/{workspace}/projects", {"name": "p"})["project"]["id"]
        body = {"unmanaged": True, "projectId": project, "config": f"name: {name}\n{CONFIG}"}
        experiment = place.call("POST", "/api/v1/experiments", body)["experiment"]["id"]
        ids = []
        for number in range(3):
            made = {"unmanaged": True, "experimentId": experiment, "hparams": {"a": number}}
            ids.append(place.call("POST", "/api/v1/trials", made)["trial"]["id"])
        for number, ident in enumerate(ids[:2]):
            for step in range(1, STEPS + 1):
                report(place, ident, "training", step, {"lr": number + 1 / step, "note": "x"})
            report(place, ident, "validation", 6, {"valLoss": 5 + number, "accuracy.top": number})
            report(place, ident, "validation", 12, {"valLoss": 3 + number, "accuracy.top": 2 * number})
        for ident in ids:
            place.call("PATCH", f"/api/v1/trials/{ident}", {"state": "STATE_COMPLETED"})
        yield experiment, ids


def report(place, trial, group, steps, values):
    metrics = {"trialId": trial, "stepsCompleted": steps, "metrics": {"avgMetrics": values}}
    place.call("POST", f"/api/v1/trials/{trial}/metrics", {"group": group, "metrics": metrics})


def test_metrics(master, runner):
    with reported(master) as (experiment, ids):
        sampled = {"series": "sampled", "max_datapoints": 4, "limit": 1}
        whole = {"series": "all", "metrics": ["lr"], "start_batches": 3, "end_batches": 5}
        tasks = [
            task(
                "det_metrics_info",
                {"experiment_ids": experiment, "best": "validation.valLoss", **sampled},
                register="a",
            ),
            task("det_metrics_info", {"trial_ids": [ids[1], 999999999], **whole}, register="b"),
            task(
                "det_metrics_info",
                {"experiment_ids": experiment, "best": "validation.accuracy.top", "smaller_is_better": False},
                register="c",
            ),
            task(
                "det_metrics_info",
                {"experiment_ids": experiment, "best": "validation.accuracy.top"},
                register="which_way",
                ignore_errors=True,
            ),
            task("det_metrics_info", {"trial_ids": ids[2], "best": "validation.valLoss"}, register="without"),
            task("det_metrics_info", {"experiment_ids": experiment, "gather": GATHER}, register="gathered"),
        ]
        results = runner.play(master, tasks).results
    (first,) = results["a"]["trials"]
    assert (first["id"], first["best_value"]) == (ids[0], 3)
    assert {name: results["a"]["best"][name] for name in ("value", "batches", "name")} == {
        "value": 3,
        "batches": 12,
        "name": "valLoss",
    }
    assert len(first["series"]["training"]) == 4
    assert first["series"]["validation"][0]["metrics"] == {"valLoss": 5, "accuracy.top": 0}
    assert results["b"]["missing_ids"] == [999999999]
    (second,) = results["b"]["trials"]
    assert list(second["series"]) == ["training"]
    assert [one["metrics"] for one in second["series"]["training"]] == [{"lr": 1 + 1 / step} for step in (3, 4, 5)]
    assert [one["id"] for one in results["c"]["trials"]] == [ids[1], ids[0]]
    assert results["which_way"]["failure"]["option"] == "smaller_is_better"
    assert (results["without"]["best"], results["without"]["trials"]) == (None, [])
    (of_experiment,) = results["gathered"]["experiments"]
    assert of_experiment["names"] == [
        "training.lr", "training.note", "validation.accuracy.top", "validation.valLoss"
    ]  # fmt: skip
    assert of_experiment["best_validation"] == 3
    assert [(one["trial_id"], one["value"]) for one in of_experiment["validation_history"]] == [
        (ids[0], 5),
        (ids[0], 3),
    ]
    assert [one["profiler"] for one in results["gathered"]["trials"]] == [[], [], []]
