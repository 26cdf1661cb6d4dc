# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading runs for det_run_info."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import BadOption
from ..model.present import present, snake
from ..selection.run_select import RunSelection, read_runs

if TYPE_CHECKING:
    from ..engine.call import Call

USERS_OWN = ("hyperparameters", "summaryMetrics", "metadata")
# Those that a run has only at times.
AT_TIMES = ("metadata", "searcher_metric_value", "external_run_id", "log_retention_days")


def gather_runs(call: Call) -> Any:
    """The work of det_run_info."""
    params = call.params
    if params["ids"] is not None:
        wanted = sorted(set(params["ids"]))
        rows = read_runs(call.client, wanted)
        there = {row["id"] for row in rows}
        result = {"count": len(rows), "missing_ids": [one for one in wanted if one not in there]}
        return result if params["count"] else dict(result, runs=[projected(row, params["fields"]) for row in rows])
    selection = RunSelection(call.client, params["select"] or {}, warn=call.warn)
    if params["count"]:
        return {"count": selection.count()}
    runs = list(selection.rows(lambda row: projected(row, params["fields"])))
    return {"count": len(runs), "runs": runs}


def projected(row: dict[str, Any], fields: Any) -> dict[str, Any]:
    """The wanted properties of a run, in snake_case; all where ``fields`` is None."""
    names = {snake(key): key for key in row}
    if fields is not None:
        unknown = [name for name in fields if name not in names and name not in AT_TIMES]
        if unknown:
            hint = "There are {}.".format(", ".join(sorted(names)))
            raise BadOption("fields", ", ".join(unknown), "a run has no such property.", hint)
        names = {name: key for name, key in names.items() if name in ("id", *fields)}
    return {name: row[key] if key in USERS_OWN else present(row[key], USERS_OWN) for name, key in names.items()}
