# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading experiments for det_experiment_info: a selection, projected row by row, and what belongs to each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..engine.call import Call
from ..engine.gather import chosen_columns
from ..kinds.checkpoint import checkpoint_row
from ..kinds.experiment import EXPERIMENT
from ..kinds.trial import SUMMARY, TRIAL
from ..model.present import present
from ..model.row import Column, Row, row_reader
from ..selection.search import map_concurrently, read_ids
from ..selection.select import Selection
from ..store.answers import read_whole

CONFIG = Column("config", "Its config as the master has completed it.", "dict")


def gather_experiments(call: Call) -> dict[str, Any]:
    params = call.params
    selection = Selection(call.client, params["select"] or {}, warn=call.warn) if params["ids"] is None else None
    if params["count"] and selection is not None:
        return {"count": selection.count()}
    wanted = sorted(set(params["ids"] or ()))
    columns = chosen_columns(EXPERIMENT, params["fields"])
    if "config" in params["gather"]:
        columns = (*columns, CONFIG)
    experiments = list(selection.rows(columns) if selection is not None else read_ids(call.client, wanted, columns))
    result: dict[str, Any] = {"count": len(experiments)}
    if not params["count"]:
        result["experiments"] = (
            list(map_concurrently(lambda one: gathered(call, one), experiments)) if extras(call) else experiments
        )
    if selection is None:
        there = {row["id"] for row in experiments}
        result["missing_ids"] = [one for one in wanted if one not in there]
    return result


def extras(call: Call) -> list[str]:
    return [name for name in call.params["gather"] if name != "config"]


def gathered(call: Call, experiment: Row) -> Row:
    """The experiment with its trials and what else is asked for; trials are read once for all of it."""
    path = "/api/v1/experiments/{}".format(experiment["id"])
    more = extras(call)
    if "checkpoints" in more:
        answer = call.client.get(path + "/checkpoints")
        found = read_whole(answer, "checkpoints", f"GET {path}/checkpoints", "uuid", str)
        experiment["checkpoints"] = [checkpoint_row(one) for one in found]
    if {"trials", "metrics", "log_fields"}.intersection(more):
        trials = call.client.get(path + "/trials")["trials"]
        if "trials" in more:
            read = row_reader((*TRIAL.columns, SUMMARY), call.client.url)
            experiment["trials"] = [read(trial) for trial in trials]
        if "metrics" in more:
            experiment["metrics"] = {str(trial["id"]): trial["summaryMetrics"] for trial in trials}
        if "log_fields" in more:
            fields = "/api/v1/trials/{0}/logs/fields"
            experiment["log_fields"] = {
                str(trial["id"]): present(merge(call.client.lines(fields.format(trial["id"])))) for trial in trials
            }
    return experiment


def merge(answers: Iterable[dict[str, list[Any]]]) -> dict[str, list[Any]]:
    """The lists of several answers of the same form as one answer, without doubles."""
    whole: dict[str, list[Any]] = {}
    for answer in answers:
        for name, values in answer.items():
            whole[name] = sorted(set(whole.get(name, [])).union(values))
    return whole
