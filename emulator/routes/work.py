# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs in containers: interactive and generic tasks, tasks of every kind, logs, what containers say."""

from __future__ import annotations

from ..areas import checkpoints, containers, generic_tasks, launches, logs, ntsc, tasks, tensorboards
from ..fields import enum, message
from . import Route, route
from .access import PAGE

SORTS = "SORT_BY_UNSPECIFIED SORT_BY_ID SORT_BY_DESCRIPTION SORT_BY_START_TIME=4 SORT_BY_WORKSPACE_ID"
for _name in ("Commands", "Notebooks", "Shells", "Tensorboards"):
    enum(f"determined.api.v1.Get{_name}Request.SortBy", SORTS)
enum(
    "determined.trial.v1.TrialProfilerMetricLabels.ProfilerMetricType",
    "PROFILER_METRIC_TYPE_UNSPECIFIED PROFILER_METRIC_TYPE_SYSTEM PROFILER_METRIC_TYPE_TIMING"
    " PROFILER_METRIC_TYPE_MISC",
)
message(
    "TaskLog",
    "id:int32? taskId:string allocationId:string? agentId:string? containerId:string? rankId:int32?"
    " timestamp:timestamp level:log.LogLevel? log:string source:string? stdtype:string?",
)
message(
    "AcceleratorData",
    "containerId:string allocationId:string nodeName:string taskId:string acceleratorType:string"
    " acceleratorUuids:[string] resourcePool:string",
)
message(
    "ProfilerLabels",
    "trialId:int32 name:string agentId:string gpuUuid:string"
    " metricType:trial.TrialProfilerMetricLabels.ProfilerMetricType",
)
message("ProfilerBatch", "values:[double] batches:[int32] timestamps:[timestamp] labels:ProfilerLabels")
message(
    "TrialSourceInfo",
    "trialId:int32 checkpointUuid:string modelId:int32? modelVersion:int32?"
    " trialSourceInfoType:trial.TrialSourceInfoType",
)

LAUNCH = "config:object templateName:string files:[File] workspaceId:int32"
MORE = {
    "command": " data:bytes",
    "notebook": " preview:bool",
    "shell": " data:bytes",
    "tensorboard": " experimentIds:[int32] trialIds:[int32] filters:BulkExperimentFilters",
}
LAUNCHERS = {**launches.LAUNCH, "tensorboard": tensorboards.launch}
FOLLOW = "follow:bool"
LINES = (
    "limit:int32 follow:bool agentIds:[string] containerIds:[string] rankIds:[int32] levels:[log.LogLevel]"
    " stdtypes:[string] sources:[string] timestampBefore:timestamp timestampAfter:timestamp orderBy:OrderBy"
    " searchText:string enableRegex:bool"
)
TASK, ALLOCATION = "taskId:string", "allocationId:string"


def _interactive(kind: str) -> list[Route]:
    """The five rows that notebooks, tensorboards, shells and commands have alike."""
    title, path, key = kind.title(), f"/api/v1/{kind}s", f"{kind}Id"
    one = f"{path}/{{{key}}}"
    return [
        route(
            f"GET {path}",
            f"Get{title}s",
            ntsc.LIST[kind],
            f"{PAGE}sortBy:Get{title}s.SortBy users:[string] userIds:[int32] workspaceId:int32",
        ),
        route(f"POST {path}", f"Launch{title}", LAUNCHERS[kind], LAUNCH + MORE[kind]),
        route(f"GET {one}", f"Get{title}", ntsc.GET[kind], f"{key}:string"),
        route(f"POST {one}/kill", f"Kill{title}", ntsc.KILL[kind], f"{key}:string", body=""),
        route(
            f"POST {one}/set_priority", f"Set{title}Priority", ntsc.SET_PRIORITY[kind], f"{key}:string priority:int32"
        ),
    ]


def _said(where: str, operation: str, handler, spec: str = "") -> Route:
    """A row below /api/v1/allocations/{allocationId}/."""
    method, path = where.split()
    return route(
        f"{method} /api/v1/allocations/{{allocationId}}/{path}", operation, handler, f"{ALLOCATION} {spec}".strip()
    )


TABLE = [
    *(row for kind in ntsc.KINDS for row in _interactive(kind)),
    route(
        "PUT /api/v1/notebooks/{notebookId}/report_idle",
        "IdleNotebook",
        ntsc.report_idle,
        "notebookId:string idle:bool",
    ),
    route(
        "POST /api/v1/generic-tasks",
        "CreateGenericTask",
        generic_tasks.create,
        "contextDirectory:[File] config:string projectId:int32? parentId:string? inheritContext:bool?"
        " forkedFrom:string? noPause:bool?",
    ),
    route("POST /api/v1/tasks/{taskId}/kill", "KillGenericTask", generic_tasks.kill, f"{TASK} killFromRoot:bool"),
    route("POST /api/v1/tasks/{taskId}/pause", "PauseGenericTask", generic_tasks.pause, TASK, body=""),
    route("POST /api/v1/tasks/{taskId}/unpause", "UnpauseGenericTask", generic_tasks.unpause, TASK, body=""),
    route("GET /api/v1/tasks", "GetTasks", tasks.list_tasks),
    route("GET /api/v1/tasks/count", "GetActiveTasksCount", tasks.count),
    route("GET /api/v1/tasks/{taskId}", "GetTask", tasks.get, TASK),
    route("GET /api/v1/tasks/{taskId}/config", "GetGenericTaskConfig", tasks.config, TASK),
    route("GET /api/v1/tasks/{taskId}/context_directory", "GetTaskContextDirectory", tasks.context_directory, TASK),
    route("GET /api/v1/tasks/{taskId}/acceleratorData", "GetTaskAcceleratorData", tasks.accelerators, TASK),
    route("GET /api/v1/allocations/{allocationId}", "GetAllocation", tasks.get_allocation, ALLOCATION),
    route(
        "GET /api/v1/tasks/{taskId}/logs",
        "TaskLogs",
        logs.of_task,
        f"{TASK} allocationIds:[string] {LINES}",
        stream=True,
    ),
    route(
        "GET /api/v1/tasks/{taskId}/logs/fields",
        "TaskLogsFields",
        logs.fields_of_task,
        f"{TASK} {FOLLOW}",
        stream=True,
    ),
    route("GET /api/v1/trials/{trialId}/logs", "TrialLogs", logs.of_trial, LINES, stream=True),
    route("GET /api/v1/trials/{trialId}/logs/fields", "TrialLogsFields", logs.fields_of_trial, FOLLOW, stream=True),
    route("POST /api/v1/task/logs", "PostTaskLogs", logs.post, "logs:[TaskLog]"),
    route(
        "DELETE /api/v1/experiments/{experimentId}/tensorboard-files",
        "DeleteTensorboardFiles",
        checkpoints.delete_tensorboard_files,
    ),
    route("POST /api/v1/cleanup_logs", "CleanupLogs", logs.cleanup, body=""),
    # What containers say
    _said("POST ready", "AllocationReady", containers.ready),
    _said("POST waiting", "AllocationWaiting", containers.waiting),
    _said("POST proxy_address", "PostAllocationProxyAddress", containers.noted, "proxyAddress:string"),
    _said(
        "POST acceleratorData",
        "PostAllocationAcceleratorData",
        containers.accelerators,
        "acceleratorData:AcceleratorData",
    ),
    _said(
        "POST all_gather",
        "AllocationAllGather",
        containers.all_gather,
        "requestUuid:string numPeers:int32 data:object",
    ),
    _said(
        "POST notify_container_running",
        "NotifyContainerRunning",
        containers.notify_running,
        "requestUuid:string numPeers:int32 rank:int32 nodeName:string data:object",
    ),
    _said(
        "POST resources/{resourcesId}/daemon",
        "MarkAllocationResourcesDaemon",
        containers.daemon,
        "resourcesId:string",
    ),
    _said(
        "GET resources/{resourcesId}/rendezvous",
        "AllocationRendezvousInfo",
        containers.rendezvous,
        "resourcesId:string",
    ),
    _said("GET signals/preemption", "AllocationPreemptionSignal", containers.preemption, "timeoutSeconds:int32"),
    _said("POST signals/ack_preemption", "AckAllocationPreemptionSignal", containers.noted),
    _said("POST signals/pending_preemption", "AllocationPendingPreemptionSignal", containers.pending_preemption),
    route(
        "POST /api/v1/trial-source-info",
        "ReportTrialSourceInfo",
        containers.source_info,
        "trialSourceInfo:TrialSourceInfo",
    ),
    route(
        "POST /api/v1/trials/profiler/metrics",
        "PostTrialProfilerMetricsBatch",
        containers.report_profile,
        "batches:[ProfilerBatch]",
    ),
    route(
        "GET /api/v1/trials/{labels.trialId}/profiler/metrics",
        "GetTrialProfilerMetrics",
        containers.profile,
        "labels:ProfilerLabels follow:bool",
        stream=True,
    ),
    route(
        "GET /api/v1/trials/{trialId}/profiler/available_series",
        "GetTrialProfilerAvailableSeries",
        containers.available_series,
        FOLLOW,
        stream=True,
    ),
]
