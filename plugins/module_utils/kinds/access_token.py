# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Access tokens, which have no name: the description stands for one of a user (facts-access 4; recordings
token-lifecycle, tokens-edge)."""

from __future__ import annotations

from typing import Any

from ..model.call import Call
from ..model.field import Field
from ..model.kind import Collection, Kind, Scope
from ..model.row import Column, Row
from ..when import duration
from .user import USER

LONGEST = "max"


def revoke(_body: Any) -> Row:
    return {"setRevoked": True}


def go_duration(lifespan: str, _context: Any = None) -> str:
    """A lifespan as the master takes it, whose units end with hours; -1 is the longest that it allows."""
    if lifespan == LONGEST:
        return "-1"
    return f"{int(duration(lifespan, 'lifespan').total_seconds())}s"


def checked_lifespan(lifespan: str) -> str:
    """Raises BadOption for what is no lifespan."""
    go_duration(lifespan)
    return lifespan


ACCESS_TOKEN = Kind(
    name="access_token",
    plural="access_tokens",
    # Those that have ended, or were revoked, are left out unless asked for.
    source=Collection("/api/v1/tokens", rows="tokenInfo"),
    key="description",
    scope=Scope(USER, column="user_id", api="userId", narrow=lambda row: {"username": row["username"]}),
    doubles=True,
    columns=(
        Column("id", "Id.", "int", 148),
        Column("description", "Description.", sample="monitoring"),
        Column("user_id", "Id of the user who it stands for.", "int", 3, api="userId"),
        Column("expiry_time", "When it ends.", sample="2026-12-23T23:58:57Z", api="expiry"),
        Column("creation_time", "When it was made.", sample="2026-11-23T23:58:57Z", api="createdAt"),
        Column("revoked", "Whether it was revoked, which is for good.", "bool", False),
    ),
    fields=(
        Field("description"),
        Field("lifespan", once=True, normal=checked_lifespan, encode=go_duration, update=None),
    ),
    create=Call("POST", "/api/v1/tokens"),
    update=Call("PATCH", "/api/v1/tokens/{id}", repeatable=True),
    delete=Call("PATCH", "/api/v1/tokens/{id}", wrap=revoke),
    defaults_on_create={"revoked": False},
    gone=lambda row: row["revoked"],
)  # fmt: skip
