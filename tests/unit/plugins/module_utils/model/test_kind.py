# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Descriptions that contradict themselves are refused where they are written; the specs that they make."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.kind_spec import kind_spec
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, WAIT, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.group import GROUP
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.project import PROJECT
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.role_assignment import ROLE_ASSIGNMENT
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.webhook import WEBHOOK
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.workspace import WORKSPACE
from ansible_collections.determined_ai.determined.plugins.module_utils.model.call import Call
from ansible_collections.determined_ai.determined.plugins.module_utils.model.field import NOTHING, Field, Verb
from ansible_collections.determined_ai.determined.plugins.module_utils.model.kind import Collection, Kind
from ansible_collections.determined_ai.determined.plugins.module_utils.model.row import Column, state_word

GO = Call("POST", "/t/{id}/go")
LIST = Collection("/t", rows="ts")
COLUMNS = (Column("id", "Id.", "int"), Column("a", "A property."))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"create": GO, "fields": (Field("a"), Field("a"))}, "described twice"),
        ({"verbs": (Verb("on", GO, bool, {}), Verb("on", GO, bool, {}))}, "described twice"),
        ({"create": GO, "fields": (Field("b"),)}, "the field b has no column"),
        ({"fields": (Field("a", create=None),)}, "nothing sends a"),
    ],
)
def test_contradictions(more, said):
    with pytest.raises(ValueError, match=f"thing.*{said}"):
        Kind("thing", "things", LIST, COLUMNS, **more)


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
    assert Kind("thing", "things", LIST, COLUMNS, **more).states() == states


def test_spec_of_a_kind_with_a_scope():
    spec = kind_spec(PROJECT)
    assert ("workspace", "workspace_id") in spec.mutually_exclusive
    assert {"id", "name", "new_name", "workspace", "from_workspace", "force", "notes"} <= set(spec.options)


def test_spec_of_a_kind_that_may_be_of_the_whole_cluster():
    spec = kind_spec(WEBHOOK)
    assert ("workspace", "workspace_id", "cluster") in spec.mutually_exclusive
    assert spec.options["url"]["no_log"] is True


def test_spec_of_sets():
    assert kind_spec(GROUP).options["members_mode"]["default"] == "exact"
    spec = kind_spec(ROLE_ASSIGNMENT)
    assert spec.options["assignments_mode"]["default"] == "append"
    assert "state" not in spec.options
    assert ("workspace", "workspace_id", "cluster") in spec.required_one_of


def test_specs_add_up():
    whole = CONNECTION + WAIT + Spec({"a": {"type": "str"}}, required_one_of=(("a", "token"),)) + kind_spec(WORKSPACE)
    assert {"master", "wait", "a", "pinned"} <= set(whole.options)
    assert whole.rules()["required_one_of"] == [["a", "token"], ["id", "name"]]
    assert "wait" not in CONNECTION.options


@pytest.mark.parametrize(
    ("value", "path", "found"),
    [({"a": {"b": 1}}, "a.b", 1), ({"a": None}, "a.b", None), ({}, "a", None), ({"a": 1}, "a.b", None)],
)
def test_a_place_in_an_answer(value, path, found):
    assert Column("column", "", api=path).read(value) == found


@pytest.mark.parametrize("value", ["", [], {}, None])
def test_empty_is_the_reset(value):
    assert Field("a", reset="-").target(None, value, "exact") == "-"
    assert Field("a").target(None, value, "exact") is NOTHING


@pytest.mark.parametrize("value", [0, False])
def test_naught_is_a_value(value):
    assert Field("a", reset="-").target(None, value, "exact") == value


@pytest.mark.parametrize(("api", "seen"), [("9007199254740993", 9007199254740993), (7, 7), (None, None)])
def test_numbers_that_the_api_writes_as_texts(api, seen):
    assert Column("a", "A number.", "int").read({"a": api}) == seen


@pytest.mark.parametrize(("api", "seen"), [("STATE_ERROR", "ERROR"), ("NEW_ONE", "NEW_ONE"), (None, None)])
def test_states_without_their_prefix(api, seen):
    assert state_word("STATE_")(api) == seen


@pytest.mark.parametrize(("verbs", "states"), [((), None), ((Verb("on", GO, bool, {}),), ["present", "on"])])
def test_the_option_state_is_there_where_there_is_a_choice(verbs, states):
    options = Kind("thing", "things", LIST, COLUMNS, fields=(Field("a"),), update=GO, key="", verbs=verbs).options()
    assert options.get("state", {}).get("choices") == states
