# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Descriptions that contradict themselves are refused where they are written; the specs that they make."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.resource import (
    Field,
    Request,
    Resource,
    Verb,
    get_path,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, WAIT, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.resources.project import PROJECT
from ansible_collections.determined_ai.determined.plugins.module_utils.resources.workspace import WORKSPACE

BASE = {"kind": "thing", "get": "/t/{id}", "list": "/t", "rows": "ts", "unwrap": "t", "find": None}
GO = Request("POST", "/t/{id}/go")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"create": GO, "fields": (Field("a", "a"), Field("a", "b"))}, "described twice"),
        ({"verbs": (Verb("on", GO, bool, {}), Verb("on", GO, bool, {}))}, "described twice"),
        ({"fields": (Field("a", "a"),)}, "nothing sends a"),
    ],
)
def test_contradictions(more, said):
    with pytest.raises(ValueError, match=f"thing.*{said}"):
        Resource(**BASE, **more)


@pytest.mark.parametrize(
    ("more", "states"),
    [
        ({}, []),
        ({"update": GO}, ["present"]),
        ({"create": GO, "delete": GO}, ["present", "absent"]),
        ({"create": GO, "verbs": (Verb("on", GO, bool, {}),)}, ["present", "on"]),
    ],
)
def test_states(more, states):
    assert Resource(**BASE, **more).states() == states


def test_spec_of_a_kind_with_a_parent():
    spec = PROJECT.spec()
    assert ("workspace", "workspace_id") in spec.mutually_exclusive
    assert {"id", "name", "new_name", "workspace", "from_workspace", "force", "notes"} <= set(spec.options)


def test_specs_add_up():
    whole = CONNECTION + WAIT + Spec({"a": {"type": "str"}}, required_one_of=(("a", "token"),)) + WORKSPACE.spec()
    assert {"master", "wait", "a", "pinned"} <= set(whole.options)
    assert whole.rules()["required_one_of"] == [["a", "token"], ["id", "name"]]
    assert "wait" not in CONNECTION.options


@pytest.mark.parametrize(
    ("value", "path", "found"),
    [({"a": {"b": 1}}, "a.b", 1), ({"a": None}, "a.b", None), ({}, "a", None), (None, "a", None)],
)
def test_get_path(value, path, found):
    assert get_path(value, path) == found


@pytest.mark.parametrize("value", ["", [], {}, None])
def test_empty_is_the_reset(value):
    assert Field("a", "a", reset="-").wanted(value) == "-"


@pytest.mark.parametrize("value", [0, False])
def test_naught_is_a_value(value):
    assert Field("a", "a", reset="-").wanted(value) == value
