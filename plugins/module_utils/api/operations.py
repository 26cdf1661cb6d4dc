# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The 260 operations of the API of release 0.38.1: operation id, method, path, and what is special about it.

``reads``: a POST that changes nothing. ``stream``: one JSON object a line. ``container``: the protocol between a
running task and the master, which is no one else's business.
"""

from __future__ import annotations

from dataclasses import dataclass

TABLE = """
Login POST /api/v1/auth/login
Logout POST /api/v1/auth/logout
CurrentUser GET /api/v1/auth/user
GetMe GET /api/v1/me
GetUsers GET /api/v1/users
GetUser GET /api/v1/users/{userId}
GetUserByUsername GET /api/v1/users/{username}/by-username
PostUser POST /api/v1/users
PatchUser PATCH /api/v1/users/{userId}
PatchUsers PATCH /api/v1/users
SetUserPassword POST /api/v1/users/{userId}/password
GetUserSetting GET /api/v1/users/setting
PostUserSetting POST /api/v1/users/setting
ResetUserSetting POST /api/v1/users/setting/reset
GetAccessTokens GET /api/v1/tokens
PostAccessToken POST /api/v1/tokens
PatchAccessToken PATCH /api/v1/tokens/{tokenId}
CreateGroup POST /api/v1/groups
GetGroups POST /api/v1/groups/search reads
GetGroup GET /api/v1/groups/{groupId}
UpdateGroup PUT /api/v1/groups/{groupId}
DeleteGroup DELETE /api/v1/groups/{groupId}
AssignMultipleGroups PATCH /api/v1/users/assignments
AssignRoles POST /api/v1/roles/add-assignments
RemoveAssignments POST /api/v1/roles/remove-assignments
ListRoles POST /api/v1/roles/search reads
SearchRolesAssignableToScope POST /api/v1/roles/search/by-assignability reads
GetRolesAssignedToGroup GET /api/v1/roles/search/by-group/{groupId}
GetRolesByID POST /api/v1/roles/search/by-ids reads
GetRolesAssignedToUser GET /api/v1/roles/search/by-user/{userId}
GetGroupsAndUsersAssignedToWorkspace GET /api/v1/roles/workspace/{workspaceId}
GetPermissionsSummary GET /api/v1/permissions/summary
GetWorkspaces GET /api/v1/workspaces
PostWorkspace POST /api/v1/workspaces
GetWorkspace GET /api/v1/workspaces/{id}
PatchWorkspace PATCH /api/v1/workspaces/{id}
DeleteWorkspace DELETE /api/v1/workspaces/{id}
ArchiveWorkspace POST /api/v1/workspaces/{id}/archive
UnarchiveWorkspace POST /api/v1/workspaces/{id}/unarchive
PinWorkspace POST /api/v1/workspaces/{id}/pin
UnpinWorkspace POST /api/v1/workspaces/{id}/unpin
BulkAutoCreateWorkspaceNamespaceBindings POST /api/v1/namespace-bindings/bulk-auto-create
GetWorkspacesWithDefaultNamespaceBindings GET /api/v1/namespace-bindings/workspace-ids-with-default-bindings
ListWorkspaceNamespaceBindings GET /api/v1/workspaces/{id}/list-namespace-bindings
SetWorkspaceNamespaceBindings POST /api/v1/workspaces/{workspaceId}/namespace-bindings
DeleteWorkspaceNamespaceBindings DELETE /api/v1/workspaces/{workspaceId}/namespace-bindings
SetResourceQuotas POST /api/v1/workspaces/{id}/set-resource-quota
GetKubernetesResourceQuotas GET /api/v1/workspaces/{id}/get-k8s-resource-quotas
GetKubernetesResourceManagers GET /api/v1/k8s-resource-managers
PostProject POST /api/v1/workspaces/{workspaceId}/projects
GetProject GET /api/v1/projects/{id}
GetProjectByKey GET /api/v1/projects/key/{key}
PatchProject PATCH /api/v1/projects/{id}
DeleteProject DELETE /api/v1/projects/{id}
ArchiveProject POST /api/v1/projects/{id}/archive
UnarchiveProject POST /api/v1/projects/{id}/unarchive
MoveProject POST /api/v1/projects/{projectId}/move
GetWorkspaceProjects GET /api/v1/workspaces/{id}/projects
AddProjectNote POST /api/v1/projects/{projectId}/notes
PutProjectNotes PUT /api/v1/projects/{projectId}/notes
GetProjectColumns GET /api/v1/projects/{id}/columns
GetProjectNumericMetricsRange GET /api/v1/projects/{id}/experiments/metric-ranges
GetMetadataValues GET /api/v1/projects/{projectId}/metadata/{key}
PostUserActivity POST /api/v1/users/activity
GetProjectsByUserActivity GET /api/v1/user/projects/activity
GetTemplates GET /api/v1/templates
GetTemplate GET /api/v1/templates/{templateName}
PostTemplate POST /api/v1/templates/{template.name}
PutTemplate PUT /api/v1/templates/{template.name}
PatchTemplateConfig PATCH /api/v1/templates/{templateName}
PatchTemplateName PATCH /api/v1/template/rename
DeleteTemplate DELETE /api/v1/templates/{templateName}
GetGlobalConfigPolicies GET /api/v1/config-policies/global/{workloadType}
PutGlobalConfigPolicies PUT /api/v1/config-policies/global/{workloadType}
DeleteGlobalConfigPolicies DELETE /api/v1/config-policies/global/{workloadType}
GetWorkspaceConfigPolicies GET /api/v1/config-policies/workspaces/{workspaceId}/{workloadType}
PutWorkspaceConfigPolicies PUT /api/v1/config-policies/workspaces/{workspaceId}/{workloadType}
DeleteWorkspaceConfigPolicies DELETE /api/v1/config-policies/workspaces/{workspaceId}/{workloadType}
GetWebhooks GET /api/v1/webhooks
PostWebhook POST /api/v1/webhooks
PatchWebhook PATCH /api/v1/webhooks/{id}
DeleteWebhook DELETE /api/v1/webhooks/{id}
TestWebhook POST /api/v1/webhooks/{id}/test
PostWebhookEventData POST /api/v1/webhooks/custom
GetResourcePools GET /api/v1/resource-pools
ListWorkspacesBoundToRP GET /api/v1/resource-pools/{resourcePoolName}/workspace-bindings
BindRPToWorkspace POST /api/v1/resource-pools/{resourcePoolName}/workspace-bindings
UnbindRPFromWorkspace DELETE /api/v1/resource-pools/{resourcePoolName}/workspace-bindings
OverwriteRPWorkspaceBindings PUT /api/v1/resource-pools/{resourcePoolName}/workspace-bindings
ListRPsBoundToWorkspace GET /api/v1/workspaces/{workspaceId}/available-resource-pools
GetAgents GET /api/v1/agents
GetAgent GET /api/v1/agents/{agentId}
EnableAgent POST /api/v1/agents/{agentId}/enable
DisableAgent POST /api/v1/agents/{agentId}/disable
GetSlots GET /api/v1/agents/{agentId}/slots
GetSlot GET /api/v1/agents/{agentId}/slots/{slotId}
EnableSlot POST /api/v1/agents/{agentId}/slots/{slotId}/enable
DisableSlot POST /api/v1/agents/{agentId}/slots/{slotId}/disable
GetMaster GET /api/v1/master
GetMasterConfig GET /api/v1/master/config
PatchMasterConfig PATCH /api/v1/master/config
GetTelemetry GET /api/v1/master/telemetry
MasterLogs GET /api/v1/master/logs stream
GetClusterMessage GET /api/v1/master/cluster_message
SetClusterMessage PUT /api/v1/master/cluster_message
DeleteClusterMessage DELETE /api/v1/master/cluster_message
ResourceAllocationAggregated GET /api/v1/resources/allocation/aggregated
ResourceAllocationRaw GET /api/v1/resources/allocation/raw
GetExperiments GET /api/v1/experiments
SearchExperiments POST /api/v1/experiments-search reads
GetExperiment GET /api/v1/experiments/{experimentId}
GetExperimentLabels GET /api/v1/experiment/labels
GetExperimentTrials GET /api/v1/experiments/{experimentId}/trials
GetExperimentCheckpoints GET /api/v1/experiments/{id}/checkpoints
GetExperimentValidationHistory GET /api/v1/experiments/{experimentId}/validation-history
CreateExperiment POST /api/v1/experiments
PatchExperiment PATCH /api/v1/experiments/{experiment.id}
ContinueExperiment POST /api/v1/experiments/continue
ActivateExperiment POST /api/v1/experiments/{id}/activate
PauseExperiment POST /api/v1/experiments/{id}/pause
CancelExperiment POST /api/v1/experiments/{id}/cancel
KillExperiment POST /api/v1/experiments/{id}/kill
ArchiveExperiment POST /api/v1/experiments/{id}/archive
UnarchiveExperiment POST /api/v1/experiments/{id}/unarchive
DeleteExperiment DELETE /api/v1/experiments/{experimentId}
MoveExperiment POST /api/v1/experiments/{experimentId}/move
PutExperimentLabel PUT /api/v1/experiments/{experimentId}/labels/{label}
DeleteExperimentLabel DELETE /api/v1/experiments/{experimentId}/labels/{label}
ActivateExperiments POST /api/v1/projects/{projectId}/experiments/activate
PauseExperiments POST /api/v1/projects/{projectId}/experiments/pause
CancelExperiments POST /api/v1/projects/{projectId}/experiments/cancel
KillExperiments POST /api/v1/projects/{projectId}/experiments/kill
ArchiveExperiments POST /api/v1/projects/{projectId}/experiments/archive
UnarchiveExperiments POST /api/v1/projects/{projectId}/experiments/unarchive
DeleteExperiments DELETE /api/v1/projects/{projectId}/experiments/delete
MoveExperiments POST /api/v1/projects/{projectId}/experiments/move
PutExperimentRetainLogs PUT /api/v1/experiments/{experimentId}/retain_logs
PutExperimentsRetainLogs PUT /api/v1/projects/{projectId}/experiments/retain_logs
PutTrialRetainLogs PUT /api/v1/trials/{trialId}/retain_logs
GetTrialRemainingLogRetentionDays GET /api/v1/trials/{id}/remaining_log_retention_days
CleanupLogs POST /api/v1/cleanup_logs
GetModelDef GET /api/v1/experiments/{experimentId}/model_def
GetModelDefTree GET /api/v1/experiments/{experimentId}/file_tree
GetModelDefFile POST /api/v1/experiments/{experimentId}/file reads
DeleteTensorboardFiles DELETE /api/v1/experiments/{experimentId}/tensorboard-files
PreviewHPSearch POST /api/v1/preview-hp-search reads
PutExperiment PUT /api/v1/experiments/by-external-id/{externalExperimentId}
PutTrial PUT /api/v1/trials
CreateTrial POST /api/v1/trials
StartTrial POST /api/v1/trials/{trialId}/start
PatchTrial PATCH /api/v1/trials/{trialId}
GetTrialByExternalID GET /api/v1/trials/by-external-id/{externalExperimentId}/{externalTrialId}
ReportTrialMetrics POST /api/v1/trials/{metrics.trialId}/metrics
ReportCheckpoint POST /api/v1/checkpoints
RunPrepareForReporting POST /api/v1/runs/start
SearchRuns POST /api/v1/runs reads
ArchiveRuns POST /api/v1/runs/archive
UnarchiveRuns POST /api/v1/runs/unarchive
PauseRuns POST /api/v1/runs/pause
ResumeRuns POST /api/v1/runs/resume
KillRuns POST /api/v1/runs/kill
DeleteRuns POST /api/v1/runs/delete
MoveRuns POST /api/v1/runs/move
GetRunMetadata GET /api/v1/runs/{runId}/metadata
PostRunMetadata POST /api/v1/runs/{runId}/metadata
GetTrial GET /api/v1/trials/{trialId}
KillTrial POST /api/v1/trials/{id}/kill
GetTrialWorkloads GET /api/v1/trials/{trialId}/workloads
GetTrialCheckpoints GET /api/v1/trials/{id}/checkpoints
GetMetrics GET /api/v1/trials/metrics/trial_metrics stream
GetTrainingMetrics GET /api/v1/trials/metrics/training_metrics stream
GetValidationMetrics GET /api/v1/trials/metrics/validation_metrics stream
CompareTrials GET /api/v1/trials/time-series
ExpMetricNames GET /api/v1/experiments/metrics-stream/metric-names stream
MetricBatches GET /api/v1/experiments/{experimentId}/metrics-stream/batches stream
TrialsSample GET /api/v1/experiments/{experimentId}/metrics-stream/trials-sample stream
TrialsSnapshot GET /api/v1/experiments/{experimentId}/metrics-stream/trials-snapshot stream
GetBestSearcherValidationMetric GET /api/v1/experiments/{experimentId}/searcher/best_searcher_validation_metric
GetTrialProfilerMetrics GET /api/v1/trials/{labels.trialId}/profiler/metrics stream
GetTrialProfilerAvailableSeries GET /api/v1/trials/{trialId}/profiler/available_series stream
TrialLogs GET /api/v1/trials/{trialId}/logs stream
TrialLogsFields GET /api/v1/trials/{trialId}/logs/fields stream
TaskLogs GET /api/v1/tasks/{taskId}/logs stream
TaskLogsFields GET /api/v1/tasks/{taskId}/logs/fields stream
GetCheckpoint GET /api/v1/checkpoints/{checkpointUuid}
DeleteCheckpoints DELETE /api/v1/checkpoints
CheckpointsRemoveFiles POST /api/v1/checkpoints/rm
PostCheckpointMetadata POST /api/v1/checkpoints/{checkpoint.uuid}/metadata
PatchCheckpoints PATCH /api/v1/checkpoints
GetModels GET /api/v1/models
GetModel GET /api/v1/models/{modelName}
PostModel POST /api/v1/models
PatchModel PATCH /api/v1/models/{modelName}
DeleteModel DELETE /api/v1/models/{modelName}
ArchiveModel POST /api/v1/models/{modelName}/archive
UnarchiveModel POST /api/v1/models/{modelName}/unarchive
MoveModel POST /api/v1/models/{modelName}/move
GetModelLabels GET /api/v1/model/labels
GetModelVersions GET /api/v1/models/{modelName}/versions
GetModelVersion GET /api/v1/models/{modelName}/versions/{modelVersionNum}
PostModelVersion POST /api/v1/models/{modelName}/versions
PatchModelVersion PATCH /api/v1/models/{modelName}/versions/{modelVersionNum}
DeleteModelVersion DELETE /api/v1/models/{modelName}/versions/{modelVersionNum}
GetTrialMetricsByModelVersion GET /api/v1/models/{modelName}/versions/{modelVersionNum}/metrics
GetTrialMetricsByCheckpoint GET /api/v1/checkpoints/{checkpointUuid}/metrics
GetJobs GET /api/v1/job-queues
GetJobsV2 GET /api/v1/job-queues-v2
UpdateJobQueue POST /api/v1/job-queues
GetJobQueueStats GET /api/v1/job-queues/stats
GetCommands GET /api/v1/commands
GetCommand GET /api/v1/commands/{commandId}
LaunchCommand POST /api/v1/commands
KillCommand POST /api/v1/commands/{commandId}/kill
SetCommandPriority POST /api/v1/commands/{commandId}/set_priority
GetNotebooks GET /api/v1/notebooks
GetNotebook GET /api/v1/notebooks/{notebookId}
LaunchNotebook POST /api/v1/notebooks
KillNotebook POST /api/v1/notebooks/{notebookId}/kill
SetNotebookPriority POST /api/v1/notebooks/{notebookId}/set_priority
GetShells GET /api/v1/shells
GetShell GET /api/v1/shells/{shellId}
LaunchShell POST /api/v1/shells
KillShell POST /api/v1/shells/{shellId}/kill
SetShellPriority POST /api/v1/shells/{shellId}/set_priority
GetTensorboards GET /api/v1/tensorboards
GetTensorboard GET /api/v1/tensorboards/{tensorboardId}
LaunchTensorboard POST /api/v1/tensorboards
KillTensorboard POST /api/v1/tensorboards/{tensorboardId}/kill
SetTensorboardPriority POST /api/v1/tensorboards/{tensorboardId}/set_priority
GetTasks GET /api/v1/tasks
GetActiveTasksCount GET /api/v1/tasks/count
GetTask GET /api/v1/tasks/{taskId}
GetAllocation GET /api/v1/allocations/{allocationId}
GetTaskContextDirectory GET /api/v1/tasks/{taskId}/context_directory
GetTaskAcceleratorData GET /api/v1/tasks/{taskId}/acceleratorData
CreateGenericTask POST /api/v1/generic-tasks
GetGenericTaskConfig GET /api/v1/tasks/{taskId}/config
KillGenericTask POST /api/v1/tasks/{taskId}/kill
PauseGenericTask POST /api/v1/tasks/{taskId}/pause
UnpauseGenericTask POST /api/v1/tasks/{taskId}/unpause
PostAllocationAcceleratorData POST /api/v1/allocations/{allocationId}/acceleratorData container
AllocationAllGather POST /api/v1/allocations/{allocationId}/all_gather container
NotifyContainerRunning POST /api/v1/allocations/{allocationId}/notify_container_running container
PostAllocationProxyAddress POST /api/v1/allocations/{allocationId}/proxy_address container
AllocationReady POST /api/v1/allocations/{allocationId}/ready container
MarkAllocationResourcesDaemon POST /api/v1/allocations/{allocationId}/resources/{resourcesId}/daemon container
AllocationRendezvousInfo GET /api/v1/allocations/{allocationId}/resources/{resourcesId}/rendezvous container
AckAllocationPreemptionSignal POST /api/v1/allocations/{allocationId}/signals/ack_preemption container
AllocationPendingPreemptionSignal POST /api/v1/allocations/{allocationId}/signals/pending_preemption container
AllocationPreemptionSignal GET /api/v1/allocations/{allocationId}/signals/preemption container
AllocationWaiting POST /api/v1/allocations/{allocationId}/waiting container
IdleNotebook PUT /api/v1/notebooks/{notebookId}/report_idle container
PostTaskLogs POST /api/v1/task/logs container
ReportTrialSourceInfo POST /api/v1/trial-source-info container
PostTrialProfilerMetricsBatch POST /api/v1/trials/profiler/metrics container
ReportTrialTrainingMetrics POST /api/v1/trials/{trainingMetrics.trialId}/training_metrics container
ReportTrialValidationMetrics POST /api/v1/trials/{validationMetrics.trialId}/validation_metrics container
ReportTrialSearcherEarlyExit POST /api/v1/trials/{trialId}/early_exit container
ReportTrialProgress POST /api/v1/trials/{trialId}/progress container
PostTrialRunnerMetadata POST /api/v1/trials/{trialId}/runner/metadata container
"""


@dataclass(frozen=True)
class Operation:
    """One row of the table."""

    name: str
    method: str
    path: str
    reads: bool
    stream: bool
    container: bool

    def matches(self, method: str, path: str) -> bool:
        """Whether a path with its parameters filled in is this operation's."""
        mine, given = self.path.split("/"), path.split("/")
        if method != self.method or len(mine) != len(given):
            return False
        return all(part[:1] == "{" or part == other for part, other in zip(mine, given))


def parse(line: str) -> Operation:
    name, method, path, *special = line.split()
    reads = method == "GET" or "reads" in special
    return Operation(name, method, path, reads, "stream" in special, "container" in special)


OPERATIONS = {operation.name: operation for operation in map(parse, TABLE.strip().splitlines())}


def find(method: str, path: str) -> Operation | None:
    """The operation of a method and a path without a query, or None. Fixed parts win over parameters."""
    found = [operation for operation in OPERATIONS.values() if operation.matches(method, path)]
    return min(found, key=lambda operation: operation.path.count("{"), default=None)
