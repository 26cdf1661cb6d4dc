# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of task logs: how they are stored and shown."""

from __future__ import annotations

import time

from . import clock
from .objects import Row, Table, as_text

# What every container says at its start.
FIRST_LINES = (
    ("hello from the container", "INFO", "stdout"),
    ("second line", "INFO", "stdout"),
    ("a warning", "WARNING", "stderr"),
)


def _flat(row: Row) -> str:
    """The line with time, container, rank and level in front."""
    seconds, micros = divmod(row["timestamp"] or 0, clock.SECOND)
    stamp = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{micros:06d}Z"
    container = (row["container_id"] or "")[:8].ljust(8)
    rank = "" if row["rank_id"] is None else f" [rank={row['rank_id']}]"
    level = f" {row['level']}:" if row["level"] else ""
    return f"[{stamp}] {container}{rank} ||{level} {row['log']}"


# A line; what it lacks is absent.
TABLE = Table(
    "task_logs",
    """
    id            | integer primary key autoincrement | id:string
    timestamp     | integer                           | timestamp:timestamp
                  |                                   | message:string
    level         | text                              | level:log.LogLevel
    task_id       | text not null                     | taskId:string
    log           | text not null                     | log:string
    source        | text                              | source:string
    stdtype       | text                              | stdtype:string
    allocation_id | text                              | allocationId:string
    agent_id      | text                              | agentId:string
    container_id  | text                              | containerId:string
    rank_id       | integer                           | rankId:int32
    """,
    {
        "id": as_text("id"),
        "timestamp": lambda row: clock.text(row["timestamp"] or 0),
        "message": _flat,
        "level": lambda row: f"LOG_LEVEL_{row['level'] or 'UNSPECIFIED'}",
    },
)
SCHEMA = TABLE.schema + "create index if not exists task_logs_task on task_logs (task_id, id);"


def add(db, **columns) -> None:
    """Store a line; columns as in the table."""
    db.insert("task_logs", **columns)
