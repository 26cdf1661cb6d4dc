# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading tasks, for det_task_info."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..connection.paths import quote_segment
from ..errors import BadOption, NotFound
from ..model.row import read_row
from ..selection.search import map_concurrently
from ..store.answers import check_fields
from ..store.answers import read_rows as read_list
from .task_columns import ACCELERATORS
from .task_end import TASKS, read_task
from .task_kinds import KINDS
from .task_rows import FILTERS, Filter, read_rows

if TYPE_CHECKING:
    from ..connection.client import Client
    from ..engine.call import Call


COUNT = "/api/v1/tasks/count"


def gather_tasks(call: Call) -> dict[str, Any]:
    """The work of det_task_info."""
    params, client = call.params, call.client
    if params["count"]:
        return {"counts": count_running(call)}
    wanted = Filter(client, params)
    rows = [row for row in read_rows(client, params["kinds"], params["ended"]) if wanted.fits(row)]
    rows = [row for row in rows if narrow(row, params)]
    rows.sort(key=lambda row: (row["start_time"], row["id"]))
    if params["allocations"]:
        for row, task in map_concurrently(lambda row: (row, allocations(client, row["id"])), rows):
            row["allocations"] = task
    if params["accelerators"]:
        for row, found in zip(rows, map_concurrently(lambda row: read_accelerators(client, row["id"]), rows)):
            row["accelerators"] = found
    there = {row["id"] for row in rows}
    missing = {} if params["ids"] is None else {"missing_ids": sorted(set(params["ids"]) - there)}
    return {
        **missing,
        "tasks": rows,
        "containers": {container: row["id"] for row in rows for container in row["containers"]},
        "slots": sum(row["slots"] for row in rows if row["containers"]),
    }


def count_running(call: Call) -> dict[str, int]:
    """{kind: the number of its tasks that run}, of all users. Raises BadOption for conditions, which it cannot meet."""
    options = ("kinds", "ids", "agents", "older_than", "ended", "allocations", "accelerators", *FILTERS.options)
    for option in options:
        if option in call.given and call.params[option] not in (None, False):
            problem = "is about the tasks themselves, and count returns none."
            raise BadOption(option, None, problem, "Leave one of both out.")
    answer = call.client.get(COUNT)
    check_fields(answer, {kind.plural: int for kind in KINDS.values()}, "counts", f"GET {COUNT}")
    return {name: answer[kind.plural] for name, kind in sorted(KINDS.items())}


def narrow(row: dict[str, Any], params: dict[str, Any]) -> Any:
    return (params["ids"] is None or row["id"] in params["ids"]) and (
        params["agents"] is None or bool(set(row["agents"]).intersection(params["agents"]))
    )


def allocations(client: Client, ident: Any) -> Any:
    """The allocations of a task, the newest first; none where it is gone meanwhile."""
    try:
        return read_task(client, ident)["allocations"] or []
    except NotFound:
        return []


def read_accelerators(client: Client, ident: str) -> list[dict[str, Any]]:
    """What the containers of a task said of their GPUs; the master answers none for a task that it does not know."""
    path = f"{TASKS}{quote_segment(ident)}/acceleratorData"
    found = read_list(client.get(path), "acceleratorData", f"GET {path}", key=None)
    return [read_row(ACCELERATORS, one) for one in found]
