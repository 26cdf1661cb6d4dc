# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is whose, told by options and not by a name of its own: pools kept for workspaces, and settings of a user."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import (
    BadOption,
    Missing,
    NotFound,
    Refused,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.resource_pool_binding import (
    RESOURCE_POOL_BINDING,
    check_bindings,
    read_bindings,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.user_setting import (
    USER_SETTING,
    check_setting,
    pick_setting,
    says_the_same,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.model.plan import Wanted, make_plan

IDS = {"ana": 7, "bob": 8, "cleo": 9}
POOL = {"resource_pool": "gpu a"}
PATH = "/api/v1/resource-pools/gpu%20a/workspace-bindings"


class Reader:
    """What a master answers; ``asked`` holds what it was asked."""

    def __init__(self, **answers):
        self.answers = {"bound": [], "workspaces": [], "pools": [], **answers}
        self.asked = []

    def get(self, path, **query):
        self.asked.append((path, query))
        if path != "/api/v1/resource-pools":
            if self.answers["bound"] is None:
                raise Missing(500, "Internal", "pool with name x doesn't exist or is not available", "GET", path)
            return {"workspaceIds": self.answers["bound"], "pagination": {"total": 99}}
        return {"resourcePools": self.answers["pools"]}

    def every(self, kind, scope=None, query=None):
        assert kind.name == "workspace"
        return self.answers["workspaces"]


def sent(plan):
    return [(step.request.method, step.request.path, step.request.body) for step in plan.steps]


def plan_binding(have, want, mode="exact", **more):
    wanted = Wanted(
        {"workspaces": want}, modes={"workspaces": mode}, keys=POOL, find=lambda _kind, name: IDS[name], **more
    )
    return make_plan(RESOURCE_POOL_BINDING, {"workspaces": have}, wanted)


@pytest.mark.parametrize(
    ("have", "want", "mode", "requests"),
    [
        (["ana"], ["bob", "cleo"], "exact", [("POST", [8, 9]), ("DELETE", [7])]),
        (["ana"], ["ana", "bob"], "append", [("POST", [8])]),
        (["ana", "bob"], ["bob", "none"], "remove", [("DELETE", [8])]),
        (["ana"], None, "exact", [("DELETE", [7])]),
        ([], ["ana", "ana"], "exact", [("POST", [7])]),
        (["ana", "bob"], ["bob", "ana"], "exact", []),
    ],
)
def test_only_what_differs_is_sent_and_never_the_whole(have, want, mode, requests):
    expected = [(method, PATH, {"workspaceIds": ids}) for method, ids in requests]
    assert sent(plan_binding(have, want, mode)) == expected


def test_bindings_are_read_whole_and_by_name():
    workspaces = [{"id": 8, "name": "bob"}, {"id": 7, "name": "cleo"}]
    reader = Reader(bound=[7, 8, 5], workspaces=workspaces)
    assert read_bindings(reader, None, POOL) == {"workspaces": ["bob", "cleo"]}
    assert reader.asked == [(PATH, {"limit": -1})]


def test_an_unknown_pool_names_those_that_there_are():
    with pytest.raises(NotFound, match="no resource pool gpu a") as caught:
        read_bindings(Reader(bound=None, pools=[{"name": "default"}, {"name": "gpu-b"}]), None, POOL)
    assert "default, gpu-b" in caught.value.result()["msg"]


@pytest.mark.parametrize("pool", ["", "a/b", ".."])
def test_a_name_that_no_path_can_hold_is_refused(pool):
    with pytest.raises(BadOption, match="resource_pool"):
        read_bindings(Reader(), None, {"resource_pool": pool})


@pytest.mark.parametrize("default", ["defaultComputePool", "defaultAuxPool"])
def test_a_default_pool_is_not_bound(default):
    reader = Reader(pools=[{"name": "other", default: True}, {"name": "gpu a"}])
    assert check_bindings(reader, plan_binding([], ["ana"])) == []
    with pytest.raises(Refused, match="is a default pool"):
        check_bindings(Reader(pools=[{"name": "gpu a", default: True}]), plan_binding([], ["ana"]))


def test_the_last_binding_goes_only_where_that_is_said():
    reader = Reader(pools=[{"name": "gpu a"}])
    with pytest.raises(Refused, match="opens it to all"):
        check_bindings(reader, plan_binding(["ana"], []))
    assert check_bindings(reader, plan_binding(["ana"], [], force=True)) == []


AT = {"path": "p/q", "key": "k"}
SET = {**AT, "value": {"a": 1}}


def plan_setting(current, values, state="present", path="p/q", **more):
    return make_plan(USER_SETTING, current, Wanted(values, state, keys={**AT, "path": path}, **more))


def posted(value):
    body = {"settings": [{"key": "k", "storagePath": "p/q", "value": value}]}
    return [("POST", "/api/v1/users/setting", body)]


@pytest.mark.parametrize(
    ("current", "value", "requests"),
    [
        (None, {"b": 1, "a": [None]}, posted('{"a": [null], "b": 1}')),
        (None, "", posted('""')),
        (SET, [], posted("[]")),
        (SET, {}, posted("{}")),
        (SET, {"a": True}, posted('{"a": true}')),
        (SET, {"a": 1.0}, []),
    ],
)
def test_a_value_is_sent_as_json_where_it_says_something_else(current, value, requests):
    assert sent(plan_setting(current, {"value": value})) == requests


def test_an_empty_value_removes_a_setting_and_none_is_removed_twice():
    assert sent(plan_setting(SET, {}, "absent")) == posted("")
    assert plan_setting(SET, {}, "absent").before == {"value": {"a": 1}}
    assert sent(plan_setting(None, {}, "absent")) == []


@pytest.mark.parametrize("value", [float("nan"), {"a": {1, 2}}])
def test_what_json_cannot_hold_is_refused(value):
    with pytest.raises(BadOption, match="holds what JSON cannot"):
        plan_setting(None, {"value": value})


@pytest.mark.parametrize(
    ("have", "want", "same"),
    [
        (1, 1.0, True),
        (1, True, False),
        ([1, {"a": False}], [1, {"a": 0}], False),
        ([1, 2], [1], False),
        ({"a": 1}, {"a": 1, "b": None}, False),
        ({"a": [None]}, {"a": [None]}, True),
        ("1", 1, False),
    ],
)
def test_same_values(have, want, same):
    assert says_the_same(have, want) is same


def test_a_setting_is_found_by_path_and_key():
    rows = [{"storagePath": "p", "key": "k"}, {"storagePath": "p/q", "key": "l"}, {"storagePath": "p/q", "key": "k"}]
    assert pick_setting(rows, AT) is rows[2]
    assert pick_setting(rows[:2], AT) is None
    assert pick_setting(None, AT) is None


@pytest.mark.parametrize("state", ["present", "absent"])
def test_marks_of_the_collection_stay(state):
    path = "determined_ai.determined/cull"
    with pytest.raises(Refused, match="marks of det_task_cull"):
        check_setting(None, plan_setting(SET, {"value": 1}, state, path))
    assert check_setting(None, plan_setting(SET, {"value": 1}, state, path, force=True)) == []
    assert check_setting(None, plan_setting(SET, {"value": 1}, state, "determined_ai")) == []
