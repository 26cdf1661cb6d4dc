# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the trials of experiments stood at a number of batches: one request for an experiment, however many trials it has
(recording trial-metrics)."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from ..errors import BadOption
from ..model.row import Column, Row, read_row
from ..selection.search import read_each
from ..store.answers import read_rows

if TYPE_CHECKING:
    from ..connection.client import Client
    from ..engine.call import Call

# More the master refuses.
WIDEST = 100
# What is about all reports of a trial, and not about one.
OTHERS = ("trial_ids", "groups", "metrics", "start_batches", "end_batches")
TRIAL_THERE = (
    Column("id", "Id.", "int", 36, api="trialId"),
    Column("hparams", "Hyperparameters.", "dict", {"lr": 0.01}),
    Column("batches", "Batches of the report.", "int", 937, api="batchesProcessed"),
    Column("best_value", "Value of the metric.", "float", 0.2, api="metric"),
)


def check_options(params: dict[str, Any]) -> None:
    """Raise BadOption for what at_batches needs and what it excludes."""
    for option in ("best", "experiment_ids"):
        if params[option] is None:
            raise BadOption(option, None, "is needed with at_batches.", "Set it.")
    for option in OTHERS:
        if params[option] is not None:
            raise BadOption(option, None, "cannot be used with at_batches.", "Leave one of both out.")
    if params["series"] != "none" or params["gather"]:
        option = "gather" if params["gather"] else "series"
        raise BadOption(option, params[option], "cannot be used with at_batches.", "Read it by a task of its own.")
    if not 0 <= params["batches_margin"] <= WIDEST:
        raise BadOption("batches_margin", params["batches_margin"], f"must be from 0 to {WIDEST}.")


def read_snapshots(call: Call, group: str, name: str) -> tuple[list[Row], list[int]]:
    """(rows of the trials that reported the metric near that number of batches, the ids of experiments not there)."""
    params = call.params

    def trials_of(ident: int) -> list[Row]:
        return [dict(row, experiment_id=ident) for row in snapshot(call.client, ident, group, name, params)]

    return read_each(trials_of, params["experiment_ids"])


def snapshot(client: Client, ident: int, group: str, name: str, params: dict[str, Any]) -> list[Row]:
    """The report of each trial that is nearest to the number of batches; of two at the same distance the later one.

    The first line of a stream: more would come only as long as the experiment goes on.
    """
    at = params["at_batches"]
    path = f"/api/v1/experiments/{ident}/metrics-stream/trials-snapshot"
    query = {"metricName": name, "group": group, "batchesProcessed": at, "batchesMargin": params["batches_margin"]}
    with closing(client.lines(path, **query)) as lines:
        first: Any = next(lines, {"trials": []})
    nearest: dict[int, Row] = {}
    for answer in read_rows(first, "trials", f"GET {path}", "trialId"):
        row = read_row(TRIAL_THERE, answer)
        have = nearest.get(row["id"])
        if have is None or distance(row, at) < distance(have, at):
            nearest[row["id"]] = row
    return [nearest[trial] for trial in sorted(nearest)]


def distance(row: Row, at: int) -> tuple[int, int]:
    return abs(row["batches"] - at), -row["batches"]
