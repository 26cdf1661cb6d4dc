# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects, whose names are unique inside their workspace."""

from __future__ import annotations

from ..engine.resource import Field, Parent, Request, Resource, Verb
from .workspace import WORKSPACE, delete_failed, deleting, immutable


def frozen(current):
    if immutable(current):
        return immutable(current)
    if current.get("archived"):
        return "it, or its workspace, is archived. Use state=unarchived first."
    return None


def in_archived_workspace(current):
    if immutable(current):
        return immutable(current)
    parent = current.get("parent") or {}
    if parent.get("archived"):
        return "its workspace {} is archived. Unarchive that first.".format(parent.get("name"))
    return None


def held(current):
    count = current.get("numExperiments")
    return f"{count} experiment(s)" if count else None


def put_notes(_current, notes):
    return Request("PUT", "/api/v1/projects/{id}/notes", {"notes": notes}, repeatable=True)


PROJECT = Resource(
    kind="project",
    list="/api/v1/workspaces/{parent}/projects",
    rows="projects",
    find=lambda name: {"name": name.replace("\\", "\\\\")},
    get="/api/v1/projects/{id}",
    unwrap="project",
    parent=Parent(
        by_name="workspace",
        by_id="workspace_id",
        moved_from="from_workspace",
        resource=WORKSPACE,
        api="workspaceId",
        move=lambda parent_id: Request("POST", "/api/v1/projects/{id}/move", {"destinationWorkspaceId": parent_id}),
    ),
    create=Request("POST", "/api/v1/workspaces/{parent}/projects"),
    update=Request("PATCH", "/api/v1/projects/{id}"),
    delete=Request("DELETE", "/api/v1/projects/{id}"),
    fields=(
        Field("name", "name"),
        Field("description", "description", reset=""),
        # A short name that is part of other names; nothing secret.
        Field("key", "key", encode=str.upper, option={"type": "str", "no_log": False}),
        Field(
            "notes",
            "notes",
            option={
                "type": "list",
                "elements": "dict",
                "options": {
                    "name": {"type": "str", "required": True},
                    "contents": {"type": "str", "default": ""},
                },
            },
            reset=[],
            send=put_notes,
            creatable=False,
            even_frozen=True,
        ),
    ),
    verbs=(
        Verb(
            "archived",
            Request("POST", "/api/v1/projects/{id}/archive", repeatable=True),
            seen=lambda current: current["archived"],
            shows={"archived": True},
            refuses=in_archived_workspace,
        ),
        Verb(
            "unarchived",
            Request("POST", "/api/v1/projects/{id}/unarchive", repeatable=True),
            seen=lambda current: not current["archived"],
            shows={"archived": False},
            refuses=in_archived_workspace,
            first=True,
        ),
    ),
    frozen=frozen,
    refuses_delete=immutable,
    holds=held,
    deleting=deleting,
    failed=delete_failed,
)
