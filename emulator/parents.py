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

from .errors import internal


class Fate(Enum):
    """What becomes of a child."""

    GOES = "goes with it"
    BEFORE = "is deleted before it, and is gone though the deletion should fail"
    KILLED = "is ended before it, and stays listed"
    REFUSES = "lets its deletion be refused"
    HOLDS = "lets its deletion fail afterwards: the state DELETE_FAILED says what holds it"
    STAYS = "stays as it is"
    FOLLOWS = "is in the new place with it"
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
# Parent -> its own table, or that of its children -> what cannot be done there then -> how it is refused, 500. What is
# not named goes on as ever. A project counts as archived with its workspace, a run with all that it is in.
Closing = dict[str, dict[str, dict[str, str]]]
NOT_THERE = "as if it were not there, 404"
ARCHIVED: Closing = {
    "workspaces": {
        "workspaces": {"change": "workspace ({}) is archived and cannot add new projects"},
        "projects": {
            "make": "workspace ({}) is archived and cannot add new projects",
            "move here": "workspace ({}) is archived and cannot add new projects",
            "move away": "error moving project ({}): not found",
            "archive": (
                "This project belongs to an archived workspace. To make changes, first unarchive the workspace."
            ),
        },
        "experiments": {"make by names": "workspace is archived and cannot add new experiments"},
        "interactive_tasks": {"make": NOT_THERE},
        # Those that are there can be changed.
        "templates": {"make": NOT_THERE},
        "models": {},
        "webhooks": {},
        "role_assignments": {},
        "config_policies": {},
        "pool_bindings": {},
    },
    "projects": {
        "projects": {
            "change": "project ({}) is archived and cannot have attributes updated",
            "move": "error moving project ({}): not found",
        },
        # By the project's id they are made; they are changed, archived and ended as ever.
        "experiments": {
            "make by names": "project is archived and cannot add new experiments",
            "fork": "forking an experiment in an archived workspace/project",
            "move here": "project ({}) is archived and cannot add new experiments",
            "move away": "project ({}) is archived and cannot have experiments moved from it",
        },
        "runs": {
            "move here": "project ({}) is archived and cannot add new runs",
            "move away": "project ({}) is archived and cannot have runs moved from it",
        },
    },
    "experiments": {
        "experiments": {
            "move": "experiment ({}) is archived and cannot be moved",
            "move among many": "Experiment is archived.",
            # Pausing, ending, keeping the logs.
            "control": NOT_THERE,
        },
        "runs": {"archive": "Run is part of archived Search (id: '{}')."},
        "checkpoints": {},
    },
    "runs": {"runs": {"pause": "Run is archived.", "move": "Run is archived."}},
    "models": {
        "models": {"change": "model {} is archived and cannot have attributes updated"},
        # Those that are there can be changed and deleted.
        "model_versions": {"make": "model {} is archived and cannot register new versions"},
    },
}
# The same of what is immutable: the workspace and the project Uncategorized.
IMMUTABLE: Closing = {
    "workspaces": {
        "workspaces": {
            "change": "workspace ({}) is immutable and cannot add new projects",
            "archive": "error archiving workspace ({}): not found",
            "unarchive": "error unarchiving workspace ({}): not found",
            "delete": "workspace ({}) does not exist or not deletable by this user: not found",
        },
        "projects": {
            "make": "workspace ({}) is immutable and cannot add new projects",
            "move here": "workspace ({}) is immutable and cannot add new projects",
            "move away": "error moving project ({}): not found",
        },
    },
    "projects": {
        "projects": {
            "change": "project ({}) is immutable and cannot have attributes updated",
            "archive": "error archiving project ({}): not found",
            "unarchive": "error unarchiving project ({}): not found",
            "move": "error moving project ({}): not found",
            "delete": "project ({}) does not exist or not deletable by this user: not found",
        },
    },
}
MOVED: dict[str, dict[str, Fate]] = {
    "projects": {"experiments": Fate.FOLLOWS},
    "experiments": {"runs": Fate.FOLLOWS, "checkpoints": Fate.FOLLOWS},
    "models": {"model_versions": Fate.FOLLOWS},
}
SWITCHED_OFF: dict[str, dict[str, Fate]] = {
    "users": {
        # By the type of the token. PATCH /users, of many, lets all of them sleep.
        "ACCESS_TOKEN": Fate.REVOKED,
        "USER_SESSION": Fate.ASLEEP,
        "group_members": Fate.STAYS,
        "role_assignments": Fate.STAYS,
    },
}


def closed(closing: Closing, state: object, parent: str, child: str, doing: str, *names: object) -> str | None:
    """How an archived or immutable parent refuses what is to be done to a child, None where it does not. state:
    whether it is archived, or immutable."""
    words = closing[parent][child].get(doing) if state else None
    return words.format(*names) if words else None


def require_open(closing: Closing, state: object, parent: str, child: str, doing: str, *names: object) -> None:
    """500 for what an archived or immutable parent refuses."""
    words = closed(closing, state, parent, child, doing, *names)
    if words:
        raise internal(words)


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
