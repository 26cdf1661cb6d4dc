# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Metrics of trials: reported, summed up, read back in all the ways that the API has."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from .. import clock
from ..errors import ApiError, internal, invalid
from ..objects import Table
from ..paging import pagination
from ..refusals import absent
from . import experiments, lifecycle, projects, trials

ORDER = 42


def _values(row: sqlite3.Row) -> dict:
    values = json.loads(row["metrics"])
    return (
        {"validation_metrics": values} if row["grp"] == "validation" else {"avg_metrics": values, "batch_metrics": None}
    )


# metrics: JSON, name -> value.
TABLE = Table(
    "metrics",
    """
    trial_id      | integer not null references runs (id) | trialId:int32
    end_time      | integer not null                      | endTime:string
    metrics       | text not null                         | metrics:object
    total_batches | integer not null                      | totalBatches:int32
    archived      | integer not null default 0            | archived:bool
    id            | integer primary key autoincrement     | id:int32
    trial_run_id  | integer not null default 0            | trialRunId:int32
    grp           | text not null                         | group:string
    """,
    {"endTime": lambda row: clock.text(row["end_time"] // 1000 * 1000), "metrics": _values},
)
SCHEMA = TABLE.schema + "create index if not exists metrics_trial on metrics (trial_id, grp, total_batches);"
# Groups under their names in summaries.
SUMMARY = {"training": "avg_metrics", "validation": "validation_metrics"}
GROUP = {summary: group for group, summary in SUMMARY.items()}
TYPES = {"training": "METRIC_TYPE_TRAINING", "validation": "METRIC_TYPE_VALIDATION"}
CHUNK = 1000


def plain(value):
    """Numbers as JSON knows them: 3.0 is 3."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def _kind(value) -> str:
    if isinstance(value, bool):
        return "boolean"
    names = {int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")


def summed_up(summary: dict, values: dict) -> dict:
    """A group's summary with one more report in it."""
    result = dict(summary)
    for name, value in values.items():
        before = result.get(name)
        if _kind(value) != "number":
            result[name] = {"last": value, "type": _kind(value)}
        elif not before or before["type"] != "number":
            result[name] = {"count": 1, "last": value, "max": value, "mean": value, "min": value, "sum": value}
            result[name]["type"] = "number"
        else:
            count, total = before["count"] + 1, plain(before["sum"] + value)
            result[name] = {
                "count": count,
                "last": value,
                "max": max(before["max"], value),
                "mean": plain(total / count),
                "min": min(before["min"], value),
                "sum": total,
                "type": "number",
            }
    return result


def _check_group(group: str) -> None:
    if not group:
        raise invalid("metric group cannot be empty")
    if "." in group:
        raise invalid("metric group cannot contain '.'")


def report(call, request):
    return _report(call, request.get("metrics", {}), request["group"])


def report_training(call, request):
    return _report(call, request["trainingMetrics"], "training")


def report_validation(call, request):
    return _report(call, request["validationMetrics"], "validation")


def _report(call, sent: dict, group: str) -> dict:
    _check_group(group)
    trial = trials.find(call, sent["trialId"], "UPDATE_EXPERIMENT")
    if sent["trialRunId"] != trial["trial_run_id"]:
        raise internal(
            f"failed to exec transaction (add trial metrics {group}): invalid run id, {sent['trialRunId']} (reported)"
            f" != {trial['trial_run_id']} (expected): invalid arguments"
        )
    values = plain((sent.get("metrics") or {}).get("avgMetrics") or {})
    steps = sent.get("stepsCompleted", 0)
    metric_id = _store(call, trial, group, steps, values, sent.get("reportTime", call.now()))
    summary = json.loads(trial["summary_metrics"])
    key = SUMMARY.get(group, group)
    summary[key] = summed_up(summary.get(key, {}), values)
    columns = {"summary_metrics": json.dumps(summary), "total_batches": max(trial["total_batches"], steps)}
    if group == "validation":
        columns["latest_validation_id"] = metric_id
        columns.update(_best(call.db, trial, metric_id, values))
    call.db.update("runs", trial["id"], **columns)
    if "searcher_metric_value" in columns:
        set_best_trial(call.db, trial["experiment_id"])
    return {}


def _store(call, trial: sqlite3.Row, group: str, steps: int, values: dict, when: int) -> int:
    """A point of the series; what is reported for the same steps again merges into it."""
    there = call.db.row(
        "select id, metrics from metrics where trial_id = ? and grp = ? and total_batches = ? and not archived",
        trial["id"],
        group,
        steps,
    )
    if there is None:
        return call.db.insert(
            "metrics",
            trial_id=trial["id"],
            trial_run_id=trial["trial_run_id"],
            grp=group,
            total_batches=steps,
            end_time=when,
            metrics=json.dumps(values),
        )
    merged = json.loads(there["metrics"])
    for name, value in values.items():
        if name in merged and merged[name] != value:
            raise internal(
                f"failed to exec transaction (add trial metrics {group}): overwriting existing metric keys is not"
                f" supported, conflicting key: {name}"
            )
        merged[name] = value
    call.db.update("metrics", there["id"], metrics=json.dumps(merged))
    return there["id"]


def _best(db, trial: sqlite3.Row, metric_id: int, values: dict) -> dict:
    """The columns that a validation changes if it is the best so far."""
    searcher = db.row("select searcher_metric, smaller_is_better from experiments where id = ?", trial["experiment_id"])
    value = values.get(searcher["searcher_metric"])
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return {}
    best = trial["searcher_metric_value"]
    better = best is None or (value < best if searcher["smaller_is_better"] else value > best)
    return {"searcher_metric_value": value, "best_validation_id": metric_id} if better else {}


def set_best_trial(db, experiment_id: int) -> None:
    """Note at the experiment which of its trials is best."""
    smaller = db.value("select smaller_is_better from experiments where id = ?", experiment_id)
    best = db.value(
        "select id from runs where experiment_id = ? and searcher_metric_value is not null"
        f" order by searcher_metric_value {'asc' if smaller else 'desc'}, id limit 1",
        experiment_id,
    )
    db.update("experiments", experiment_id, best_trial_id=best)


# --- of an experiment


def best_searcher_metric(call, request):
    row = experiments.find(call, request["experimentId"], "VIEW_EXPERIMENT_ARTIFACTS")
    if row["best_metric"] is None:
        raise absent("validations")
    return {"metric": plain(row["best_metric"])}


def validation_history(call, request):
    """The validations that were better than all before."""
    row = experiments.find(call, request["experimentId"], "VIEW_EXPERIMENT_ARTIFACTS")
    history, best = [], None
    for point in call.db.rows(
        "select m.trial_id, m.end_time, json_extract(m.metrics, ?) as value from metrics m"
        " join runs r on r.id = m.trial_id where r.experiment_id = ? and m.grp = 'validation' order by m.end_time",
        f'$."{row["searcher_metric"]}"',
        row["id"],
    ):
        value = point["value"]
        if value is None or (best is not None and (value >= best if row["smaller_is_better"] else value <= best)):
            continue
        best = value
        moment = clock.text(point["end_time"])
        history.append({"trialId": point["trial_id"], "endTime": moment, "searcherMetric": plain(value)})
    return {"validationHistory": history}


def ranges(call, request):
    """The least and the greatest of each number among the best trials of a project."""
    project = projects.find(call, request["id"])
    found: dict[str, list[float]] = {}
    searcher: list[float] = []
    for row in call.db.rows(
        "select r.summary_metrics, r.searcher_metric_value from experiments e join runs r on r.id = e.best_trial_id"
        " where e.project_id = ?",
        project["id"],
    ):
        searcher.append(row["searcher_metric_value"])
        for key, metrics in json.loads(row["summary_metrics"]).items():
            for name, summary in metrics.items():
                if summary["type"] == "number":
                    for part in ("last", "max", "mean", "min"):
                        found.setdefault(f"{GROUP.get(key, key)}.{name}.{part}", []).append(summary[part])
    if searcher:
        found["searcherMetricsVal"] = searcher
    return {"ranges": [{"metricsName": n, "min": plain(min(v)), "max": plain(max(v))} for n, v in found.items()]}


# --- of trials


def workloads(call, request):
    """Training, validation and checkpoints of a trial by batches; no limit is everything and shows as -1."""
    trial = trials.find(call, request["trialId"])
    wanted = request["filter"]
    work: list[tuple[int, int, dict]] = []
    for row in call.db.rows("select * from metrics where trial_id = ? and not archived", trial["id"]):
        if row["grp"] == "validation" or (row["grp"] == "training" and wanted == "FILTER_OPTION_UNSPECIFIED"):
            if wanted == "FILTER_OPTION_CHECKPOINT":
                continue
            work.append((row["total_batches"], row["end_time"], {row["grp"]: trials.MEASURED.shown(row)}))
    if wanted != "FILTER_OPTION_VALIDATION":
        for row in call.db.rows("select * from checkpoints where trial_id = ?", trial["id"]):
            if request["removeDeletedCheckpoints"] and row["state"] == "DELETED":
                continue
            work.append((row["steps_completed"], row["report_time"], {"checkpoint": trials.SAVED.shown(row)}))
    work.sort(key=lambda item: item[:2], reverse=request["orderBy"] == "ORDER_BY_DESC")
    limit = request["limit"] or -1
    start = min(max(request["offset"], 0), len(work))
    end = len(work) if limit < 0 else min(start + limit, len(work))
    page = pagination({**request, "limit": limit}, start, end, len(work))
    return {"workloads": [item[2] for item in work[start:end]], "pagination": page}


def _series(db, trial_id: int, group: str, names: list[str], first: int, last: int, most: int) -> list[dict]:
    """At most `most` points of a trial's metrics, evenly thinned out."""
    rows = db.rows(
        "select * from metrics where trial_id = ? and grp = ? and not archived and total_batches between ? and ?"
        " order by total_batches",
        trial_id,
        group,
        first,
        last,
    )
    if len(rows) > most:
        rows = [rows[round(i * (len(rows) - 1) / max(most - 1, 1))] for i in range(most)]
    points = []
    for row in rows:
        values = json.loads(row["metrics"])
        point = {
            "batches": row["total_batches"],
            "values": {name: values.get(name) for name in names},
            "time": clock.text(row["end_time"]),
        }
        epoch = values.get("epochs", values.get("epoch"))
        if epoch is not None:
            point["epoch"] = epoch
        points.append(point)
    return points


def compare(call, request):
    """Time series of several trials; the trials in it lack much of what they have elsewhere."""
    rows = []
    for trial_id in request["trialIds"]:
        try:
            rows.append(trials.find(call, trial_id))
        except ApiError as error:
            raise ApiError(error.code, f"failed validate permissions: {error.as_result}") from None
    if request["metricNames"] and request["metricIds"]:
        raise internal(
            "failed sampling: error fetching time series of metrics cannot specify\n\t\tboth metric ids and metric"
            " names"
        )
    names: dict[str, list[str]] = {}
    if request["metricNames"]:
        for group in [request["group"]] if request["group"] else ["training", "validation"]:
            names[group] = request["metricNames"]
    for identifier in request["metricIds"]:
        group, dot, name = identifier.partition(".")
        if not dot or not group or not name:
            wrong = invalid(f"invalid metric identifier: '{identifier}' expected <group>.<name>")
            raise invalid(f"failed sampling: error parsing metric id {identifier}: {wrong.as_result}")
        names.setdefault(group, []).append(name)
    last = request["endBatches"] or 2**31 - 1
    compared = []
    for row in rows:
        [trial] = trials.shown(call.db, [row])
        trial.update(
            totalBatchesProcessed=0,
            bestValidation=None,
            latestValidation=None,
            bestCheckpoint=None,
            taskId="",
            taskIds=[],
            totalCheckpointSize="0",
            checkpointCount=0,
            summaryMetrics=None,
        )
        sampled = []
        for group in sorted(names):
            most = request["maxDatapoints"] or 200
            data = _series(call.db, row["id"], group, names[group], request["startBatches"], last, most)
            if data:
                kind = TYPES.get(group, "METRIC_TYPE_UNSPECIFIED")
                sampled.append({"data": data, "type": kind, "group": group})
        compared.append({"trial": trial, "metrics": sampled})
    return {"trials": compared}


def _stream(group: str | None):
    def reports(call, request) -> Iterator[dict]:
        if not request["trialIds"]:
            raise invalid("must specify at least one trialId")
        for trial_id in sorted(request["trialIds"]):
            trials.find(call, trial_id)
        for trial_id in sorted(request["trialIds"]):
            rows = call.db.rows(
                "select * from metrics where trial_id = ? and grp = ? and not archived"
                " order by trial_run_id, total_batches",
                trial_id,
                group or request["group"],
            )
            for at in range(0, len(rows), CHUNK):
                yield {"metrics": [reported(row) for row in rows[at : at + CHUNK]]}

    return reports


reported = TABLE.shown
reports = _stream(None)
training_reports = _stream("training")
validation_reports = _stream("validation")


# --- streams for charts: once for what has ended, else again every so often


def _until_ended(call, request, ids: list[int], one) -> Iterator:
    while True:
        yield one()
        alive = f"state not in {lifecycle.ENDED} and id in (select value from json_each(?))"
        if not call.db.value(f"select count(*) from experiments where {alive}", json.dumps(ids)):
            return
        yield float(request["periodSeconds"] or 30)


def metric_names(call, request) -> Iterator:
    ids = sorted(set(request["ids"]))
    if not ids:
        raise invalid("must specify at least one experiment id")
    searcher = dict.fromkeys(experiments.find(call, i, "VIEW_EXPERIMENT_ARTIFACTS")["searcher_metric"] for i in ids)
    seen: set[tuple[str, str]] = set()

    def one() -> dict:
        new = []
        for text in call.db.column(
            "select summary_metrics from runs where experiment_id in (select value from json_each(?))", json.dumps(ids)
        ):
            for key, metrics in json.loads(text).items():
                for name in metrics:
                    pair = (GROUP.get(key, key), name)
                    if pair not in seen:
                        seen.add(pair)
                        new.append(pair)
        answer = {
            "searcherMetrics": list(searcher),
            "trainingMetrics": [name for group, name in new if group == "training"],
            "validationMetrics": [name for group, name in new if group == "validation"],
            "metricNames": [{"group": group, "name": name} for group, name in new],
        }
        searcher.clear()
        return answer

    return _until_ended(call, request, ids, one)


_LEGACY_GROUP = {kind: group for group, kind in TYPES.items()}


def _metric_of(call, request) -> tuple[sqlite3.Row, str, str]:
    if not request["metricName"]:
        raise invalid("must specify a metric name")
    group = request["group"] or _LEGACY_GROUP.get(request["metricType"], "")
    if not group:
        raise invalid("must specify a metric group")
    row = experiments.find(call, request["experimentId"], "VIEW_EXPERIMENT_ARTIFACTS")
    return row, group, f'$."{request["metricName"]}"'


def batches(call, request) -> Iterator:
    row, group, path = _metric_of(call, request)
    seen: set[int] = set()

    def one() -> dict:
        found = call.db.column(
            "select distinct m.total_batches from metrics m join runs r on r.id = m.trial_id where r.experiment_id = ?"
            " and m.grp = ? and json_extract(m.metrics, ?) is not null order by m.total_batches",
            row["id"],
            group,
            path,
        )
        new = [number for number in found if number not in seen]
        seen.update(new)
        return {"batches": new}

    yield from _until_ended(call, request, [row["id"]], one)


def snapshot(call, request) -> Iterator:
    row, group, path = _metric_of(call, request)
    if request["batchesMargin"] > 100:
        raise invalid("margin must be <= 100")
    middle, margin = request["batchesProcessed"], request["batchesMargin"]

    def one() -> dict:
        found = call.db.rows(
            "select r.id, r.hparams, json_extract(m.metrics, ?) as value, m.total_batches as batches"
            " from metrics m join runs r on r.id = m.trial_id where r.experiment_id = ? and m.grp = ?"
            " and value is not null and not m.archived and m.total_batches between ? and ? order by m.end_time, m.id",
            path,
            row["id"],
            group,
            max(middle - margin, 0),
            middle + margin,
        )
        return {
            "trials": [
                {
                    "trialId": t["id"],
                    "hparams": json.loads(t["hparams"]),
                    "metric": plain(t["value"]),
                    "batchesProcessed": t["batches"],
                }
                for t in found
            ]
        }

    yield from _until_ended(call, request, [row["id"]], one)


def sample(call, request) -> Iterator:
    row, group, _path = _metric_of(call, request)
    if row["searcher_type"] == "single":
        text = "single-trial experiments are not supported for trial sampling"
        raise ApiError(2, f"error determining top trials: {text}")
    known: set[int] = set()

    def one() -> dict:
        order = "searcher_metric_value" if row["smaller_is_better"] else "-searcher_metric_value"
        best = call.db.rows(
            f"select id, hparams from runs where experiment_id = ? and searcher_metric_value is not null"
            f" order by {order} limit ?",
            row["id"],
            request["maxTrials"] or 25,
        )
        last, most = request["endBatches"] or 2**31 - 1, request["maxDatapoints"] or 1000
        names = [request["metricName"]]
        entries = [
            {
                "trialId": t["id"],
                "hparams": json.loads(t["hparams"]) if t["id"] not in known else None,
                "data": _series(call.db, t["id"], group, names, request["startBatches"], last, most),
            }
            for t in best
        ]
        now = {t["id"] for t in best}
        answer = {
            "trials": entries,
            "promotedTrials": [t["id"] for t in best if t["id"] not in known],
            "demotedTrials": sorted(known - now),
        }
        known.clear()
        known.update(now)
        return answer

    yield from _until_ended(call, request, [row["id"]], one)
