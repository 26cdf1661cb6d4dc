# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Login, users, the master itself."""

from __future__ import annotations

from ..areas import auth, cluster, users
from ..fields import enum, message
from . import route

# What more than one chapter needs.
enum("determined.api.v1.OrderBy", "ORDER_BY_UNSPECIFIED ORDER_BY_ASC ORDER_BY_DESC")
enum(
    "determined.log.v1.LogLevel",
    "LOG_LEVEL_UNSPECIFIED LOG_LEVEL_TRACE LOG_LEVEL_DEBUG LOG_LEVEL_INFO LOG_LEVEL_WARNING LOG_LEVEL_ERROR"
    " LOG_LEVEL_CRITICAL",
)
enum(
    "determined.trial.v1.TrialSourceInfoType",
    "TRIAL_SOURCE_INFO_TYPE_UNSPECIFIED TRIAL_SOURCE_INFO_TYPE_INFERENCE TRIAL_SOURCE_INFO_TYPE_FINE_TUNING",
)
PAGE = "orderBy:OrderBy offset:int32 limit:int32 "

enum(
    "determined.api.v1.GetUsersRequest.SortBy",
    "SORT_BY_UNSPECIFIED SORT_BY_DISPLAY_NAME SORT_BY_USER_NAME SORT_BY_ADMIN SORT_BY_ACTIVE SORT_BY_MODIFIED_TIME"
    " SORT_BY_NAME SORT_BY_LAST_AUTH_TIME SORT_BY_REMOTE",
)
enum("determined.user.v1.ActivityType", "ACTIVITY_TYPE_UNSPECIFIED ACTIVITY_TYPE_GET")
enum("determined.user.v1.EntityType", "ENTITY_TYPE_UNSPECIFIED ENTITY_TYPE_PROJECT")
message("AgentUserGroup", "agentUid:int32? agentGid:int32? agentUser:string? agentGroup:string?")
message("User", "username:string admin:bool active:bool agentUserGroup:AgentUserGroup displayName:string remote:bool")
message(
    "PatchUser",
    "username:string? password:string? admin:bool? active:bool? displayName:string? agentUserGroup:AgentUserGroup"
    " isHashed:bool remote:bool?",
)
message("UserFilters", "name:string admin:bool?")
message("UserWebSetting", "key:string storagePath:string value:string")

TABLE = [
    route("POST /api/v1/auth/login", "Login", auth.login, "username:string password:string isHashed:bool", open=True),
    route("POST /api/v1/auth/logout", "Logout", auth.logout, body=""),
    route("GET /api/v1/auth/user", "CurrentUser", auth.me),
    route("GET /api/v1/me", "GetMe", auth.me),
    route(
        "GET /api/v1/users",
        "GetUsers",
        users.list_users,
        PAGE + "sortBy:GetUsers.SortBy name:string active:bool? admin:bool? roleIdAssignedDirectlyToUser:[int32]",
    ),
    route("POST /api/v1/users", "PostUser", users.create, "user:User password:string isHashed:bool"),
    route(
        "PATCH /api/v1/users", "PatchUsers", users.activate_many, "userIds:[int32] activate:bool filters:UserFilters"
    ),
    route("GET /api/v1/users/{userId}", "GetUser", users.get),
    route("GET /api/v1/users/{username}/by-username", "GetUserByUsername", users.by_username),
    route("PATCH /api/v1/users/{userId}", "PatchUser", users.patch, "user:PatchUser", body="user"),
    route(
        "POST /api/v1/users/{userId}/password",
        "SetUserPassword",
        users.set_password,
        "password:string",
        body="password",
    ),
    route("GET /api/v1/users/setting", "GetUserSetting", users.settings),
    route("POST /api/v1/users/setting", "PostUserSetting", users.set_settings, "settings:[UserWebSetting]"),
    route("POST /api/v1/users/setting/reset", "ResetUserSetting", users.reset_settings, body=""),
    route(
        "POST /api/v1/users/activity",
        "PostUserActivity",
        users.note_activity,
        "activityType:user.ActivityType entityType:user.EntityType entityId:int32",
    ),
    route("GET /api/v1/master", "GetMaster", cluster.master, open=True),
    route("GET /api/v1/master/telemetry", "GetTelemetry", cluster.telemetry, open=True),
    route("GET /info", "", cluster.info, open=True),
]
