# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of what is in a thing, or hangs on it, when that is deleted, archived, moved or switched off: one table,
as a running master showed it (recordings parents-*, registered-deleted, webhook-edge, roles-edge, groups-edge,
users-edge, cluster-experiment-delete-gc), and what asks it. The store, too, does as it says (with_fates)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum


class Fate(Enum):
    """What becomes of a child."""

    GOES = "goes with it"
    BEFORE = "is deleted before it, and is gone though the deletion should fail"
    KILLED = "is ended before it, and stays listed"
    REFUSES = "lets its deletion be refused"
    HOLDS = "lets its deletion fail afterwards: the state DELETE_FAILED says what holds it"
    STAYS = "stays as it is"
    FOLLOWS = "is in the new place with it"
    CLOSED = "cannot be changed, or only in part (refusals.py says which way)"
    REVOKED = "is revoked for good"
    ASLEEP = "is refused for as long as that lasts"


# Parent -> table of the children -> their fate.
DELETED: dict[str, dict[str, Fate]] = {
    "workspaces": {
        "projects": Fate.BEFORE,
        "templates": Fate.BEFORE,
        "interactive_tasks": Fate.KILLED,
        "models": Fate.REFUSES,
        "webhooks": Fate.HOLDS,
        "workspace_pins": Fate.GOES,
        "role_assignments": Fate.GOES,
        "config_policies": Fate.GOES,
        "pool_bindings": Fate.GOES,
    },
    # Whatever the state of the experiments.
    "projects": {"experiments": Fate.BEFORE},
    # A registered checkpoint refuses the deletion of its experiment, and outlives that of its project.
    "experiments": {"runs": Fate.GOES, "checkpoints": Fate.GOES, "experiment_files": Fate.GOES, "tasks": Fate.STAYS},
    "runs": {
        "checkpoints": Fate.GOES,
        "metrics": Fate.GOES,
        "profiler_series": Fate.GOES,
        "run_metadata_index": Fate.GOES,
        "trial_source_infos": Fate.GOES,
        "tasks": Fate.STAYS,
    },
    "models": {"model_versions": Fate.GOES},
    "groups": {"group_members": Fate.GOES, "role_assignments": Fate.GOES},
    "webhooks": {"webhook_triggers": Fate.GOES},
    "webhook_triggers": {"webhook_log_triggers": Fate.GOES},
    # When another takes its id.
    "tasks": {"allocations": Fate.GOES, "interactive_tasks": Fate.GOES},
    "allocations": {"accelerators": Fate.GOES},
}
NEVER_DELETED = {"users"}
ARCHIVED: dict[str, dict[str, Fate]] = {
    "workspaces": {
        "projects": Fate.CLOSED,
        "experiments": Fate.STAYS,
        # New ones are a 404, those that are there can be changed.
        "templates": Fate.CLOSED,
        "models": Fate.STAYS,
        "webhooks": Fate.STAYS,
        "role_assignments": Fate.STAYS,
        "config_policies": Fate.STAYS,
        "pool_bindings": Fate.STAYS,
    },
    # They are changed, archived and ended as ever, but not moved.
    "projects": {"experiments": Fate.CLOSED},
    "experiments": {"runs": Fate.CLOSED, "checkpoints": Fate.STAYS},
    # Those that are there can be changed and deleted.
    "models": {"model_versions": Fate.CLOSED},
}
MOVED: dict[str, dict[str, Fate]] = {
    "projects": {"experiments": Fate.FOLLOWS},
    "experiments": {"runs": Fate.FOLLOWS, "checkpoints": Fate.FOLLOWS},
    "models": {"model_versions": Fate.FOLLOWS},
}
SWITCHED_OFF: dict[str, dict[str, Fate]] = {
    "users": {
        # Access tokens are revoked by PATCH /users/{id}, and sleep after PATCH /users.
        "access tokens": Fate.REVOKED,
        "sessions": Fate.ASLEEP,
        "group_members": Fate.STAYS,
        "role_assignments": Fate.STAYS,
    },
}


def children(fates: Mapping[str, Fate], fate: Fate) -> list[str]:
    """Those that have a fate: what is asked of one parent's line of a table above."""
    return [child for child, found in fates.items() if found is fate]


def holding(db, parent: str, id_: int, fate: Fate) -> list[str]:
    """The tables with children of one parent that have a fate when it is deleted."""
    tables = children(DELETED[parent], fate)
    return [child for child in tables if db.value(f"select 1 from {child} where {reference(parent)} = ?", id_)]


def reference(parent: str) -> str:
    """The column by which children name their parent."""
    return f"{parent[:-1]}_id"


def with_fates(schema: str) -> str:
    """The SQL of tables, what goes with its parent deleted by the store itself; KeyError for a child without a fate."""
    table = ""

    def completed(found: re.Match) -> str:
        nonlocal table
        table = found["table"] or table
        parent = found["parent"]
        goes = parent and parent not in NEVER_DELETED and DELETED[parent][table] is Fate.GOES
        return f"{found[0]} on delete cascade" if goes else found[0]

    return re.sub(r"create table if not exists (?P<table>\w+)|references (?P<parent>\w+) \(id\)", completed, schema)
