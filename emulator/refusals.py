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
# What is not there, where the words are not the usual ones -> 404.
MISSING = {
    "group": "Error getting group {}: not found",
    "group to change": "group does not exist or is a personal group: not found",
    "group to delete": "Error deleting group {}: not found",
    "members": "Error removing {} user(s) from {} group(s) because none were members of these groups: not found",
    "model": "model {} not found",
    "model version": "version {} for model {} not found",
    "new members": ("Error adding {} user(s) to 1 group(s) because one or more of them were not found: not found"),
    "personal group": "cannot get a personal group: not found",
    "role by id": "not found",
    "token": "Token with id: {{{}}} not found",
    "user to assign": "error looking up user groups: Error getting group for user id {}: not found",
    "validations": "no validations for experiment",
}


def refused(doing: str) -> ApiError:
    """403 without RBAC; 500 where the call answers that."""
    return denied(BASIC[doing]) if doing in BASIC else internal(BASIC_AS_500[doing])


def absent(what: str, *names: object) -> ApiError:
    """404 in words that are not the usual ones."""
    return not_found(MISSING[what].format(*names))
