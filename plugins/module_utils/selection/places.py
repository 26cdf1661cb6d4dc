# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workspaces and projects by their names and by patterns."""

from __future__ import annotations

from typing import Any

from ..connection.paths import quote_segment
from ..errors import ApiError, BadOption, NotFound
from ..store.answers import check_fields, read_whole
from ..wording import TO_BE_MADE
from .patterns import has_signs, matching_names

WORKSPACES = "/api/v1/workspaces"
# What check mode has for the id of a project that a step before may be going to make.
NEW_ID = "{id}"


def matching_projects(client: Any, pattern: str, option: str = "project") -> list[int]:
    """The ids of the projects that a pattern C(workspace/project) fits; * and ? stand for anything in a name.

    Names may have slashes themselves, so each slash is tried as the one between the two. Raises BadOption where that
    fits projects in several ways, NotFound where a name fits none.
    """
    ways = [
        (pattern[:at], pattern[at + 1 :])
        for at, sign in enumerate(pattern)
        if sign == "/" and pattern[:at].strip() and pattern[at + 1 :].strip()
    ]
    if not ways:
        raise BadOption(option, pattern, "must be written workspace/project.", "* stands for any.")
    spaces = read_named(client, WORKSPACES, "workspaces")
    found = [ids for ids in (projects_in(client, spaces, *way) for way in ways) if ids]
    if len(found) > 1:
        raise BadOption(option, pattern, "fits in several ways, as names have slashes.", "Give project_id instead.")
    if not found and not has_signs(pattern):
        raise NotFound(
            f"There is no project {pattern!r}.", f"{option} is wrong, or the user may not see it.", option=option
        )
    return found[0] if found else []


def projects_in(client: Any, spaces: list[dict[str, Any]], workspace: str, project: str) -> list[int]:
    rows = [row for one in named(spaces, workspace) for row in projects(client, one["id"])]
    return [row["id"] for row in named(rows, project)]


def named(rows: list[dict[str, Any]], pattern: str) -> list[dict[str, Any]]:
    """The rows whose names the pattern fits."""
    names = matching_names(pattern, [row["name"] for row in rows])
    return [row for row in rows if row["name"] in names]


def matching_workspaces(client: Any, pattern: str) -> list[int]:
    """The ids of the workspaces whose names the pattern fits."""
    return [row["id"] for row in named(read_named(client, WORKSPACES, "workspaces"), pattern)]


def projects(client: Any, workspace: int) -> list[dict[str, Any]]:
    return read_named(client, f"{WORKSPACES}/{workspace}/projects", "projects")


def read_named(client: Any, path: str, name: str) -> list[dict[str, Any]]:
    """All rows of a list whose objects have ids and names."""
    rows = read_whole(client.get(path), name, f"GET {path}")
    for row in rows:
        check_fields(row, {"name": str}, f"an entry of {name}", f"GET {path}")
    return rows


def project_id(call: Any) -> int | str | None:
    """The id of the one project that the options project or project_id name; None when they name none.

    A project that is not there is, in check mode, taken to be made before.
    """
    path = call.params["project"]
    if "project_id" in call.unmade:
        return NEW_ID
    if path is None:
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


def check_template(call: Any) -> None:
    """Raise NotFound for a template that is not there; in check mode it is taken to be made before."""
    name = call.params["template"]
    if name is None:
        return
    try:
        call.client.get("/api/v1/templates/" + quote_segment(name, "template"))
    except ApiError as error:
        if error.status != 404:
            raise
        if not call.check_mode:
            hint = "template is wrong, or the user may not see it."
            raise NotFound(f"There is no template {name!r}.", hint, option="template") from error
        call.warn(TO_BE_MADE.format("template", name))
