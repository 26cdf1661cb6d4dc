# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What states mean."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption
from ansible_collections.determined_ai.determined.plugins.module_utils.health.states import is_active, is_terminal


@pytest.mark.parametrize(
    ("state", "terminal", "active"),
    [
        ("STATE_COMPLETED", True, False),
        ("COMPLETED", True, False),
        ("canceled", True, False),
        ("STATE_DELETE_FAILED", True, False),
        ("STATE_TERMINATED", True, False),
        ("GENERIC_TASK_STATE_ERROR", True, False),
        ("STATE_ACTIVE", False, True),
        ("STATE_QUEUED", False, True),
        ("RUNNING", False, True),
        ("STATE_SCHEDULED", False, True),
        ("GENERIC_TASK_STATE_ACTIVE", False, True),
        ("STATE_PAUSED", False, False),
        ("STATE_STOPPING_CANCELED", False, False),
        ("GENERIC_TASK_STATE_STOPPING_PAUSED", False, False),
        ("STATE_DELETING", False, False),
        ("STATE_TERMINATING", False, False),
        ("STATE_UNSPECIFIED", False, False),
    ],
)
def test_states(state, terminal, active):
    assert (is_terminal(state), is_active(state)) == (terminal, active)


@pytest.mark.parametrize("state", ["", "STATE_", "DONE", None, 5, {"state": "STATE_ACTIVE"}])
def test_what_is_no_state(state):
    with pytest.raises(BadOption, match="no such state"):
        is_active(state)
