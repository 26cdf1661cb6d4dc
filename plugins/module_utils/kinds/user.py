# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users (facts-access 3; recordings user-create, user-patch, user-names-edge)."""

from __future__ import annotations

from ..model.call import Call
from ..model.field import Field
from ..model.kind import Collection, Kind
from ..model.row import Column
from .user_parts import (
    UNIX_IDENTITY,
    check_user,
    creation,
    encode_identity,
    fixed_accounts,
    hashed_password,
    identity_options,
    not_for_remote,
    password_is_wrong,
    switch_off,
    update,
)

USER = Kind(
    name="user",
    plural="users",
    source=Collection(
        "/api/v1/users",
        rows="users",
        one="/api/v1/users/{id}",
        one_named="/api/v1/users/{username}/by-username",
        unwrap="user",
    ),
    key="username",
    columns=(
        Column("id", "Id.", "int", 3),
        Column("username", "Name to log in with.", sample="ana"),
        Column("display_name", "Name that the web UI shows; empty where there is none.", sample="Ana R",
               api="displayName"),
        Column("active", "Whether the user may log in.", "bool", True),
        Column("admin", "Whether the user is an administrator; without meaning where RBAC is on.", "bool", False),
        Column("remote", "Whether the user logs in by single sign-on only.", "bool", False),
        Column("agent_user_group", "The Unix user and group that the user's tasks run as; null where none is set.",
               "dict", {"uid": 1014, "user": "ana", "gid": 1014, "group": "ana"}, api="agentUserGroup",
               decode=identity_options),
        Column("last_login", "When the user last logged in; null before the first time.",
               sample="2026-11-23T23:59:32Z", api="lastAuthAt"),
        Column("modified", "When the user was changed last.", sample="2026-11-23T23:59:32Z", api="modifiedAt"),
    ),
    fields=(
        Field("username", refuses=not_for_remote),
        Field("display_name", "displayName", reset=""),
        # The update takes a missing "active" for false and revokes every access token of the user (facts-access 3).
        Field("active", option={"type": "bool"}, always_sent=True),
        Field("admin", option={"type": "bool"}),
        Field("remote", option={"type": "bool"}),
        Field("agent_user_group", "agentUserGroup", UNIX_IDENTITY, encode=encode_identity),
        Field("password", option={"type": "str", "no_log": True}, encode=hashed_password, secret=True, reset="",
              is_wrong=password_is_wrong, refuses=not_for_remote),
    ),
    create=Call("POST", "/api/v1/users", wrap=creation, unwrap="user"),
    update=Call("PATCH", "/api/v1/users/{id}", wrap=update, repeatable=True),
    delete=Call("PATCH", "/api/v1/users/{id}", wrap=switch_off, repeatable=True),
    gone=lambda row: not row["active"],
    alive={"active": True},
    defaults_on_create={"active": True, "admin": False, "remote": False, "display_name": ""},
    builtin=fixed_accounts,
    force="allow_lockout",
    check=check_user,
)  # fmt: skip
