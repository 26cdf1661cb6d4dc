# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects, by their names or their keys, and what belongs to each, for det_project_info."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..connection.paths import quote_segment
from ..engine.gather import gather
from ..errors import Missing, NotFound
from ..kinds.project import PROJECT
from ..model.present import present
from ..model.row import Row
from ..store.answers import read_object
from ..store.parallel import map_concurrently

if TYPE_CHECKING:
    from ..connection.client import Client
    from ..engine.call import Call

GATHER = ("columns", "labels", "metric_ranges")


def gather_projects(call: Call) -> dict[str, Any]:
    """The work of det_project_info."""
    params = call.params
    if params["key"] is not None:
        projects = [project_of_key(call.client, params["key"])]
    else:
        projects = gather(call, PROJECT, {"archived": params["archived"], "users": params["owners"]})
    return {"projects": list(map_concurrently(lambda one: gathered(call.client, one, params), projects))}


def project_of_key(client: Client, key: str) -> Row:
    """The one project that has this key, in capitals or not. Raises NotFound."""
    path = f"/api/v1/projects/key/{quote_segment(key, 'key')}"
    try:
        answer = client.get(path)
    except Missing:
        hint = "key is wrong, or the user may not see the project."
        raise NotFound(f"There is no project with the key {key!r}.", hint, option="key") from None
    found = read_object(answer, "project", f"GET {path}", "id")
    return PROJECT.result(PROJECT.row(found, True, client.url)) or {}


def gathered(client: Client, project: Row, params: dict[str, Any]) -> Row:
    """A project with what is asked for besides."""
    path = "/api/v1/projects/{}".format(project["id"])
    if "columns" in params["gather"]:
        project["columns"] = present(client.get(path + "/columns")["columns"])
    if "labels" in params["gather"]:
        # Those used as often come in any order, so they are put in one of their own.
        project["labels"] = sorted(client.get("/api/v1/experiment/labels", projectId=project["id"])["labels"])
    if "metric_ranges" in params["gather"]:
        answer = client.get(path + "/experiments/metric-ranges")
        project["metric_ranges"] = present(sorted(answer["ranges"], key=lambda one: one["metricsName"]))
    if params["metadata_keys"]:
        project["metadata_values"] = {
            key: sorted(client.get(f"{path}/metadata/{quote_segment(key, 'metadata_keys')}")["values"])
            for key in params["metadata_keys"]
        }
    return project
