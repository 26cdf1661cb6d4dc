# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the rows of a report of usage have, which differs from report to report."""

from __future__ import annotations

from ..model.row import Column

ALL, HELD = "except for O(report=experiments)", "with O(report=experiments)"
TASKS, TRIALS, DAYS = "with O(report=allocations)", "with O(report=workloads)", "with O(report=daily)"
SUMS = (
    Column("slot_hours", "Slots times hours within the time.", "float", 2.0, when=ALL),
    Column("seconds", "Seconds within the time.", "float", 3600.0, when="except for O(report=experiments) and"
           " O(report=daily)"),
    Column("cost", "What the slot hours cost.", "float", 4.2, when="with O(price)"),
    Column("checkpoint_bytes", "Bytes of checkpoints.", "int", 1073741824, when=HELD),
    Column("experiments", "Number of experiments.", "int", 1, when=HELD),
)  # fmt: skip
USAGE = (
    Column("allocation_id", "Id of the allocation.", sample="7.3b4816c9-d684-4002-9731-da0d787bd095.1", when=TASKS),
    Column("owner", "Name of the owner; of the workload agent the agent.", sample="ana", when="except for"
           " O(report=daily)"),
    Column("workspace", "Name of the workspace.", sample="vision", when=TASKS + " and O(report=experiments)"),
    Column("project", "Its project, as workspace/project.", sample="vision/detr", when=HELD),
    Column("resource_pool", "Resource pool.", sample="gpu-a", when=TASKS),
    Column("kind", "Kind of the task, such as trial or notebook.", sample="trial", when=TASKS),
    Column("workload", "What was done, such as training; agent where an agent was there.", sample="training",
           when=TRIALS),
    Column("experiment_id", "Id of the experiment; null where it is of none.", "int", 7,
           when=TASKS + " and O(report=workloads)"),
    Column("labels", "Labels of the experiment.", "list", ["baseline"], when=TRIALS),
    Column("state", "State of the experiment.", sample="COMPLETED", when=HELD),
    Column("age", "How long ago it ended, in words.", sample="7 to 30 days", when=HELD),
    Column("slots", "Number of the slots that were held.", "int", 2, when=TASKS + " and O(report=workloads)"),
    Column("start_time", "When it began, whether in the time or not.", sample="2026-10-03T12:00:00.792Z",
           when=TASKS + " and O(report=workloads)"),
    Column("end_time", "When it ended; null before its end.", sample="2026-10-03T13:00:00.792Z",
           when=TASKS + " and O(report=workloads)"),
    Column("day", "The day.", sample="2026-10-03", when=DAYS),
    Column("month", "The month.", sample="2026-10", when=DAYS),
    *SUMS,
)  # fmt: skip
