# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Trials: killed, and how long their logs are kept. The master has no bulk operation for either."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..connection.client import Client
from ..engine.bulk import Objects, acts_of, plan_rows
from ..engine.call import Call
from ..engine.many import Row, View, change_many
from ..errors import Missing
from ..kinds.experiment import EXPERIMENT
from ..kinds.run import RUN
from ..kinds.trial import TRIAL
from ..model.plan import Wanted
from ..model.row import Column, row_reader
from ..selection.named import refuse_missing
from ..selection.run_select import IDS_A_SEARCH, read_runs
from ..selection.search import read_ids
from ..store.answers import check_asked, read_object
from ..store.parallel import map_concurrently

TRIALS = "/api/v1/trials"
AS_RUNS = RUN.only("id", "state", "end_time", "unmanaged", "log_retention_days")


def report(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "owner": row["owner"],
        "experiment_id": row["experiment_id"],
        "state": row["state"],
        "end_time": row["end_time"],
        "url": row["url"],
    }


def columns(row: Row) -> str:
    experiment, state = row["experiment_id"], row["state"]
    return f"{row['name']:<40.40}  {row['owner'] or '':<16.16}  experiment {experiment:>8}  {state}"


VIEW = View("trials", report, columns)


def read_trials(
    client: Client, ids: Iterable[Any], columns: tuple[Column, ...] = TRIAL.columns
) -> tuple[list[Row], list[Any]]:
    """The trials of these ids that are there, in order, and the ids that are not."""
    read = row_reader(columns, client.url)

    def fetch(ident: Any) -> tuple[Any, Row | None]:
        path = f"{TRIALS}/{ident}"
        try:
            row = read_object(client.get(path), "trial", f"GET {path}", "id")
        except Missing:
            return ident, None
        check_asked([ident], [row["id"]], f"GET {path}")
        return ident, read(row)

    answers = list(map_concurrently(fetch, ids))
    return [row for _ident, row in answers if row], [ident for ident, row in answers if not row]


def describe_trials(call: Call) -> Objects:
    """Trials that are changed. A trial is a run of the same id, and many runs are read in one request."""
    return Objects(TRIAL, lambda ids: read_runs(call.client, sorted(map(int, ids)), AS_RUNS), IDS_A_SEARCH)


def change_trials(call: Call) -> dict[str, Any]:
    """The work of det_trial."""
    client, params = call.client, call.params
    rows, missing = read_trials(client, sorted(set(params["ids"])))
    refuse_missing(params, missing, "trial")
    wanted = sorted({row["experiment_id"] for row in rows})
    experiments = {
        one["id"]: one for one in read_ids(client, wanted, EXPERIMENT.only("id", "name", "owner", "unmanaged"))
    }
    refuse_missing(params, [one for one in wanted if one not in experiments], "experiment of a trial")
    for row in rows:
        experiment = experiments[row["experiment_id"]]
        row.update({name: experiment[name] for name in ("name", "owner", "unmanaged")})
    values = {} if params["log_retention_days"] is None else {"log_retention_days": params["log_retention_days"]}
    objects = describe_trials(call)
    many = plan_rows(objects, rows, Wanted(values, params["state"]), VIEW)
    return change_many(call, VIEW, many, acts_of(call, objects))
