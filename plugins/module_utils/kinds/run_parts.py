# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The conditions of runs, beside their table. Their states are those of experiments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.call import Call
from ..model.field import Batch, Bulk
from ..model.row import Row
from .experiment_parts import ARCHIVED, elsewhere, is_over

METADATA = "/api/v1/runs/{id}/metadata"
PARENT_ARCHIVED = "its project, or its workspace, is archived."
MANY_TRIALS = "it is one of many trials of a search, which are paused together. Use det_experiments."


def not_to_steer(row: Mapping[str, Any]) -> str | None:
    """Why it is not paused or resumed, which the master does to its experiment."""
    if row["multi_trial"]:
        return not_to_move(row) or MANY_TRIALS
    return not_to_move(row) or (f"it has ended ({row['state']})." if is_over(row) else elsewhere(row))


def not_to_move(row: Mapping[str, Any]) -> str | None:
    return ARCHIVED if row["archived"] else PARENT_ARCHIVED if row["parent_archived"] else None


def same_metadata(have: Any, want: Any) -> bool:
    return bool((have or {}) == (want or {}))


def set_metadata(_row: Row, want: Row) -> list[tuple[Call, Any]]:
    return [(Call("POST", METADATA, repeatable=True), {"metadata": want})]


def bulk(name: str, irreversible: bool = False, wait: bool = False) -> Bulk:
    """A bulk operation of the master, which must be told the one project that all of its runs are in."""

    def wrap(batch: Batch) -> dict[str, Any]:
        return {"runIds": batch.ids, "projectId": batch.shared}

    return Bulk(Call("POST", "/api/v1/runs/" + name, wrap), irreversible=irreversible, wait=wait, apart="project_id")


def move_along(batch: Batch) -> dict[str, Any]:
    """Experiments move with all their runs, and so do those that are not named."""
    return {"runIds": batch.ids, "sourceProjectId": batch.shared, "destinationProjectId": batch.value}


MOVE = Bulk(Call("POST", "/api/v1/runs/move", move_along), apart="project_id", along=True)
