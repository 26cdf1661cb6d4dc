# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What admins set up: webhooks, config policies, pools for workspaces, namespaces, the master's config and message."""

from __future__ import annotations

from ..areas import administration, config_policies, namespaces, pool_bindings, webhooks
from ..fields import enum, message
from . import route

enum("determined.webhook.v1.WebhookType", "WEBHOOK_TYPE_UNSPECIFIED WEBHOOK_TYPE_DEFAULT WEBHOOK_TYPE_SLACK")
enum("determined.webhook.v1.WebhookMode", "WEBHOOK_MODE_UNSPECIFIED WEBHOOK_MODE_WORKSPACE WEBHOOK_MODE_SPECIFIC")
enum(
    "determined.webhook.v1.TriggerType",
    "TRIGGER_TYPE_UNSPECIFIED TRIGGER_TYPE_EXPERIMENT_STATE_CHANGE TRIGGER_TYPE_METRIC_THRESHOLD_EXCEEDED"
    " TRIGGER_TYPE_TASK_LOG TRIGGER_TYPE_CUSTOM",
)
message("Trigger", "triggerType:webhook.TriggerType condition:object")
message(
    "Webhook",
    "url:string triggers:[Trigger] webhookType:webhook.WebhookType name:string workspaceId:int32"
    " mode:webhook.WebhookMode",
)
message("PatchWebhook", "url:string")
message("CustomWebhookEventData", "level:log.LogLevel title:string description:string")
message("LogConfig", "level:log.LogLevel color:bool")
message("MasterConfig", "log:LogConfig")
message("FieldMask", "paths:[string]")
message(
    "WorkspaceNamespaceMeta",
    "namespace:string? autoCreateNamespace:bool autoCreateNamespaceAllClusters:bool clusterName:string"
    " resourceQuota:int32?",
)

GLOBAL = "/api/v1/config-policies/global/{workloadType}"
IN_WORKSPACE = "/api/v1/config-policies/workspaces/{workspaceId}/{workloadType}"
BINDINGS = "/api/v1/resource-pools/{resourcePoolName}/workspace-bindings"
BOUND = "workspaceIds:[int32] workspaceNames:[string]"
MESSAGE = "/api/v1/master/cluster_message"

TABLE = [
    route("GET /api/v1/webhooks", "GetWebhooks", webhooks.list_webhooks),
    route("POST /api/v1/webhooks", "PostWebhook", webhooks.create, "webhook:Webhook", body="webhook"),
    route("PATCH /api/v1/webhooks/{id}", "PatchWebhook", webhooks.patch, "webhook:PatchWebhook", body="webhook"),
    route("DELETE /api/v1/webhooks/{id}", "DeleteWebhook", webhooks.delete),
    route("POST /api/v1/webhooks/{id}/test", "TestWebhook", webhooks.test, body=""),
    route(
        "POST /api/v1/webhooks/custom",
        "PostWebhookEventData",
        webhooks.custom_event,
        "data:CustomWebhookEventData experimentId:int32 trialId:int32",
    ),
    route(f"GET {GLOBAL}", "GetGlobalConfigPolicies", config_policies.get),
    route(f"PUT {GLOBAL}", "PutGlobalConfigPolicies", config_policies.put, "configPolicies:string"),
    route(f"DELETE {GLOBAL}", "DeleteGlobalConfigPolicies", config_policies.delete),
    route(f"GET {IN_WORKSPACE}", "GetWorkspaceConfigPolicies", config_policies.get),
    route(f"PUT {IN_WORKSPACE}", "PutWorkspaceConfigPolicies", config_policies.put, "configPolicies:string"),
    route(f"DELETE {IN_WORKSPACE}", "DeleteWorkspaceConfigPolicies", config_policies.delete),
    route(f"GET {BINDINGS}", "ListWorkspacesBoundToRP", pool_bindings.list_workspaces, "offset:int32 limit:int32"),
    route(f"POST {BINDINGS}", "BindRPToWorkspace", pool_bindings.bind, BOUND),
    route(f"PUT {BINDINGS}", "OverwriteRPWorkspaceBindings", pool_bindings.overwrite, BOUND),
    route(f"DELETE {BINDINGS}", "UnbindRPFromWorkspace", pool_bindings.unbind, BOUND, body="*"),
    route("GET /api/v1/k8s-resource-managers", "GetKubernetesResourceManagers", namespaces.managers),
    route(
        "GET /api/v1/workspaces/{id}/list-namespace-bindings",
        "ListWorkspaceNamespaceBindings",
        namespaces.list_bindings,
    ),
    route("GET /api/v1/workspaces/{id}/get-k8s-resource-quotas", "GetKubernetesResourceQuotas", namespaces.quotas),
    route(
        "POST /api/v1/workspaces/{id}/set-resource-quota",
        "SetResourceQuotas",
        namespaces.set_quota,
        "clusterQuotaPairs:{int32}",
    ),
    route(
        "POST /api/v1/workspaces/{workspaceId}/namespace-bindings",
        "SetWorkspaceNamespaceBindings",
        namespaces.bind,
        "clusterNamespaceMeta:{WorkspaceNamespaceMeta}",
    ),
    route(
        "DELETE /api/v1/workspaces/{workspaceId}/namespace-bindings",
        "DeleteWorkspaceNamespaceBindings",
        namespaces.unbind,
        "clusterNames:[string]",
    ),
    route(
        "GET /api/v1/namespace-bindings/workspace-ids-with-default-bindings",
        "GetWorkspacesWithDefaultNamespaceBindings",
        namespaces.with_default_bindings,
    ),
    route(
        "POST /api/v1/namespace-bindings/bulk-auto-create",
        "BulkAutoCreateWorkspaceNamespaceBindings",
        namespaces.create_many,
        "workspaceIds:[int32]",
    ),
    route("GET /api/v1/master/config", "GetMasterConfig", administration.config),
    route(
        "PATCH /api/v1/master/config",
        "PatchMasterConfig",
        administration.patch_config,
        "config:MasterConfig fieldMask:FieldMask",
    ),
    route(
        "GET /api/v1/master/logs",
        "MasterLogs",
        administration.logs,
        "offset:int32 limit:int32 follow:bool",
        stream=True,
    ),
    route(f"GET {MESSAGE}", "GetClusterMessage", administration.message),
    route(
        f"PUT {MESSAGE}",
        "SetClusterMessage",
        administration.set_message,
        "message:string startTime:timestamp endTime:timestamp duration:string?",
    ),
    route(f"DELETE {MESSAGE}", "DeleteClusterMessage", administration.delete_message),
]
