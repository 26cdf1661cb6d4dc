# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The model registry: versions of models, each of which is a checkpoint."""

from __future__ import annotations

import json
import sqlite3
import uuid

from .. import paging
from ..errors import internal
from ..objects import Table
from ..parents import ARCHIVED, require_open
from ..permissions import may_see, missing, require
from ..refusals import absent
from . import checkpoints, metrics, models

ORDER = 51
# Of one trial.
MOST_METRICS = 1000
TABLE = Table(
    "model_versions",
    """
                    |                                         | model:Model
                    |                                         | checkpoint:Checkpoint
    version         | integer not null                        | version:int32
    created_at      | integer not null                        | creationTime:timestamp
    id              | integer primary key autoincrement       | id:int32
    name            | text not null                           | name:string
    metadata        | text not null                           | metadata:object
    updated_at      | integer not null                        | lastUpdatedTime:timestamp?
    comment         | text not null                           | comment:string
    username        |                                         | username:string
    user_id         | integer not null references users (id)  | userId:int32
    labels          | text not null                           | labels:[string]
    notes           | text not null                           | notes:string
    model_id        | integer not null references models (id) |
    checkpoint_uuid | text not null                           |
    """,
    constraints=("unique (model_id, version)",),
)
SCHEMA = TABLE.schema + "create index if not exists model_versions_checkpoint on model_versions (checkpoint_uuid);"

_SELECT = "select v.*, u.username from model_versions v join users u on u.id = v.user_id "


def _checkpoint(call, checkpoint: str) -> dict | None:
    """A checkpoint as the API shows it, None for an unknown one."""
    return checkpoints.shown_by_uuid(call, checkpoint)


def shown(call, row: sqlite3.Row, model: dict, **changed) -> dict:
    """A version with its model; some calls leave parts of it unset, which `changed` says."""
    return TABLE.shown(row, model=model, checkpoint=_checkpoint(call, row["checkpoint_uuid"]), **changed)


def _find(call, request) -> tuple[sqlite3.Row, sqlite3.Row]:
    """(model, version) of the path, 404."""
    model = models.find(call, request["modelName"])
    number = request["modelVersionNum"]
    row = call.db.row(_SELECT + "where v.model_id = ? and v.version = ?", model["id"], number)
    if row is None:
        raise absent("model version", number, models.quoted(request["modelName"]))
    return model, row


def get(call, request):
    model, row = _find(call, request)
    models.find_visible(call, request["modelName"])
    return {"modelVersion": shown(call, row, models.shown(model))}


def list_versions(call, request):
    model = models.find_visible(call, request["modelName"])
    column = "created_at" if request["sortBy"] == "SORT_BY_CREATION_TIME" else "version"
    direction = "desc" if request["orderBy"] == "ORDER_BY_DESC" else "asc"
    rows = call.db.rows(f"{_SELECT} where v.model_id = ? order by v.{column} {direction}, v.id", model["id"])
    page, pagination = paging.in_memory(request, rows)
    return {
        "model": models.shown(model),
        "modelVersions": [shown(call, row, models.shown(model, workspaceId=0)) for row in page],
        "pagination": pagination,
    }


def _require_completed(call, checkpoint: str) -> None:
    try:
        uuid.UUID(checkpoint)
    except ValueError:
        raise internal(
            "error running query: get_checkpoint: ERROR: invalid input syntax for type uuid:"
            f" {models.quoted(checkpoint)} (SQLSTATE 22P02)"
        ) from None
    found = _checkpoint(call, checkpoint)
    if found is None:
        raise missing(call, "checkpoint", checkpoint)
    if found["state"] != "STATE_COMPLETED":
        raise internal(
            f"checkpoint {checkpoint} is in {found['state']} state. checkpoints for model versions must be in a"
            " COMPLETED state"
        )


def create(call, request):
    """The next number after the highest that is left."""
    model = models.find_editable(call, request["modelName"])
    require_open(ARCHIVED, model["archived"], "models", "model_versions", "make", models.quoted(model["name"]))
    _require_completed(call, request["checkpointUuid"])
    now = call.now()
    version_id = call.db.insert(
        "model_versions",
        model_id=model["id"],
        version=call.db.value(
            "select coalesce(max(version), 0) + 1 from model_versions where model_id = ?", model["id"]
        ),
        checkpoint_uuid=request["checkpointUuid"].lower(),
        name=request["name"],
        comment=request["comment"],
        metadata=json.dumps(request.get("metadata", {})),
        labels=json.dumps(models.split_labels(request["labels"])),
        notes=request["notes"],
        user_id=call.user["id"],
        created_at=now,
        updated_at=now,
    )
    row = call.db.row(_SELECT + "where v.id = ?", version_id)
    before = models.shown(model, workspaceId=0, userId=0)
    return {"modelVersion": shown(call, row, before, lastUpdatedTime=None, userId=0, notes="")}


def patch(call, request):
    model, row = _find(call, request)
    models.find_editable(call, request["modelName"])
    columns = models.changes(row, request["modelVersion"])
    if not columns:
        return {"modelVersion": shown(call, row, models.shown(model))}
    call.db.update("model_versions", row["id"], **columns, updated_at=call.now())
    row = call.db.row(_SELECT + "where v.id = ?", row["id"])
    model_shown = models.shown(model, workspaceId=0, userId=0)
    return {"modelVersion": shown(call, row, model_shown, lastUpdatedTime=None, username="", userId=0)}


def delete(call, request):
    model, row = _find(call, request)
    models.require_delete(call, "MODEL_VERSION", model["workspace_id"], (row["user_id"], model["user_id"]))
    call.db.run("delete from model_versions where id = ?", row["id"])
    return {}


def _metrics_of_users(call, request, where: str, *args) -> dict:
    """The metrics of trials that said that they began with something, as far as the user may see them."""
    if request["trialSourceInfoType"] != "TRIAL_SOURCE_INFO_TYPE_UNSPECIFIED":
        where, args = f"{where} and s.type = ?", (*args, request["trialSourceInfoType"])
    infos = call.db.rows(
        "select s.trial_id, p.workspace_id from trial_source_infos s join runs r on r.id = s.trial_id"
        f" join projects p on p.id = r.project_id where {where} order by s.rowid",
        *args,
    )
    found = []
    for info in infos:
        if may_see(call, "VIEW_EXPERIMENT_ARTIFACTS", info["workspace_id"]):
            found += call.db.rows(
                "select * from metrics where trial_id = ? and not archived and grp = coalesce(?, grp)"
                " order by trial_run_id, total_batches, id limit ?",
                info["trial_id"],
                request.get("metricGroup"),
                MOST_METRICS,
            )
    return {"metrics": [metrics.reported(row) for row in found]}


def metrics_of_version(call, request):
    model, row = _find(call, request)
    models.find_visible(call, request["modelName"])
    return _metrics_of_users(call, request, "s.model_id = ? and s.model_version = ?", model["id"], row["version"])


def metrics_of_checkpoint(call, request):
    row = checkpoints.find(call, request["checkpointUuid"])
    require(call, "VIEW_EXPERIMENT_ARTIFACTS", row["workspace_id"])
    return _metrics_of_users(call, request, "s.checkpoint_uuid = ?", row["uuid"])
