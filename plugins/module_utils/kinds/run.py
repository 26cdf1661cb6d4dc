# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs: what the master's search shows of them (facts-experiments, Runs). A run is the same as a trial."""

from __future__ import annotations

from typing import Any

from ..model.field import Field, Merge, Verb
from ..model.kind import Collection, Kind, Paging
from ..model.row import Column
from ..model.states import bare_state
from ..model.web import page_column
from .experiment_parts import (
    elsewhere,
    in_any_order,
    is_active,
    is_ending,
    is_over,
    is_paused,
    not_ended,
    project_path,
)
from .run_parts import MOVE, bulk, not_to_move, not_to_steer, same_metadata, set_metadata


def of_experiment(name: str, api: str, doc: str, sample: Any, kind: str = "str") -> Column:
    return Column(name, doc, kind, sample, api="experiment." + api)


RUN = Kind(
    name="run",
    plural="runs",
    source=Collection("/api/v1/runs", rows="runs", paging=Paging.SEARCH),
    columns=(
        Column("id", "Id, that of its trial too.", "int", 36),
        Column("local_id", "Its id inside of its project.", sample="DETR-7", api="localId"),
        of_experiment("name", "name", "Name of its experiment.", "detr_coco"),
        of_experiment("description", "description", "Description of its experiment.", "Object detection"),
        Column("labels", "Labels of its experiment, in order.", "list", ["baseline"], decode=in_any_order),
        Column("state", "State.", sample="COMPLETED", decode=bare_state),
        Column("archived", "Whether it, or its experiment, is archived.", "bool", False),
        Column("parent_archived", "Whether its project or its workspace is archived.", "bool", False,
               api="parentArchived"),
        of_experiment("unmanaged", "unmanaged", "Whether the master only keeps its results.", False, "bool"),
        Column("external_id", "Its id outside of the cluster; null where it has none.", sample="sweep-7-1",
               api="externalRunId"),
        Column("owner_id", "Id of its owner.", "int", 3, api="userId"),
        of_experiment("experiment_id", "id", "Id of its experiment.", 16, "int"),
        of_experiment("multi_trial", "isMultitrial", "Whether its experiment has many trials.", False, "bool"),
        Column("project", "Its project, as workspace/project.", sample="vision/detr", api=".", decode=project_path),
        Column("project_id", "Id of its project.", "int", 12, api="projectId"),
        Column("workspace", "Name of its workspace.", sample="vision", api="workspaceName"),
        Column("workspace_id", "Id of its workspace.", "int", 7, api="workspaceId"),
        Column("start_time", "When it began.", sample="2026-11-23T23:59:32Z", api="startTime"),
        Column("end_time", "When it ended; null before its end.", sample="2026-11-24T00:15:08Z", api="endTime"),
        Column("duration", "Seconds from its beginning to its end.", "int", 960),
        of_experiment("progress", "progress", "How far its experiment is, from 0 to 1.", 1.0, "float"),
        Column("checkpoint_count", "Number of its checkpoints.", "int", 12, api="checkpointCount"),
        Column("checkpoint_bytes", "Bytes of its checkpoints.", "int", 1073741824, api="checkpointSize"),
        of_experiment("searcher_type", "searcherType", "Name of the searcher.", "adaptive_asha"),
        of_experiment("searcher_metric", "searcherMetric", "Metric that the searcher goes by.", "loss"),
        Column("searcher_metric_value", "The best value of that metric; null where there is none.", "float", 0.21,
               api="searcherMetricValue"),
        of_experiment("resource_pool", "resourcePool", "Resource pool.", "gpu"),
        Column("log_retention_days", "Days that its logs are kept after its end; null where the master does not tell.",
               "int", 30, api="logRetentionDays"),
        Column("hparams", "Hyperparameters, by the names that its users gave them.", "dict", {"lr": 0.001},
               api="hyperparameters"),
        Column("summary_metrics", "What its metrics came to, by group and name.", "dict",
               {"validation_metrics": {"loss": {"count": 1, "last": 0.21, "max": 0.21, "min": 0.21}}},
               api="summaryMetrics"),
        Column("metadata", "Metadata, as its users wrote them; null where there are none.", "dict",
               {"dataset": {"name": "coco"}}),
        page_column("run", "id"),
    ),
    fields=(
        Field("project_id", option={"type": "int"}, create=None, refuses=not_to_move, act="move", bulk=MOVE),
        Field("metadata", option={"type": "dict"}, create=None, merge=Merge.MAP, mode="merge", same=same_metadata,
              send=set_metadata),
    ),
    # The master has bulk calls for runs only.
    verbs=(
        Verb("archived", None, lambda row: row["archived"], {"archived": True}, not_ended, bulk=bulk("archive")),
        Verb("unarchived", None, lambda row: not row["archived"], {"archived": False}, first=True,
             bulk=bulk("unarchive")),
        Verb("active", None, is_active, {"state": "ACTIVE"}, not_to_steer, bulk=bulk("resume")),
        Verb("paused", None, is_paused, {"state": "PAUSED"}, not_to_steer, bulk=bulk("pause")),
        Verb("killed", None, is_over, {"state": "CANCELED"}, elsewhere, reached=is_over, begun=is_ending,
             bulk=bulk("kill", irreversible=True, wait=True)),
    ),
    bulk_delete=bulk("delete", irreversible=True),
    refuses_delete=not_ended,
)  # fmt: skip
