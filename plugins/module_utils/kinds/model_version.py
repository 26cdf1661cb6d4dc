# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Versions of models: registered checkpoints, numbered inside of their model (facts-access 8; recordings model-version,
versions-edge)."""

from __future__ import annotations

from ..model.call import Call
from ..model.field import Field, Fixed, Merge, sort_set
from ..model.kind import Collection, Kind, Scope
from ..model.row import Column
from ..model.web import page_column
from .model import MODEL
from .model_parts import checked_labels, checked_uuid
from .workspace_parts import archived

LIST = "/api/v1/models/{scope}/versions"
PATH = LIST + "/{version}"
ANOTHER = "a version stays that of its checkpoint. Register the other checkpoint as a version of its own."

MODEL_VERSION = Kind(
    name="model_version",
    plural="model_versions",
    source=Collection(LIST, rows="modelVersions", one=PATH, unwrap="modelVersion"),
    # The master registers a checkpoint as often as it is told to, so the checkpoint is what tells versions apart.
    key="checkpoint_uuid",
    ident="version",
    doubles=True,
    scope=Scope(MODEL, column="model_id", refuses=archived),
    columns=(
        Column("version", "Number of the version. The master gives the number of a deleted last version again.", "int",
               3),
        Column("checkpoint_uuid", "Uuid of its checkpoint.", sample="ece02f52-48da-4222-92d7-c2c6a05d7894",
               api="checkpoint.uuid"),
        Column("name", "Name; empty where it has none.", sample="after the audit"),
        Column("comment", "Comment.", sample="Trained on all data."),
        Column("notes", "Notes, Markdown.", sample="Do not use for night images."),
        Column("labels", "Labels, in order.", "list", ["production"], decode=sort_set),
        Column("metadata", "Metadata.", "dict", {"commit": "4f2a9c1"}),
        Column("model", "Name of its model.", sample="resnet", api="model.name"),
        Column("model_id", "Id of its model.", "int", 12, api="model.id"),
        Column("experiment_id", "Id of the experiment of its checkpoint; null where there is none.", "int", 16,
               api="checkpoint.training.experimentId"),
        Column("trial_id", "Id of the trial of its checkpoint; null where there is none.", "int", 36,
               api="checkpoint.training.trialId"),
        Column("owner", "Name of the user who registered it.", sample="ana", api="username"),
        Column("owner_id", "Id of that user.", "int", 3, api="userId"),
        Column("creation_time", "When it was registered.", sample="2026-11-23T23:59:32Z", api="creationTime"),
        Column("last_updated_time", "When it was last changed; null before the first time.",
               sample="2026-11-24T08:10:00Z", api="lastUpdatedTime"),
        page_column("model_version", "model.id", "version"),
    ),
    fields=(
        Field("checkpoint_uuid", "checkpointUuid", normal=checked_uuid, change=Fixed(ANOTHER), update=None),
        Field("name", reset=""),
        Field("comment", reset=""),
        Field("notes", reset=""),
        Field("labels", option={"type": "list", "elements": "str"}, merge=Merge.SET, normal=checked_labels),
        Field("metadata", option={"type": "dict"}, merge=Merge.MAP, mode="merge"),
    ),
    create=Call("POST", LIST, unwrap="modelVersion"),
    update=Call("PATCH", PATH, repeatable=True),
    delete=Call("DELETE", PATH),
    defaults_on_create={"name": "", "comment": "", "notes": "", "labels": [], "metadata": {}},
)  # fmt: skip
