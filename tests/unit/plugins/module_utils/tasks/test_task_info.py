# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Counting tasks, which one request does."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption, OddAnswer
from ansible_collections.determined_ai.determined.plugins.module_utils.tasks.task_info import gather_tasks

OPTIONS = ("ids", "agents", "older_than", "users", "workspaces", "pools", "description")
SWITCHES = ("ended", "allocations", "accelerators")
COUNTS = {"commands": 3, "notebooks": 12, "shells": 0, "tensorboards": 4}


def count(answer=None, **options):
    asked = []

    class Master:
        def get(self, path, **query):
            asked.append((path, query))
            return COUNTS if answer is None else answer

    params = {
        **dict.fromkeys(OPTIONS),
        **dict.fromkeys(SWITCHES, False),
        "kinds": ["command"],
        "count": True,
        **options,
    }
    return gather_tasks(Call(params, {"count", *options}, False, lambda *_open: Master())), asked


def test_one_request():
    counts = {"command": 3, "notebook": 12, "shell": 0, "tensorboard": 4}
    assert count() == ({"counts": counts}, [("/api/v1/tasks/count", {})])
    # A switch that is off asks for nothing.
    assert count(ended=False)[0] == {"counts": counts}


@pytest.mark.parametrize("option", ["kinds", *OPTIONS, *SWITCHES])
def test_conditions_are_refused(option):
    with pytest.raises(BadOption, match=f"^{option}: is about the tasks themselves"):
        count(**{option: True if option in SWITCHES else ["x"]})


@pytest.mark.parametrize("answer", [{}, {**COUNTS, "shells": "many"}])
def test_an_answer_without_counts(answer):
    with pytest.raises(OddAnswer):
        count(answer)
