# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""States as the API writes them, with a prefix that options and results do not have."""

from __future__ import annotations

from collections.abc import Iterable

from .row import state_word

STATE, TASK_STATE, WORKSPACE_STATE = "STATE_", "GENERIC_TASK_STATE_", "WORKSPACE_STATE_"

bare_state, bare_task_state, bare_workspace_state = map(state_word, (STATE, TASK_STATE, WORKSPACE_STATE))


def prefix_state(state: str) -> str:
    """A state of experiments, runs, trials and checkpoints as the API takes it."""
    return STATE + state


def prefix_states(states: Iterable[str]) -> list[str]:
    return [prefix_state(one) for one in states]


def without_prefix(state: str) -> str:
    """A state of any object without what the API puts before it."""
    for prefix in (TASK_STATE, WORKSPACE_STATE, STATE):
        if state.startswith(prefix):
            return state[len(prefix) :]
    return state
