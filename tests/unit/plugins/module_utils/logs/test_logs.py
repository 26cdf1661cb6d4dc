# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption
from ansible_collections.determined_ai.determined.plugins.module_utils.logs.logs import (
    LOGS,
    log_query,
    logs_path,
    read_lines,
)

NOTHING = dict.fromkeys(LOGS.options)
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ({}, {}),
        ({"levels": ["info"]}, {"levels": ["LOG_LEVEL_INFO"]}),
        ({"min_level": "error"}, {"levels": ["LOG_LEVEL_ERROR", "LOG_LEVEL_CRITICAL"]}),
        ({"since": "2h"}, {"timestampAfter": "2026-01-31T10:00:00.000000Z"}),
        ({"until": "2026-01-31"}, {"timestampBefore": "2026-01-31T00:00:00.000000Z"}),
        ({"ranks": [0, 2], "streams": ["stderr"]}, {"rankIds": [0, 2], "stdtypes": ["stderr"]}),
        ({"contains": "loss"}, {"searchText": "loss"}),
    ],
)
def test_what_the_master_is_asked_for(options, asked):
    query = log_query({**NOTHING, **options}, NOW)
    assert {name: value for name, value in query.items() if value is not None} == asked


@pytest.mark.parametrize(
    ("options", "said"),
    [({"ranks": [-1]}, "ranks"), ({"since": "soon"}, "since"), ({"until": "3y"}, "until")],
)
def test_what_cannot_be_asked_for(options, said):
    with pytest.raises(BadOption, match=said):
        log_query({**NOTHING, **options}, NOW)


def test_where_a_log_is():
    assert logs_path({**NOTHING, "trial": 7}) == "/api/v1/trials/7/logs"
    assert logs_path({**NOTHING, "task": "a#b"}) == "/api/v1/tasks/a%23b/logs"
    with pytest.raises(BadOption, match="allocations"):
        logs_path({**NOTHING, "trial": 7, "allocations": ["x.1"]})


class Log:
    """Ten lines; what was asked for, and how many were taken."""

    def __init__(self):
        self.query, self.taken = None, 0

    def lines(self, path, **query):
        self.query = query
        numbers = range(10) if query["orderBy"] == "ORDER_BY_ASC" else range(9, -1, -1)
        for number in list(numbers)[: query.get("limit", 10)]:
            self.taken += 1
            yield {"id": str(number), "log": f"line {number}\n", "message": f"[] line {number}\n"}


@pytest.mark.parametrize(
    ("limit", "backwards", "regex", "wanted", "more", "taken"),
    [
        (3, True, None, "789", True, 4),
        (3, False, None, "012", True, 4),
        (10, True, None, "0123456789", False, 10),
        (0, True, None, "", True, 1),
        (1, True, "[24]$", "4", True, 8),
        (2, False, "[24]$", "24", False, 10),
        (5, True, "nothing", "", False, 10),
    ],
)
def test_lines_come_oldest_first_and_no_more_are_read_than_needed(limit, backwards, regex, wanted, more, taken):
    log = Log()
    fits = re.compile(regex).search if regex else None
    rows, truncated = read_lines(log, "/api/v1/trials/7/logs", {}, limit, backwards, fits)
    assert [row["log"] for row in rows] == [f"line {number}" for number in wanted]
    assert (truncated, log.taken) == (more, taken)
    # A bound of the master's would count lines that do not fit.
    assert ("limit" in log.query) == (regex is None)
