# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What operations answer, for the OpenAPI document; in the words of fields.py, `?` is what can be null.

In both tables an entry begins at the start of a line; indented lines go on with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .areas import models, projects, templates, users
from .fields import Field, read_fields

# Shapes that are declared with their tables.
TABLES = {"Model": models.TABLE, "Project": projects.TABLE, "Template": templates.TABLE, "User": users.TABLE}
# Name and fields of what else answers are made of.
SHAPES = """
AcceleratorData acceleratorType:string acceleratorUuids:[string] allocationId:string containerId:string
    nodeName:string resourcePool:string taskId:string
Agent id:string registeredTime:timestamp slots:{Slot} containers:{Container} addresses:[string] enabled:bool
    draining:bool version:string resourcePools:[string] slotStats:SlotStats
AgentUserGroup agentUid:int32 agentGid:int32 agentUser:string agentGroup:string
AggregateQueueStats periodStart:string seconds:double
Allocation taskId:string state:string allocationId:string slots:int32 startTime:string endTime:string isReady:bool
    exitReason:string
AllocationSummary taskId:string allocationId:string name:string registeredTime:timestamp resourcePool:string
    slotsNeeded:int32 resources:[ResourcesSummary] schedulerType:string priority:int32 proxyPorts:[ProxyPortConfig]
AwsCustomTag key:string value:string
Checkpoint taskId:string uuid:string reportTime:timestamp resources:{string} metadata:object state:checkpoint.State
    training:CheckpointTrainingMetadata
CheckpointTrainingMetadata trialId:int32 experimentId:int32 experimentConfig:object? hparams:object?
    trainingMetrics:Metrics validationMetrics:Metrics
CheckpointWorkload uuid:string endTime:timestamp state:checkpoint.State resources:{string} totalBatches:int32
    metadata:object?
ClusterMessage message:string startTime:timestamp createdTime:timestamp endTime:timestamp
Command id:string description:string state:string startTime:timestamp container:Container? displayName:string
    userId:int32 username:string resourcePool:string exitStatus:string jobId:string workspaceId:int32
ComparableTrial trial:Trial metrics:[DownsampledMetrics]
Container parent:string id:string state:string devices:[Device] permissionDenied:bool
DataPoint batches:int32 values:object time:timestamp
Device id:int32 brand:string uuid:string type:string
DeviceStats states:{int32} draining:int32 disabled:int32 total:int32
DownsampledMetrics data:[DataPoint] type:MetricType group:string
Experiment id:int32 description:string labels:[string] startTime:timestamp? endTime:timestamp? state:experiment.State
    archived:bool numTrials:int32 trialIds:[int32] displayName:string userId:int32 username:string resourcePool:string
    searcherType:string searcherMetric:string hyperparameters:object? name:string notes:string jobId:string
    forkedFrom:int32? progress:double? projectId:int32 projectName:string workspaceId:int32 workspaceName:string
    parentArchived:bool config:object? originalConfig:string projectOwnerId:int32 checkpointSize:string
    checkpointCount:int32 unmanaged:bool duration:int32 bestTrialSearcherMetric:double modelDefinitionSize:int32
    bestTrialId:int32
ExperimentActionResult error:string id:int32
FileNode path:string name:string modifiedTime:timestamp contentLength:int32 isDir:bool contentType:string
    files:[FileNode]
Run id:int32 startTime:timestamp endTime:timestamp? state:trial.State labels:[string] checkpointSize:string
    checkpointCount:int32 hyperparameters:object summaryMetrics:object userId:int32 duration:int32 projectId:int32
    projectName:string workspaceId:int32 workspaceName:string parentArchived:bool experiment:RunExperiment
    archived:bool localId:string searcherMetricValue:double metadata:object
RunExperiment id:int32 searcherType:string searcherMetric:string resourcePool:string progress:double
    description:string name:string unmanaged:bool isMultitrial:bool
FoundExperiment experiment:Experiment bestTrial:Trial?
Group groupId:int32 name:string
GroupDetails groupId:int32 name:string users:[User]
GroupRoleAssignment groupId:int32 roleAssignment:RoleAssignment
GroupSearchResult group:Group numMembers:int32
Job summary:JobSummary type:string submissionTime:timestamp username:string userId:int32 resourcePool:string
    isPreemptible:bool priority:int32 weight:double entityId:string jobId:string requestedSlots:int32
    allocatedSlots:int32 name:string progress:double workspaceId:int32
JobSummary state:job.State jobsAhead:int32
K8PriorityClass priorityClass:string priorityValue:int32
LimitedJob summary:JobSummary type:string resourcePool:string isPreemptible:bool priority:int32 weight:double
    jobId:string requestedSlots:int32 allocatedSlots:int32 progress:double workspaceId:int32
LogEntry id:int32 message:string timestamp:timestamp level:log.LogLevel
MetricIdentifier group:string name:string
Metrics avgMetrics:object? batchMetrics:[object]
MetricsRange metricsName:string min:double max:double
MetricsReport archived:bool endTime:string group:string id:int32 metrics:object totalBatches:int32 trialId:int32
    trialRunId:int32
MetricsWorkload endTime:timestamp metrics:Metrics numInputs:int32 totalBatches:int32
ModelVersion model:Model checkpoint:Checkpoint version:int32 creationTime:timestamp id:int32 name:string
    metadata:object lastUpdatedTime:timestamp? comment:string username:string userId:int32 labels:[string]
    notes:string
Note name:string contents:string
Notebook id:string description:string state:string startTime:timestamp? container:Container? displayName:string
    userId:int32 username:string resourcePool:string exitStatus:string jobId:string workspaceId:int32
    serviceAddress:string
Pagination offset:int32 limit:int32 startIndex:int32 endIndex:int32 total:int32
Permission id:string name:string scopeTypeMask:ScopeTypeMask
ProjectColumn column:string location:string type:string displayName:string
ProxyPortConfig port:int32 proxyTcp:bool serviceId:string unauthenticated:bool
QueueStats queuedCount:int32 scheduledCount:int32
RBACJob full:Job limited:LimitedJob
RPQueueStat stats:QueueStats resourcePool:string aggregates:[AggregateQueueStats]
RendezvousInfo addresses:[string] rank:int32 slots:[int32]
ResourceAllocationAggregatedEntry byExperimentLabel:{double} byResourcePool:{double} byUsername:{double}
    period:master.ResourceAllocationAggregationPeriod periodStart:string seconds:double
ResourceAllocationRawEntry endTime:string experimentId:int32 kind:string labels:[string] seconds:double slots:int32
    startTime:string userId:int32 username:string
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
ResourcesSummary resourcesId:string resourcesType:string allocationId:string agentDevices:{ResourcesSummaryDevices}
    containerId:string
ResourcesSummaryDevices devices:[Device]
Role roleId:int32 name:string permissions:[Permission] scopeTypeMask:ScopeTypeMask
RoleAssignment role:Role scopeWorkspaceId:int32 scopeCluster:bool
RoleAssignmentSummary roleId:int32 scopeWorkspaceIds:[int32] scopeCluster:bool
RoleWithAssignments role:Role groupRoleAssignments:[GroupRoleAssignment] userRoleAssignments:[UserRoleAssignment]
RunActionResult error:string id:int32
SSOProvider name:string ssoUrl:string type:string alwaysRedirect:bool
SampledTrial data:[DataPoint] hparams:object trialId:int32
ScopeTypeMask cluster:bool workspace:bool
SearchSummary config:object trials:[TrialSummary]
SearchUnit maxLength:bool name:string value:int32
Shell id:string description:string state:string startTime:timestamp container:Container? displayName:string
    userId:int32 username:string resourcePool:string exitStatus:string jobId:string workspaceId:int32
    privateKey:string publicKey:string addresses:[object] agentUserGroup:object
Slot id:string device:Device enabled:bool container:Container? draining:bool
SlotStats typeStats:{DeviceStats} brandStats:{DeviceStats}
SnapshotTrial batchesProcessed:int32 hparams:object metric:double trialId:int32
Task taskId:string taskType:string allocations:[Allocation] startTime:timestamp endTime:timestamp taskState:string
Tensorboard id:string description:string state:string startTime:timestamp container:Container? displayName:string
    userId:int32 username:string resourcePool:string exitStatus:string jobId:string workspaceId:int32
    serviceAddress:string experimentIds:[int32] trialIds:[int32]
TokenInfo id:int32 userId:int32 expiry:timestamp createdAt:timestamp tokenType:string revoked:bool description:string
Trial id:int32 experimentId:int32 startTime:timestamp endTime:timestamp? state:trial.State restarts:int32
    hparams:object totalBatchesProcessed:int32 bestValidation:MetricsWorkload? latestValidation:MetricsWorkload?
    bestCheckpoint:CheckpointWorkload? runnerState:string wallClockTime:double warmStartCheckpointUuid:string
    taskId:string totalCheckpointSize:string checkpointCount:int32 summaryMetrics:object? taskIds:[string]
    searcherMetricValue:double logRetentionDays:int32
TrialProfilerMetricLabels name:string trialId:int32 agentId:string gpuUuid:string
    metricType:trial.TrialProfilerMetricLabels.ProfilerMetricType
TrialProfilerMetricsBatch batches:[int32] labels:TrialProfilerMetricLabels timestamps:[string] values:[double]
TrialSummary count:int32 unit:SearchUnit
Trigger id:int32 triggerType:webhook.TriggerType condition:object webhookId:int32
UserActionResult error:string id:int32
UserRoleAssignment userId:int32 roleAssignment:RoleAssignment
UserWebSetting key:string storagePath:string value:string
ValidationHistoryEntry trialId:int32 endTime:timestamp searcherMetric:double
Webhook id:int32 url:string triggers:[Trigger] webhookType:webhook.WebhookType name:string workspaceId:int32
    mode:webhook.WebhookMode
WorkloadContainer training:MetricsWorkload validation:MetricsWorkload
Workspace id:int32 name:string archived:bool username:string immutable:bool numProjects:int32 pinned:bool userId:int32
    numExperiments:int32 state:string errorMessage:string defaultComputePool:string defaultAuxPool:string
    pinnedAt:timestamp agentUserGroup:AgentUserGroup checkpointStorageConfig:object
WorkspaceNamespaceBinding autoCreateNamespace:bool clusterName:string namespace:string workspaceId:int32
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
id:string timestamp:timestamp message:string level:log.LogLevel taskId:string log:string source:string stdtype:string
    allocationId:string agentId:string containerId:string rankId:int32 = TaskLogs
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
    found = {name: read_fields(spec) for name, dummy, spec in (entry.partition(" ") for entry in _entries(SHAPES))}
    return dict(sorted({**found, **{name: table.fields for name, table in TABLES.items()}}.items()))


def answers() -> dict[str, list[Field]]:
    """The fields of each answer by operation id."""
    found = {}
    for entry in _entries(ANSWERS):
        spec, dummy, operations = entry.rpartition("= ")
        found.update(dict.fromkeys(operations.split(), read_fields(spec)))
    return found
