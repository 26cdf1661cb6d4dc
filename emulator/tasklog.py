# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of task logs: how they are stored and shown."""

from __future__ import annotations

import sqlite3
import time

from . import clock

SCHEMA = """
create table if not exists task_logs (
    id integer primary key autoincrement,
    task_id text not null,
    allocation_id text,
    agent_id text,
    container_id text,
    rank_id integer,
    timestamp integer,
    level text,
    source text,
    stdtype text,
    log text not null
);
create index if not exists task_logs_task on task_logs (task_id, id);
"""
# What every container says at its start.
FIRST_LINES = (
    ("hello from the container", "INFO", "stdout"),
    ("second line", "INFO", "stdout"),
    ("a warning", "WARNING", "stderr"),
)
_OPTIONAL = (
    ("allocationId", "allocation_id"),
    ("agentId", "agent_id"),
    ("containerId", "container_id"),
    ("rankId", "rank_id"),
    ("source", "source"),
    ("stdtype", "stdtype"),
)


def add(db, **columns) -> None:
    """Store a line; columns as in the table."""
    db.insert("task_logs", **columns)


def _flat(row: sqlite3.Row, moment: int) -> str:
    """The line with time, container, rank and level in front."""
    seconds, micros = divmod(moment, clock.SECOND)
    stamp = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{micros:06d}Z"
    container = (row["container_id"] or "")[:8].ljust(8)
    rank = "" if row["rank_id"] is None else f" [rank={row['rank_id']}]"
    level = f" {row['level']}:" if row["level"] else ""
    return f"[{stamp}] {container}{rank} ||{level} {row['log']}"


def shown(row: sqlite3.Row) -> dict:
    """A line as the API shows it; what it lacks is absent."""
    moment = row["timestamp"] or 0
    return {
        "id": str(row["id"]),
        "timestamp": clock.text(moment),
        "message": _flat(row, moment),
        "level": f"LOG_LEVEL_{row['level'] or 'UNSPECIFIED'}",
        "taskId": row["task_id"],
        "log": row["log"],
        **{name: row[column] for name, column in _OPTIONAL if row[column] is not None},
    }
