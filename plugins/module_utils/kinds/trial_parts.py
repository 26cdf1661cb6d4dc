# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The conditions of trials, beside their table, and what trials report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.call import Call
from ..model.row import Row
from .experiment_parts import word

PATH = "/api/v1/trials/{id}"


def report(answer: Mapping[str, Any] | None) -> Row | None:
    """What a trial reported of its metrics at one time: batches, time, metrics by their users' names."""
    if answer is None:
        return None
    values = (answer.get("metrics") or {}).get("avgMetrics") or {}
    return {"batches": answer.get("totalBatches"), "time": answer.get("endTime"), "metrics": values}


def checkpoint(answer: Mapping[str, Any] | None) -> Row | None:
    """A checkpoint as the trial that wrote it tells of it."""
    if answer is None:
        return None
    files = answer.get("resources") or {}
    return {
        "uuid": answer.get("uuid"),
        "state": word(answer.get("state")),
        "batches": answer.get("totalBatches"),
        "time": answer.get("endTime"),
        "bytes": sum(int(size) for size in files.values()),
        "resources": {name: int(size) for name, size in files.items()},
        "metadata": answer.get("metadata") or {},
    }


def retain(_row: Row, days: int) -> list[tuple[Call, Any]]:
    return [(Call("PUT", PATH + "/retain_logs", repeatable=True), {"numDays": days})]


WORKLOADS = {"training": report, "validation": report, "checkpoint": checkpoint}


def workload(answer: Mapping[str, Any]) -> Row:
    """One step of a trial: {training, validation or checkpoint: what was reported of it}."""
    return {name: read(answer[name]) for name, read in WORKLOADS.items() if answer.get(name) is not None}
