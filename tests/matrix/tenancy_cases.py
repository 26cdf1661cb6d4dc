# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lives of what belongs to somebody: resource pools that are kept for workspaces, and the settings of a user."""

from __future__ import annotations

import json
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


@contextmanager
def own_path(place: Place):
    names = {"path": fresh("p")}
    try:
        yield names
    finally:
        settings = [{"storagePath": names["path"], "key": key, "value": ""} for key in ("a b", "c")]
        place.call("POST", "/api/v1/users/setting", {"settings": settings})


def setting(answer: dict, world: dict) -> dict | None:
    found = [one for one in answer["settings"] if one["storagePath"] == world["path"]]
    assert len(found) <= 1
    return found[0] if found else None


SETTING = {"path": "{path}", "key": "a b"}
USER_SETTING = Case(
    module="det_user_setting",
    kind="user_setting",
    path="/api/v1/users/setting",
    world=own_path,
    pick=setting,
    steps=(
        Step("set", {**SETTING, "value": {"b": [1, 1.50], "a": "x"}}, reads=1),
        Step("change", {**SETTING, "value": True}, reads=1),
        Step("one is not true", {**SETTING, "value": 1}, reads=1),
        Step("empty", {**SETTING, "value": []}, reads=1),
        Step("null", {**SETTING, "value": None}, reads=1),
        Step("text", {**SETTING, "value": ""}, reads=1),
        Step("delete", {**SETTING, "state": "absent"}, reads=1),
    ),
    shown={"value": lambda seen: json.loads(seen["value"])},
)
# It removes what others keep for this account, so it has a master of its own.
ALL_SETTINGS = Case(
    module="det_user_setting",
    kind="user_setting",
    path="/api/v1/users/setting",
    world=own_path,
    pick=setting,
    steps=(
        Step("set", {"path": "{path}", "key": "c", "value": 3}, reads=1),
        Step("reset", {"state": "reset"}, reads=1),
    ),
    shown={
        "value": lambda seen: json.loads(seen["value"]),
        "settings": lambda seen: [{"path": seen["storagePath"], "key": "c", "value": json.loads(seen["value"])}],
    },
    needs=("seed",),
)

TENANCY = {"resource pool binding": POOL_BINDING, "user setting": USER_SETTING, "user settings": ALL_SETTINGS}
