# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What brings a generic task from a state to another."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.tasks.generic_task import plan_acts, state_of


@pytest.mark.parametrize(
    ("state", "wanted", "acts"),
    [
        ("ACTIVE", "started", []),
        ("ACTIVE", "active", []),
        ("ACTIVE", "paused", ["pause"]),
        ("ACTIVE", "absent", ["kill"]),
        # A paused one that is killed stops for ever.
        ("PAUSED", "absent", ["unpause", "kill"]),
        ("PAUSED", "started", []),
        ("PAUSED", "active", ["unpause"]),
        ("PAUSED", "paused", []),
        ("STOPPING_PAUSED", "paused", []),
        ("STOPPING_PAUSED", "absent", ["unpause", "kill"]),
        ("OVER", "started", ["create"]),
        ("OVER", "absent", []),
        ("OVER", "paused", ["missing"]),
    ],
)
def test_acts(state, wanted, acts):
    assert plan_acts(state, wanted) == acts


@pytest.mark.parametrize(
    ("task", "state"),
    [
        (None, "OVER"),
        ({"task_state": "ACTIVE"}, "ACTIVE"),
        ({"task_state": "PAUSED"}, "PAUSED"),
        ({"task_state": "STOPPING_PAUSED"}, "STOPPING_PAUSED"),
        ({"task_state": "STOPPING_CANCELED"}, "OVER"),
        ({"task_state": "ERROR"}, "OVER"),
    ],
)
def test_state(task, state):
    assert state_of(task) == state
