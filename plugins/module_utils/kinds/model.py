# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Models of the registry, whose names are unique in the cluster (facts-access 8; recordings model-lifecycle,
model-names-edge)."""

from __future__ import annotations

from ..model.call import Call
from ..model.field import Field, Merge, sort_set
from ..model.kind import Collection, Kind, Scope
from ..model.row import Column
from ..model.web import page_column
from .model_parts import checked_labels, checked_name, move, version_count
from .workspace import WORKSPACE
from .workspace_parts import archive_verbs, archived

PATH = "/api/v1/models/{id}"

MODEL = Kind(
    name="model",
    plural="models",
    source=Collection(
        "/api/v1/models",
        rows="models",
        narrow=lambda name: {"name": name.replace("\\", "\\\\")},
        one=PATH,
        unwrap="model",
    ),
    scope=Scope(WORKSPACE, unique=False, api="workspaceId", lets_go=True, move=move),
    columns=(
        Column("id", "Id.", "int", 12),
        Column("name", "Name.", sample="resnet"),
        Column("description", "Description.", sample="Image classifier"),
        Column("notes", "Notes, Markdown.", sample="Trained on the data of 2026."),
        Column("labels", "Labels, in order.", "list", ["production"], decode=sort_set),
        Column("metadata", "Metadata.", "dict", {"task": "classification"}),
        Column("archived", "Whether it is archived.", "bool", False),
        Column("workspace_id", "Id of its workspace.", "int", 7, api="workspaceId"),
        Column("owner", "Name of the user who made it.", sample="ana", api="username"),
        Column("owner_id", "Id of that user.", "int", 3, api="userId"),
        Column("version_count", "Number of its versions.", "int", 4, api="numVersions"),
        Column("creation_time", "When it was made.", sample="2026-11-23T23:59:32Z", api="creationTime"),
        Column("last_updated_time", "When it was last changed, or archived.", sample="2026-11-24T08:10:00Z",
               api="lastUpdatedTime"),
        page_column("model", "id"),
    ),
    fields=(
        Field("name", normal=checked_name),
        Field("description", reset=""),
        Field("notes", reset=""),
        Field("labels", option={"type": "list", "elements": "str"}, merge=Merge.SET, normal=checked_labels),
        Field("metadata", option={"type": "dict"}, merge=Merge.MAP, mode="merge"),
    ),
    verbs=archive_verbs(PATH, lambda _row: None),
    create=Call("POST", "/api/v1/models", unwrap="model"),
    update=Call("PATCH", PATH, repeatable=True),
    delete=Call("DELETE", PATH),
    defaults_on_create={
        "archived": False, "description": "", "notes": "", "labels": [], "metadata": {}, "version_count": 0,
    },
    frozen=archived,
    force="force",
    dependents=version_count,
)  # fmt: skip
