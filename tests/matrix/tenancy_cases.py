# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lives of what decides which part of the cluster is whose: resource pools that are kept for workspaces."""

from __future__ import annotations

from contextlib import contextmanager

from tests.matrix.cases import Case, Step
from tests.matrix.place import Place, fresh, gone_after


@contextmanager
def three_workspaces(place: Place):
    start = fresh()
    names = {one: f"{start}-{one}" for one in ("ana", "bob", "cleo")}
    with gone_after(place, *names.values()):
        made = [place.call("POST", "/api/v1/workspaces", {"name": one})["workspace"] for one in names.values()]
        yield {**names, "ids": {one["id"]: one["name"] for one in made}}


BINDINGS = "/api/v1/resource-pools/gpu-a/workspace-bindings"
POOL = {"resource_pool": "gpu-a"}


def bindings(answer: dict, world: dict) -> dict:
    return {"workspaces": sorted(world["ids"][one] for one in answer["workspaceIds"])}


POOL_BINDING = Case(
    module="det_resource_pool_binding",
    kind="resource_pool_binding",
    path=BINDINGS,
    world=three_workspaces,
    pick=bindings,
    steps=(
        Step("bind", {**POOL, "workspaces": ["{bob}", "{ana}", "{ana}"]}, reads=2),
        Step("add", {**POOL, "workspaces": ["{cleo}", "{ana}"], "workspaces_mode": "append"}, reads=2),
        Step("take away", {**POOL, "workspaces": ["{bob}", "{ana}"], "workspaces_mode": "remove"}, reads=2),
        Step("exact", {**POOL, "workspaces": ["{ana}"]}, reads=2),
        Step("open", {**POOL, "workspaces": [], "allow_open": True}, reads=1),
    ),
    shown={"workspaces": lambda seen: seen["workspaces"]},
    needs=("agents",),
    emulator={"agents": 4},
)

TENANCY = {"resource pool binding": POOL_BINDING}
