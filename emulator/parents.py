# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of what is in a thing, or hangs on it, when that is deleted, archived, moved or switched off: one table,
as a running master showed it (recordings parents-*, registered-deleted, webhook-edge, roles-edge, groups-edge,
users-edge, cluster-experiment-delete-gc). tests/unit/emulator/test_parents.py holds the store against it."""

from __future__ import annotations

from enum import Enum


class Fate(Enum):
    """What becomes of a child."""

    GOES = "goes with it"
    BEFORE = "is deleted before it, and is gone though the deletion should fail"
    REFUSES = "lets its deletion be refused"
    HOLDS = "lets its deletion fail afterwards: the state DELETE_FAILED says what holds it"
    STAYS = "stays as it is"
    FOLLOWS = "is in the new place with it"
    CLOSED = "cannot be changed, or only in part (refusals.py says which way)"
    REVOKED = "is revoked for good"
    ASLEEP = "is refused for as long as that lasts"


# Parent -> table of the children -> their fate. Users are never deleted.
DELETED: dict[str, dict[str, Fate]] = {
    "workspaces": {
        "projects": Fate.BEFORE,
        "templates": Fate.BEFORE,
        "models": Fate.REFUSES,
        "webhooks": Fate.HOLDS,
        "workspace_pins": Fate.GOES,
        "role_assignments": Fate.GOES,
        "config_policies": Fate.GOES,
        "pool_bindings": Fate.GOES,
        # Notebooks and the like are killed and stay listed.
        "interactive_tasks": Fate.STAYS,
    },
    # Whatever the state of the experiments.
    "projects": {"experiments": Fate.BEFORE},
    # A registered checkpoint refuses the deletion of its experiment, and outlives that of its project.
    "experiments": {"runs": Fate.GOES, "checkpoints": Fate.GOES, "experiment_files": Fate.GOES},
    "models": {"model_versions": Fate.GOES},
    "groups": {"group_members": Fate.GOES, "role_assignments": Fate.GOES},
    "webhooks": {"webhook_triggers": Fate.GOES},
}
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
