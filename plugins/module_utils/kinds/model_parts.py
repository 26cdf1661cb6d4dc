# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The conditions of models and their versions, beside their tables."""

from __future__ import annotations

import re
from typing import Any

from ..connection.paths import UUID
from ..errors import BadOption
from ..model.call import Call, Later
from ..model.row import Row

SPACED = re.compile(r"\s{2}")


def checked_name(name: str) -> str:
    """A name that the registry takes. Raises BadOption for the others (recording model-names-edge)."""
    problem = None
    if name.isdigit():
        problem = "has digits only, which the master takes for an id."
    elif "/" in name or "\\" in name:
        problem = "holds a slash or a backslash."
    elif SPACED.search(name):
        problem = "has two blanks in a row."
    if problem:
        raise BadOption("name", name, problem, "Choose a name as the registry takes it.")
    return name


def checked_labels(labels: list[str]) -> list[str]:
    """Labels as the registry keeps them: it joins them by commas, so that one with a comma would come back as two."""
    for one in labels:
        if "," in one or not one.strip():
            raise BadOption("labels", one, "is empty or holds a comma, at which the master parts labels.", "Split it.")
    return list(dict.fromkeys(labels))


def checked_uuid(uuid: str) -> str:
    """The uuid in small letters, as the registry shows it. Raises BadOption for what is none, a 500 of the master."""
    if not UUID.fullmatch(uuid):
        raise BadOption("checkpoint_uuid", uuid, "is no uuid.", "Give the uuid as det_checkpoint_info shows it.")
    return uuid.lower()


def version_count(row: Row) -> str | None:
    return f"{row['version_count']} version(s)" if row.get("version_count") else None


def move(workspace: int | Later) -> tuple[Call, Any]:
    return Call("POST", "/api/v1/models/{id}/move", repeatable=True), {"destinationWorkspaceId": workspace}
