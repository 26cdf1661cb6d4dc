# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for a task of any kind: until it is ready, or until it is over and how that went."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..connection.paths import quote_segment
from ..errors import DeterminedError, Missing, NotFound, WaitTimeout
from ..model.row import Row, read_row
from ..store.wait import poll
from .task_columns import RUNNING, TASK_BY_ID

if TYPE_CHECKING:
    from ..connection.client import Client
    from ..engine.call import Call

TASKS = "/api/v1/tasks/"


class TaskFailed(DeterminedError):
    """A task that ended otherwise than wanted. ``failure`` has its return code, its exit reason and its last lines."""

    code = "task_failed"


def read_task(client: Client, ident: Any) -> Row:
    """The row of a task with its allocations, the newest first. Raises NotFound."""
    try:
        return read_row(TASK_BY_ID, client.get(TASKS + quote_segment(ident, "task"))["task"])
    except Missing as error:
        raise NotFound(f"There is no task {ident}, or the user may not see it.", **error.facts) from error


def allocation(task: dict[str, Any]) -> Any:
    return next(iter(task["allocations"] or ()), {})


def is_over(task: dict[str, Any]) -> Any:
    """Whether it has an end. Its allocation is terminated a moment earlier, and then does not say yet how it ended."""
    return bool(task["end_time"])


def is_ready(task: dict[str, Any], reports_ready: Any) -> Any:
    newest = allocation(task)
    return bool(newest.get("ready")) if reports_ready else newest.get("state") == RUNNING


def wait_task(call: Call, ident: Any, name: str, done: Any, what: Any) -> Any:
    """The task as soon as ``done`` (function of the task) holds; WaitTimeout says in which state it is."""
    seen = {}

    def reached() -> Any:
        seen.update(task=read_task(call.client, ident))
        return done(seen["task"])

    try:
        poll(reached, call.params["wait_timeout"], f"{name} {what}")
    except WaitTimeout as error:
        state = allocation(seen["task"]).get("state", "waiting")
        raise WaitTimeout(f"{error.msg} It is {state}.", error.hint, task_id=ident, state=state) from error
    return seen["task"]


def outcome(call: Call, task: dict[str, Any]) -> Any:
    """{return_code, exit_reason, killed} of a task that is over. The code is None where no program ended by itself."""
    newest, reason = allocation(task), ""
    if newest:
        reason = (
            call.client.get("/api/v1/allocations/" + quote_segment(newest["id"]))["allocation"].get("exitReason") or ""
        )
    return dict(read_reason(reason), exit_reason=reason)


def read_reason(reason: Any) -> dict[str, Any]:
    """What the text says that the master keeps with an allocation. One that was killed has no code of its own."""
    code = re.search(r"\(exit code (\d+)\)", reason)
    if re.search(r"\b(killed|aborted)\b", reason):
        return {"return_code": None, "killed": True}
    if code:
        return {"return_code": int(code.group(1)), "killed": False}
    return {"return_code": 0 if "zero exit code" in reason else None, "killed": False}


def last_lines(call: Call, ident: Any, program_only: Any = False) -> Any:
    """The last lines of a task's log, the oldest first: those of its program, or those of the master about it too."""
    count = call.params["log_lines"]
    if not count:
        return []
    sources = ["task"] if program_only else None
    path = TASKS + quote_segment(ident) + "/logs"
    lines = call.client.lines(path, limit=count, orderBy="ORDER_BY_DESC", sources=sources)
    return [line["log"].rstrip("\n") for line in lines][::-1]


def failed(call: Call, name: str, task: dict[str, Any], how: Any) -> Any:
    """The error for a task that is over and should not be. Its message ends with the lines of the program."""
    ident = task["id"]
    if how["return_code"] is not None:
        end = "ended with code {}".format(how["return_code"])
    else:
        end = "was killed" if how["killed"] else "failed: {}".format(how["exit_reason"])
    return TaskFailed(
        "\n".join([f"{name} {end}.", *last_lines(call, ident, program_only=True)]),
        task_id=ident,
        return_code=how["return_code"],
        exit_reason=how["exit_reason"],
        log=last_lines(call, ident),
    )
