# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the states of experiments, trials, runs, jobs and tasks of all kinds mean, whatever of these they are of."""

from __future__ import annotations

from ..errors import BadOption
from ..kinds import experiment_parts, job
from ..model.states import without_prefix
from ..tasks import task_columns

# Of experiments and trials, whoever stops them.
ALIVE = experiment_parts.ACTIVE
STOPPING = experiment_parts.STOPPING
ENDS = experiment_parts.TERMINAL
DELETED, TERMINATED = "DELETED", task_columns.OVER[-1]

TERMINAL = {*ENDS, DELETED, TERMINATED}
ACTIVE = {*ALIVE, *job.STATES, *task_columns.STATES} - {*task_columns.OVER}
KNOWN = {*TERMINAL, *ACTIVE, *STOPPING, *task_columns.STATES, *task_columns.GENERIC_LIVING, "DELETING", "UNSPECIFIED"}


def bare(state: str | None) -> str:
    """A state in capitals and without a prefix, which what det_api returns has.

    Raises BadOption where there is no such state.
    """
    text = without_prefix(str(state).upper())
    if text not in KNOWN:
        raise BadOption("state", state, "there is no such state.", "Give a state such as RUNNING.")
    return text


def is_terminal(state: str | None) -> bool:
    return bare(state) in TERMINAL


def is_active(state: str | None) -> bool:
    return bare(state) in ACTIVE
