# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Templates of configs, which have no id: the name stands for one (facts-access 7; recordings template-lifecycle,
template-edge)."""

from __future__ import annotations

from typing import Any

from ..config_text import parse_config
from ..model.call import Call, Later
from ..model.field import Field
from ..model.kind import Collection, Kind, Paging, Scope
from ..model.row import Column, Row
from .workspace import WORKSPACE
from .workspace_parts import archived

PATH = "/api/v1/templates/{name}"


def rename(row: Row, name: str) -> list[tuple[Call, Any]]:
    return [(Call("PATCH", "/api/v1/template/rename"), {"oldName": row["name"], "newName": name})]


def move(workspace: int | Later) -> tuple[Call, Any]:
    # The config stays as it is where it is not sent.
    return Call("PUT", PATH, repeatable=True), {"workspaceId": workspace}


def replace_config(_row: Row, config: Row) -> list[tuple[Call, Any]]:
    """The body is the config. PUT, which takes it too, would make a template that was deleted meanwhile anew, in the
    workspace Uncategorized."""
    return [(Call("PATCH", PATH, repeatable=True), config)]


TEMPLATE = Kind(
    name="template",
    plural="templates",
    source=Collection(
        "/api/v1/templates",
        rows="templates",
        paging=Paging.MINUS_ONE,
        narrow=lambda name: {"name": name.replace("\\", "\\\\")},
        one=PATH,
        unwrap="template",
    ),
    ident="name",
    scope=Scope(WORKSPACE, unique=False, api="workspaceId", refuses=archived, move=move),
    columns=(
        Column("name", "Name.", sample="bert-large"),
        Column("workspace_id", "Id of its workspace.", "int", 7, api="workspaceId"),
        Column("config", "The config that experiments and tasks get from it.", "dict",
               {"resources": {"slots_per_trial": 4}}),
    ),
    fields=(
        Field("config", option={"type": "raw"}, update=None, normal=parse_config, reset={}, send=replace_config),
        # Last, as the name is in the path of the others.
        Field("name", update=None, send=rename),
    ),
    create=Call("POST", PATH, unwrap="template"),
    delete=Call("DELETE", PATH),
    defaults_on_create={"config": {}},
)  # fmt: skip
