# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading trials, by their ids or those of experiments, and what belongs to each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..kinds.checkpoint import checkpoint_row
from ..kinds.experiment_parts import STOPPING
from ..kinds.trial import SUMMARY, TRIAL
from ..kinds.trial_parts import WORKLOAD
from ..model.row import Column, Row, row_reader
from ..model.states import prefix_states
from ..selection.search import map_concurrently, read_each
from ..store.answers import read_rows, read_total, read_whole
from ..store.paging import Page, by_offset
from .trials import TRIALS, read_trials

if TYPE_CHECKING:
    from ..connection.client import Client
    from ..engine.call import Call

PAGE = 500
# What the master's lists call so, and what shows as queued, pulling or starting besides.
UNDER_WAY = ("ACTIVE", "RUNNING", *STOPPING)
STATES = ("ACTIVE", "PAUSED", "COMPLETED", "CANCELED", "ERROR")
GATHER = ("summary", "training", "validation", "workloads", "checkpoints", "log_days")
# {order, by the column of a trial where it is one: the master's word}.
ORDERS = {
    "id": "ID",
    "start_time": "START_TIME",
    "end_time": "END_TIME",
    "state": "STATE",
    "best_validation_metric": "BEST_VALIDATION_METRIC",
    "latest_validation_metric": "LATEST_VALIDATION_METRIC",
    "batches": "BATCHES_PROCESSED",
    "duration": "DURATION",
    "restarts": "RESTARTS",
    "checkpoint_bytes": "CHECKPOINT_SIZE",
}


def gather_trials(call: Call) -> Any:
    """The work of det_trial_info."""
    params, client = call.params, call.client
    columns = (*TRIAL.columns, SUMMARY) if "summary" in params["gather"] else TRIAL.columns
    if params["ids"] is not None:
        rows, missing = read_trials(client, list(dict.fromkeys(params["ids"])), columns)
        rows = [row for row in rows if not params["states"] or general_state(row) in params["states"]]
        result = {"missing_ids": missing}
    else:
        rows, missing = read_each(lambda one: of_experiment(client, one, columns, params), params["experiment_ids"])
        result = {"missing_ids": missing}
    return dict(result, trials=list(map_concurrently(lambda row: gathered(client, row, params["gather"]), rows)))


def general_state(row: dict[str, Any]) -> Any:
    """Its state as the option ``states`` names it."""
    return row["state"] if row["state"] in STATES else "ACTIVE"


def database_states(names: Any) -> list[Any]:
    return prefix_states(state for name in names or () for state in (UNDER_WAY if name == "ACTIVE" else (name,)))


def of_experiment(client: Client, ident: int, columns: tuple[Column, ...], params: dict[str, Any]) -> list[Row]:
    """The trials of an experiment, the first ``limit`` in the wanted order, read in pages."""
    read = row_reader(columns, client.url)
    query = {
        "states": database_states(params["states"]),
        "sortBy": "SORT_BY_" + ORDERS[params["order"]],
        "orderBy": "ORDER_BY_DESC" if params["descending"] else "ORDER_BY_ASC",
    }
    rows = paged(client, f"/api/v1/experiments/{ident}/trials", "trials", query, params["limit"])
    return [read(row) for row in rows]


def paged(
    client: Any, path: str, name: str, query: dict[str, Any], most: int | None = None, key: str | None = "id"
) -> list[dict[str, Any]]:
    """The rows of an answer that comes in pages, no more than ``most``; ``key``: what tells them apart, None: all."""
    request = f"GET {path}"

    def fetch(offset: int, limit: int) -> Page[dict[str, Any]]:
        answer = client.get(path, offset=offset, limit=limit, **query)
        rows = read_rows(answer, name, request, key)
        keys = [json.dumps(row, sort_keys=True) if key is None else row[key] for row in rows]
        return Page(rows, keys, read_total(answer, request))

    return [row for rows in by_offset(fetch, PAGE, request, most) for row in rows]


def gathered(client: Client, trial: Row, gather: Any) -> Row:
    """A trial with what is asked for besides."""
    ident = trial["id"]
    path = f"{TRIALS}/{ident}"
    for group in ("training", "validation"):
        if group in gather:
            trial[group + "_metrics"] = reports(client, ident, group)
    if "workloads" in gather:
        found = paged(client, path + "/workloads", "workloads", {}, key=None)
        trial["workloads"] = [without_nulls(read_workload(one)) for one in found]
    if "checkpoints" in gather:
        found = read_whole(client.get(path + "/checkpoints"), "checkpoints", f"GET {path}/checkpoints", "uuid", str)
        trial["checkpoints"] = [checkpoint_row(one) for one in sorted(found, key=lambda one: one["reportTime"] or "")]
    if "log_days" in gather:
        trial["remaining_log_days"] = client.get(path + "/remaining_log_retention_days").get("remainingDays")
    return trial


read_workload = row_reader(WORKLOAD)


def without_nulls(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}


def reports(client: Client, ident: Any, group: Any) -> list[Any]:
    """All reports of a group of metrics, by batches: dicts of batches, time, metrics."""
    answers = client.lines(f"{TRIALS}/metrics/trial_metrics", trialIds=ident, group=group)
    return [
        {"batches": one["totalBatches"], "time": one["endTime"], "metrics": values(one)}
        for answer in answers
        for one in answer["metrics"]
    ]


def values(report: Any) -> Any:
    """The users' own names and values in a report; validations stand under a name of their own."""
    metrics = report["metrics"]
    return metrics["validation_metrics"] if "validation_metrics" in metrics else metrics.get("avg_metrics") or {}
