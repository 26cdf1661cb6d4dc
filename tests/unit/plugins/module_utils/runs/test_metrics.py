# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which metrics are wanted, which trial is the best, and how series are put together."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption
from ansible_collections.determined_ai.determined.plugins.module_utils.runs import metrics


def number(least, most):
    return {"min": least, "max": most, "last": most, "type": "number"}


def row(ident, loss=None, **more):
    validation = {} if loss is None else {"a.loss": number(*loss)}
    summary = {"avg_metrics": {"lr": number(0, 1)}, "validation_metrics": validation, "gpu": {"util": number(0, 9)}}
    return {
        "id": ident,
        "experiment_id": 10,
        "state": "COMPLETED",
        "hparams": {},
        "batches": 5,
        "summary_metrics": summary,
        **more,
    }


@pytest.mark.parametrize(
    ("groups", "names", "wanted"),
    [
        (None, None, {"training": ["lr"], "validation": ["a.loss"], "gpu": ["util"]}),
        (["gpu"], None, {"gpu": ["util"]}),
        (None, ["lr", "util"], {"training": ["lr"], "gpu": ["util"]}),
        (["validation"], ["lr"], {}),
    ],
)
def test_wanted(groups, names, wanted):
    trial = metrics.summed_up(row(1, (1, 2)), {"groups": groups, "metrics": names})
    assert {group: list(found) for group, found in trial["metrics"].items()} == wanted


def test_a_trial_without_metrics():
    trial = metrics.summed_up(row(1, summary_metrics=None), {"groups": None, "metrics": None})
    assert trial["metrics"] == {}


@pytest.mark.parametrize(("smaller", "order"), [(True, [3, 1, 4]), (False, [1, 4, 3])])
def test_order(smaller, order):
    rows = [row(4, (2, 5)), row(2), row(1, (2, 5)), row(3, (1, 3)), row(5, ("NaN", "NaN"))]
    trials = [metrics.summed_up(one, {"groups": [], "metrics": None}) for one in rows]
    found = metrics.ranked(rows, trials, "validation", "a.loss", smaller)
    assert [one["id"] for one in found] == order
    assert found[0]["best_value"] == (1 if smaller else 5)


@pytest.mark.parametrize("text", ["loss", ".loss", "validation.", ""])
def test_bad_metric(text):
    with pytest.raises(BadOption):
        metrics.metric_id(text)


def test_a_name_may_hold_dots():
    assert metrics.metric_id("validation.a.loss") == ("validation", "a.loss")


class Call:
    """A call whose master knows experiments with these searchers."""

    url = "https://det.example.org"

    def __init__(self, searchers, said=None):
        self.params = {"smaller_is_better": said}
        self.searchers = searchers
        self.client = self

    def get(self, path, **query):
        ids = query["experimentIdFilter.incl"]
        return {"experiments": [{"id": one, "config": {"searcher": self.searchers[one]}} for one in ids]}


SMALL, LARGE = ({"metric": "loss", "smaller_is_better": way} for way in (True, False))


@pytest.mark.parametrize(
    ("searchers", "said", "way"),
    [
        ([SMALL], None, True),
        ([LARGE, LARGE], None, False),
        ([{"metric": "loss"}], None, True),
        ([SMALL, LARGE], True, True),
        ([{"metric": "other"}], False, False),
    ],
)
def test_which_way(searchers, said, way):
    rows = [{"experiment_id": ident} for ident in range(len(searchers))]
    assert metrics.smaller_is_better(Call(searchers, said), rows, "loss") is way


@pytest.mark.parametrize("searchers", [[SMALL, LARGE], [{"metric": "other"}], [SMALL, {"metric": "other"}], [{}]])
def test_nobody_says_which_way(searchers):
    rows = [{"experiment_id": ident} for ident in range(len(searchers))]
    with pytest.raises(BadOption, match="loss"):
        metrics.smaller_is_better(Call(searchers), rows, "loss")


def test_points_of_several_answers_become_one():
    points = {}
    metrics.add_points(points, [{"batches": 5, "time": "t", "values": {"a": 1, "b": None}}])
    more = [{"batches": 5, "time": "t", "values": {"c": 0}}, {"batches": 9, "time": "u", "values": {"c": None}}]
    metrics.add_points(points, more)
    assert points == {5: {"batches": 5, "time": "t", "metrics": {"a": 1, "c": 0}}}


class Series:
    """Answers with a point for each name that is asked for."""

    def __init__(self):
        self.asked = []

    def get(self, path, metricIds, **query):
        self.asked.append(len(metricIds))
        values = {one.partition(".")[2]: 1 for one in metricIds}
        data = [{"batches": 1, "time": "t", "values": values}]
        return {"trials": [{"metrics": [{"group": "training", "data": data}]}]}


def test_many_names_are_asked_for_in_turn():
    client = Series()
    trial = {"id": 1, "metrics": {"training": {f"m{one}": {} for one in range(120)}}}
    params = {"max_datapoints": 5, "start_batches": None, "end_batches": None}
    (point,) = metrics.sampled(client, trial, params)["training"]
    assert len(point["metrics"]) == 120
    assert client.asked == [50, 50, 20]


class Stream:
    """Reports at 1, 2 and 3 batches."""

    def lines(self, path, trialIds, group):
        for batches in (1, 2, 3):
            report = {"totalBatches": batches, "endTime": "t", "metrics": {"avg_metrics": {"a": batches, "b": 0}}}
            yield {"metrics": [report]}


@pytest.mark.parametrize(
    ("first", "last", "seen"), [(None, None, [1, 2, 3]), (2, None, [2, 3]), (None, 2, [1, 2]), (9, 9, [])]
)
def test_all_reports(first, last, seen):
    params = {"start_batches": first, "end_batches": last}
    series = metrics.whole(Stream(), {"id": 1, "metrics": {"training": {"a": {}}}}, params)
    assert series == {"training": [{"batches": one, "time": "t", "metrics": {"a": one}} for one in seen]}


def test_where_the_best_was():
    trial = {"id": 1, "experiment_id": 2, "best_value": 2}
    best = metrics.best_point(Stream(), trial, "training", "a")
    assert (best["value"], best["batches"], best["trial_id"]) == (2, 2, 1)
    assert metrics.best_point(Stream(), dict(trial, best_value=7), "training", "a")["batches"] is None
