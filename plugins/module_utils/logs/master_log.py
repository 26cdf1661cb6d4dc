# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines of the master's own log (facts-access 12; recording master-config-logs).

The master keeps some thousands of them in memory and filters none, so that they are narrowed here."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from itertools import islice
from typing import Any

from ..engine.call import Call
from ..engine.spec import Spec
from ..errors import BadOption
from ..model.row import Column, Row, read_row
from ..store.answers import check_fields, check_row
from ..tasks.task_rows import pattern
from .logs import LEVEL, LEVELS, LIMIT, TIMESTAMP

PATH = "/api/v1/master/logs"
MASTER_LINE = (
    Column("id", "Id, higher than those of the lines before; a restart of the master begins anew.", "int", 2033),
    TIMESTAMP,
    LEVEL,
    Column("message", "The text.", sample="accepting incoming connections"),
)
MASTER_LOG = Spec(
    {
        "levels": {"type": "list", "elements": "str", "choices": list(LEVELS)},
        "min_level": {"type": "str", "choices": list(LEVELS)},
        "contains": {"type": "str"},
        "regex": {"type": "str"},
        "after_id": {"type": "int"},
        "tail": {"type": "int"},
        "head": {"type": "int"},
    },
    mutually_exclusive=(("levels", "min_level"), ("tail", "head")),
    narrows=("levels", "min_level", "contains", "regex", "after_id"),
)


def gather_master_log(call: Call) -> dict[str, Any]:
    """The work of det_master_log_info."""
    params = call.params
    for option in ("tail", "head", "after_id"):
        if (params[option] or 0) < 0:
            raise BadOption(option, params[option], "must not be negative.")
    head, tail = params["head"], LIMIT if params["tail"] is None else params["tail"]
    fits, after = condition(params), params["after_id"]
    whole = head is not None or fits is not None or after is not None
    with closing(read_lines(call, 0 if whole else -(tail + 1), after)) as lines:
        wanted = (row for row in lines if fits is None or fits(row))
        if head is not None:
            rows = list(islice(wanted, head + 1))
            more, rows = len(rows) > head, rows[:head]
        else:
            last = deque(wanted, maxlen=tail + 1)
            more, rows = len(last) > tail, list(last)[len(last) - min(tail, len(last)) :]
    return {"lines": rows, "count": len(rows), "truncated": more}


def read_lines(call: Call, offset: int, after: int | None) -> Generator[Row, None, None]:
    """The lines whose id is higher than ``after``; the first line has the id 0.

    ``offset``: a negative one counts from the end.
    """
    for line in call.client.lines(PATH, offset=offset or after or 0):
        entry = line.get("logEntry") if isinstance(line, dict) else None
        check_row(entry, "a line", f"GET {PATH}", "id")
        check_fields(entry, {"message": str, "level": str}, "a line", f"GET {PATH}")
        row = read_row(MASTER_LINE, entry)
        if after is None or row["id"] > after:
            yield row


def condition(params: Mapping[str, Any]) -> Callable[[Row], bool] | None:
    """Function (row) -> whether it meets the options; None where there are none."""
    levels = params["levels"]
    if params["min_level"]:
        levels = LEVELS[LEVELS.index(params["min_level"]) :]
    tests: list[Callable[[Row], bool]] = []
    if levels:
        tests.append(lambda row: row["level"] in levels)
    if params["contains"]:
        part = params["contains"].lower()
        tests.append(lambda row: part in row["message"].lower())
    if params["regex"]:
        search = pattern(params["regex"], "regex").search
        tests.append(lambda row: search(row["message"]) is not None)
    return (lambda row: all(test(row) for test in tests)) if tests else None
