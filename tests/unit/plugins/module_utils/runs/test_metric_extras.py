# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of metrics, the searcher's metric and the profiler's series, read in as few requests as they need."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import Missing, OddAnswer
from ansible_collections.determined_ai.determined.plugins.module_utils.runs import metric_extras

NAMES = {
    "metricNames": [{"group": "validation", "name": "loss"}, {"group": "training", "name": "lr.a"}],
    "searcherMetrics": ["loss"],
}
BEST = "/api/v1/experiments/3/searcher/best_searcher_validation_metric"
HISTORY = "/api/v1/experiments/3/validation-history"
PROFILER = "/api/v1/trials/7/profiler"


class Client:
    """Answers by path, a list as a stream; an exception is raised."""

    def __init__(self, answers):
        self.answers, self.asked, self.taken = answers, [], []

    def get(self, path):
        self.asked.append((path, {}))
        if isinstance(self.answers[path], Exception):
            raise self.answers[path]
        return self.answers[path]

    def lines(self, path, **query):
        self.asked.append((path, query))
        for line in self.answers[path]:
            self.taken.append(line)
            yield line


def labels(**more):
    return {"trialId": 7, "name": "cpu_util", "agentId": "a", "gpuUuid": "", **more}


def test_names_of_a_stream_that_does_not_end():
    client = Client({"/api/v1/experiments/metrics-stream/metric-names": [NAMES, {"metricNames": []}]})
    assert metric_extras.experiment_metrics(client, 3, ["names"]) == {
        "id": 3,
        "names": ["training.lr.a", "validation.loss"],
    }
    assert client.asked == [("/api/v1/experiments/metrics-stream/metric-names", {"ids": [3]})]
    assert client.taken == [NAMES]


def test_searcher():
    point = {"trialId": 7, "endTime": "t", "searcherMetric": 2.5}
    client = Client({BEST: {"metric": 2.5}, HISTORY: {"validationHistory": [point]}})
    assert metric_extras.experiment_metrics(client, 3, ["searcher", "profiler"]) == {
        "id": 3,
        "best_validation": 2.5,
        "validation_history": [{"trial_id": 7, "time": "t", "value": 2.5}],
    }


def test_without_a_validation():
    missing = Missing(404, "NotFound", "no validations for experiment", "GET", BEST)
    found = metric_extras.experiment_metrics(
        Client({BEST: missing, HISTORY: {"validationHistory": []}}), 3, ["searcher"]
    )
    assert (found["best_validation"], found["validation_history"]) == (None, [])


def test_odd_history():
    with pytest.raises(OddAnswer, match="validation-history"):
        metric_extras.experiment_metrics(Client({BEST: {}, HISTORY: {}}), 3, ["searcher"])


def test_profiler_that_was_off():
    client = Client({PROFILER + "/available_series": [{"labels": []}]})
    assert metric_extras.profiler_series(client, 7) == []
    assert client.asked == [(PROFILER + "/available_series", {"follow": False})]


def test_batches_of_a_series_are_put_together():
    def batch(at, **more):
        return {"batch": {"values": [at / 2], "batches": [at], "timestamps": [f"t{at}"], "labels": labels(**more)}}

    kind = {"metricType": "PROFILER_METRIC_TYPE_SYSTEM"}
    client = Client(
        {
            PROFILER + "/available_series": [{"labels": [labels()]}],
            PROFILER + "/metrics": [batch(1, **kind), batch(1, name="a"), batch(2, **kind)],
        }
    )
    one, other = metric_extras.profiler_series(client, 7)
    assert (one["name"], one["kind"], one["points"]) == ("a", "", [{"time": "t1", "batches": 1, "value": 0.5}])
    assert {name: other[name] for name in ("name", "kind", "agent", "gpu_uuid")} == {
        "name": "cpu_util", "kind": "SYSTEM", "agent": "a", "gpu_uuid": "",
    }  # fmt: skip
    assert [one["batches"] for one in other["points"]] == [1, 2]
