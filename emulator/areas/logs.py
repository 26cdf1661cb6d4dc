# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The logs of tasks and trials, and their removal when they are old enough."""

from __future__ import annotations

import json
import sqlite3

from .. import tasklog
from ..errors import ApiError, invalid
from ..like import matching, part_of
from ..permissions import missing, require
from . import experiments, tasks

ORDER = 46
# Seconds between two looks of somebody who follows.
LOOKING = 0.2
BATCH = 1000
# Request field -> column.
FILTERS = {
    "allocationIds": "allocation_id",
    "agentIds": "agent_id",
    "containerIds": "container_id",
    "rankIds": "rank_id",
    "levels": "level",
    "stdtypes": "stdtype",
    "sources": "source",
}


def _batch_error(error: ApiError) -> ApiError:
    """The error of a stream's first batch, which tells of the batch; a plain failure has no code there."""
    return ApiError(
        2 if error.code == 13 else error.code, f"1 error occurred:\n\t* failed to fetch batch: {error.as_result}\n\n"
    )


def _conditions(request: dict, task_id: str, args: dict) -> str:
    """Which lines are wanted. The master loses all filters but the task where rank -1 (none) is asked for."""
    args["task"] = task_id
    ranks = request.get("rankIds") or []
    if -1 in ranks:
        args["ranks"] = json.dumps(ranks)
        if ranks == [-1]:
            return "task_id = :task and rank_id is null"
        return "(task_id = :task and rank_id is null) or rank_id in (select value from json_each(:ranks))"
    where = ["task_id = :task"]
    for field, column in FILTERS.items():
        values = request.get(field)
        if values:
            if field == "levels":
                values = [level.removeprefix("LOG_LEVEL_") for level in values]
            where.append(f"{column} in (select value from json_each(:{column}))")
            args[column] = json.dumps(values)
    for field, comparison in (("timestampBefore", "<"), ("timestampAfter", ">")):
        if field in request:
            where.append(f"timestamp {comparison} :{field}")
            args[field] = request[field]
    if request["searchText"]:
        # The master looks for it in the line's bytes, written with escapes.
        args["text"] = part_of(request["searchText"])
        where.append(matching("bytes_escaped(log)", ":text", args["text"]))
    return " and ".join(where)


def _lines(call, request: dict, task_id: str, follow: bool):
    """The rows wanted; who follows gets what comes until the task is over."""
    args: dict = {}
    where = _conditions(request, task_id, args)
    descending = request["orderBy"] == "ORDER_BY_DESC"
    last, left = None, request["limit"] or None
    while True:
        seen = "" if last is None else f" and id {'<' if descending else '>'} :last"
        sql = (
            f"select * from task_logs where ({where}){seen} order by id {'desc' if descending else 'asc'} limit :batch"
        )
        over = _is_over(call, task_id)
        rows = call.db.rows(sql, **args, last=last, batch=min(left or BATCH, BATCH))
        for row in rows:
            last = row["id"]
            yield row
        if left is not None:
            left -= len(rows)
        if left == 0 or len(rows) < BATCH:
            if not follow or over:
                return
            yield LOOKING


def _is_over(call, task_id: str) -> bool:
    """Whether nothing comes any more."""
    if call.master.scheduler.of_task(task_id):
        return False
    return call.db.value("select end_time from tasks where id = ?", task_id) is not None


def _checked(call, request: dict, task_id: str) -> None:
    if request["limit"] < 0:
        raise invalid("Limit must be >= 0")
    if request["limit"] and request["follow"]:
        raise invalid("Limit cannot be specified when following")
    try:
        tasks.find(call, task_id)
    except ApiError as error:
        raise _batch_error(error) from None


def of_task(call, request):
    _checked(call, request, request["taskId"])
    for row in _lines(call, request, request["taskId"], request["follow"]):
        yield tasklog.TABLE.shown(row) if isinstance(row, sqlite3.Row) else row


def _trial(call, trial_id: int) -> sqlite3.Row:
    run = call.db.row("select * from runs where id = ?", trial_id)
    if run is None:
        raise missing(call, "trial", trial_id)
    try:
        experiments.find(call, run["experiment_id"], "VIEW_EXPERIMENT_ARTIFACTS")
    except ApiError as error:
        raise missing(call, "trial", trial_id) if error.code == 5 else error from None
    return run


def of_trial(call, request):
    run = _trial(call, request["trialId"])
    _checked(call, request, run["task_id"])
    for row in _lines(call, request, run["task_id"], request["follow"]):
        if not isinstance(row, sqlite3.Row):
            yield row
            continue
        line = tasklog.TABLE.shown(row)
        del line["taskId"]
        line.pop("allocationId", None)
        yield {**line, "trialId": run["id"]}


def _fields(call, request, task_id: str, columns: dict):
    """The values to filter by; again whenever there are more, for who follows."""
    known = None
    while True:
        over = _is_over(call, task_id)
        found = {
            name: call.db.column(
                f"select distinct {column} from task_logs where task_id = ? and {column} is not null order by 1",
                task_id,
            )
            for name, column in columns.items()
        }
        if found != known:
            yield found
            known = found
        if not request["follow"] or over:
            return
        yield LOOKING


_VALUES = {name: column for name, column in FILTERS.items() if name != "levels"}


def fields_of_task(call, request):
    try:
        tasks.find(call, request["taskId"])
    except ApiError as error:
        raise _batch_error(error) from None
    yield from _fields(call, request, request["taskId"], _VALUES)


def fields_of_trial(call, request):
    run = _trial(call, request["trialId"])
    columns = {name: column for name, column in _VALUES.items() if name != "allocationIds"}
    yield from _fields(call, request, run["task_id"], columns)


def post(call, request):
    """Add lines to the logs of one task."""
    lines = request["logs"]
    if not lines:
        raise invalid("len logs must be greater than 0")
    task_id = lines[0]["taskId"]
    for line in lines:
        if "id" in line:
            raise invalid(f"ID must be nil on logs got {line['id']} instead")
        if line["taskId"] != task_id:
            one = "can only post logs of a single taskID per task log request"
            raise invalid(f"{one} got '{task_id}' and '{line['taskId']}'")
    tasks.require_edit(call, tasks.find(call, task_id))
    for line in lines:
        tasklog.add(
            call.db,
            task_id=task_id,
            log=line["log"],
            allocation_id=line.get("allocationId"),
            agent_id=line.get("agentId"),
            container_id=line.get("containerId"),
            rank_id=line.get("rankId"),
            timestamp=line.get("timestamp"),
            level=line["level"].removeprefix("LOG_LEVEL_") if "level" in line else None,
            source=line.get("source"),
            stdtype=line.get("stdtype"),
        )
    return {}


def cleanup(call, request):
    """Remove the logs of trials that ended longer ago than their days of retention; without any they stay for ever."""
    require(call, "UPDATE_MASTER_CONFIG", basic="administrate the master")
    removed = call.db.run(
        "delete from task_logs where task_id in (select t.id from runs r join tasks t on t.id = r.task_id"
        " where t.end_time is not null and r.log_retention_days >= 0"
        " and t.end_time <= :now - r.log_retention_days * :day)",
        now=call.now(),
        day=86_400_000_000,
    )
    return {"removedCount": str(removed)}
