# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logs: narrowed alike by master and module, in both execution paths."""

from __future__ import annotations

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.place import until
from tests.matrix.playbook import task

pytestmark = pytest.mark.needs("agents")
LEVELS = ("INFO", "ERROR", "INFO", "CRITICAL")


@pytest.fixture(scope="module")
def place():
    with emulated(agents=1) as place:
        yield place


@pytest.fixture(scope="module")
def command(place):
    """A task that is over, with lines of its own behind those that every task has."""
    config = {"entrypoint": ["x"], "resources": {"slots": 0}, "environment": {"image": "fake/exit0"}}
    ident = place.call("POST", "/api/v1/commands", {"config": config})["command"]["id"]
    until(lambda: place.call("GET", f"/api/v1/tasks/{ident}")["task"].get("endTime"))
    lines = [
        {
            "taskId": ident,
            "log": f"step {number}\n",
            "level": f"LOG_LEVEL_{level}",
            "timestamp": f"2026-01-3{number % 2}T12:00:00Z",
            "rankId": number % 2,
        }
        for number, level in enumerate(LEVELS)
    ]
    place.call("POST", "/api/v1/task/logs", {"logs": lines})
    return ident


CASES = {
    "tail": ({"tail": 2, "contains": "STEP"}, ["step 2", "step 3"], True),
    "head": ({"head": 3, "contains": "step"}, ["step 0", "step 1", "step 2"], True),
    "level": ({"levels": ["error"], "contains": "step"}, ["step 1"], False),
    "grave": ({"min_level": "error"}, ["step 1", "step 3"], False),
    "regex": ({"regex": "^step [12]$"}, ["step 1", "step 2"], False),
    "rank": ({"ranks": [1], "contains": "step"}, ["step 1", "step 3"], False),
    "since": ({"since": "2026-01-31", "contains": "step"}, ["step 1", "step 3"], False),
    "until": ({"until": "2026-01-31"}, ["step 0", "step 2"], False),
    "program": ({"sources": ["task"], "streams": ["stderr"]}, ["a warning"], False),
}


def test_conditions(place, command, runner):
    tasks = [
        task("det_log_info", {"task": command, **options}, register=name) for name, (options, *_rest) in CASES.items()
    ]
    tasks.append(task("det_log_info", {"task": command, "tail": 0, "filters": True}, register="filters"))
    tasks.append(task("det_log_info", {"trial": 9999}, register="unknown", ignore_errors=True))
    results = runner.play(place, tasks).results
    for name, (_options, wanted, truncated) in CASES.items():
        result = results[name]
        assert [line["log"] for line in result["lines"]] == wanted, name
        assert (result["truncated"], result["count"], result["changed"]) == (truncated, len(wanted), False), name
    assert results["filters"]["lines"] == []
    assert results["filters"]["filters"]["ranks"] == [0, 1]
    assert results["unknown"]["failure"]["code"] == "not_found"
