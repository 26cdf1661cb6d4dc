# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Priority, weight and pool of what waits or runs, for det_job."""

from __future__ import annotations

from typing import Any

from ..connection.client import Client, Outcome
from ..connection.paths import quote_segment
from ..engine.call import Call
from ..engine.many import Act, Errors, Ident, Item, Many, Row, View, change_many
from ..engine.ranges import RANGES
from ..engine.spec import Spec
from ..errors import ApiError, BadOption, Denied, Refused
from ..kinds.experiment import EXPERIMENT
from ..selection.named import refuse_missing
from ..selection.search import read_each, read_ids
from ..tasks.task_end import TASKS
from . import queue_rows
from .pool_rows import read_pools
from .queue_rows import JOB, QUEUE, is_named, names_jobs, read_queue

# A job that moves leaves its queue for a moment, so its place comes last.
ACTS = ("priority", "weight", "resource_pool")
API = {"priority": "priority", "weight": "weight", "resource_pool": "resourcePool"}
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
    return {one.name: row[one.name] for one in JOB}


def columns(row: Row) -> str:
    return f"{row['name']:<32.32}  {row['owner']:<16.16}  {row['requested_slots']:>4} slots"


VIEW = View("jobs", report, columns)


def change_jobs(call: Call) -> dict[str, Any]:
    """The work of det_job."""
    params, client = call.params, call.client
    check(params)
    pools = {pool["name"]: pool for pool in read_pools(client)}
    check_pool(pools, params["resource_pool"])
    rows = [row for row in read_queue(client, list(pools)) if is_named(row, params)]
    refuse_unknown(client, rows, params)
    many = Many()
    for ident in missing(rows, params):
        many.skip({"id": ident, "name": None, "owner": None}, "it is not in a queue: paused or over")
    for row in rows:
        after = plan_one(params, row, pools)
        if "resource_pool" in after and row["type"] != queue_rows.EXPERIMENT:
            shown = {name: row[name] for name in ("id", "name", "owner")}
            many.skip(shown, "only experiments can move to another pool")
            continue
        before = {name: row[name] for name in after}
        many.add(row["id"], row, [act for act in ACTS if act in after], before, after)
    return change_many(call, VIEW, many, [job_act(client, name, list(pools)) for name in ACTS])


def job_act(client: Client, name: str, pools: list[str]) -> Act:
    return Act(name, lambda items: perform(client, name, items, pools), lambda _items: ["POST " + QUEUE])


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


def plan_one(params: dict[str, Any], row: Row, pools: dict[str, Row]) -> dict[str, Any]:
    """The properties of a job that are to change, as they shall be."""
    after: dict[str, Any] = {}
    priority = wanted_priority(params, row, pools[params["resource_pool"] or row["resource_pool"]])
    if priority is not None and priority != row["priority"]:
        after["priority"] = priority
    for name in ("weight", "resource_pool"):
        if params[name] is not None and params[name] != row[name]:
            after[name] = params[name]
    return after


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


def perform(client: Client, act: str, chunk: list[Item], pools: list[str]) -> Errors:
    """Send one act for a chunk. Where the master complains, some may be done all the same, so it is looked again."""
    updates = [{"jobId": one.id, API[act]: one.after[act]} for one in chunk]
    try:
        client.post(QUEUE, {"updates": updates}, repeatable=True)
    except (ApiError, Outcome) as error:
        if isinstance(error, Denied):
            raise Refused(
                f"{error.msg} The master's setting strict_job_queue_control lets only some change the queue.",
                error.hint,
                **error.facts,
            ) from error
        have = now(client, act, chunk, pools)
        return {one.id: reason(error, one, have) for one in chunk if have.get(one.id) != one.after[act]}
    return {}


def now(client: Client, act: str, chunk: list[Item], pools: list[str]) -> dict[Ident, Any]:
    """{job id: the value that it has now} of what is there."""
    if act != "resource_pool":
        return {row["id"]: row[act] for row in read_queue(client, pools)}
    ids = sorted(one.row["experiment_id"] for one in chunk)
    columns = EXPERIMENT.only("id", "job_id", "resource_pool")
    return {row["job_id"]: row["resource_pool"] for row in read_ids(client, ids, columns)}


def reason(error: ApiError | Outcome, item: Item, have: dict[Ident, Any]) -> str:
    return error.msg if item.id in have else "it has left the queue meanwhile"
