# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the master says no, call by call: its words where somebody may not, and where something is not there. The usual
words for both are in permissions.py, those of what is archived or immutable in parents.py."""

from __future__ import annotations

from .errors import ApiError, denied, internal, not_found

# What cannot be done -> what a master without RBAC says to who may not, 403.
BASIC = {
    "administrate agents": "rpc error: code = PermissionDenied desc = user does not have permission",
    "administrate the master": "user does not have permission",
    "archive projects": "can't archive project: non admin users need to own the project or workspace",
    "archive workspaces": "only admins may archive other user's workspaces",
    "assign roles": "access denied",
    "bind namespaces": "only admins may set workspace bindings",
    "change groups": "user does not have permission",
    "create tokens": "only admin privileged users can create token for own/other users",
    "create users": "only admin privileged users can create users",
    "delete experiments": "non admin users may not delete other user's experiments",
    "delete model versions": "non-admin users may not delete other users' model versions access denied",
    "delete models": "non-admin users may not delete other users' models access denied",
    "delete projects": "can't delete project: non admin users need to own the project or workspace",
    "delete workspaces": "only admins may delete other user's workspaces",
    "move projects": "non admin users can't move projects that someone else owns",
    "see tokens": "only admin privileged users can view other users",
    "set agent groups of workspaces": "only admin privileged users can set workspace agent user groups",
    "set display names": "only admin privileged users can set another user's display name",
    "set global config policies": "rpc error: code = PermissionDenied desc = user does not have permission",
    "set keys of projects": "can't set project key: non admin users need to own the project or workspace",
    # Said of their descriptions, too.
    "set names of projects": "can't set project name: non admin users need to own the project or workspace",
    "set names of workspaces": "only admins may set other user's workspaces names",
    "set passwords": "only admin privileged users can change other user's passwords",
    "set quotas": "only admins may set resource quotas",
    "set storage of workspaces": "only admins may set checkpoint storage config on other user's workspaces",
    "set user names": "only admin privileged users can update other users",
    "set workspace config policies": "only admins may set config policies for workspaces",
    "switch users": "only admin privileged users can update users",
    "unarchive projects": "can't unarchive project: non admin users need to own the project or workspace",
    "unarchive workspaces": "only admins may unarchive other user's workspaces",
    "update tokens": "only admin privileged users can update access tokens",
}
# The same of calls that answer 500 for it.
BASIC_AS_500 = {
    "bind pools": "only admin privileged users can bind resource pool to a workspace",
    "edit webhooks": "non admin users can't edit global webhooks",
}
# What one with RBAC says, where that is not the name of the permission, 403.
BY_ROLE = {
    "create tokens of others": "only admin privileged users can create other user's token",
    "see tokens": "unable to get token due to insufficient permissions",
    "have tokens": "unable to {} token due to insufficient permissions: {}",
}
BY_ROLE_AS_500 = {
    "bind pools": "current user {} doesn't have permissions to modify resource pool bindings",
    "list models": "current user doesn't have view permissions in related workspaces",
    "see a model": "current user {} doesn't have permissions to get model {}",
}
# What both say to who is switched off, 403.
INACTIVE = {"ask for anything": "user does not have permission", "log in": "user is not active"}
# What is not there, where the words are not the usual ones -> 404.
MISSING = {
    "agent": "agent '{}' not found",
    "assignment": "{}: Error deleting assignment for group id {}: not found",
    "group": "Error getting group {}: not found",
    "group to change": "group does not exist or is a personal group: not found",
    "group to delete": "Error deleting group {}: not found",
    "living allocation": "allocation '{}' not found",
    "members": "Error removing {} user(s) from {} group(s) because none were members of these groups: not found",
    "model": "model {} not found",
    "model version": "version {} for model {} not found",
    "namespace": "error getting default namespace: rpc error: code = NotFound desc = operation not supported",
    "new members": ("Error adding {} user(s) to 1 group(s) because one or more of them were not found: not found"),
    # Of the emulator's own documentation.
    "package": "{} is not installed: see emulator/requirements.txt",
    "page": "Not Found",
    "personal group": "cannot get a personal group: not found",
    "quota": "operation not supported",
    "role by id": "not found",
    "role to assign": "{}: Error inserting assignment for group id {}: not found",
    # Of many: told in their results, without a status.
    "run": "Run with id '{}' not found",
    "run of a project": "Run with id '{}' not found in project with id '{}'",
    "scope of an assignment": (
        "{}: Error getting scope for group id {}: Error creating a RoleAssignmentScope: not found"
    ),
    "token": "Token with id: {{{}}} not found",
    "type of policies": (
        "error retrieving {0} task config policies for workspace with ID 0: ERROR: invalid input value for enum"
        ' workload_type: "{0}" (SQLSTATE 22P02)'
    ),
    "user to assign": "error looking up user groups: Error getting group for user id {}: not found",
    "validations": "no validations for experiment",
    "workspace of policies": "{}",
}
NO_ROWS = "sql: no rows in result set"
# The same of calls that answer 500 for it.
MISSING_AS_500 = {
    "allocation": "querying allocation {0}: querying allocation {0}: " + NO_ROWS,
    # 400 to who wants to meet its peers.
    "container": "stale resources {}",
    "binding": " workspace with id {} and pool with name  {} binding doesn't exist",
    "experiment of a task": "error we failed to look up an experiment from taskID {} when we think it is a trial task",
    "experiment to label": NO_ROWS,
    "experiment to tidy": "not found",
    "file": "file does not exist",
    "files": "EOF",
    "generic task": NO_ROWS + " (make sure task is of type GENERIC)",
    "job": "job {} not found",
    "owner of tokens": NO_ROWS,
    "pin": "error un-pinning workspace ({}): not found",
    "pool": "pool with name {} doesn't exist",
    "pool to list": "pool with name {} doesn't exist or is not available",
    "pool to queue in": "cannot find resource pool {}",
    "pool to see": "resource pool {} does not exist or is not available to view",
    "project of a task": NO_ROWS,
    "session": NO_ROWS,
    "slot": "bad updateSlotDeviceView on device: {} ({}): not found",
    "template to change": "not found",
    "trial to change": "not found",
    "trial to begin": "failed to find experiment by trial id: not found",
    "trial to kill": "trial not found: not found",
    "trial with logs": "getting trial {}: not found",
    "webhook": NO_ROWS,
    "workspace of a model": "failed to get workspace {}: not found",
    "workspaces to bind": "the following workspaces do not exist: [{}]",
}


def refused(doing: str) -> ApiError:
    """403 without RBAC, or for who is switched off; 500 where the call answers that."""
    if doing in BASIC_AS_500:
        return internal(BASIC_AS_500[doing])
    return denied(BASIC[doing] if doing in BASIC else INACTIVE[doing])


def refused_by_role(doing: str, *names: object) -> ApiError:
    """403 with RBAC in words that are not the usual ones; 500 where the call answers that."""
    if doing in BY_ROLE_AS_500:
        return internal(BY_ROLE_AS_500[doing].format(*names))
    return denied(BY_ROLE[doing].format(*names))


def absent(what: str, *names: object) -> ApiError:
    """404 in words that are not the usual ones; 500 where the call answers that."""
    if what in MISSING_AS_500:
        return internal(MISSING_AS_500[what].format(*names))
    return not_found(MISSING[what].format(*names))
