# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workspaces and projects."""

from __future__ import annotations

from ..areas import workspaces
from ..fields import enum, message
from . import route
from .access import PAGE

enum("determined.api.v1.GetWorkspacesRequest.SortBy", "SORT_BY_UNSPECIFIED SORT_BY_ID SORT_BY_NAME")
message(
    "PatchWorkspace",
    "name:string? agentUserGroup:AgentUserGroup checkpointStorageConfig:object defaultComputePool:string"
    " defaultAuxPool:string defaultComputeResourcePool:string? defaultAuxResourcePool:string?",
)

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
]
