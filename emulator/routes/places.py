# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workspaces and projects."""

from __future__ import annotations

from ..areas import deletions, projects, workspaces
from ..fields import enum, message
from . import route
from .access import PAGE

enum("determined.api.v1.GetWorkspacesRequest.SortBy", "SORT_BY_UNSPECIFIED SORT_BY_ID SORT_BY_NAME")
message(
    "PatchWorkspace",
    "name:string? agentUserGroup:AgentUserGroup checkpointStorageConfig:object defaultComputePool:string"
    " defaultAuxPool:string defaultComputeResourcePool:string? defaultAuxResourcePool:string?",
)
enum(
    "determined.api.v1.GetWorkspaceProjectsRequest.SortBy",
    "SORT_BY_UNSPECIFIED SORT_BY_CREATION_TIME SORT_BY_LAST_EXPERIMENT_START_TIME SORT_BY_NAME SORT_BY_DESCRIPTION"
    " SORT_BY_ID",
)
message("PatchProject", "name:string? description:string? key:string?")
message("Note", "name:string contents:string")

TABLE = [
    route(
        "GET /api/v1/workspaces",
        "GetWorkspaces",
        workspaces.list_workspaces,
        PAGE + "sortBy:GetWorkspaces.SortBy name:string archived:bool? users:[string] userIds:[int32] pinned:bool?"
        " nameCaseSensitive:string",
    ),
    route(
        "POST /api/v1/workspaces",
        "PostWorkspace",
        workspaces.create,
        "name:string agentUserGroup:AgentUserGroup checkpointStorageConfig:object defaultComputePool:string"
        " defaultAuxPool:string",
    ),
    route("GET /api/v1/workspaces/{id}", "GetWorkspace", workspaces.get),
    route(
        "PATCH /api/v1/workspaces/{id}",
        "PatchWorkspace",
        workspaces.patch,
        "workspace:PatchWorkspace",
        body="workspace",
    ),
    route("POST /api/v1/workspaces/{id}/archive", "ArchiveWorkspace", workspaces.archive, body=""),
    route("POST /api/v1/workspaces/{id}/unarchive", "UnarchiveWorkspace", workspaces.unarchive, body=""),
    route("POST /api/v1/workspaces/{id}/pin", "PinWorkspace", workspaces.pin, body=""),
    route("POST /api/v1/workspaces/{id}/unpin", "UnpinWorkspace", workspaces.unpin, body=""),
    route(
        "GET /api/v1/workspaces/{workspaceId}/available-resource-pools",
        "ListRPsBoundToWorkspace",
        workspaces.available_pools,
        "offset:int32 limit:int32",
    ),
    route("DELETE /api/v1/workspaces/{id}", "DeleteWorkspace", deletions.delete_workspace),
    route(
        "GET /api/v1/workspaces/{id}/projects",
        "GetWorkspaceProjects",
        projects.list_projects,
        PAGE + "sortBy:GetWorkspaceProjects.SortBy name:string archived:bool? users:[string] userIds:[int32]",
    ),
    route(
        "POST /api/v1/workspaces/{workspaceId}/projects",
        "PostProject",
        projects.create,
        "name:string description:string key:string?",
    ),
    route("GET /api/v1/user/projects/activity", "GetProjectsByUserActivity", projects.recent, "limit:int32"),
    route("GET /api/v1/projects/{id}", "GetProject", projects.get),
    route("GET /api/v1/projects/key/{key}", "GetProjectByKey", projects.by_key),
    route("PATCH /api/v1/projects/{id}", "PatchProject", projects.patch, "project:PatchProject", body="project"),
    route("DELETE /api/v1/projects/{id}", "DeleteProject", deletions.delete_project),
    route("POST /api/v1/projects/{id}/archive", "ArchiveProject", projects.archive, body=""),
    route("POST /api/v1/projects/{id}/unarchive", "UnarchiveProject", projects.unarchive, body=""),
    route("POST /api/v1/projects/{projectId}/move", "MoveProject", projects.move, "destinationWorkspaceId:int32"),
    route("POST /api/v1/projects/{projectId}/notes", "AddProjectNote", projects.add_note, "note:Note", body="note"),
    route("PUT /api/v1/projects/{projectId}/notes", "PutProjectNotes", projects.put_notes, "notes:[Note]"),
]
