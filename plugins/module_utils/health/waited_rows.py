# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is shown of the objects that are waited for."""

from __future__ import annotations

from ..kinds.agent import AGENT
from ..model.row import Column
from ..model.states import bare_state
from ..tasks.task_columns import TASK_ID

# Beside the columns of each.
REACHED = (Column("reached", "Whether it is in one of the states.", "bool", True),)
STATE = Column("state", "State; null of one that is not there.", sample="COMPLETED", decode=bare_state)
WAITED_EXPERIMENT = (
    Column("id", "Id.", "int", 16),
    Column("name", "Name.", sample="detr_coco"),
    STATE,
    Column("progress", "How far it is, from 0 to 1.", "float", 1.0),
)
WAITED_TRIAL = (
    Column("id", "Id.", "int", 7),
    Column("experiment_id", "Id of its experiment.", "int", 16, api="experiment.id"),
    STATE,
)
WAITED_TASK = (
    Column("id", "Id.", sample=TASK_ID),
    Column("kind", "Its kind, such as notebook or trial; null where one list showed all that have not ended.",
           sample="command"),
    Column("state", "State of its newest allocation; null of one that is not there.", sample="TERMINATED"),
    Column("task_state", "State of a generic task itself; null of another.", sample="ACTIVE"),
    Column("return_code", "What its program returned; null before its end, and where it was killed or never ran.",
           "int", 0),
    Column("killed", "Whether it was killed; null before its end.", "bool", False),
    Column("exit_reason", "How it ended, in the master's words; null before its end.",
           sample="resources exited successfully with a zero exit code"),
)  # fmt: skip
WAITED_MASTER = (
    Column("id", "Its address.", sample="http://127.0.0.1:8080"),
    Column("state", "ready, unreachable, or what is not as wanted.", sample="ready"),
    Column("version", "Release.", sample="0.38.1"),
    Column("master_id", "Another after each start.", sample="f1a9fa67-46c5-45fc-829e-d9aeda343795", api="masterId"),
    Column("cluster_id", "Id of the cluster.", sample="e40f0f34-f118-4c3a-abea-5ec32f6d74e7", api="clusterId"),
    Column("error", "Why it cannot be reached; null where it can.", sample="connection refused"),
)
ROWS = {
    "experiments": WAITED_EXPERIMENT,
    "trials": WAITED_TRIAL,
    "tasks": WAITED_TASK,
    "agents": AGENT.columns,
    "master": WAITED_MASTER,
}
