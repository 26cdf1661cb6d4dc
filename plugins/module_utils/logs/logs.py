# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines of the logs of a task or a trial, narrowed by the master where it can and here where it cannot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from ..connection.paths import quote_segment
from ..engine.spec import Spec
from ..errors import BadOption, Missing, NotFound
from ..model.row import Column, Row, read_row, state_word
from ..store.answers import check_row
from ..tasks.task_rows import pattern
from ..when import moment, rfc3339

if TYPE_CHECKING:
    from ..engine.call import Call

LEVELS = ("trace", "debug", "info", "warning", "error", "critical")
SOURCES = ("master", "agent", "task")
STREAMS = ("stdout", "stderr")
LIMIT = 1000

PREFIX = "LOG_LEVEL_"
bare_level = state_word(PREFIX)


def level_word(level: Any) -> Any:
    """A level as the options name it."""
    return bare_level(level).lower() if isinstance(level, str) else level


def number(ident: Any) -> int | None:
    """Where the logs are kept in Elasticsearch their ids are no numbers."""
    return int(ident) if str(ident).isdigit() else None


def without_newline(text: Any) -> Any:
    return text.rstrip("\n") if isinstance(text, str) else text


ID = Column("id", "Id; null where the master keeps its logs in Elasticsearch.", "int", 2033, decode=number)
TIMESTAMP = Column("timestamp", "When it was written.", sample="2026-01-31T12:00:00.439954Z")
LEVEL = Column("level", ", ".join(LEVELS[:-1]) + " or " + LEVELS[-1] + ".", sample="warning", decode=level_word)
# A line of the log of a task or a trial.
LINE = (
    ID,
    TIMESTAMP,
    LEVEL,
    Column("log", "The text.", sample="a warning", decode=without_newline),
    Column("message", "The text with time, container, rank and level before it.", decode=without_newline,
           sample="[2026-01-31T12:00:00.439954Z] 865842d5 [rank=0] || WARNING: a warning"),
    Column("source", "What wrote it: master, agent or task.", sample="task"),
    Column("stream", "stdout or stderr; null of a line that no program wrote.", sample="stderr", api="stdtype"),
    Column("rank", "Rank of the process; null without one.", "int", 0, api="rankId"),
    Column("trial_id", "Id of its trial; null where it is of none.", "int", 7, api="trialId"),
    Column("agent_id", "Id of the agent; null without one.", sample="agent-2", api="agentId"),
    Column("container_id", "Id of the container; null without one.", api="containerId",
           sample="865842d5-95ad-42ae-8f68-db48a23158a5"),
    Column("allocation_id", "Id of the allocation; null without one.", api="allocationId",
           sample="7.3b4816c9-d684-4002-9731-da0d787bd095.1"),
)  # fmt: skip
LOGS = Spec(
    {
        "task": {"type": "str"},
        "trial": {"type": "int"},
        "levels": {"type": "list", "elements": "str", "choices": list(LEVELS)},
        "min_level": {"type": "str", "choices": list(LEVELS)},
        "contains": {"type": "str"},
        "regex": {"type": "str"},
        "since": {"type": "str"},
        "until": {"type": "str"},
        "sources": {"type": "list", "elements": "str", "choices": list(SOURCES)},
        "streams": {"type": "list", "elements": "str", "choices": list(STREAMS)},
        "ranks": {"type": "list", "elements": "int"},
        "agents": {"type": "list", "elements": "str"},
        "containers": {"type": "list", "elements": "str"},
        "allocations": {"type": "list", "elements": "str"},
        "tail": {"type": "int"},
        "head": {"type": "int"},
        "filters": {"type": "bool", "default": False},
    },
    mutually_exclusive=(("task", "trial"), ("levels", "min_level"), ("tail", "head")),
    required_one_of=(("task", "trial"),),
    narrows=(
        "levels", "min_level", "contains", "regex", "since", "until", "sources", "streams", "ranks", "agents",
        "containers", "allocations",
    ),
)  # fmt: skip


def gather_logs(call: Call) -> dict[str, Any]:
    """The work of det_log_info."""
    params = call.params
    if call.unmade:
        return {"lines": [], "count": 0, "truncated": False, **({"filters": {}} if params["filters"] else {})}
    path = logs_path(params)
    backwards = params["head"] is None
    limit = params["head"] if not backwards else LIMIT if params["tail"] is None else params["tail"]
    fits = pattern(params["regex"], "regex").search if params["regex"] else None
    query = log_query(params)
    lines, more = read_lines(call.client, path, query, limit, backwards, fits)
    result = {"lines": lines, "count": len(lines), "truncated": more}
    if params["filters"]:
        result["filters"] = read_filters(call.client, path)
    return result


def logs_path(params: Mapping[str, Any]) -> str:
    """Where the log is. Raises BadOption for what a trial's log cannot be narrowed by."""
    if params["trial"] is None:
        return "/api/v1/tasks/{}/logs".format(quote_segment(params["task"], "task"))
    if params["allocations"]:
        raise BadOption("allocations", None, "the log of a trial knows none.", "Give the trial's task instead.")
    return "/api/v1/trials/{}/logs".format(params["trial"])


def log_query(params: Mapping[str, Any], now: datetime | None = None) -> dict[str, Any]:
    """What the master is asked for, by the names of its API."""
    if any(rank < 0 for rank in params["ranks"] or ()):
        raise BadOption("ranks", min(params["ranks"]), "is no rank.", "Ranks count from 0.")
    levels = params["levels"]
    if params["min_level"]:
        levels = LEVELS[LEVELS.index(params["min_level"]) :]
    times = {
        field: rfc3339(moment(params[option], option, now))
        for option, field in (("since", "timestampAfter"), ("until", "timestampBefore"))
        if params[option]
    }
    lists = {
        "levels": [PREFIX + level.upper() for level in levels or ()],
        "sources": params["sources"],
        "stdtypes": params["streams"],
        "rankIds": params["ranks"],
        "agentIds": params["agents"],
        "containerIds": params["containers"],
        "allocationIds": params["allocations"],
    }
    return {**times, **{name: value for name, value in lists.items() if value}, "searchText": params["contains"]}


def read_lines(
    client: Any,
    path: str,
    query: Mapping[str, Any],
    limit: int,
    backwards: bool,
    fits: Callable[[str], object] | None = None,
) -> tuple[list[dict[str, Any]], bool]:
    """(the last, or first, ``limit`` lines as rows, the oldest first; whether there are more). Raises NotFound.

    ``fits``: function (text) -> whether it is wanted. One line more is read than is wanted, to know that it is there.
    """
    order = "ORDER_BY_DESC" if backwards else "ORDER_BY_ASC"
    bound = {} if fits else {"limit": limit + 1}
    found = (log_row(line, f"GET {path}") for line in client.lines(path, orderBy=order, **bound, **query))
    with closing(found):
        try:
            rows = list(islice((row for row in found if not fits or fits(row["log"])), limit + 1))
        except Missing as error:
            what = path.split("/")[3:5]
            raise NotFound(
                f"There is no {what[0][:-1]} {what[1]}, or the user may not see it.", **error.facts
            ) from error
    more, rows = len(rows) > limit, rows[:limit]
    return rows[::-1] if backwards else rows, more


def log_row(line: Any, request: str) -> Row:
    """A line as a row, without the newlines at its end."""
    for name in ("log", "message"):
        check_row(line, "a line", request, name, str)
    return read_row(LINE, line)


def read_filters(client: Any, path: str) -> dict[str, list[Any]]:
    """{agents, containers, ranks …: the values that the lines of a log have}, by the options that take them."""
    answer = {}
    for part in client.lines(path + "/fields"):
        answer.update(part)
    names = {
        "sources": "sources",
        "streams": "stdtypes",
        "ranks": "rankIds",
        "agents": "agentIds",
        "containers": "containerIds",
        "allocations": "allocationIds",
    }
    return {option: sorted(answer[name]) for option, name in names.items() if name in answer}
