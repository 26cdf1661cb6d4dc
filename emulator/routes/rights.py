# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may what: access tokens, groups, roles."""

from __future__ import annotations

from ..areas import groups, roles, tokens
from ..fields import enum, message
from . import route
from .access import PAGE

enum(
    "determined.api.v1.GetAccessTokensRequest.SortBy",
    "SORT_BY_UNSPECIFIED SORT_BY_USER_ID SORT_BY_EXPIRY SORT_BY_CREATED_AT SORT_BY_TOKEN_TYPE SORT_BY_REVOKED"
    " SORT_BY_DESCRIPTION",
)
message("Role", "roleId:int32")
message("RoleAssignment", "role:Role scopeWorkspaceId:int32?")
message("GroupRoleAssignment", "groupId:int32 roleAssignment:RoleAssignment")
message("UserRoleAssignment", "userId:int32 roleAssignment:RoleAssignment")

ASSIGNMENTS = "groupRoleAssignments:[GroupRoleAssignment] userRoleAssignments:[UserRoleAssignment]"

TABLE = [
    route(
        "GET /api/v1/tokens",
        "GetAccessTokens",
        tokens.list_tokens,
        PAGE + "sortBy:GetAccessTokens.SortBy tokenIds:[int32] username:string showInactive:bool",
    ),
    route("POST /api/v1/tokens", "PostAccessToken", tokens.create, "userId:int32 lifespan:string? description:string"),
    route("PATCH /api/v1/tokens/{tokenId}", "PatchAccessToken", tokens.patch, "description:string? setRevoked:bool"),
    route("POST /api/v1/groups", "CreateGroup", groups.create, "name:string addUsers:[int32]"),
    route("GET /api/v1/groups/{groupId}", "GetGroup", groups.get),
    route(
        "PUT /api/v1/groups/{groupId}",
        "UpdateGroup",
        groups.update,
        "name:string addUsers:[int32] removeUsers:[int32]",
    ),
    route("DELETE /api/v1/groups/{groupId}", "DeleteGroup", groups.delete),
    route(
        "POST /api/v1/groups/search", "GetGroups", groups.search, "userId:int32 name:string offset:int32 limit:int32"
    ),
    route(
        "PATCH /api/v1/users/assignments",
        "AssignMultipleGroups",
        groups.assign_many,
        "userIds:[int32] addGroups:[int32] removeGroups:[int32]",
    ),
    route("POST /api/v1/roles/search", "ListRoles", roles.search, "offset:int32 limit:int32"),
    route(
        "POST /api/v1/roles/search/by-assignability",
        "SearchRolesAssignableToScope",
        roles.search_assignable,
        "limit:int32 offset:int32 workspaceId:int32?",
    ),
    route("POST /api/v1/roles/search/by-ids", "GetRolesByID", roles.by_ids, "roleIds:[int32]"),
    route("GET /api/v1/roles/search/by-user/{userId}", "GetRolesAssignedToUser", roles.of_user),
    route("GET /api/v1/roles/search/by-group/{groupId}", "GetRolesAssignedToGroup", roles.of_group),
    route(
        "GET /api/v1/roles/workspace/{workspaceId}",
        "GetGroupsAndUsersAssignedToWorkspace",
        roles.of_workspace,
        "name:string",
    ),
    route("GET /api/v1/permissions/summary", "GetPermissionsSummary", roles.summary),
    route("POST /api/v1/roles/add-assignments", "AssignRoles", roles.assign, ASSIGNMENTS),
    route("POST /api/v1/roles/remove-assignments", "RemoveAssignments", roles.remove, ASSIGNMENTS),
]
