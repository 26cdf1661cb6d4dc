# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workspaces and projects by their names and by patterns."""

from __future__ import annotations

import fnmatch
from urllib.parse import quote

from ..engine.plan import NEW_ID
from ..errors import BadOption, Missing, NotFound

SIGNS = "*?["
TO_BE_MADE = "There is no {} {!r} yet; it is taken to be made before."


def matching_projects(client, pattern, option="project"):
    """The ids of the projects that a pattern C(workspace/project) fits; * and ? stand for anything in a name."""
    workspace, slash, project = pattern.partition("/")
    if not slash or not workspace or not project:
        raise BadOption(option, pattern, "must be written workspace/project.", "* stands for any.")
    rows = [row for ident in matching_workspaces(client, workspace) for row in projects(client, ident)]
    ids = [row["id"] for row in rows if fnmatch.fnmatchcase(row["name"], project)]
    if not ids and not any(sign in pattern for sign in SIGNS):
        raise NotFound(
            f"There is no project {pattern!r}.", f"{option} is wrong, or the user may not see it.", option=option
        )
    return ids


def matching_workspaces(client, pattern):
    """The ids of the workspaces whose names the pattern fits."""
    rows = client.get("/api/v1/workspaces")["workspaces"]
    return [row["id"] for row in rows if fnmatch.fnmatchcase(row["name"], pattern)]


def projects(client, workspace):
    return client.get(f"/api/v1/workspaces/{workspace}/projects")["projects"]


def project_id(call):
    """The id of the one project that the options project or project_id name; None when they name none.

    A project that is not there is, in check mode, taken to be made before.
    """
    path = call.params["project"]
    if not path:
        return call.params["project_id"]
    try:
        ids = matching_projects(call.client, path)
    except NotFound:
        if not call.check_mode:
            raise
        call.warn(TO_BE_MADE.format("project", path))
        return NEW_ID
    if len(ids) != 1:
        raise BadOption("project", path, f"{len(ids)} projects fit.", "Name one.")
    return ids[0]


def check_template(call):
    """Raise NotFound for a template that is not there; in check mode it is taken to be made before."""
    name = call.params["template"]
    if name is None:
        return
    try:
        call.client.get("/api/v1/templates/" + quote(name, safe=""))
    except Missing as error:
        if not call.check_mode:
            hint = "template is wrong, or the user may not see it."
            raise NotFound(f"There is no template {name!r}.", hint, option="template") from error
        call.warn(TO_BE_MADE.format("template", name))
