# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which columns a project's searches may use: fixed ones, and its metrics, hyperparameters and metadata."""

from __future__ import annotations

import json

from . import metrics, projects

_EXPERIMENT = """
id NUMBER ID
name TEXT Name
description TEXT Description
tags TEXT Tags
forkedFrom NUMBER Forked
startTime DATE Start time
duration NUMBER Duration
numTrials NUMBER Trial count
state TEXT State
searcherType TEXT Searcher
resourcePool TEXT Resource pool
progress NUMBER Progress
checkpointSize NUMBER Checkpoint size
checkpointCount NUMBER Checkpoints
user TEXT User
searcherMetric TEXT Searcher Metric
searcherMetricsVal NUMBER Searcher Metric Value
externalExperimentId TEXT External Experiment ID
externalTrialId TEXT External Trial ID
archived UNSPECIFIED Archived
"""
_RUN = """
id NUMBER Global Run ID
experimentDescription TEXT Search Description
tags TEXT Tags
forkedFrom NUMBER Forked
startTime DATE Start Time
endTime DATE End Time
duration NUMBER Duration
state TEXT State
searcherType TEXT Searcher
resourcePool TEXT Resource Pool
checkpointSize NUMBER Checkpoint Size
checkpointCount NUMBER Checkpoints
user TEXT User
searcherMetric TEXT Searcher Metric
searcherMetricsVal NUMBER Searcher Metric Value
externalExperimentId TEXT External Experiment ID
projectId NUMBER Project ID
externalRunId TEXT External Run ID
experimentProgress NUMBER Search Progress
experimentId NUMBER Search ID
experimentName TEXT Search Name
isExpMultitrial UNSPECIFIED Part of Search
parentArchived UNSPECIFIED Parent Archived
localId TEXT Run ID
archived UNSPECIFIED Archived
"""
_LOCATION = {"avg_metrics": "TRAINING", "validation_metrics": "VALIDATIONS"}
_TYPES = {"number": "NUMBER", "string": "TEXT", "date": "DATE", "array": "ARRAY"}


def _column(name: str, location: str, kind: str, shown: str = "") -> dict:
    location, kind = f"LOCATION_TYPE_{location}", f"COLUMN_TYPE_{kind}"
    return {"column": name, "location": location, "type": kind, "displayName": shown}


def _fixed(table: str, location: str) -> list[dict]:
    rows = (line.split(" ", 2) for line in table.strip().splitlines())
    return [_column(name, location, kind, shown) for name, kind, shown in rows]


def _of_metrics(summaries: list[str]) -> list[dict]:
    """By group and name; a metric of several types has no type."""
    found: dict[tuple[str, str], set[str]] = {}
    for text in summaries:
        for key, values in json.loads(text).items():
            for name, summary in values.items():
                found.setdefault((key, name), set()).add(summary["type"])
    columns = []
    for (key, name), types in sorted(found.items()):
        kind = _TYPES.get(types.pop(), "UNSPECIFIED") if len(types) == 1 else "UNSPECIFIED"
        for part in ("last", "max", "mean", "min") if kind == "NUMBER" else ("last",):
            columns.append(
                _column(f"{metrics.GROUP.get(key, key)}.{name}.{part}", _LOCATION.get(key, "CUSTOM_METRIC"), kind)
            )
    return columns


def _hyperparameters(value: dict, path: str = "hp"):
    for name, inner in sorted(value.items()):
        if isinstance(inner, dict) and "type" in inner:
            kind = inner["type"]
            if kind in ("int", "double", "log"):
                yield f"{path}.{name}", "NUMBER"
            elif kind == "const":
                val = inner.get("val")
                number = isinstance(val, (int, float)) and not isinstance(val, bool)
                yield f"{path}.{name}", "NUMBER" if number else "TEXT" if isinstance(val, str) else "UNSPECIFIED"
            else:
                yield f"{path}.{name}", "UNSPECIFIED"
        elif isinstance(inner, dict):
            yield from _hyperparameters(inner, f"{path}.{name}")


def _of_experiments(db, project_id: int) -> list[dict]:
    summaries = db.column(
        "select r.summary_metrics from experiments e join runs r on r.id = e.best_trial_id where e.project_id = ?",
        project_id,
    )
    seen: dict[str, str] = {}
    texts = db.column("select distinct hyperparameters from experiments where project_id = ? order by id", project_id)
    for text in texts:
        for name, kind in _hyperparameters(json.loads(text)):
            seen.setdefault(name, kind)
    hyperparameters = [_column(name, "HYPERPARAMETERS", kind) for name, kind in seen.items()]
    return [*_fixed(_EXPERIMENT, "EXPERIMENT"), *_of_metrics(summaries), *hyperparameters]


def _leaves(value, path: str):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}")
    else:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        yield path, "NUMBER" if number else "TEXT" if isinstance(value, str) else "UNSPECIFIED"


def _of_runs(db, project_id: int) -> list[dict]:
    summaries = db.column("select summary_metrics from runs where project_id = ?", project_id)
    hyperparameters: dict[str, str] = {}
    for text in db.column(
        "select distinct hparams from runs where project_id = ? and hparams_indexed order by id", project_id
    ):
        hyperparameters.update(_leaves(json.loads(text), "hp"))
    metadata = db.rows(
        "select distinct flat_key, is_array, text_value is not null as is_text, number_value is not null as is_number"
        " from run_metadata_index i join runs r on r.id = i.run_id where r.project_id = ? order by flat_key",
        project_id,
    )
    kinds = {
        row["flat_key"]: "ARRAY"
        if row["is_array"]
        else "TEXT"
        if row["is_text"]
        else "NUMBER"
        if row["is_number"]
        else "UNSPECIFIED"
        for row in metadata
    }
    return [
        *_fixed(_RUN, "RUN"),
        *_of_metrics(summaries),
        *(_column(name, "RUN_HYPERPARAMETERS", kind) for name, kind in hyperparameters.items()),
        *(_column(f"metadata.{name}", "RUN_METADATA", kind) for name, kind in kinds.items()),
    ]


def of_project(call, request):
    project = projects.find(call, request["id"])
    of = _of_runs if request.get("tableType") == "TABLE_TYPE_RUN" else _of_experiments
    return {"columns": of(call.db, project["id"])}
