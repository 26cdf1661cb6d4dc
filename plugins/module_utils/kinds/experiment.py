# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Experiments: what can be changed on one, and its states (facts-experiments)."""

from __future__ import annotations

from typing import Any

from ..model.call import Call
from ..model.field import Field, Verb
from ..model.kind import Collection, Kind
from ..model.row import Column
from ..model.states import bare_state
from ..model.web import page_column
from .experiment_parts import (
    PATH,
    POLICY,
    bulk,
    change_labels,
    command,
    counts,
    delete_failed,
    in_any_order,
    is_active,
    is_deleting,
    is_ending,
    is_over,
    is_paused,
    move,
    needs_no_more,
    not_ended,
    not_steerable,
    not_to_archive,
    not_to_continue,
    not_to_move,
    not_to_retain,
    not_to_stop,
    patch_policy,
    policy,
    project_path,
    retain,
)

COUNTS = {"type": "dict", "options": {name: {"type": "int"} for name in POLICY}}
LABELS = {"type": "list", "elements": "str"}


def resource(name: str, doc: str, sample: Any, kind: str = "int") -> Column:
    return Column(name, doc, kind, sample, api="config.resources." + name)


EXPERIMENT = Kind(
    name="experiment",
    plural="experiments",
    source=Collection("/api/v1/experiments", rows="experiments", one=PATH, unwrap="experiment"),
    columns=(
        Column("id", "Id.", "int", 16),
        Column("name", "Name.", sample="detr_coco"),
        Column("description", "Description.", sample="Object detection"),
        Column("notes", "Notes, Markdown.", sample=""),
        Column("labels", "Labels, in order.", "list", ["baseline"], decode=in_any_order),
        Column("state", "State.", sample="COMPLETED", decode=bare_state),
        Column("archived", "Whether it is archived.", "bool", False),
        Column("unmanaged", "Whether the master only keeps its results.", "bool", False),
        Column("external_id", "Its id outside of the cluster; null where it has none.", sample="sweep-7",
               api="externalExperimentId"),
        Column("owner", "Name of its owner.", sample="ana", api="username"),
        Column("owner_id", "Id of its owner.", "int", 3, api="userId"),
        Column("project", "Its project, as workspace/project.", sample="vision/detr", api=".", decode=project_path),
        Column("project_id", "Id of its project.", "int", 12, api="projectId"),
        Column("workspace", "Name of its workspace.", sample="vision", api="workspaceName"),
        Column("workspace_id", "Id of its workspace.", "int", 7, api="workspaceId"),
        Column("start_time", "When it began.", sample="2026-11-23T23:59:32Z", api="startTime"),
        Column("end_time", "When it ended; null before its end.", sample="2026-11-24T00:15:08Z", api="endTime"),
        Column("duration", "Seconds from its beginning to its end.", "int", 960),
        Column("progress", "How far it is, from 0 to 1.", "float", 1.0),
        Column("trial_count", "Number of its trials.", "int", 8, api="numTrials"),
        Column("checkpoint_count", "Number of its checkpoints.", "int", 12, api="checkpointCount"),
        Column("checkpoint_bytes", "Bytes of its checkpoints.", "int", 1073741824, api="checkpointSize"),
        Column("searcher_type", "Name of its searcher.", sample="adaptive_asha", api="searcherType"),
        Column("searcher_metric", "Metric that its searcher goes by.", sample="loss", api="searcherMetric"),
        Column("forked_from", "Id of the experiment that it was made from; null where there is none.", "int", 12,
               api="forkedFrom"),
        Column("job_id", "Id of its job in the queue.", sample="9cee3d73-7534-420d-a3f5-b8f3402c988c", api="jobId"),
        Column("resource_pool", "Resource pool.", sample="gpu", api="resourcePool"),
        resource("max_slots", "The most slots that it may use.", 8),
        resource("weight", "Its weight for the fair share scheduler.", 1.0, "float"),
        resource("priority", "Its priority.", 42),
        Column("checkpoint_policy", "How many checkpoints are kept.", "dict", dict.fromkeys(POLICY, 1),
               api="config.checkpoint_storage", decode=counts),
        Column("log_retention_days", "Days that its logs are kept after its end; null for the master's own setting.",
               "int", 30, api="config.retention_policy.log_retention_days"),
        page_column("experiment", "id"),
    ),
    fields=(
        Field("project_id", option={"type": "int"}, send=move, refuses=not_to_move, act="move",
              bulk=bulk("move", value="destinationProjectId")),
        Field("name"),
        Field("description", reset=""),
        Field("notes", reset=""),
        Field("labels", option=LABELS, reset=[], normal=in_any_order, send=change_labels),
        Field("max_slots", "resources.maxSlots", {"type": "int"}, refuses=not_steerable),
        Field("weight", "resources.weight", {"type": "float"}, refuses=not_steerable),
        Field("priority", "resources.priority", {"type": "int"}, refuses=not_steerable),
        Field("checkpoint_policy", option=COUNTS, normal=policy, send=patch_policy),
        Field("log_retention_days", option={"type": "int"}, send=retain, refuses=not_to_retain,
              act="log_retention", bulk=bulk("retain_logs", "PUT", value="numDays", chunk=100)),
    ),
    verbs=(
        Verb("archived", command("archive"), lambda row: row["archived"], {"archived": True}, not_to_archive,
             bulk=bulk("archive")),
        Verb("unarchived", command("unarchive"), lambda row: not row["archived"], {"archived": False}, first=True,
             bulk=bulk("unarchive")),
        Verb("active", command("activate"), is_active, {"state": "ACTIVE"}, not_steerable,
             bulk=bulk("activate")),
        Verb("paused", command("pause"), is_paused, {"state": "PAUSED"}, not_steerable,
             bulk=bulk("pause")),
        Verb("continued", Call("POST", "/api/v1/experiments/continue", keys=("id",)), needs_no_more,
             {"state": "ACTIVE"}, not_to_continue, irreversible=True),
        Verb("canceled", command("cancel"), is_over, {"state": "CANCELED"}, not_to_stop, reached=is_over,
             begun=is_ending, bulk=bulk("cancel", irreversible=True)),
        Verb("killed", command("kill"), is_over, {"state": "CANCELED"}, not_to_stop, reached=is_over,
             begun=is_ending, bulk=bulk("kill", irreversible=True)),
    ),
    create=Call("POST", "/api/v1/experiments", unwrap="experiment"),
    update=Call("PATCH", PATH, repeatable=True),
    delete=Call("DELETE", PATH),
    bulk_delete=bulk("delete", "DELETE", chunk=10, irreversible=True, wait=True),
    refuses_delete=not_ended,
    deleting=is_deleting,
    failed=delete_failed,
    survives=True,
)  # fmt: skip
