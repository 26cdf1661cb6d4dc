# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What trials reported that say that they began with a checkpoint, or with a version of a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..connection.client import Client
from ..model.row import Column, Row, read_row
from ..store.answers import read_rows
from ..store.parallel import map_concurrently


def values(metrics: Mapping[str, Any]) -> Any:
    """The values by name; those of validations stand under a name of their own."""
    return metrics.get("validation_metrics", metrics.get("avg_metrics"))


COLUMNS = (
    Column("trial_id", "Id of the trial that reported.", "int", 36, api="trialId"),
    Column("group", "Group of the metrics.", sample="validation"),
    Column("batches", "How many batches the trial had trained.", "int", 1000, api="totalBatches"),
    Column("time", "When it was reported.", sample="2026-11-24T00:15:08Z", api="endTime"),
    Column("metrics", "The metrics.", "dict", {"loss": 0.21}, decode=values),
)


def with_metrics(client: Client, rows: list[Row]) -> list[Row]:
    """The versions, each with the reports as ``metrics``; one request for each."""
    reports = map_concurrently(lambda row: read_metrics(client, row), rows)
    return [{**row, "metrics": found} for row, found in zip(rows, reports)]


def read_metrics(client: Client, row: dict[str, Any]) -> list[Row]:
    return read_uses(client, f"/api/v1/models/{row['model_id']}/versions/{row['version']}/metrics")


def read_uses(client: Client, path: str) -> list[Row]:
    """The reports that are listed there."""
    return [read_row(COLUMNS, one, True) for one in read_rows(client.get(path), "metrics", f"GET {path}", key=None)]
