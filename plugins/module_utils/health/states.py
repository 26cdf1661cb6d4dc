# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the states of experiments, trials, runs, jobs and tasks of all kinds mean, whatever of these they are of."""

from __future__ import annotations

from ..errors import BadOption

TERMINAL = ("COMPLETED", "CANCELED", "ERROR", "DELETED", "DELETE_FAILED", "TERMINATED")
ACTIVE = ("ACTIVE", "QUEUED", "WAITING", "SCHEDULED", "SCHEDULED_BACKFILLED", "PULLING", "STARTING", "RUNNING")
NEITHER = (
    "PAUSED",
    "STOPPING_PAUSED",
    "STOPPING_COMPLETED",
    "STOPPING_CANCELED",
    "STOPPING_ERROR",
    "STOPPING_KILLED",
    "DELETING",
    "TERMINATING",
    "UNSPECIFIED",
)
PREFIXES = ("GENERIC_TASK_STATE_", "STATE_")


def bare(state: str | None) -> str:
    """A state in capitals and without the prefix that the API gives it. Raises BadOption where there is no such one."""
    text = str(state).upper()
    for prefix in PREFIXES:
        if text.startswith(prefix):
            text = text[len(prefix) :]
            break
    if text not in TERMINAL + ACTIVE + NEITHER:
        raise BadOption("state", state, "there is no such state.", "Give a state such as STATE_RUNNING.")
    return text


def is_terminal(state: str | None) -> bool:
    return bare(state) in TERMINAL


def is_active(state: str | None) -> bool:
    return bare(state) in ACTIVE
