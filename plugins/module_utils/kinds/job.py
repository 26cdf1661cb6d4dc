# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs: what waits or runs in the queues of resource pools, and what the master changes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.call import Call
from ..model.field import Batch, Bulk, Field
from ..model.kind import Collection, Kind
from ..model.row import Column, Row, state_word
from ..model.states import bare_state

QUEUE = "/api/v1/job-queues"
EXPERIMENT = "EXPERIMENT"
TYPES = (EXPERIMENT, "COMMAND", "NOTEBOOK", "SHELL", "TENSORBOARD", "GENERIC")
QUEUED = "QUEUED"
STATES = (QUEUED, "SCHEDULED", "SCHEDULED_BACKFILLED")
job_type = state_word("TYPE_")


def experiment_of(answer: Mapping[str, Any]) -> int | None:
    """Its experiment; of a job that the user may not see the queue does not tell what it is."""
    known = job_type(answer.get("type")) == EXPERIMENT and "entityId" in answer
    return int(answer["entityId"]) if known else None


def task_of(answer: Mapping[str, Any]) -> str | None:
    """The queue does not tell which one a generic task is."""
    return None if job_type(answer.get("type")) == EXPERIMENT else answer.get("entityId") or None


COLUMNS = (
    Column("id", "Id.", sample="e14c7f14-5b01-401a-a209-154cf2953a14", api="jobId"),
    Column("type", "EXPERIMENT, COMMAND, NOTEBOOK, SHELL, TENSORBOARD or GENERIC.", sample="EXPERIMENT",
           decode=job_type),
    Column("name", "Name, that of its experiment or task.", sample="detr"),
    Column("experiment_id", "Id of its experiment; null for a task.", "int", 4, api=".", decode=experiment_of),
    Column("task_id", "Id of its task; null for an experiment, and for a generic task, of which the queue does not"
           " tell.", sample="3b4816c9-d684-4002-9731-da0d787bd095", api=".", decode=task_of),
    Column("owner", "Name of its owner.", sample="ana", api="username"),
    Column("owner_id", "Id of its owner.", "int", 7, api="userId"),
    Column("workspace_id", "Id of its workspace.", "int", 7, api="workspaceId"),
    Column("resource_pool", "Resource pool.", sample="default", api="resourcePool"),
    Column("state", "QUEUED, SCHEDULED or SCHEDULED_BACKFILLED.", sample="QUEUED", api="summary.state",
           decode=bare_state),
    Column("jobs_ahead", "Number of the jobs that go before it.", "int", 3, api="summary.jobsAhead"),
    Column("priority", "Priority.", "int", 42),
    Column("weight", "Weight for the fair share scheduler.", "float", 1.0),
    Column("requested_slots", "Number of the slots that it asks for.", "int", 8, api="requestedSlots"),
    Column("allocated_slots", "Number of the slots that it holds.", "int", 0, api="allocatedSlots"),
    Column("progress", "How far it is, from 0 to 1.", "float", 0.5),
    Column("preemptible", "Whether the scheduler of its pool may interrupt it.", "bool", True, api="isPreemptible"),
    Column("submission_time", "When it was started.", sample="2026-01-31T12:00:00.792Z", api="submissionTime"),
)  # fmt: skip


STRICT = "The master's setting strict_job_queue_control lets only some change the queue."


def not_to_move(row: Row) -> str | None:
    return None if row["type"] == EXPERIMENT else "only experiments can move to another pool."


def change(api: str) -> Bulk:
    """The master's one call for the queue, for one property. What it makes of a change it does not answer."""

    def wrap(batch: Batch) -> dict[str, Any]:
        return {"updates": [{"jobId": ident, api: value} for ident, value in zip(batch.ids, batch.values)]}

    return Bulk(Call("POST", QUEUE, wrap, repeatable=True), each=True, silent=True, denied=STRICT)


JOB = Kind(
    name="job",
    plural="jobs",
    source=Collection(QUEUE, rows="jobs"),
    columns=COLUMNS,
    key="",
    fields=(
        Field("priority", option={"type": "int"}, bulk=change("priority")),
        Field("weight", option={"type": "float"}, bulk=change("weight")),
        # A job that moves leaves its queue for a moment, so its place comes last.
        Field("resource_pool", refuses=not_to_move, bulk=change("resourcePool")),
    ),
)
