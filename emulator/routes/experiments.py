# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Experiments, trials, metrics, checkpoints, runs."""

from __future__ import annotations

from ..areas import (
    checkpoints,
    columns,
    experiments,
    hp_search,
    lifecycle,
    metrics,
    model_definitions,
    runs,
    searches,
    trials,
)
from ..fields import enum, message
from . import route
from .access import PAGE

enum(
    "determined.experiment.v1.State",
    "STATE_UNSPECIFIED STATE_ACTIVE STATE_PAUSED STATE_STOPPING_COMPLETED STATE_STOPPING_CANCELED STATE_STOPPING_ERROR"
    " STATE_COMPLETED STATE_CANCELED STATE_ERROR STATE_DELETED STATE_DELETING STATE_DELETE_FAILED STATE_STOPPING_KILLED"
    " STATE_QUEUED STATE_PULLING STATE_STARTING STATE_RUNNING",
)
enum(
    "determined.trial.v1.State",
    "STATE_UNSPECIFIED STATE_ACTIVE STATE_PAUSED STATE_STOPPING_CANCELED STATE_STOPPING_KILLED STATE_STOPPING_COMPLETED"
    " STATE_STOPPING_ERROR STATE_CANCELED STATE_COMPLETED STATE_ERROR STATE_QUEUED STATE_PULLING STATE_STARTING"
    " STATE_RUNNING",
)
enum(
    "determined.checkpoint.v1.State",
    "STATE_UNSPECIFIED STATE_ACTIVE STATE_COMPLETED STATE_ERROR STATE_DELETED STATE_PARTIALLY_DELETED",
)
enum(
    "determined.checkpoint.v1.SortBy",
    "SORT_BY_UNSPECIFIED SORT_BY_UUID SORT_BY_TRIAL_ID SORT_BY_BATCH_NUMBER SORT_BY_END_TIME SORT_BY_STATE"
    " SORT_BY_SEARCHER_METRIC",
)
enum(
    "determined.api.v1.GetExperimentsRequest.SortBy",
    "SORT_BY_UNSPECIFIED SORT_BY_ID SORT_BY_DESCRIPTION SORT_BY_START_TIME=4 SORT_BY_END_TIME SORT_BY_STATE"
    " SORT_BY_NUM_TRIALS=8 SORT_BY_PROGRESS SORT_BY_USER SORT_BY_NAME SORT_BY_FORKED_FROM SORT_BY_RESOURCE_POOL"
    " SORT_BY_PROJECT_ID SORT_BY_CHECKPOINT_SIZE SORT_BY_CHECKPOINT_COUNT SORT_BY_SEARCHER_METRIC_VAL",
)
enum(
    "determined.api.v1.GetExperimentTrialsRequest.SortBy",
    "SORT_BY_UNSPECIFIED SORT_BY_ID SORT_BY_START_TIME=4 SORT_BY_END_TIME SORT_BY_STATE SORT_BY_BEST_VALIDATION_METRIC"
    " SORT_BY_LATEST_VALIDATION_METRIC SORT_BY_BATCHES_PROCESSED SORT_BY_DURATION SORT_BY_RESTARTS"
    " SORT_BY_CHECKPOINT_SIZE SORT_BY_LOG_RETENTION_DAYS",
)
enum(
    "determined.api.v1.GetTrialWorkloadsRequest.FilterOption",
    "FILTER_OPTION_UNSPECIFIED FILTER_OPTION_CHECKPOINT FILTER_OPTION_VALIDATION"
    " FILTER_OPTION_CHECKPOINT_OR_VALIDATION",
)
enum(
    "determined.api.v1.MetricType",
    "METRIC_TYPE_UNSPECIFIED METRIC_TYPE_TRAINING METRIC_TYPE_VALIDATION METRIC_TYPE_PROFILING",
)
enum(
    "determined.trial.v1.TrialEarlyExit.ExitedReason",
    "EXITED_REASON_UNSPECIFIED EXITED_REASON_INVALID_HP EXITED_REASON_INIT_INVALID_HP=3",
)
enum("determined.api.v1.TableType", "TABLE_TYPE_UNSPECIFIED TABLE_TYPE_EXPERIMENT TABLE_TYPE_RUN")
message("File", "path:string type:int32 content:bytes mtime:int64 mode:int32 uid:int32 gid:int32")
NEW = (
    "modelDefinition:[File] config:string validateOnly:bool parentId:int32 activate:bool projectId:int32"
    " template:string? unmanaged:bool?"
)
message("CreateExperimentRequest", NEW)
message("Int32FieldFilter", "lt:int32? lte:int32? gt:int32? gte:int32? incl:[int32] notIn:[int32]")
message(
    "BulkExperimentFilters",
    "description:string name:string labels:[string] archived:bool? states:[experiment.State] userIds:[int32]"
    " projectId:int32 excludedExperimentIds:[int32]",
)
message("PatchResources", "maxSlots:int32? weight:double? priority:int32?")
message("PatchCheckpointStorage", "saveExperimentBest:int32 saveTrialBest:int32 saveTrialLatest:int32")
message(
    "PatchExperiment",
    "description:string? labels:list name:string? notes:string? resources:PatchResources"
    " checkpointStorage:PatchCheckpointStorage",
)
message("CreateTrialRequest", "experimentId:int32 hparams:object unmanaged:bool")
message("Metrics", "avgMetrics:object batchMetrics:[object]")
message("TrialMetrics", "trialId:int32 trialRunId:int32 stepsCompleted:int32? reportTime:timestamp metrics:Metrics")
message("TrialEarlyExit", "reason:trial.TrialEarlyExit.ExitedReason")
message("TrialRunnerMetadata", "state:string")
message("OptionalResources", "resources:{int64}")
message("PatchCheckpoint", "uuid:string resources:OptionalResources")
message(
    "Checkpoint",
    "taskId:string allocationId:string? uuid:string reportTime:timestamp resources:{int64} metadata:object"
    " state:checkpoint.State",
)

BULK = "experimentIds:[int32] filters:BulkExperimentFilters "
RUNS = "runIds:[int32] projectId:int32 filter:string?"
SEARCH = "projectId:int32? offset:int32 limit:int32 sort:string? filter:string?"
CHECKPOINTS = PAGE + "sortByAttr:checkpoint.SortBy sortByMetric:string states:[checkpoint.State]"
METRIC = "metricName:string metricType:MetricType group:string periodSeconds:int32 "


def _bulk(verb: str, operation: str, handler, spec: str = "", method: str = "POST"):
    return route(
        f"{method} /api/v1/projects/{{projectId}}/experiments/{verb}", operation, handler, BULK + spec, body="*"
    )


TABLE = [
    route(
        "GET /api/v1/experiments",
        "GetExperiments",
        searches.list_experiments,
        PAGE + "sortBy:GetExperiments.SortBy description:string name:string labels:[string] archived:bool?"
        " states:[experiment.State] users:[string] userIds:[int32] projectId:int32"
        " experimentIdFilter:Int32FieldFilter showTrialData:bool",
    ),
    route("POST /api/v1/experiments", "CreateExperiment", experiments.create, NEW),
    route("POST /api/v1/experiments-search", "SearchExperiments", searches.search, SEARCH),
    route(
        "PUT /api/v1/experiments/by-external-id/{externalExperimentId}",
        "PutExperiment",
        experiments.put,
        "externalExperimentId:string createExperimentRequest:CreateExperimentRequest",
        body="createExperimentRequest",
    ),
    route(
        "POST /api/v1/experiments/continue",
        "ContinueExperiment",
        experiments.continue_,
        "id:int32 overrideConfig:string",
    ),
    route("GET /api/v1/experiments/{experimentId}", "GetExperiment", experiments.get),
    route(
        "PATCH /api/v1/experiments/{experiment.id}",
        "PatchExperiment",
        experiments.patch,
        "experiment:PatchExperiment",
        body="experiment",
    ),
    route("DELETE /api/v1/experiments/{experimentId}", "DeleteExperiment", experiments.delete),
    route("POST /api/v1/experiments/{id}/activate", "ActivateExperiment", experiments.activate, body=""),
    route("POST /api/v1/experiments/{id}/pause", "PauseExperiment", lifecycle.pause, body=""),
    route("POST /api/v1/experiments/{id}/cancel", "CancelExperiment", lifecycle.cancel, body=""),
    route("POST /api/v1/experiments/{id}/kill", "KillExperiment", lifecycle.kill, body=""),
    route("POST /api/v1/experiments/{id}/archive", "ArchiveExperiment", lifecycle.archive, body=""),
    route("POST /api/v1/experiments/{id}/unarchive", "UnarchiveExperiment", lifecycle.unarchive, body=""),
    route(
        "POST /api/v1/experiments/{experimentId}/move", "MoveExperiment", experiments.move, "destinationProjectId:int32"
    ),
    route(
        "PUT /api/v1/experiments/{experimentId}/retain_logs",
        "PutExperimentRetainLogs",
        lifecycle.retain_logs,
        "numDays:int32",
    ),
    _bulk("activate", "ActivateExperiments", lifecycle.bulk_activate),
    _bulk("pause", "PauseExperiments", lifecycle.bulk_pause),
    _bulk("cancel", "CancelExperiments", lifecycle.bulk_cancel),
    _bulk("kill", "KillExperiments", lifecycle.bulk_kill),
    _bulk("archive", "ArchiveExperiments", lifecycle.bulk_archive),
    _bulk("unarchive", "UnarchiveExperiments", lifecycle.bulk_unarchive),
    _bulk("delete", "DeleteExperiments", lifecycle.bulk_delete, method="DELETE"),
    _bulk("move", "MoveExperiments", lifecycle.bulk_move, "destinationProjectId:int32"),
    _bulk("retain_logs", "PutExperimentsRetainLogs", lifecycle.bulk_retain_logs, "numDays:int32", method="PUT"),
    route("GET /api/v1/experiment/labels", "GetExperimentLabels", experiments.labels, "projectId:int32"),
    route(
        "PUT /api/v1/experiments/{experimentId}/labels/{label}", "PutExperimentLabel", experiments.put_label, body=""
    ),
    route(
        "DELETE /api/v1/experiments/{experimentId}/labels/{label}", "DeleteExperimentLabel", experiments.delete_label
    ),
    route("GET /api/v1/experiments/{experimentId}/model_def", "GetModelDef", model_definitions.read_all),
    route("GET /api/v1/experiments/{experimentId}/file_tree", "GetModelDefTree", model_definitions.tree),
    route("POST /api/v1/experiments/{experimentId}/file", "GetModelDefFile", model_definitions.read, "path:string"),
    route("POST /api/v1/preview-hp-search", "PreviewHPSearch", hp_search.preview, "config:object seed:int64"),
    route(
        "GET /api/v1/experiments/{experimentId}/searcher/best_searcher_validation_metric",
        "GetBestSearcherValidationMetric",
        metrics.best_searcher_metric,
    ),
    route(
        "GET /api/v1/experiments/{experimentId}/validation-history",
        "GetExperimentValidationHistory",
        metrics.validation_history,
    ),
    route(
        "GET /api/v1/experiments/metrics-stream/metric-names",
        "ExpMetricNames",
        metrics.metric_names,
        "ids:[int32] periodSeconds:int32",
        stream=True,
    ),
    route(
        "GET /api/v1/experiments/{experimentId}/metrics-stream/batches",
        "MetricBatches",
        metrics.batches,
        METRIC,
        stream=True,
    ),
    route(
        "GET /api/v1/experiments/{experimentId}/metrics-stream/trials-snapshot",
        "TrialsSnapshot",
        metrics.snapshot,
        METRIC + "batchesProcessed:int32 batchesMargin:int32",
        stream=True,
    ),
    route(
        "GET /api/v1/experiments/{experimentId}/metrics-stream/trials-sample",
        "TrialsSample",
        metrics.sample,
        METRIC + "maxTrials:int32 maxDatapoints:int32 startBatches:int32 endBatches:int32",
        stream=True,
    ),
    route("GET /api/v1/projects/{id}/columns", "GetProjectColumns", columns.of_project, "tableType:TableType?"),
    route("GET /api/v1/projects/{id}/experiments/metric-ranges", "GetProjectNumericMetricsRange", metrics.ranges),
    # trials
    route(
        "GET /api/v1/experiments/{experimentId}/trials",
        "GetExperimentTrials",
        trials.of_experiment,
        PAGE + "sortBy:GetExperimentTrials.SortBy states:[experiment.State]",
    ),
    route("POST /api/v1/trials", "CreateTrial", trials.create, "experimentId:int32 hparams:object unmanaged:bool"),
    route("PUT /api/v1/trials", "PutTrial", trials.put, "createTrialRequest:CreateTrialRequest externalTrialId:string"),
    route("GET /api/v1/trials/{trialId}", "GetTrial", trials.get),
    route("PATCH /api/v1/trials/{trialId}", "PatchTrial", trials.patch, "state:trial.State?"),
    route(
        "GET /api/v1/trials/by-external-id/{externalExperimentId}/{externalTrialId}",
        "GetTrialByExternalID",
        trials.by_external_id,
        "externalExperimentId:string externalTrialId:string",
    ),
    route("POST /api/v1/trials/{trialId}/start", "StartTrial", trials.start_run, "resume:bool"),
    route("POST /api/v1/trials/{id}/kill", "KillTrial", trials.kill, body=""),
    route(
        "POST /api/v1/trials/{trialId}/early_exit",
        "ReportTrialSearcherEarlyExit",
        trials.early_exit,
        "earlyExit:TrialEarlyExit",
        body="earlyExit",
    ),
    route(
        "POST /api/v1/trials/{trialId}/progress", "ReportTrialProgress", trials.progress, "progress:double isRaw:bool"
    ),
    route(
        "POST /api/v1/trials/{trialId}/runner/metadata",
        "PostTrialRunnerMetadata",
        trials.runner_metadata,
        "metadata:TrialRunnerMetadata",
        body="metadata",
    ),
    route("PUT /api/v1/trials/{trialId}/retain_logs", "PutTrialRetainLogs", trials.retain_logs, "numDays:int32"),
    route(
        "GET /api/v1/trials/{id}/remaining_log_retention_days",
        "GetTrialRemainingLogRetentionDays",
        trials.remaining_log_days,
    ),
    # metrics
    route(
        "POST /api/v1/trials/{metrics.trialId}/metrics",
        "ReportTrialMetrics",
        metrics.report,
        "metrics:TrialMetrics group:string",
    ),
    route(
        "POST /api/v1/trials/{trainingMetrics.trialId}/training_metrics",
        "ReportTrialTrainingMetrics",
        metrics.report_training,
        "trainingMetrics:TrialMetrics",
        body="trainingMetrics",
    ),
    route(
        "POST /api/v1/trials/{validationMetrics.trialId}/validation_metrics",
        "ReportTrialValidationMetrics",
        metrics.report_validation,
        "validationMetrics:TrialMetrics",
        body="validationMetrics",
    ),
    route(
        "GET /api/v1/trials/{trialId}/workloads",
        "GetTrialWorkloads",
        metrics.workloads,
        PAGE + "sortKey:string filter:GetTrialWorkloads.FilterOption includeBatchMetrics:bool metricType:MetricType"
        " group:string removeDeletedCheckpoints:bool",
    ),
    route(
        "GET /api/v1/trials/time-series",
        "CompareTrials",
        metrics.compare,
        "trialIds:[int32] maxDatapoints:int32 metricNames:[string] startBatches:int32 endBatches:int32"
        " metricType:MetricType group:string metricIds:[string]",
    ),
    route(
        "GET /api/v1/trials/metrics/trial_metrics",
        "GetMetrics",
        metrics.reports,
        "trialIds:[int32] group:string",
        stream=True,
    ),
    route(
        "GET /api/v1/trials/metrics/training_metrics",
        "GetTrainingMetrics",
        metrics.training_reports,
        "trialIds:[int32]",
        stream=True,
    ),
    route(
        "GET /api/v1/trials/metrics/validation_metrics",
        "GetValidationMetrics",
        metrics.validation_reports,
        "trialIds:[int32]",
        stream=True,
    ),
    # checkpoints
    route(
        "POST /api/v1/checkpoints", "ReportCheckpoint", checkpoints.report, "checkpoint:Checkpoint", body="checkpoint"
    ),
    route("PATCH /api/v1/checkpoints", "PatchCheckpoints", checkpoints.patch, "checkpoints:[PatchCheckpoint]"),
    route("DELETE /api/v1/checkpoints", "DeleteCheckpoints", checkpoints.delete, "checkpointUuids:[string]", body="*"),
    route(
        "POST /api/v1/checkpoints/rm",
        "CheckpointsRemoveFiles",
        checkpoints.remove_files,
        "checkpointUuids:[string] checkpointGlobs:[string]",
    ),
    route("GET /api/v1/checkpoints/{checkpointUuid}", "GetCheckpoint", checkpoints.get, "checkpointUuid:string"),
    route(
        "POST /api/v1/checkpoints/{checkpoint.uuid}/metadata",
        "PostCheckpointMetadata",
        checkpoints.set_metadata,
        "checkpoint:Checkpoint",
    ),
    route(
        "GET /api/v1/experiments/{id}/checkpoints", "GetExperimentCheckpoints", checkpoints.of_experiment, CHECKPOINTS
    ),
    route("GET /api/v1/trials/{id}/checkpoints", "GetTrialCheckpoints", checkpoints.of_trial, CHECKPOINTS),
    # runs
    route("POST /api/v1/runs", "SearchRuns", runs.search, SEARCH),
    route("POST /api/v1/runs/archive", "ArchiveRuns", runs.archive, RUNS),
    route("POST /api/v1/runs/unarchive", "UnarchiveRuns", runs.unarchive, RUNS),
    route("POST /api/v1/runs/delete", "DeleteRuns", runs.delete, RUNS),
    route("POST /api/v1/runs/kill", "KillRuns", runs.kill, RUNS),
    route("POST /api/v1/runs/pause", "PauseRuns", runs.pause, RUNS),
    route("POST /api/v1/runs/resume", "ResumeRuns", runs.resume, RUNS),
    route(
        "POST /api/v1/runs/move",
        "MoveRuns",
        runs.move,
        "runIds:[int32] sourceProjectId:int32 destinationProjectId:int32 filter:string? skipMultitrial:bool",
    ),
    route(
        "POST /api/v1/runs/start",
        "RunPrepareForReporting",
        runs.prepare_for_reporting,
        "runId:int32 checkpointStorage:object",
    ),
    route("GET /api/v1/runs/{runId}/metadata", "GetRunMetadata", runs.get_metadata),
    route("POST /api/v1/runs/{runId}/metadata", "PostRunMetadata", runs.set_metadata, "metadata:object"),
    route("GET /api/v1/projects/{projectId}/metadata/{key}", "GetMetadataValues", runs.metadata_values, "key:string"),
]
