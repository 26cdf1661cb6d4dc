# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The other brakes: each refuses an apply before its first write, made for each kind that it can be about."""

from __future__ import annotations

from unittest import mock

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config.applying import Runner
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config.sections import (
    SECTIONS,
    Form,
    sections_in,
    states_of,
)

from .stage import act_of, stage

INNER = [one for one in SECTIONS if one.inside == "workspaces" and one.is_listed]
NAMED = [one for one in SECTIONS if one.form is Form.NAMED]
# The least that an object of a section needs, and what makes it another one that has to be replaced.
VALUES = {"webhooks": {"url": "https://hooks.example.com/a", "triggers": [{"experiment_state": "ERROR"}]}}
REPLACED = {"webhooks": {"url": "https://hooks.example.com/a", "triggers": [{"experiment_state": "COMPLETED"}]}}


@pytest.fixture
def empty():
    with stage() as made:
        yield made


@pytest.fixture(scope="module")
def busy():
    """A made-up cluster with experiments, models and versions."""
    with stage(experiments=30, rbac=True) as made:
        yield made


def document_with(section, values, name="thing", **holder):
    """A document with one object of the section; ``holder``: what it says of the workspace that holds it."""
    part = {section.name: {name: values}}
    return {"version": 1, **({"workspaces": {"place": {**part, **holder}}} if section.inside else part)}


def address(section, name="thing"):
    return f"workspaces/place/{section.name}/{name}" if section.inside else f"{section.name}/{name}"


# What holds something


@pytest.mark.parametrize("section", INNER, ids=lambda one: one.name)
def test_a_workspace_that_holds_anything_stays(empty, section):
    values = VALUES.get(section.name, {})
    empty.apply(document_with(section, values))
    alone = {"version": 1, "workspaces": {"place": {"state": "absent"}}}
    assert f"holds {section.kind.plural} thing, which the plan does not delete" in empty.refuse(alone, max_deletions=9)
    both = document_with(section, {**values, "state": "absent"}, state="absent")
    assert empty.plan(both)["summary"]["blocked"] == 0
    empty.apply(both, max_deletions=9)
    assert [one["name"] for one in empty.by_hand("GET", "/api/v1/workspaces")["workspaces"]] == ["Uncategorized"]


@pytest.mark.parametrize("section", [one for one in INNER if one.kind.scope.move or one.name == "templates"])
def test_what_moves_away_holds_nothing(empty, section):
    empty.apply(document_with(section, VALUES.get(section.name, {})))
    moved = {
        "version": 1,
        "workspaces": {
            "place": {"state": "absent"},
            "other": {section.name: {"thing": {"from": f"workspaces/place/{section.name}/thing"}}},
        },
    }
    empty.apply(moved, max_deletions=1)
    assert empty.plan(moved)["plan"] == []


def test_a_workspace_with_experiments_stays(busy):
    document = {"version": 1, "workspaces": {"Speech": {"state": "absent"}}}
    refused = busy.refuse(document, max_deletions=9)
    assert "experiment(s) and projects " in refused
    assert "workspaces/Speech: it holds" in refused


def test_a_project_with_experiments_stays(busy):
    inner = {"projects": {"classification": {"state": "absent"}}}
    refused = busy.refuse({"version": 1, "workspaces": {"Vision": inner}}, max_deletions=9)
    assert "projects/classification: it holds 2 experiment(s), which the plan does not delete." in refused
    assert "force" not in refused


def test_a_model_with_versions_stays(busy):
    model = max(busy.by_hand("GET", "/api/v1/models")["models"], key=lambda one: one["numVersions"])
    spaces = {one["id"]: one["name"] for one in busy.by_hand("GET", "/api/v1/workspaces")["workspaces"]}
    inner = {"models": {model["name"]: {"state": "absent"}}}
    refused = busy.refuse({"version": 1, "workspaces": {spaces[model["workspaceId"]]: inner}}, max_deletions=9)
    assert f"it holds {model['numVersions']} version(s), which the plan does not delete." in refused


def test_a_holder_that_left_goes_with_what_is_in_it(empty):
    """Where the document deletes what leaves it: first what is inside."""
    document = {
        "version": 1,
        "stack": "s",
        "defaults": {"on_absent": {"workspace": "delete", "project": "delete"}},
        "workspaces": {"a": {"projects": {"p": {}}, "templates": {"t": {}}}, "b": {}},
    }
    empty.apply(document)
    del document["workspaces"]["a"]
    empty.control.forget()
    empty.apply(document, prune="owned", max_deletions=3)
    away = [one.split("/")[3] for one in empty.writes() if one.startswith("DELETE")]
    assert away == ["templates", "projects", "workspaces"]


def test_a_holder_that_left_stays_for_what_is_not_ours(empty):
    document = {
        "version": 1,
        "stack": "s",
        "defaults": {"on_absent": {"workspace": "delete", "project": "delete"}},
        "workspaces": {"a": {"projects": {"p": {}}}, "b": {}},
    }
    empty.apply(document)
    ids = {one["name"]: one["id"] for one in empty.by_hand("GET", "/api/v1/workspaces")["workspaces"]}
    empty.by_hand("POST", f"/api/v1/workspaces/{ids['a']}/projects", {"name": "by hand"})
    del document["workspaces"]["a"]
    refused = empty.refuse(document, prune="owned", max_deletions=9)
    assert "it holds projects by hand, which the plan does not delete" in refused


@pytest.mark.parametrize("section", ["workspaces", "projects"])
def test_what_holds_work_by_now_stays(empty, section):
    """Somebody begins an experiment there between the plan and the deletion."""
    empty.apply({"version": 1, "workspaces": {"place": {"projects": {"thing": {}}}}})
    space = {"state": "absent"} if section == "workspaces" else {}
    gone = {"version": 1, "workspaces": {"place": {**space, "projects": {"thing": {"state": "absent"}}}}}
    project = max(one["id"] for one in empty.by_hand("GET", "/api/v1/workspaces/0/projects")["projects"])
    apply = Runner.apply

    def begin(*args):
        config = "{name: e, entrypoint: x, searcher: {name: single, metric: loss, max_length: {batches: 1}}}"
        empty.by_hand("POST", "/api/v1/experiments", {"config": config, "projectId": project, "unmanaged": True})
        return apply(*args)

    empty.control.forget()
    with mock.patch.object(Runner, "apply", begin):
        result = empty.run(gone, mode="apply", max_deletions=2)
    assert "project 'thing' (id 2) is not deleted: it holds 1 experiment(s) by now." in result["msg"]
    assert [one for one in empty.writes() if one.startswith("DELETE")] == []


# What is built in


def built_in_objects():
    yield sections_in("")["users"], "users", {"determined": {"active": False}}
    for state in ("absent", "archived"):
        yield sections_in("")["workspaces"], "workspaces", {"Uncategorized": {"state": state}}
        inner = {"Uncategorized": {"state": state}}
        yield sections_in("workspaces")["projects"], "workspaces", {"Uncategorized": {"projects": inner}}


@pytest.mark.parametrize(("section", "top", "values"), list(built_in_objects()))
def test_what_is_built_in_stays(busy, section, top, values):
    assert section.kind.builtin is not None
    refused = busy.refuse({"version": 1, top: values}, max_deletions=9)
    assert "built in" in refused


def test_every_kind_with_built_in_objects_is_among_them():
    rows = [{"username": "admin", "name": "DeterminedPersonalGroup", "immutable": True}]
    having = {one.kind.name for one in NAMED if any(one.kind.builtin(row) for row in rows)}
    assert having == {"user", "workspace", "project", "group"}


def test_a_default_pool_is_kept_for_nobody(empty):
    refused = empty.refuse({"version": 1, "workspaces": {"place": {"pools": ["default"]}}})
    assert "default pool" in refused


# Numbers and confirmation


def test_deletions_must_be_asked_for(empty):
    empty.apply({"version": 1, "groups": {"a": {}, "b": {}}})
    gone = {"version": 1, "groups": {"a": {"state": "absent"}, "b": {"state": "absent"}}}
    assert "max_deletions is 0" in empty.refuse(gone)
    assert "max_deletions is 1" in empty.refuse(gone, max_deletions=1)
    assert "max_changes is 1" in empty.refuse(gone, max_deletions=2, max_changes=1)
    empty.apply(gone, max_deletions=2, max_changes=2)


def taking():
    """(before, after) of each way to take something away that counts as a deletion."""
    hook = {"url": "https://hooks.example.com/a"}
    yield "delete", {"groups": {"g": {}}}, {"groups": {"g": {"state": "absent"}}}
    yield "switch off", {"users": {"zoe": {}}}, {"users": {"zoe": {"active": False}}}
    yield (
        "replace",
        {"webhooks": {"w": {**hook, "triggers": [{"experiment_state": "ERROR"}]}}},
        {"webhooks": {"w": {**hook, "triggers": [{"experiment_state": "COMPLETED"}]}}},
    )
    roles = {"users": {"zoe": {}}, "workspaces": {"place": {"roles": [{"user": "zoe", "role": "Viewer"}]}}}
    yield "take a role", roles, {"workspaces": {"place": {"roles": []}}}
    policy = {"policies": {"NTSC": {"constraints": {"resources": {"max_slots": 2}}}}}
    yield "delete a policy", policy, {"policies": {"NTSC": {"state": "absent"}}}
    yield "delete the message", {"message": {"text": "hello"}}, {"message": {"state": "absent"}}


@pytest.mark.parametrize(("before", "after"), [pytest.param(*one[1:], id=one[0]) for one in taking()])
def test_each_way_of_taking_counts(before, after):
    with stage(rbac=True) as made:
        made.apply({"version": 1, **before})
        assert "max_deletions is 0" in made.refuse({"version": 1, **after})
        made.apply({"version": 1, **after}, max_deletions=1)


def test_an_empty_document_needs_confirmation(empty):
    """A file that came out empty, or the wrong one."""
    stack = {"version": 1, "stack": "s"}
    empty.apply({**stack, "groups": {"a": {}, "b": {}}})
    for nothing in ({}, {"groups": {}}, {"groups": None}):
        refused = empty.refuse({**stack, **nothing}, prune="owned", max_deletions=9)
        assert "The document has no objects, and the stack s owns 2." in refused
    plan = empty.plan(stack, prune="owned")
    assert plan["summary"]["delete"] == 2
    assert "something else would be done" in empty.refuse(stack, prune="owned", max_deletions=9, confirm="0" * 16)
    empty.apply(stack, prune="owned", max_deletions=2, confirm=plan["plan_digest"])
    assert empty.plan(stack, prune="owned")["plan"] == []


def test_another_cluster_is_refused(empty):
    refused = empty.refuse({"version": 1, "cluster_id": "another", "groups": {"a": {}}})
    assert refused.startswith("The document is for the cluster another, and this one is ")
    assert empty.run({"version": 1, "cluster_id": "another"}, mode="plan")["failed"]
    here = empty.by_hand("GET", "/api/v1/master")["clusterId"]
    empty.apply({"version": 1, "cluster_id": here, "groups": {"a": {}}})


# Many that are gone


VANISHING = [one for one in NAMED if one.kind.name in ("group", "template", "project", "model", "webhook", "workspace")]


@pytest.mark.parametrize("section", [one for one in VANISHING if one.inside or one.name in ("groups", "workspaces")])
def test_many_that_are_gone_are_not_made_again(empty, section):
    """More than three, and more than a tenth: more likely the account does not see them any more."""
    names = [f"n{number}" for number in range(5)]
    part = {section.name: {name: VALUES.get(section.name, {}) for name in names}}
    document = {"version": 1, "stack": "s", **({"workspaces": {"place": part}} if section.inside else part)}
    empty.apply(document)
    away = {name: {"state": "absent"} for name in names[:4]}
    empty.apply(
        {"version": 1, **({"workspaces": {"place": {section.name: away}}} if section.inside else {section.name: away})},
        max_deletions=4,
    )
    refused = empty.refuse(document)
    assert f"4 of the 5 {section.kind.plural} that the stack owns are not there" in refused
    assert "lost the right to see them" in refused


def test_a_few_that_are_gone_are_made_again(empty):
    document = {"version": 1, "stack": "s", "groups": {f"g{number}": {} for number in range(5)}}
    empty.apply(document)
    away = {"version": 1, "groups": {f"g{number}": {"state": "absent"} for number in range(3)}}
    empty.apply(away, max_deletions=3)
    assert empty.plan(document)["summary"]["create"] == 3


# What is protected


@pytest.mark.parametrize("section", NAMED, ids=lambda one: f"{one.inside}/{one.name}")
def test_what_is_protected_stays(empty, section):
    values = VALUES.get(section.name, {})
    empty.apply(document_with(section, {**values, "protect": True}))
    ways = [{**values, "state": state} for state in states_of(section) if state != "present"]
    ways += [REPLACED[section.name]] if section.name in REPLACED else []
    ways += [{"active": False}] if section.name == "users" else []
    assert ways
    for way in ways:
        refused = empty.refuse(document_with(section, {**way, "protect": True}), max_deletions=9)
        assert f"{address(section)} is protected." in refused


@pytest.mark.parametrize("section", INNER, ids=lambda one: one.name)
def test_what_is_inside_of_something_protected_stays(empty, section):
    values = VALUES.get(section.name, {})
    empty.apply(document_with(section, values, protect=True))
    refused = empty.refuse(document_with(section, {**values, "state": "absent"}, protect=True), max_deletions=9)
    assert "workspaces/place is protected." in refused


@pytest.mark.parametrize("section", NAMED, ids=lambda one: f"{one.inside}/{one.name}")
def test_protection_does_not_end_by_leaving_the_document(empty, section):
    values = VALUES.get(section.name, {})
    stack = {"stack": "s"}
    empty.apply({**document_with(section, values), **stack})
    # It counts from the apply on that has it, though nothing else is to be done.
    empty.apply({**document_with(section, {**values, "protect": True}), **stack})
    left = document_with(section, values, name="other")
    assert act_of(empty.plan({**left, **stack}), address(section))["op"] == "leave"
    refused = empty.refuse({**left, **stack}, prune="owned", max_deletions=9)
    assert f"{address(section)} is protected. Put it back into the document without protect first." in refused
    empty.apply({**document_with(section, values), **stack})
    assert act_of(empty.plan({**left, **stack}, prune="owned"), address(section))["requests"]


def test_a_blocked_line_does_not_hide_the_plan(empty):
    """The plan shows all of it, with the reason in its place."""
    empty.apply({"version": 1, "groups": {"a": {"protect": True}}})
    plan = empty.plan({"version": 1, "groups": {"a": {"protect": True, "state": "absent"}, "b": {}}})
    assert act_of(plan, "groups/a")["blocked"] == "groups/a is protected. Take protect away first."
    assert act_of(plan, "groups/b")["op"] == "create"
    assert "groups/a will be deleted   # blocked: groups/a is protected." in plan["diff"]["prepared"]
