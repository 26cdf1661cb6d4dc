# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading runs for det_run_info."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..engine.gather import chosen_columns
from ..kinds.run import RUN
from ..selection.run_select import RunSelection, read_runs

if TYPE_CHECKING:
    from ..engine.call import Call


def gather_runs(call: Call) -> dict[str, Any]:
    """The work of det_run_info."""
    params = call.params
    columns = chosen_columns(RUN, params["fields"])
    if params["ids"] is not None:
        wanted = sorted(set(params["ids"]))
        runs = read_runs(call.client, wanted, columns)
        there = {row["id"] for row in runs}
        result = {"count": len(runs), "missing_ids": [one for one in wanted if one not in there]}
        return result if params["count"] else dict(result, runs=runs)
    selection = RunSelection(call.client, params["select"] or {}, warn=call.warn)
    if params["count"]:
        return {"count": selection.count()}
    runs = list(selection.rows(columns))
    return {"count": len(runs), "runs": runs}
