# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Metrics of trials: what each came to, which trial is the best, and how they went, thinned out or whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import BadOption
from ..kinds.experiment import EXPERIMENT
from ..kinds.trial import SUMMARY, TRIAL
from ..model.row import Column, Row, row_reader
from ..selection.search import map_concurrently, read_each, read_ids
from .metric_extras import OF_EXPERIMENTS, experiment_metrics, profiler_series
from .snapshot import check_options, read_snapshots
from .trial_info import paged, reports
from .trials import TRIALS, read_trials

if TYPE_CHECKING:
    from ..connection.client import Client
    from ..engine.call import Call

# The names of two groups in the master's summaries.
GROUPS = {"avg_metrics": "training", "validation_metrics": "validation"}
COLUMNS = (*TRIAL.only("id", "experiment_id", "state", "hparams", "batches"), SUMMARY)
SEARCHER = Column("searcher", "The searcher as the config has it.", "dict", api="config.searcher")
SERIES = ("none", "sampled", "all")
# They stand in the address.
NAMES_A_REQUEST = 50


def gather_metrics(call: Call) -> Any:
    """The work of det_metrics_info."""
    params, client = call.params, call.client
    if params["at_batches"] is not None:
        return gather_snapshots(call)
    result: dict[str, Any] = {}
    if params["trial_ids"] is not None:
        rows, result["missing_ids"] = read_trials(client, list(dict.fromkeys(params["trial_ids"])), COLUMNS)
    else:
        read = row_reader(COLUMNS)

        def trials_of(ident: int) -> list[Row]:
            return [read(row) for row in paged(client, f"/api/v1/experiments/{ident}/trials", "trials", {})]

        rows, result["missing_ids"] = read_each(trials_of, params["experiment_ids"])
    trials = [summed_up(row, params) for row in rows]
    if params["best"] is not None:
        group, name = metric_id(params["best"])
        smaller = smaller_is_better(call, rows, name)
        trials = ranked(rows, trials, group, name, smaller)
        result["best"] = best_point(client, trials[0], group, name) if trials else None
    trials = trials[: params["limit"]]
    if params["series"] != "none":
        one = sampled if params["series"] == "sampled" else whole
        for trial, series in zip(trials, map_concurrently(lambda trial: one(client, trial, params), trials)):
            trial["series"] = series
    if "profiler" in params["gather"]:
        for trial, series in zip(trials, map_concurrently(lambda trial: profiler_series(client, trial["id"]), trials)):
            trial["profiler"] = series
    if set(OF_EXPERIMENTS).intersection(params["gather"]):
        result["experiments"] = of_experiments(client, params, rows, result["missing_ids"])
    return dict(result, trials=trials)


def gather_snapshots(call: Call) -> dict[str, Any]:
    """How the trials stood at a number of batches, the best one first."""
    check_options(call.params)
    group, name = metric_id(call.params["best"])
    rows, missing = read_snapshots(call, group, name)
    trials = [row for row in rows if is_number(row["best_value"])]
    smaller = smaller_is_better(call, trials, name)
    trials.sort(key=lambda row: (row["best_value"] if smaller else -row["best_value"], row["id"]))
    best = None
    if trials:
        first = trials[0]
        known = {"trial_id": first["id"], "experiment_id": first["experiment_id"], "batches": first["batches"]}
        best = {**known, "group": group, "name": name, "value": first["best_value"], "time": None}
    return {"trials": trials[: call.params["limit"]], "best": best, "missing_ids": missing}


def of_experiments(client: Client, params: dict[str, Any], rows: list[Row], missing: list[Any]) -> list[Row]:
    """What is told of the experiments that were named, or of those of the trials."""
    named = params["experiment_ids"]
    ids = {row["experiment_id"] for row in rows} if named is None else set(named).difference(missing)
    return list(map_concurrently(lambda ident: experiment_metrics(client, ident, params["gather"]), sorted(ids)))


def metric_id(text: str) -> Any:
    """(group, name) of a metric written C(group.name); a name may hold dots itself."""
    group, dot, name = text.partition(".")
    if not dot or not group or not name:
        raise BadOption("best", text, "must be written group.name, such as validation.loss.")
    return group, name


def all_metrics(row: dict[str, Any]) -> dict[str, Any]:
    """{group: {name: summary}} of a trial."""
    return {GROUPS.get(key, key): names for key, names in (row["summary_metrics"] or {}).items()}


def summed_up(row: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
    """A trial with the wanted ones of its metrics."""
    groups, names = params["groups"], params["metrics"]
    metrics = {
        group: {name: one for name, one in found.items() if names is None or name in names}
        for group, found in all_metrics(row).items()
        if groups is None or group in groups
    }
    return {
        **{name: value for name, value in row.items() if name != SUMMARY.name},
        "metrics": {group: found for group, found in metrics.items() if found},
    }


# The best


def smaller_is_better(call: Call, rows: list[dict[str, Any]], name: str) -> Any:
    """Which way is better: as the option says, or as the searchers of all experiments say of this metric."""
    said = call.params["smaller_is_better"]
    if said is not None or not rows:
        return said
    columns = (*EXPERIMENT.only("id"), SEARCHER)
    experiments = read_ids(call.client, sorted({row["experiment_id"] for row in rows}), columns)
    searchers = [one["searcher"] or {} for one in experiments]
    ways = {one.get("smaller_is_better", True) for one in searchers if one.get("metric") == name}
    if len(ways) != 1 or any(one.get("metric") != name for one in searchers):
        problem = f"the searchers do not say which way {name} is better."
        raise BadOption("smaller_is_better", None, problem, "Set it.")
    return ways.pop()


def ranked(rows: list[dict[str, Any]], trials: Any, group: Any, name: str, smaller: Any) -> Any:
    """The trials that have the metric, the best first; each gets C(best_value)."""
    found = []
    for row, trial in zip(rows, trials):
        value = all_metrics(row).get(group, {}).get(name, {}).get("min" if smaller else "max")
        if is_number(value):
            trial["best_value"] = value
            found.append(trial)
    return sorted(found, key=lambda one: (one["best_value"] if smaller else -one["best_value"], one["id"]))


def is_number(value: Any) -> Any:
    # A value that is no number, as an infinite one, comes as a text.
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def best_point(client: Client, trial: dict[str, Any], group: Any, name: str) -> dict[str, Any]:
    """Where the best trial came to its best value. Summaries hold no place, so its reports are read."""
    value = trial["best_value"]
    points = [one for one in reports(client, trial["id"], group) if one["metrics"].get(name) == value]
    place = {"batches": points[0]["batches"], "time": points[0]["time"]} if points else {"batches": None, "time": None}
    return {
        "trial_id": trial["id"],
        "experiment_id": trial["experiment_id"],
        "group": group,
        "name": name,
        "value": value,
        **place,
    }


# Series


def sampled(client: Client, trial: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
    """{group: [point, …]} of no more than ``max_datapoints`` points each, thinned out by the master."""
    names = [f"{group}.{name}" for group, found in trial["metrics"].items() for name in found]
    series = {}
    for start in range(0, len(names), NAMES_A_REQUEST):
        answer = client.get(
            f"{TRIALS}/time-series",
            trialIds=trial["id"],
            maxDatapoints=params["max_datapoints"],
            startBatches=params["start_batches"],
            endBatches=params["end_batches"],
            metricIds=names[start : start + NAMES_A_REQUEST],
        )
        for one in answer["trials"]:
            for group in one["metrics"]:
                add_points(series.setdefault(group["group"], {}), group["data"])
    return {group: [points[batches] for batches in sorted(points)] for group, points in series.items()}


def add_points(points: Any, data: Any) -> None:
    """Put an answer's points to those of the same batches. A name that was not reported there is null, and left out."""
    for one in data:
        values = {name: value for name, value in one["values"].items() if value is not None}
        if values:
            point = points.setdefault(one["batches"], {"batches": one["batches"], "time": one["time"], "metrics": {}})
            point["metrics"].update(values)


def whole(client: Client, trial: dict[str, Any], params: dict[str, Any]) -> Any:
    """{group: [point, …]} of all reports, read as a stream."""
    first, last = params["start_batches"] or 0, params["end_batches"]
    series = {}
    for group, names in trial["metrics"].items():
        points = [
            dict(one, metrics={name: value for name, value in one["metrics"].items() if name in names})
            for one in reports(client, trial["id"], group)
            if first <= one["batches"] and (last is None or one["batches"] <= last)
        ]
        series[group] = [one for one in points if one["metrics"]]
    return series
