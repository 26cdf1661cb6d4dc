# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading experiments for det_experiment_info: a selection, projected row by row, and what belongs to each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..engine.call import Call
from ..errors import BadOption
from ..kinds.experiment import EXPERIMENT
from ..model.present import present
from ..model.row import Row
from ..selection.search import ahead, read_ids
from ..selection.select import Selection


def gather_experiments(call: Call) -> dict[str, Any]:
    params = call.params
    selection = Selection(call.client, params["select"] or {}, warn=call.warn) if params["ids"] is None else None
    if params["count"] and selection is not None:
        return {"count": selection.count()}
    wanted = sorted(set(params["ids"] or ()))

    def keep(row: Row) -> Row:
        return projected(row, params)

    experiments = list(selection.rows(keep) if selection is not None else read_ids(call.client, wanted, keep))
    result: dict[str, Any] = {"count": len(experiments)}
    if not params["count"]:
        result["experiments"] = (
            list(ahead(lambda one: gathered(call, one), experiments)) if extras(call) else experiments
        )
    if selection is None:
        there = {row["id"] for row in experiments}
        result["missing_ids"] = [one for one in wanted if one not in there]
    return result


def projected(answer: Row, params: dict[str, Any]) -> Row:
    """The wanted columns of an experiment, and its config where that is asked for."""
    row = EXPERIMENT.row(answer, detail=True)
    if "config" in params["gather"]:
        row["config"] = answer.get("config")
    if params["fields"] is None:
        return row
    unknown = [name for name in params["fields"] if name not in row]
    if unknown:
        hint = "There are {}.".format(", ".join(sorted(row)))
        raise BadOption("fields", ", ".join(unknown), "an experiment has no such property.", hint)
    kept = {"id", "config", *params["fields"]}
    return {name: value for name, value in row.items() if name in kept}


# What users have named themselves inside of a trial.
METRICS = ("hparams", "summaryMetrics", "avgMetrics", "batchMetrics")


def extras(call: Call) -> list[str]:
    return [name for name in call.params["gather"] if name != "config"]


def gathered(call: Call, experiment: Row) -> Row:
    """The experiment with its trials and what else is asked for; trials are read once for all of it."""
    path = "/api/v1/experiments/{}".format(experiment["id"])
    more = extras(call)
    if "checkpoints" in more:
        answer = call.client.get(path + "/checkpoints")["checkpoints"]
        for checkpoint in answer:
            checkpoint.get("training", {}).pop("experimentConfig", None)
        experiment["checkpoints"] = present(answer, ("resources", "metadata", "hparams"))
    if {"trials", "metrics", "log_fields"}.intersection(more):
        trials = call.client.get(path + "/trials")["trials"]
        if "trials" in more:
            experiment["trials"] = present(trials, METRICS)
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
