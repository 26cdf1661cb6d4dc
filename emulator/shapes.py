# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What operations answer, for the OpenAPI document; in the words of fields.py, `?` is what can be null.

In all of these texts an entry begins at the start of a line; indented lines go on with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import tasklog
from .areas import (
    administration,
    auth,
    checkpoints,
    experiments,
    groups,
    metrics,
    model_versions,
    models,
    ntsc,
    projects,
    runs,
    tasks,
    templates,
    trials,
    users,
    webhooks,
    workspaces,
)
from .fields import Field, read_fields

# Shapes that are declared with their tables.
ROWS = {
    "AcceleratorData": tasks.ACCELERATORS,
    "AgentUserGroup": users.AGENT_USER_GROUP,
    "Allocation": tasks.ALLOCATIONS,
    "Checkpoint": checkpoints.TABLE,
    "CheckpointTrainingMetadata": checkpoints.TRAINING,
    "CheckpointWorkload": trials.SAVED,
    "ClusterMessage": administration.MESSAGES,
    "Command": ntsc.TABLE,
    "Experiment": experiments.TABLE,
    "Group": groups.TABLE,
    "GroupDetails": groups.DETAILS,
    "GroupSearchResult": groups.FOUND,
    "MetricsReport": metrics.TABLE,
    "MetricsWorkload": trials.MEASURED,
    "Model": models.TABLE,
    "ModelVersion": model_versions.TABLE,
    "Notebook": ntsc.NOTEBOOK,
    "Project": projects.TABLE,
    "Run": runs.SHAPE,
    "RunExperiment": runs.OF_EXPERIMENT,
    "Shell": ntsc.SHELL,
    "Task": tasks.TABLE,
    "Template": templates.TABLE,
    "Tensorboard": ntsc.TENSORBOARD,
    "TokenInfo": auth.TABLE,
    "Trial": trials.TABLE,
    "Trigger": webhooks.TRIGGERS,
    "User": users.TABLE,
    "UserWebSetting": users.SETTINGS,
    "Webhook": webhooks.TABLE,
    "Workspace": workspaces.TABLE,
}
# Name and fields of what else answers are made of, and why that is no row of a table.
# What lives in memory, as the scheduler has it.
MEMORY = """
Agent id:string registeredTime:timestamp slots:{Slot} containers:{Container} addresses:[string] enabled:bool
    draining:bool version:string resourcePools:[string] slotStats:SlotStats
AllocationSummary taskId:string allocationId:string name:string registeredTime:timestamp resourcePool:string
    slotsNeeded:int32 resources:[ResourcesSummary] schedulerType:string priority:int32 proxyPorts:[ProxyPortConfig]
Container parent:string id:string state:string devices:[Device] permissionDenied:bool
Device id:int32 brand:string uuid:string type:string
DeviceStats states:{int32} draining:int32 disabled:int32 total:int32
Job summary:JobSummary type:string submissionTime:timestamp username:string userId:int32 resourcePool:string
    isPreemptible:bool priority:int32 weight:double entityId:string jobId:string requestedSlots:int32
    allocatedSlots:int32 name:string progress:double workspaceId:int32
JobSummary state:job.State jobsAhead:int32
LimitedJob summary:JobSummary type:string resourcePool:string isPreemptible:bool priority:int32 weight:double
    jobId:string requestedSlots:int32 allocatedSlots:int32 progress:double workspaceId:int32
ProxyPortConfig port:int32 proxyTcp:bool serviceId:string unauthenticated:bool
QueueStats queuedCount:int32 scheduledCount:int32
RBACJob full:Job limited:LimitedJob
RendezvousInfo addresses:[string] rank:int32 slots:[int32]
ResourcesSummary resourcesId:string resourcesType:string allocationId:string agentDevices:{ResourcesSummaryDevices}
    containerId:string
ResourcesSummaryDevices devices:[Device]
Slot id:string device:Device enabled:bool container:Container? draining:bool
SlotStats typeStats:{DeviceStats} brandStats:{DeviceStats}
"""
# What the master's config, its log and its code say: pools, roles and permissions, Kubernetes.
CONFIGURED = """
AwsCustomTag key:string value:string
K8PriorityClass priorityClass:string priorityValue:int32
LogEntry id:int32 message:string timestamp:timestamp level:log.LogLevel
Permission id:string name:string scopeTypeMask:ScopeTypeMask
ResourcePool name:string description:string type:string preemptible:bool minAgents:int32 maxAgents:int32
    slotsPerAgent:int32 auxContainerCapacityPerAgent:int32 schedulerType:string schedulerFittingPolicy:string
    location:string imageId:string instanceType:string masterUrl:string masterCertName:string startupScript:string
    containerStartupScript:string agentDockerNetwork:string agentDockerRuntime:string agentDockerImage:string
    agentFluentImage:string maxIdleAgentPeriod:double maxAgentStartingPeriod:double details:ResourcePoolDetail
    accelerator:string resourceManagerMetadata:{string} clusterName:string numAgents:int32 slotsAvailable:int32
    slotsUsed:int32 slotType:string auxContainerCapacity:int32 auxContainersRunning:int32 defaultComputePool:bool
    defaultAuxPool:bool stats:QueueStats
ResourcePoolAwsDetail iamInstanceProfileArn:string imageId:string instanceName:string publicIp:bool region:string
    rootVolumeSize:int32 securityGroupId:string spotEnabled:bool sshKeyName:string tagKey:string tagValue:string
    customTags:[AwsCustomTag] instanceType:string logGroup:string logStream:string spotMaxPrice:string subnetId:string
ResourcePoolDetail aws:ResourcePoolAwsDetail? gcp:ResourcePoolGcpDetail?
    priorityScheduler:ResourcePoolPrioritySchedulerDetail
ResourcePoolGcpDetail bootDiskSize:int32 bootDiskSourceImage:string externalIp:bool gpuNum:int32 gpuType:string
    labelKey:string labelValue:string machineType:string namePrefix:string network:string
    operationTimeoutPeriod:double preemptible:bool project:string serviceAccountEmail:string
    serviceAccountScopes:[string] zone:string networkTags:[string] subnetwork:string
ResourcePoolPrioritySchedulerDetail preemption:bool defaultPriority:int32 k8Priorities:[K8PriorityClass]
Role roleId:int32 name:string permissions:[Permission] scopeTypeMask:ScopeTypeMask
SSOProvider name:string ssoUrl:string type:string alwaysRedirect:bool
ScopeTypeMask cluster:bool workspace:bool
WorkspaceNamespaceBinding autoCreateNamespace:bool clusterName:string namespace:string workspaceId:int32
"""
# What is worked out of many rows: sums, ranges, samples, the search that a config describes.
WORKED_OUT = """
AggregateQueueStats periodStart:string seconds:double
DataPoint batches:int32 values:object time:timestamp
DownsampledMetrics data:[DataPoint] type:MetricType group:string
MetricIdentifier group:string name:string
MetricsRange metricsName:string min:double max:double
ProjectColumn column:string location:string type:string displayName:string
RPQueueStat stats:QueueStats resourcePool:string aggregates:[AggregateQueueStats]
ResourceAllocationAggregatedEntry byExperimentLabel:{double} byResourcePool:{double} byUsername:{double}
    period:master.ResourceAllocationAggregationPeriod periodStart:string seconds:double
ResourceAllocationRawEntry endTime:string experimentId:int32 kind:string labels:[string] seconds:double slots:int32
    startTime:string userId:int32 username:string
SampledTrial data:[DataPoint] hparams:object trialId:int32
SearchSummary config:object trials:[TrialSummary]
SearchUnit maxLength:bool name:string value:int32
SnapshotTrial batchesProcessed:int32 hparams:object metric:double trialId:int32
TrialSummary count:int32 unit:SearchUnit
ValidationHistoryEntry trialId:int32 endTime:timestamp searcherMetric:double
"""
# What is kept as JSON or as a file inside a row, and is shown as it is.
PARTS = """
FileNode path:string name:string modifiedTime:timestamp contentLength:int32 isDir:bool contentType:string
    files:[FileNode]
Metrics avgMetrics:object? batchMetrics:[object]
Note name:string contents:string
TrialProfilerMetricLabels name:string trialId:int32 agentId:string gpuUuid:string
    metricType:trial.TrialProfilerMetricLabels.ProfilerMetricType
TrialProfilerMetricsBatch batches:[int32] labels:TrialProfilerMetricLabels timestamps:[string] values:[double]
"""
# What others are put into: results of many, pairs, assignments by role.
AROUND = """
ComparableTrial trial:Trial metrics:[DownsampledMetrics]
ExperimentActionResult error:string id:int32
FoundExperiment experiment:Experiment bestTrial:Trial?
GroupRoleAssignment groupId:int32 roleAssignment:RoleAssignment
Pagination offset:int32 limit:int32 startIndex:int32 endIndex:int32 total:int32
RoleAssignment role:Role scopeWorkspaceId:int32 scopeCluster:bool
RoleAssignmentSummary roleId:int32 scopeWorkspaceIds:[int32] scopeCluster:bool
RoleWithAssignments role:Role groupRoleAssignments:[GroupRoleAssignment] userRoleAssignments:[UserRoleAssignment]
RunActionResult error:string id:int32
UserActionResult error:string id:int32
UserRoleAssignment userId:int32 roleAssignment:RoleAssignment
WorkloadContainer training:MetricsWorkload validation:MetricsWorkload
"""

# Fields of an answer = the operations that give it.
ANSWERS = """
token:string user:User = Login
user:User = CurrentUser GetMe PostUser GetUser GetUserByUsername PatchUser SetUserPassword
users:[User] pagination:Pagination = GetUsers
results:[UserActionResult] = PatchUsers
settings:[UserWebSetting] = GetUserSetting
version:string masterId:string clusterId:string clusterName:string telemetryEnabled:bool ssoProviders:[SSOProvider]
    externalLoginUri:string externalLogoutUri:string branding:string rbacEnabled:bool product:string
    featureSwitches:[string] userManagementEnabled:bool strictJobQueueControl:bool hasCustomLogo:bool
    clusterMessage:ClusterMessage = GetMaster
enabled:bool segmentKey:string = GetTelemetry
experiments:[Experiment] pagination:Pagination = GetExperiments
experiment:Experiment config:object? warnings:[string] = CreateExperiment
experiments:[FoundExperiment] pagination:Pagination = SearchExperiments
experiment:Experiment config:object = PutExperiment
experiment:Experiment warnings:[string] = ContinueExperiment
experiment:Experiment jobSummary:JobSummary? config:object = GetExperiment
experiment:Experiment = PatchExperiment
results:[ExperimentActionResult] = ActivateExperiments PauseExperiments CancelExperiments KillExperiments
    ArchiveExperiments UnarchiveExperiments DeleteExperiments MoveExperiments PutExperimentsRetainLogs
labels:[string] = GetExperimentLabels PutExperimentLabel DeleteExperimentLabel GetModelLabels
b64Tgz:string = GetModelDef GetTaskContextDirectory
files:[FileNode] = GetModelDefTree
file:string = GetModelDefFile
summary:SearchSummary = PreviewHPSearch
metric:double = GetBestSearcherValidationMetric
validationHistory:[ValidationHistoryEntry] = GetExperimentValidationHistory
metricNames:[MetricIdentifier] searcherMetrics:[string] trainingMetrics:[string] validationMetrics:[string] =
    ExpMetricNames
batches:[int32] = MetricBatches
trials:[SnapshotTrial] = TrialsSnapshot
demotedTrials:[int32] promotedTrials:[int32] trials:[SampledTrial] = TrialsSample
columns:[ProjectColumn] = GetProjectColumns
ranges:[MetricsRange] = GetProjectNumericMetricsRange
trials:[Trial] pagination:Pagination = GetExperimentTrials
trial:Trial = CreateTrial PutTrial GetTrial PatchTrial GetTrialByExternalID
trialRunId:int32 stepsCompleted:int32 = StartTrial
remainingDays:int32 = GetTrialRemainingLogRetentionDays
workloads:[WorkloadContainer] pagination:Pagination = GetTrialWorkloads
trials:[ComparableTrial] = CompareTrials
metrics:[MetricsReport] = GetMetrics GetTrainingMetrics GetValidationMetrics GetTrialMetricsByModelVersion
    GetTrialMetricsByCheckpoint
checkpoint:Checkpoint = GetCheckpoint PostCheckpointMetadata
checkpoints:[Checkpoint] pagination:Pagination = GetExperimentCheckpoints GetTrialCheckpoints
runs:[Run] pagination:Pagination = SearchRuns
results:[RunActionResult] = ArchiveRuns UnarchiveRuns DeleteRuns KillRuns PauseRuns ResumeRuns MoveRuns
storageId:int32 = RunPrepareForReporting
metadata:object = GetRunMetadata PostRunMetadata
values:[string] = GetMetadataValues
webhooks:[Webhook] = GetWebhooks
webhook:Webhook = PostWebhook
completed:bool = TestWebhook DeleteWorkspace DeleteProject
configPolicies:object = GetGlobalConfigPolicies PutGlobalConfigPolicies GetWorkspaceConfigPolicies
    PutWorkspaceConfigPolicies
workspaceIds:[int32] pagination:Pagination = ListWorkspacesBoundToRP
resourceManagers:[string] = GetKubernetesResourceManagers
namespaceBindings:{WorkspaceNamespaceBinding} = ListWorkspaceNamespaceBindings SetWorkspaceNamespaceBindings
resourceQuotas:{double} = GetKubernetesResourceQuotas
workspaceIds:[int32] = GetWorkspacesWithDefaultNamespaceBindings
config:object = GetMasterConfig
logEntry:LogEntry = MasterLogs
clusterMessage:ClusterMessage = GetClusterMessage
agents:[Agent] pagination:Pagination = GetAgents
agent:Agent = GetAgent EnableAgent DisableAgent
slots:[Slot] = GetSlots
slot:Slot = GetSlot EnableSlot DisableSlot
resourcePools:[ResourcePool] pagination:Pagination = GetResourcePools
pagination:Pagination jobs:[Job] = GetJobs
pagination:Pagination jobs:[RBACJob] = GetJobsV2
results:[RPQueueStat] = GetJobQueueStats
resourceEntries:[ResourceAllocationRawEntry] = ResourceAllocationRaw
resourceEntries:[ResourceAllocationAggregatedEntry] = ResourceAllocationAggregated
workspaces:[Workspace] pagination:Pagination = GetWorkspaces
workspace:Workspace namespaceBindings:{WorkspaceNamespaceBinding} = PostWorkspace PatchWorkspace
workspace:Workspace = GetWorkspace
resourcePools:[string] pagination:Pagination = ListRPsBoundToWorkspace
projects:[Project] pagination:Pagination = GetWorkspaceProjects
project:Project = PostProject GetProject GetProjectByKey PatchProject
projects:[Project] = GetProjectsByUserActivity
notes:[Note] = AddProjectNote PutProjectNotes
templates:[Template] pagination:Pagination = GetTemplates
template:Template = GetTemplate PostTemplate PutTemplate PatchTemplateConfig PatchTemplateName
models:[Model] pagination:Pagination = GetModels
model:Model = PostModel GetModel PatchModel
model:Model modelVersions:[ModelVersion] pagination:Pagination = GetModelVersions
modelVersion:ModelVersion = PostModelVersion GetModelVersion PatchModelVersion
tokenInfo:[TokenInfo] pagination:Pagination = GetAccessTokens
token:string tokenId:int32 = PostAccessToken
tokenInfo:TokenInfo = PatchAccessToken
group:GroupDetails = CreateGroup GetGroup UpdateGroup
groups:[GroupSearchResult] pagination:Pagination = GetGroups
roles:[Role] pagination:Pagination = ListRoles SearchRolesAssignableToScope
roles:[RoleWithAssignments] = GetRolesByID GetRolesAssignedToUser
roles:[Role] assignments:[RoleAssignmentSummary] = GetRolesAssignedToGroup GetPermissionsSummary
groups:[GroupDetails] usersAssignedDirectly:[User] assignments:[RoleWithAssignments] =
    GetGroupsAndUsersAssignedToWorkspace
commands:[Command] pagination:Pagination = GetCommands
command:Command config:object warnings:[string] = LaunchCommand
command:Command config:object = GetCommand
command:Command = KillCommand SetCommandPriority
notebooks:[Notebook] pagination:Pagination = GetNotebooks
notebook:Notebook config:object warnings:[string] = LaunchNotebook
notebook:Notebook config:object = GetNotebook
notebook:Notebook = KillNotebook SetNotebookPriority
shells:[Shell] pagination:Pagination = GetShells
shell:Shell config:object warnings:[string] = LaunchShell
shell:Shell config:object = GetShell
shell:Shell = KillShell SetShellPriority
tensorboards:[Tensorboard] pagination:Pagination = GetTensorboards
tensorboard:Tensorboard config:object warnings:[string] = LaunchTensorboard
tensorboard:Tensorboard config:object = GetTensorboard
tensorboard:Tensorboard = KillTensorboard SetTensorboardPriority
taskId:string warnings:[string] = CreateGenericTask
allocationIdToSummary:{AllocationSummary} = GetTasks
commands:int32 notebooks:int32 shells:int32 tensorboards:int32 = GetActiveTasksCount
task:Task = GetTask
config:string = GetGenericTaskConfig
acceleratorData:[AcceleratorData] = GetTaskAcceleratorData
allocation:Allocation = GetAllocation
agentIds:[string] allocationIds:[string] containerIds:[string] rankIds:[int32] sources:[string] stdtypes:[string] =
    TaskLogsFields
id:string level:log.LogLevel message:string timestamp:string trialId:int32 agentId:string containerId:string
    log:string rankId:int32 source:string stdtype:string = TrialLogs
agentIds:[string] containerIds:[string] rankIds:[int32] sources:[string] stdtypes:[string] = TrialLogsFields
removedCount:string = CleanupLogs
data:[object] = AllocationAllGather NotifyContainerRunning
rendezvousInfo:RendezvousInfo = AllocationRendezvousInfo
preempt:bool = AllocationPreemptionSignal
checkpointUuid:string trialId:int32 = ReportTrialSourceInfo
batch:TrialProfilerMetricsBatch = GetTrialProfilerMetrics
labels:[TrialProfilerMetricLabels] = GetTrialProfilerAvailableSeries
= Logout PostUserSetting ResetUserSetting PostUserActivity DeleteExperiment ActivateExperiment PauseExperiment
    CancelExperiment KillExperiment ArchiveExperiment UnarchiveExperiment MoveExperiment PutExperimentRetainLogs
    KillTrial ReportTrialSearcherEarlyExit ReportTrialProgress PostTrialRunnerMetadata PutTrialRetainLogs
    ReportTrialMetrics ReportTrialTrainingMetrics ReportTrialValidationMetrics ReportCheckpoint PatchCheckpoints
    DeleteCheckpoints CheckpointsRemoveFiles PatchWebhook DeleteWebhook PostWebhookEventData
    DeleteGlobalConfigPolicies DeleteWorkspaceConfigPolicies BindRPToWorkspace OverwriteRPWorkspaceBindings
    UnbindRPFromWorkspace SetResourceQuotas DeleteWorkspaceNamespaceBindings BulkAutoCreateWorkspaceNamespaceBindings
    PatchMasterConfig SetClusterMessage DeleteClusterMessage UpdateJobQueue ArchiveWorkspace UnarchiveWorkspace
    PinWorkspace UnpinWorkspace ArchiveProject UnarchiveProject MoveProject DeleteTemplate DeleteModel ArchiveModel
    UnarchiveModel MoveModel DeleteModelVersion DeleteGroup AssignMultipleGroups AssignRoles RemoveAssignments
    IdleNotebook KillGenericTask PauseGenericTask UnpauseGenericTask PostTaskLogs DeleteTensorboardFiles
    AllocationReady AllocationWaiting PostAllocationProxyAddress PostAllocationAcceleratorData
    MarkAllocationResourcesDaemon AckAllocationPreemptionSignal AllocationPendingPreemptionSignal
    PostTrialProfilerMetricsBatch
"""


def _entries(table: str) -> Iterator[str]:
    for entry in re.split(r"\n(?! )", table.strip()):
        yield " ".join(entry.split())


def shapes() -> dict[str, list[Field]]:
    """The fields of each shape by its name."""
    found = {name: row.fields for name, row in ROWS.items()}
    for text in (MEMORY, CONFIGURED, WORKED_OUT, PARTS, AROUND):
        found.update((name, read_fields(spec)) for name, dummy, spec in (e.partition(" ") for e in _entries(text)))
    return dict(sorted(found.items()))


def answers() -> dict[str, list[Field]]:
    """The fields of each answer by operation id."""
    # A line of a log is the answer itself.
    found = {"TaskLogs": tasklog.TABLE.fields}
    for entry in _entries(ANSWERS):
        spec, dummy, operations = entry.rpartition("= ")
        found.update(dict.fromkeys(operations.split(), read_fields(spec)))
    return found
