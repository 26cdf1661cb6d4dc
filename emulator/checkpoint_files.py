# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of checkpoints: how many and how large, and taking them away."""

from __future__ import annotations

import json

from . import globs
from .objects import Row


def sizes(row: Row) -> dict[str, str]:
    """The files of a checkpoint with their sizes, which the API writes as texts."""
    return {name: str(size) for name, size in json.loads(row["resources"]).items()}


def count(db, experiment_ids: list[int]) -> None:
    """Bring number and size of the checkpoints up to date at experiments and their trials."""
    ids = json.dumps(experiment_ids)
    for table, column, where in (("runs", "trial_id", "experiment_id"), ("experiments", "experiment_id", "id")):
        kept = f"from checkpoints c where c.{column} = {table}.id and c.state <> 'DELETED'"
        db.run(
            f"update {table} set checkpoint_count = (select count(*) {kept}),"
            f" checkpoint_size = (select coalesce(sum(size), 0) {kept})"
            f" where {where} in (select value from json_each(?))",
            ids,
        )


def remove(master, ids: list[int], patterns: list[str]) -> None:
    """Take files that match out of checkpoints: none left is deleted."""
    db = master.db
    with db.transaction():
        rows = db.rows("select * from checkpoints where id in (select value from json_each(?))", json.dumps(ids))
        for row in rows:
            files = json.loads(row["resources"])
            kept = globs.kept(files, patterns)
            if not kept:
                db.update("checkpoints", row["id"], state="DELETED")
            elif kept != files:
                resources = json.dumps(kept)
                db.update(
                    "checkpoints", row["id"], state="PARTIALLY_DELETED", resources=resources, size=sum(kept.values())
                )
        count(db, sorted({row["experiment_id"] for row in rows}))
