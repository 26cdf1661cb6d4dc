# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept for others to use: templates, models and their versions."""

from __future__ import annotations

from ..areas import model_versions, models, templates
from ..fields import enum, message
from . import route
from .access import PAGE

enum("determined.api.v1.GetTemplatesRequest.SortBy", "SORT_BY_UNSPECIFIED SORT_BY_NAME")
enum(
    "determined.api.v1.GetModelsRequest.SortBy",
    "SORT_BY_UNSPECIFIED SORT_BY_NAME SORT_BY_DESCRIPTION SORT_BY_CREATION_TIME=4 SORT_BY_LAST_UPDATED_TIME"
    " SORT_BY_NUM_VERSIONS SORT_BY_WORKSPACE",
)
enum(
    "determined.api.v1.GetModelVersionsRequest.SortBy",
    "SORT_BY_UNSPECIFIED SORT_BY_VERSION=3 SORT_BY_CREATION_TIME",
)
message("Template", "name:string config:object workspaceId:int32")
message(
    "PatchModel",
    "name:string? description:string? metadata:object labels:list? notes:string? workspaceName:string?"
    " workspaceId:int32?",
)
message("PatchModelVersion", "name:string? metadata:object comment:string? labels:list? notes:string?")

MODEL = "/api/v1/models/{modelName}"
VERSION = MODEL + "/versions/{modelVersionNum}"
NUMBER = "modelVersionNum:int32 "
USERS = "trialSourceInfoType:trial.TrialSourceInfoType metricGroup:string?"

TABLE = [
    route(
        "GET /api/v1/templates",
        "GetTemplates",
        templates.list_templates,
        PAGE + "sortBy:GetTemplates.SortBy name:string workspaceIds:[int32]",
    ),
    route("GET /api/v1/templates/{templateName}", "GetTemplate", templates.get),
    route(
        "POST /api/v1/templates/{template.name}",
        "PostTemplate",
        templates.create,
        "template:Template",
        body="template",
    ),
    route("PUT /api/v1/templates/{template.name}", "PutTemplate", templates.put, "template:Template", body="template"),
    route(
        "PATCH /api/v1/templates/{templateName}",
        "PatchTemplateConfig",
        templates.patch_config,
        "config:object",
        body="config",
    ),
    route("PATCH /api/v1/template/rename", "PatchTemplateName", templates.rename, "oldName:string newName:string"),
    route("DELETE /api/v1/templates/{templateName}", "DeleteTemplate", templates.delete),
    route(
        "GET /api/v1/models",
        "GetModels",
        models.list_models,
        PAGE + "sortBy:GetModels.SortBy name:string description:string labels:[string] archived:bool? users:[string]"
        " workspaceNames:[string] userIds:[int32] id:int32 workspaceIds:[int32]",
    ),
    route(
        "POST /api/v1/models",
        "PostModel",
        models.create,
        "name:string description:string metadata:object labels:[string] workspaceName:string? workspaceId:int32?"
        " notes:string",
    ),
    route("GET /api/v1/model/labels", "GetModelLabels", models.labels, "workspaceId:int32"),
    route(f"GET {MODEL}", "GetModel", models.get),
    route(f"PATCH {MODEL}", "PatchModel", models.patch, "model:PatchModel", body="model"),
    route(f"DELETE {MODEL}", "DeleteModel", models.delete),
    route(f"POST {MODEL}/archive", "ArchiveModel", models.archive, body=""),
    route(f"POST {MODEL}/unarchive", "UnarchiveModel", models.unarchive, body=""),
    route(f"POST {MODEL}/move", "MoveModel", models.move, "destinationWorkspaceId:int32"),
    route(
        f"GET {MODEL}/versions",
        "GetModelVersions",
        model_versions.list_versions,
        PAGE + "sortBy:GetModelVersions.SortBy",
    ),
    route(
        f"POST {MODEL}/versions",
        "PostModelVersion",
        model_versions.create,
        "checkpointUuid:string name:string comment:string metadata:object labels:[string] notes:string",
    ),
    route(f"GET {VERSION}", "GetModelVersion", model_versions.get, NUMBER),
    route(
        f"PATCH {VERSION}",
        "PatchModelVersion",
        model_versions.patch,
        NUMBER + "modelVersion:PatchModelVersion",
        body="modelVersion",
    ),
    route(f"DELETE {VERSION}", "DeleteModelVersion", model_versions.delete, NUMBER),
    route(
        f"GET {VERSION}/metrics",
        "GetTrialMetricsByModelVersion",
        model_versions.metrics_of_version,
        NUMBER + USERS,
    ),
    route(
        "GET /api/v1/checkpoints/{checkpointUuid}/metrics",
        "GetTrialMetricsByCheckpoint",
        model_versions.metrics_of_checkpoint,
        "checkpointUuid:string " + USERS,
    ),
]
