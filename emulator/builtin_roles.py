# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles that every master has, and the permissions in them. Names are without PERMISSION_TYPE_."""

from __future__ import annotations

from typing import NamedTuple

# What a permission is called where that is not its name in words.
_CALLED = {
    "ADMINISTRATE_OAUTH": "manage oauth",
    "ADMINISTRATE_TOKEN": "administrate access token",
    "CREATE_NSC": "create notebooks/shells/commands",
    "CREATE_OTHER_TOKEN": "create other access token",
    "CREATE_TOKEN": "create access token",
    "SET_WORKSPACE_AGENT_USER_GROUP": "set agent user group on workspace",
    "SET_WORKSPACE_CHECKPOINT_STORAGE_CONFIG": "set checkpoint storage config on workspace",
    "SET_WORKSPACE_DEFAULT_RESOURCE_POOL": "set default resource pool on workspace",
    "SET_WORKSPACE_NAMESPACE_BINDINGS": "set workspace-namespace bindings",
    "UPDATE_NSC": "update notebooks/shells/commands",
    "UPDATE_TOKEN": "update own access token",
    "VIEW_CLUSTER_USAGE": "view detailed cluster usage",
    "VIEW_NSC": "view notebooks/shells/commands",
    "VIEW_OTHER_TOKEN": "view other access token",
    "VIEW_TOKEN": "view own access token",
}


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Count only when given for the whole cluster; a role with one of them cannot be given in a workspace.
CLUSTER_ONLY = _names(
    "ADMINISTRATE_OAUTH ADMINISTRATE_TOKEN ADMINISTRATE_USER CONTROL_STRICT_JOB_QUEUE CREATE_OTHER_TOKEN CREATE_TOKEN"
    " CREATE_WORKSPACE MODIFY_GLOBAL_CONFIG_POLICIES MODIFY_RP_WORKSPACE_BINDINGS SET_RESOURCE_QUOTAS"
    " SET_WORKSPACE_NAMESPACE_BINDINGS UPDATE_AGENTS UPDATE_GROUP UPDATE_MASTER_CONFIG UPDATE_ROLES UPDATE_TOKEN"
    " VIEW_CLUSTER_USAGE VIEW_EXTERNAL_JOBS VIEW_MASTER_CONFIG VIEW_MASTER_LOGS VIEW_OTHER_TOKEN"
    " VIEW_SENSITIVE_AGENT_INFO VIEW_TOKEN"
)
_POLICIES = _names("VIEW_GLOBAL_CONFIG_POLICIES VIEW_WORKSPACE_CONFIG_POLICIES")
_VIEWER = _POLICIES | _names(
    "VIEW_EXPERIMENT_ARTIFACTS VIEW_EXPERIMENT_METADATA VIEW_MODEL_REGISTRY VIEW_NSC VIEW_PROJECT VIEW_RESOURCE_QUOTAS"
    " VIEW_TEMPLATES VIEW_WEBHOOKS VIEW_WORKSPACE"
)
_EDITOR = _VIEWER | _names(
    "CREATE_EXPERIMENT CREATE_MODEL_REGISTRY CREATE_NSC CREATE_PROJECT CREATE_TEMPLATES DELETE_EXPERIMENT"
    " DELETE_MODEL_REGISTRY DELETE_MODEL_VERSION DELETE_TEMPLATES EDIT_MODEL_REGISTRY EDIT_WEBHOOKS UPDATE_EXPERIMENT"
    " UPDATE_EXPERIMENT_METADATA UPDATE_NSC UPDATE_PROJECT UPDATE_TEMPLATES"
)
_WORKSPACE_ADMIN = _EDITOR | _names(
    "ASSIGN_ROLES DELETE_OTHER_USER_MODEL_REGISTRY DELETE_OTHER_USER_MODEL_VERSION DELETE_PROJECT DELETE_WORKSPACE"
    " MODIFY_WORKSPACE_CONFIG_POLICIES SET_WORKSPACE_CHECKPOINT_STORAGE_CONFIG SET_WORKSPACE_DEFAULT_RESOURCE_POOL"
    " UPDATE_WORKSPACE"
)
ALL = _WORKSPACE_ADMIN | CLUSTER_ONLY | {"SET_WORKSPACE_AGENT_USER_GROUP"}


class Role(NamedTuple):
    """One role: its id, its name, what it allows."""

    id: int
    name: str
    permissions: frozenset[str]

    @property
    def in_workspace(self) -> bool:
        """Whether it can be given in a single workspace."""
        return not self.permissions & CLUSTER_ONLY


ROLES = {
    role.id: role
    for role in (
        Role(1, "ClusterAdmin", ALL),
        Role(2, "WorkspaceAdmin", _WORKSPACE_ADMIN),
        Role(3, "WorkspaceCreator", _POLICIES | {"CREATE_WORKSPACE"}),
        Role(4, "Viewer", _VIEWER),
        Role(5, "Editor", _EDITOR),
        Role(6, "ModelRegistryViewer", _POLICIES | {"VIEW_MODEL_REGISTRY"}),
        Role(7, "EditorRestricted", _EDITOR - {"CREATE_NSC", "UPDATE_NSC"}),
        Role(8, "GenAIUser", _EDITOR - {"EDIT_WEBHOOKS", "VIEW_WEBHOOKS"} | {"CREATE_WORKSPACE", "DELETE_PROJECT"}),
        Role(9, "EditorProjectRestricted", _EDITOR - {"CREATE_PROJECT", "UPDATE_PROJECT"}),
        Role(10, "TokenCreator", frozenset({"CREATE_TOKEN", "UPDATE_TOKEN", "VIEW_TOKEN"})),
    )
}
CLUSTER_ADMIN, WORKSPACE_ADMIN = 1, 2


def _mask(workspace: bool) -> dict:
    return {"cluster": True, "workspace": workspace}


def shown(role: Role) -> dict:
    """A role as the API shows it."""
    return {
        "roleId": role.id,
        "name": role.name,
        "permissions": [
            {
                "id": f"PERMISSION_TYPE_{name}",
                "name": _CALLED.get(name) or name.lower().replace("_", " "),
                "scopeTypeMask": _mask(name not in CLUSTER_ONLY),
            }
            for name in sorted(role.permissions)
        ],
        "scopeTypeMask": _mask(role.in_workspace),
    }


def shown_short(role: Role) -> dict:
    """A role as assignments show it: without its permissions, and so fit for a workspace."""
    return {"roleId": role.id, "name": role.name, "permissions": [], "scopeTypeMask": _mask(True)}
