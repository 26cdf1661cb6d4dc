# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading experiments for det_experiment_info: a selection, projected row by row, and what belongs to each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..engine.run import present, snake
from ..errors import BadOption
from ..resources.experiment import EXPERIMENT
from ..selection.search import ahead, read_ids
from ..selection.select import Selection

if TYPE_CHECKING:
    from ..engine.call import Call


def gather_experiments(call: Call) -> Any:
    params = call.params
    selection = Selection(call.client, params["select"] or {}, warn=call.warn) if params["ids"] is None else None
    if params["count"] and selection is not None:
        return {"count": selection.count()}
    wanted = sorted(set(params["ids"] or ()))

    def keep(row: dict[str, Any]) -> Any:
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


def projected(row: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
    """The wanted fields of a row of the list, in snake_case."""
    left_out = () if "config" in params["gather"] else EXPERIMENT.unshown
    names = {snake(key): key for key in row if key not in left_out}
    if params["fields"] is not None:
        unknown = [name for name in params["fields"] if name not in names and name not in OPTIONAL]
        if unknown:
            hint = "There are {}.".format(", ".join(sorted(names)))
            raise BadOption("fields", ", ".join(unknown), "an experiment has no such property.", hint)
        kept = {"id", "config", *params["fields"]}
        names = {name: key for name, key in names.items() if name in kept}
    verbatim = EXPERIMENT.verbatim
    return {name: row[key] if key in verbatim else present(row[key], verbatim) for name, key in names.items()}


OPTIONAL = (
    "duration", "external_experiment_id", "external_trial_id", "best_trial_id", "best_trial_searcher_metric",
    "forked_from", "end_time", "unmanaged", "model_definition_size", "pachyderm_integration",
)  # fmt: skip


# What users have named themselves inside of a trial.
METRICS = ("hparams", "summaryMetrics", "avgMetrics", "batchMetrics")


def extras(call: Call) -> list[Any]:
    return [name for name in call.params["gather"] if name != "config"]


def gathered(call: Call, experiment: dict[str, Any]) -> Any:
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


def merge(answers: Any) -> Any:
    """The lists of several answers of the same form as one answer, without doubles."""
    whole = {}
    for answer in answers:
        for name, values in answer.items():
            whole[name] = sorted(set(whole.get(name, [])).union(values))
    return whole
