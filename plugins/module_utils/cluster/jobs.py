# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Priority, weight and pool of what waits or runs, for det_job."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..connection.client import Client
from ..connection.paths import quote_segment
from ..engine.bulk import Objects, acts_of, plan_rows
from ..engine.call import Call
from ..engine.many import Ident, Row, View, change_many
from ..engine.ranges import RANGES
from ..engine.spec import Spec
from ..errors import BadOption
from ..kinds.experiment import EXPERIMENT
from ..kinds.job import JOB
from ..model.plan import Wanted
from ..selection.named import refuse_missing
from ..selection.search import read_each, read_ids
from ..tasks.task_end import TASKS
from .pool_rows import read_pools
from .queue_rows import is_named, names_jobs, read_queue

LEAST, MOST = RANGES["priority"]

CHANGES = Spec(
    {
        "priority": {"type": "int"},
        "raise": {"type": "int"},
        "lower": {"type": "int"},
        "relative_to": {"type": "str", "choices": ["current", "default"], "default": "current"},
        "weight": {"type": "float"},
        "resource_pool": {"type": "str"},
    },
    mutually_exclusive=(("priority", "raise", "lower"),),
    required_one_of=(("priority", "raise", "lower", "weight", "resource_pool"),),
)


def report(row: Row) -> Row:
    return {one.name: row[one.name] for one in JOB.columns}


def columns(row: Row) -> str:
    return f"{row['name']:<32.32}  {row['owner']:<16.16}  {row['requested_slots']:>4} slots"


VIEW = View("jobs", report, columns, left=lambda row: {name: row[name] for name in ("id", "name", "owner")})


def change_jobs(call: Call) -> dict[str, Any]:
    """The work of det_job."""
    params, client = call.params, call.client
    check(params)
    pools = {pool["name"]: pool for pool in read_pools(client)}
    check_pool(pools, params["resource_pool"])
    rows = [row for row in read_queue(client, list(pools)) if is_named(row, params)]
    refuse_unknown(client, rows, params)
    objects = describe_jobs(call, rows, list(pools))
    many = plan_rows(objects, rows, lambda row: wanted_of(params, row, pools), VIEW)
    for ident in missing(rows, params):
        many.skip({"id": ident, "name": None, "owner": None}, "it is not in a queue: paused or over")
    return change_many(call, VIEW, many, acts_of(call, objects))


def describe_jobs(call: Call, rows: Iterable[Row] = (), pools: Iterable[str] | None = None) -> Objects:
    """Jobs that are changed; ``rows``: those that may be; ``pools``: names of all pools, where they are known.

    One that moves is in no queue for a moment, so that only its experiment tells its pool.
    """
    experiments = {row["id"]: row["experiment_id"] for row in rows}

    def read(ids: list[Ident]) -> list[Row]:
        names = [pool["name"] for pool in read_pools(call.client)] if pools is None else pools
        found = read_queue(call.client, names)
        left = sorted(experiments[one] for one in set(ids) - {row["id"] for row in found} if experiments.get(one))
        columns = EXPERIMENT.only("job_id", "resource_pool", "priority", "weight")
        moving = read_ids(call.client, left, columns) if left else ()
        return [*found, *({**row, "id": row["job_id"]} for row in moving)]

    return Objects(JOB, read)


def check(params: dict[str, Any]) -> None:
    if not names_jobs(params):
        raise BadOption("ids", None, "say which jobs are meant.", "Give ids, experiments or tasks.")


def check_pool(pools: dict[str, Row], name: str | None) -> None:
    if name is not None and name not in pools:
        raise BadOption("resource_pool", name, "there is no such pool.", "There are: {}.".format(", ".join(pools)))


def missing(rows: list[Row], params: dict[str, Any]) -> list[str]:
    """What the options name that is in no queue."""
    named = {"ids": "id", "experiments": "experiment_id", "tasks": "task_id"}
    return [
        str(ident)
        for option, column in named.items()
        for ident in params[option] or ()
        if ident not in {row[column] for row in rows}
    ]


def refuse_unknown(client: Client, rows: list[Row], params: dict[str, Any]) -> None:
    """Raise NotFound for experiments and tasks that are in no queue as there are none of them.

    The id of a job that is in no queue tells nothing: the master lists no others.
    """
    ids = sorted(set(params["experiments"] or ()) - {row["experiment_id"] for row in rows})
    there = {row["id"] for row in read_ids(client, ids, EXPERIMENT.only("id"))} if ids else set()
    refuse_missing(params, [one for one in ids if one not in there], "experiment", "experiments")
    tasks = sorted(set(params["tasks"] or ()) - {row["task_id"] for row in rows})
    dummy, gone = read_each(lambda ident: [client.get(TASKS + quote_segment(ident, "task"))], tasks)
    refuse_missing(params, gone, "task", "tasks")


def wanted_of(params: dict[str, Any], row: Row, pools: dict[str, Row]) -> Wanted:
    """What the options ask of one job."""
    values = {name: params[name] for name in ("weight", "resource_pool") if params[name] is not None}
    priority = wanted_priority(params, row, pools[params["resource_pool"] or row["resource_pool"]])
    return Wanted(values if priority is None else {"priority": priority, **values})


def wanted_priority(params: dict[str, Any], row: Row, pool: Row) -> int | None:
    """The number that the options ask for, None for no change.

    On agents a smaller number goes first, on Kubernetes a larger one. Seen from the pool's default, a job that lies
    further in the direction already stays.
    """
    if params["priority"] is not None:
        return params["priority"]
    rising = params["raise"] is not None
    steps = params["raise"] if rising else params["lower"]
    if steps is None:
        return None
    up = rising != pool["lower_number_first"]
    relative = params["relative_to"] == "default"
    base = pool["default_priority"] if relative else row["priority"]
    target = min(max(base + (steps if up else -steps), LEAST), MOST)
    if relative and (row["priority"] >= target if up else row["priority"] <= target):
        return None
    return target
