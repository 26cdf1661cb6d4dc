# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The conditions of trials, beside their table, and what trials report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.call import Call
from ..model.row import Column, Row
from ..model.states import bare_state

PATH = "/api/v1/trials/{id}"


def file_sizes(files: Mapping[str, Any] | None) -> dict[str, int]:
    return {path: int(size) for path, size in (files or {}).items()}


def total_size(files: Mapping[str, Any] | None) -> int:
    return sum(file_sizes(files).values())


def no_null(value: Any) -> Any:
    return value or {}


def where(*more: Column) -> tuple[Column, ...]:
    """What is known of one time in the life of a trial."""
    return (
        Column("batches", "Batches that were processed by then.", "int", 937, api="totalBatches"),
        Column("time", "When.", sample="2026-11-24T00:15:08Z", api="endTime"),
        *more,
    )


REPORT = where(
    Column("metrics", "The metrics, by the names that its users gave them.", "dict", {"loss": 0.21},
           api="metrics.avgMetrics", decode=no_null),
)  # fmt: skip
FILES = where(
    Column("uuid", "Uuid.", sample="1387bb1c-bd0c-41bf-ad13-f191e3174576"),
    Column("state", "State.", sample="COMPLETED", decode=bare_state),
    Column("bytes", "Size of its files.", "int", 1073741824, api="resources", decode=total_size),
    Column("resources", "The size of each of its files, by path.", "dict", {"model.pt": 1073741824},
           decode=file_sizes),
    Column("metadata", "Its metadata, as users wrote it.", "dict", {"steps_completed": 937}, decode=no_null),
)  # fmt: skip
WORKLOAD = (
    Column("training", "A training.", "dict", parts=REPORT, when="of a training"),
    Column("validation", "A validation.", "dict", parts=REPORT, when="of a validation"),
    Column("checkpoint", "A checkpoint.", "dict", parts=FILES, when="of a checkpoint"),
)


def retain(_row: Row, days: int) -> list[tuple[Call, Any]]:
    return [(Call("PUT", PATH + "/retain_logs", repeatable=True), {"numDays": days})]
