# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A snapshot of trials has every report within the margin, in the order of their times, as the master's has."""

from __future__ import annotations

import json

import pytest

from emulator.testing import running
from tests.matrix.place import Place

REPORTS = {450: 4.5, 490: 4.9, 510: 5.1, 550: 5.5}


@pytest.fixture(scope="module")
def ask():
    """Function (batches, margin) -> [(trial, value, batches)], and the trial that has reported."""
    with running() as emulator:
        place = Place(emulator.url, "admin", "Testing1!", control=emulator)
        config = json.dumps({"name": "n", "searcher": {"name": "single", "metric": "loss"}})
        made = place.call("POST", "/api/v1/experiments", {"projectId": 1, "config": config, "unmanaged": True})
        experiment = made["experiment"]["id"]
        body = {"experimentId": experiment, "unmanaged": True, "hparams": {"lr": 0.5}}
        trial = place.call("POST", "/api/v1/trials", body)["trial"]["id"]
        for batches, value in REPORTS.items():
            metrics = {"trialId": trial, "stepsCompleted": batches, "metrics": {"avgMetrics": {"a.loss": value}}}
            place.call("POST", f"/api/v1/trials/{trial}/metrics", {"metrics": metrics, "group": "validation"})
        place.call("PATCH", f"/api/v1/trials/{trial}", {"state": "STATE_COMPLETED"})

        def found(batches, margin):
            path = f"/api/v1/experiments/{experiment}/metrics-stream/trials-snapshot?metricName=a.loss&group=validation"
            answer = place.call("GET", f"{path}&batchesProcessed={batches}&batchesMargin={margin}")
            rows = answer["result"]["trials"]
            assert all((row["trialId"], row["hparams"]) == (trial, {"lr": 0.5}) for row in rows)
            return [(row["batchesProcessed"], row["metric"]) for row in rows]

        yield found


@pytest.mark.parametrize(
    ("batches", "margin", "there"),
    [(500, 0, []), (490, 0, [490]), (500, 10, [490, 510]), (500, 60, [450, 490, 510, 550]), (0, 100, [])],
)
def test_every_report_within_the_margin(ask, batches, margin, there):
    assert ask(batches, margin) == [(one, REPORTS[one]) for one in there]
