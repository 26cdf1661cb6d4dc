# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Trials: what the master shows of them one by one, and in the list of an experiment."""

from __future__ import annotations

from ..model.call import Call
from ..model.field import Field, Verb
from ..model.kind import Collection, Kind
from ..model.row import Column
from ..model.states import bare_state
from ..model.web import page_column
from .experiment_parts import elsewhere, is_ending, is_over
from .trial_parts import FILES, PATH, REPORT, retain

# Read only where it is asked for: users may report hundreds of metrics.
SUMMARY = Column("summary_metrics", "What its metrics came to, by group and name.", "dict",
                 {"validation_metrics": {"loss": {"count": 1, "last": 0.21, "max": 0.21, "min": 0.21}}},
                 api="summaryMetrics")  # fmt: skip
SUMMARIES = (SUMMARY,)

TRIAL = Kind(
    name="trial",
    plural="trials",
    source=Collection("/api/v1/experiments/{scope}/trials", rows="trials", one=PATH, unwrap="trial"),
    columns=(
        Column("id", "Id, that of its run too.", "int", 36),
        Column("experiment_id", "Id of its experiment.", "int", 16, api="experimentId"),
        Column("state", "State.", sample="COMPLETED", decode=bare_state),
        Column("start_time", "When it began.", sample="2026-11-23T23:59:32Z", api="startTime"),
        Column("end_time", "When it ended; null before its end.", sample="2026-11-24T00:15:08Z", api="endTime"),
        Column("seconds", "Seconds that it has run.", "float", 960.0, api="wallClockTime"),
        Column("restarts", "How often it was started again.", "int", 0),
        Column("batches", "Batches that it has processed.", "int", 937, api="totalBatchesProcessed"),
        Column("checkpoint_count", "Number of its checkpoints.", "int", 1, api="checkpointCount"),
        Column("checkpoint_bytes", "Bytes of its checkpoints.", "int", 1073741824, api="totalCheckpointSize"),
        Column("searcher_metric_value", "The best value of the metric that the searcher goes by.", "float", 0.21,
               api="searcherMetricValue"),
        Column("best_validation", "The best validation; null where there is none.", "dict", parts=REPORT,
               api="bestValidation"),
        Column("latest_validation", "The latest validation; null where there is none.", "dict", parts=REPORT,
               api="latestValidation"),
        Column("best_checkpoint", "The best checkpoint; null where there is none.", "dict", parts=FILES,
               api="bestCheckpoint"),
        Column("warm_start_uuid", "Uuid of the checkpoint that it began with; empty where there is none.", sample="",
               api="warmStartCheckpointUuid"),
        Column("task_ids", "Ids of its tasks, the latest last.", "list", ["16.f8ee437b-3da9-4d21-ac8a-29807c9edfa4"],
               api="taskIds"),
        Column("runner_state", "What its container says that it does.", sample="", api="runnerState"),
        Column("log_retention_days", "Days that its logs are kept after its end; null for the master's own setting.",
               "int", 30, api="logRetentionDays"),
        Column("hparams", "Hyperparameters, by the names that its users gave them.", "dict", {"lr": 0.01}),
        Column("metadata", "Metadata, as its users wrote them; null where there are none.", "dict",
               {"dataset": {"name": "coco"}}),
        page_column("trial", "id"),
    ),
    fields=(
        Field("log_retention_days", option={"type": "int"}, create=None, send=retain, act="log_retention"),
    ),
    verbs=(
        # One that ended meanwhile is not found any more.
        Verb("killed", Call("POST", PATH + "/kill"), is_over, {"state": "CANCELED"}, elsewhere, reached=is_over,
             begun=is_ending),
    ),
)  # fmt: skip
