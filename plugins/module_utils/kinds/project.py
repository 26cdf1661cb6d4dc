# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects, whose names are unique inside their workspace (recordings project, project-archive-move-delete)."""

from __future__ import annotations

from typing import Any

from ..model.call import Call, Later
from ..model.field import Field
from ..model.kind import Collection, Kind, Scope
from ..model.row import Column, Row
from ..model.states import bare_workspace_state
from ..model.web import page_column
from .workspace import WORKSPACE
from .workspace_parts import archive_verbs, delete_failed, deleting, immutable
from .workspace_parts import frozen as frozen_workspace

NOTE = {"name": {"type": "str", "required": True}, "contents": {"type": "str", "default": ""}}


def frozen(row: Row) -> str | None:
    if immutable(row):
        return immutable(row)
    return "it, or its workspace, is archived. Use state=unarchived first." if row.get("archived") else None


def in_archived_workspace(row: Row) -> str | None:
    if immutable(row):
        return immutable(row)
    scope = row.get("scope") or {}
    return f"its workspace {scope.get('name')!r} is archived. Unarchive that first." if scope.get("archived") else None


def held(row: Row) -> str | None:
    return f"{row['experiment_count']} experiment(s)" if row.get("experiment_count") else None


def put_notes(_row: Row, notes: Any) -> list[tuple[Call, Any]]:
    return [(Call("PUT", "/api/v1/projects/{id}/notes", repeatable=True), {"notes": notes})]


def move(workspace: int | Later) -> tuple[Call, Any]:
    return Call("POST", "/api/v1/projects/{id}/move"), {"destinationWorkspaceId": workspace}


PROJECT = Kind(
    name="project",
    plural="projects",
    source=Collection(
        "/api/v1/workspaces/{scope}/projects",
        rows="projects",
        narrow=lambda name: {"name": name.replace("\\", "\\\\")},
        one="/api/v1/projects/{id}",
        unwrap="project",
    ),
    scope=Scope(WORKSPACE, refuses=frozen_workspace, moved_from="from_workspace", move=move),
    columns=(
        Column("id", "Id.", "int", 12),
        Column("name", "Name.", sample="detr"),
        Column("description", "Description.", sample="Object detection with transformers"),
        Column("key", "Short name that is part of the local ids of its runs.", sample="DETR"),
        Column("notes", "Notes, a list of name and contents.", "list", [{"name": "README", "contents": "text"}]),
        Column("archived", "Whether it, or its workspace, is archived.", "bool", False),
        Column("immutable", "Whether it is built in and cannot be changed.", "bool", False),
        Column("state", "State of its deletion; UNSPECIFIED where none was asked for.", sample="UNSPECIFIED",
               decode=bare_workspace_state),
        Column("error_message", "Why its deletion failed.", sample="", api="errorMessage"),
        Column("workspace_id", "Id of its workspace.", "int", 7, api="workspaceId"),
        Column("owner", "Name of the user who made it.", sample="ana", api="username"),
        Column("owner_id", "Id of that user.", "int", 3, api="userId"),
        Column("experiment_count", "Number of its experiments.", "int", 31, api="numExperiments"),
        Column("active_experiment_count", "Number of those that have not ended.", "int", 0, api="numActiveExperiments"),
        Column("run_count", "Number of its runs.", "int", 44, api="numRuns"),
        Column("last_experiment_started", "When the latest experiment of it began.", sample="2026-11-23T23:59:32Z",
               api="lastExperimentStartedAt"),
        page_column("project", "id"),
    ),
    fields=(
        Field("name"),
        Field("description", reset=""),
        # A short name that is part of other names; nothing secret.
        Field("key", option={"type": "str", "no_log": False}, normal=str.upper),
        Field("notes", option={"type": "list", "elements": "dict", "options": NOTE}, reset=[], send=put_notes,
              create=None, mutable_when_archived=True),
    ),
    verbs=archive_verbs("/api/v1/projects/{id}", in_archived_workspace),
    create=Call("POST", "/api/v1/workspaces/{scope}/projects", unwrap="project"),
    update=Call("PATCH", "/api/v1/projects/{id}", repeatable=True),
    delete=Call("DELETE", "/api/v1/projects/{id}"),
    defaults_on_create={"archived": False, "notes": [], "description": ""},
    frozen=frozen,
    builtin=immutable,
    refuses_delete=immutable,
    force="force",
    dependents=held,
    deleting=deleting,
    failed=delete_failed,
)  # fmt: skip
