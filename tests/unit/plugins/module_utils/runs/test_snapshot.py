# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How trials stood at a number of batches, read by one request for an experiment."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption, Missing, OddAnswer
from ansible_collections.determined_ai.determined.plugins.module_utils.runs.metrics import gather_metrics
from ansible_collections.determined_ai.determined.plugins.module_utils.runs.snapshot import OTHERS

PATH = "/api/v1/experiments/{}/metrics-stream/trials-snapshot"


def report(trial, value, batches=500):
    return {"trialId": trial, "hparams": {"lr": trial / 10}, "metric": value, "batchesProcessed": batches}


class Client:
    """Answers streams by experiment, and says how much of each was taken."""

    def __init__(self, streams):
        self.streams, self.asked, self.taken = streams, [], []

    def lines(self, path, **query):
        self.asked.append((path, query))
        ident = int(path.split("/")[4])
        if ident not in self.streams:
            raise Missing(404, "NotFound", "experiment not found", "GET", path)
        for line in self.streams[ident]:
            self.taken.append(line)
            yield line


def ask(streams, **options):
    client = Client(streams)
    params = {
        **dict.fromkeys((*OTHERS, "limit")), "series": "none", "gather": [], "batches_margin": 0, "at_batches": 500,
        "experiment_ids": list(streams), "best": "validation.a.loss", "smaller_is_better": True, **options,
    }  # fmt: skip
    return gather_metrics(Call(params, set(options), False, lambda *_open: client)), client


def test_one_request_for_an_experiment_of_many_trials():
    trials = [report(trial, trial % 7) for trial in range(1, 201)]
    found, client = ask({3: [{"trials": trials}, {"trials": []}]}, limit=2, batches_margin=50)
    query = {"metricName": "a.loss", "group": "validation", "batchesProcessed": 500, "batchesMargin": 50}
    assert client.asked == [(PATH.format(3), query)]
    # The stream of a living experiment goes on for as long as that.
    assert len(client.taken) == 1
    assert [(one["id"], one["best_value"]) for one in found["trials"]] == [(7, 0), (14, 0)]
    assert found["trials"][0] == {"id": 7, "hparams": {"lr": 0.7}, "batches": 500, "best_value": 0, "experiment_id": 3}
    assert found["best"] == {
        "trial_id": 7, "experiment_id": 3, "group": "validation", "name": "a.loss", "value": 0, "batches": 500,
        "time": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("batches", "nearest"),
    [((450, 490, 550), 490), ((490, 510), 510), ((510, 490), 510), ((500, 510), 500), ((550,), 550)],
)
def test_the_nearest_report_counts(batches, nearest):
    found, _client = ask({3: [{"trials": [report(7, at, at) for at in batches]}]}, batches_margin=50)
    assert [(one["batches"], one["best_value"]) for one in found["trials"]] == [(nearest, nearest)]


@pytest.mark.parametrize(("smaller", "order"), [(True, [1, 3, 2]), (False, [2, 1, 3])])
def test_the_best_of_all_experiments_comes_first(smaller, order):
    streams = {3: [{"trials": [report(2, 9), report(1, 1)]}], 4: [{"trials": [report(3, 1), report(5, "NaN")]}]}
    found, _client = ask(streams, smaller_is_better=smaller, experiment_ids=[3, 4, 99])
    assert [one["id"] for one in found["trials"]] == order
    assert (found["best"]["trial_id"], found["missing_ids"]) == (order[0], [99])


@pytest.mark.parametrize("stream", [[], [{"trials": []}], [{"trials": [report(1, "Infinity")]}]])
def test_nothing_was_reported_there(stream):
    assert ask({3: stream})[0] == {"trials": [], "best": None, "missing_ids": []}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("best", None),
        ("experiment_ids", None),
        *((option, [1]) for option in OTHERS),
        ("series", "all"),
        ("gather", ["names"]),
        ("batches_margin", -1),
        ("batches_margin", 101),
    ],
)
def test_bad_options(option, value):
    with pytest.raises(BadOption) as error:
        ask({3: []}, **{option: value})
    assert error.value.failure()["option"] == option


@pytest.mark.parametrize("line", [{}, {"trials": [{"trialId": "x"}]}, {"trials": {}}])
def test_what_is_no_snapshot(line):
    with pytest.raises(OddAnswer):
        ask({3: [line]})
