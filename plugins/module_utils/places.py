# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects by their path ``workspace/project``."""

from __future__ import annotations

import fnmatch

from .errors import BadOption, NotFound


def matching_projects(client, pattern):
    """The ids of the projects that a pattern C(workspace/project) fits; * and ? stand for anything in a name."""
    workspace, slash, project = pattern.partition("/")
    if not slash or not workspace or not project:
        raise BadOption("project", pattern, "must be written workspace/project.", "* stands for any.")
    names = {one["id"]: one["name"] for one in client.get("/api/v1/workspaces")["workspaces"]}
    ids = []
    for ident, name in names.items():
        if not fnmatch.fnmatchcase(name, workspace):
            continue
        rows = client.get(f"/api/v1/workspaces/{ident}/projects")["projects"]
        ids += [row["id"] for row in rows if fnmatch.fnmatchcase(row["name"], project)]
    if not ids and not any(sign in pattern for sign in "*?["):
        raise NotFound(f"There is no project {pattern!r}.", option="project")
    return ids


def project_id(client, path):
    """The id of the one project C(workspace/project)."""
    ids = matching_projects(client, path)
    if len(ids) != 1:
        raise BadOption("project", path, f"{len(ids)} projects fit.", "Name one.")
    return ids[0]
