# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a container that trains reports of itself: metrics and checkpoints, as its client would."""

from __future__ import annotations

import uuid
from functools import partial

from .. import images
from ..call import Call
from ..scheduler import Allocation
from . import checkpoints, metrics

# Before what ran goes on.
ORDER = 1
# Batches done when it reports.
STEPS = (10, 20)
CHECKPOINT = {"state.bin": 90, "metadata.json": 10}
# The user in whose name a container reports: the first one, who may everything.
REPORTER = 1


def start(master):
    master.train = partial(train, master)


def train(master, run_id: int, allocation: Allocation) -> None:
    """Report what a container that trains reports, as its client would."""
    if not images.behaviour(allocation.image).trains:
        return
    run = master.db.row("select * from runs where id = ?", run_id)
    call = Call(master, master.db.row("select * from users where id = ?", REPORTER), None)
    for steps in STEPS:
        point = {"trialId": run_id, "trialRunId": run["trial_run_id"], "stepsCompleted": steps}
        for group, name in (("training", "loss"), ("validation", "validation_loss")):
            values = {"avgMetrics": {name: 1 / steps}}
            metrics.report(call, {"metrics": {**point, "metrics": values}, "group": group})
        checkpoints.report(
            call,
            {
                "checkpoint": {
                    "taskId": allocation.task_id,
                    "allocationId": allocation.id,
                    "uuid": str(uuid.uuid4()),
                    "resources": CHECKPOINT,
                    "metadata": {"steps_completed": steps, "framework": "fake", "format": "fake"},
                    "state": "STATE_COMPLETED",
                }
            },
        )
