# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workspaces (facts-access 14; recordings workspace*, project-archive-move-delete)."""

from __future__ import annotations

from ..model.call import Call
from ..model.field import Field
from ..model.kind import Collection, Kind
from ..model.row import Column
from ..model.states import bare_workspace_state
from ..model.web import page_column
from .workspace_parts import (
    STORAGE,
    UNIX_USER,
    agent_user_group,
    archive_verbs,
    delete_failed,
    deleting,
    exact_name,
    frozen,
    group_options,
    held,
    immutable,
    masked,
    pin,
    refuse_webhooks,
    same_storage,
    storage,
)

AGENT_GROUP = {"type": "dict", "options": UNIX_USER, "required_together": [["uid", "user"], ["gid", "group"]]}

WORKSPACE = Kind(
    name="workspace",
    plural="workspaces",
    source=Collection(
        "/api/v1/workspaces",
        rows="workspaces",
        narrow=exact_name,
        one="/api/v1/workspaces/{id}",
        unwrap="workspace",
    ),
    columns=(
        Column("id", "Id.", "int", 7),
        Column("name", "Name.", sample="vision"),
        Column("archived", "Whether it is archived.", "bool", False),
        Column("pinned", "Whether the calling user has pinned it in the web UI.", "bool", False),
        Column("immutable", "Whether it is built in and cannot be changed.", "bool", False),
        Column("state", "State of its deletion; UNSPECIFIED where none was asked for.", sample="UNSPECIFIED",
               decode=bare_workspace_state),
        Column("error_message", "Why its deletion failed.", sample="", api="errorMessage"),
        Column("owner", "Name of the user who made it.", sample="ana", api="username"),
        Column("owner_id", "Id of that user.", "int", 3, api="userId"),
        Column("project_count", "Number of its projects.", "int", 2, api="numProjects"),
        Column("experiment_count", "Number of its experiments.", "int", 40, api="numExperiments"),
        Column("default_compute_pool", "Resource pool for tasks that need slots.", sample="gpu",
               api="defaultComputePool"),
        Column("default_aux_pool", "Resource pool for tasks that need none.", sample="cpu", api="defaultAuxPool"),
        Column("agent_user_group", "The Unix user and group that its tasks run as.", "dict", {"uid": 5, "user": "ana"},
               api="agentUserGroup", decode=group_options),
        Column("checkpoint_storage", "Where its experiments keep checkpoints; secrets are masked. Lists leave it out.",
               "dict", {"type": "s3", "bucket": "b"}, api="checkpointStorageConfig", decode=storage, detail=True),
        page_column("workspace", "id"),
    ),
    fields=(
        Field("name"),
        Field("default_compute_pool", "defaultComputePool", update="defaultComputeResourcePool", reset=""),
        Field("default_aux_pool", "defaultAuxPool", update="defaultAuxResourcePool", reset=""),
        Field("checkpoint_storage", "checkpointStorageConfig", {"type": "dict", "options": STORAGE}, normal=storage,
              reset={}, same=same_storage, show=masked),
        Field("agent_user_group", "agentUserGroup", AGENT_GROUP, reset={}, normal=storage, encode=agent_user_group),
        Field("pinned", option={"type": "bool"}, create=None, send=pin, mutable_when_archived=True),
    ),
    verbs=archive_verbs("/api/v1/workspaces/{id}", immutable),
    create=Call("POST", "/api/v1/workspaces", unwrap="workspace"),
    update=Call("PATCH", "/api/v1/workspaces/{id}", repeatable=True),
    delete=Call("DELETE", "/api/v1/workspaces/{id}"),
    defaults_on_create={"pinned": True, "archived": False},
    frozen=frozen,
    builtin=immutable,
    refuses_delete=immutable,
    force="force",
    dependents=held,
    deleting=deleting,
    failed=delete_failed,
    check=refuse_webhooks,
)  # fmt: skip
