# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kinds whose names are unique in the cluster, one of them without an id; sets that are sent whole, and dicts of items
that are merged: by templates and models."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption, Refused
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.model import MODEL
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.template import TEMPLATE
from ansible_collections.determined_ai.determined.plugins.module_utils.model.call import Later
from ansible_collections.determined_ai.determined.plugins.module_utils.model.field import sort_set
from ansible_collections.determined_ai.determined.plugins.module_utils.model.plan import Wanted, make_plan

HERE, THERE = {"id": 1, "name": "here", "archived": False}, {"id": 2, "name": "there", "archived": False}
AWAY = {**THERE, "archived": True}
PAGE = {"name": "a b", "workspace_id": 1, "config": {"x": 1}}
NET = {
    "id": 12, "name": "net", "description": "d", "notes": "", "labels": ["b", "a"], "metadata": {"k": {"n": 1}, "t": 2},
    "archived": False, "workspace_id": 1, "version_count": 0,
}  # fmt: skip


def sent(plan):
    return [(step.request.method, step.request.path, step.request.body) for step in plan.steps]


def plan_template(current, values, scope=None, **more):
    return make_plan(TEMPLATE, current, Wanted(values, scope=scope, **more))


def plan_model(current, values, scope=None, **more):
    return make_plan(MODEL, current, Wanted(values, scope=scope, **more))


@pytest.mark.parametrize(
    ("scope", "placed"),
    [(None, {}), (HERE, {"workspaceId": 1}), (Later("workspace", "w"), {"workspaceId": Later("workspace", "w")})],
    ids=["not told", "told", "not made yet"],
)
def test_creation(scope, placed):
    plan = plan_template(None, {"name": "a b", "config": {"x": 1}}, scope)
    assert sent(plan) == [("POST", "/api/v1/templates/a%20b", {"name": "a b", "config": {"x": 1}, **placed})]
    plan = plan_model(None, {"name": "net"}, scope)
    assert sent(plan) == [("POST", "/api/v1/models", {"name": "net", **placed})]


def test_where_it_is_told_nothing_it_stays():
    assert plan_template(PAGE, {"name": "a b", "config": {"x": 1.0}}).steps == ()
    assert plan_model(NET, {"name": "net", "labels": ["a", "b"], "metadata": {"t": 2}}, modes={}).steps == ()


def test_the_name_changes_last_as_it_is_in_the_path_of_the_others():
    plan = plan_template(PAGE, {"name": "c", "config": {"y": 2}}, THERE)
    assert sent(plan) == [
        ("PUT", "/api/v1/templates/a%20b", {"workspaceId": 2}),
        ("PATCH", "/api/v1/templates/a%20b", {"y": 2}),
        ("PATCH", "/api/v1/template/rename", {"oldName": "a b", "newName": "c"}),
    ]
    assert plan.before == {"name": "a b", "workspace_id": 1, "config": {"x": 1}}
    assert plan.after == {"name": "c", "workspace_id": 2, "config": {"y": 2}}


def test_to_where_is_not_made_yet():
    plan = plan_model(NET, {"name": "net"}, Later("workspace", "w"))
    assert sent(plan) == [("POST", "/api/v1/models/12/move", {"destinationWorkspaceId": Later("workspace", "w")})]
    assert plan.after == {"id": 12, "name": "net", "workspace_id": None}


@pytest.mark.parametrize(
    ("labels", "mode", "whole"),
    [
        (["c"], "exact", ["c"]),
        (["c"], "append", ["a", "b", "c"]),
        (["a"], "remove", ["b"]),
        ([], "exact", []),
        (None, "exact", []),
        (["b", "a", "a"], "exact", None),
        (["c"], "remove", None),
    ],
)
def test_a_set_without_places_for_its_parts_is_sent_whole(labels, mode, whole):
    plan = plan_model(NET, {"labels": labels}, modes={"labels": mode})
    assert sent(plan) == ([] if whole is None else [("PATCH", "/api/v1/models/12", {"labels": whole})])


@pytest.mark.parametrize(
    ("metadata", "mode", "whole"),
    [
        ({"t": 3}, "merge", {"k": {"n": 1}, "t": 3}),
        ({"k": {}}, "merge", {"k": {}, "t": 2}),
        ({"k": None}, "merge", {"t": 2}),
        ({"none": None}, "merge", None),
        ({"t": 2}, "exact", {"t": 2}),
        ({"t": None}, "exact", {"t": None}),
        ({}, "exact", {}),
        (None, "exact", {}),
        (None, "merge", None),
    ],
)
def test_items(metadata, mode, whole):
    plan = plan_model(NET, {"metadata": metadata}, modes={"metadata": mode})
    assert sent(plan) == ([] if whole is None else [("PATCH", "/api/v1/models/12", {"metadata": whole})])


def test_an_archived_model_is_moved_and_not_changed():
    assert len(plan_model({**NET, "archived": True}, {}, AWAY).steps) == 1
    with pytest.raises(Refused, match="it is archived"):
        plan_model({**NET, "archived": True}, {"notes": "x"}, AWAY)


def test_a_template_goes_to_no_archived_workspace():
    for current in (PAGE, None):
        with pytest.raises(Refused, match="cannot be given a template"):
            plan_template(current, {"name": "a b"}, AWAY)


def test_absent():
    assert sent(plan_template(PAGE, {"name": "a b"}, state="absent")) == [("DELETE", "/api/v1/templates/a%20b", None)]
    with pytest.raises(Refused, match="not where the options say"):
        plan_template(PAGE, {"name": "a b"}, THERE, state="absent")
    with pytest.raises(Refused, match=r"it holds 3 version\(s\). Set force"):
        plan_model({**NET, "version_count": 3}, {}, state="absent")
    assert plan_model({**NET, "version_count": 3}, {}, state="absent", force=True).act == "delete"


@pytest.mark.parametrize("name", ["12", "a/b", "a\\b", "a  b"])
def test_names_that_the_registry_does_not_take(name):
    with pytest.raises(BadOption, match="name"):
        plan_model(None, {"name": name})


@pytest.mark.parametrize("labels", [["a,b"], [""], [" "]])
def test_labels_that_the_registry_would_change(labels):
    with pytest.raises(BadOption, match="comma"):
        plan_model(NET, {"labels": labels}, modes={"labels": "exact"})


def test_elements_of_a_set_have_one_order():
    assert sort_set(["it's", "a", "Ü", "b\\", "b", "a"]) == ["a", "b", "b\\", "it's", "Ü"]
    assert sort_set([{"b": 1}, {"a": 2}, {"b": 1}]) == [{"a": 2}, {"b": 1}]
    assert sort_set(None) == []
