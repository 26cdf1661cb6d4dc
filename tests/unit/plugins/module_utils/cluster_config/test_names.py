# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Renames and moves: what is renamed keeps all that it holds, and nothing is deleted for it."""

from __future__ import annotations

import pytest

from emulator.testing import running
from tests.unit.plugins.module_utils.cluster_config.config_runs import Runs

TRIGGERS = [{"experiment_state": "ERROR"}]


def three(section):
    """Three children of a section."""
    values = {
        "projects": {"description": "d"},
        "templates": {"config": {"resources": {"slots_per_trial": 2}}},
        "webhooks": {"url": "https://receiver.invalid/1", "triggers": TRIGGERS},
        "models": {"description": "d"},
    }
    return {f"{section}{number}": values[section] for number in range(3)}


def document(name="vision", **more):
    workspace = {section: three(section) for section in ("projects", "templates", "webhooks", "models")}
    workspace["policies"] = {"NTSC": {"constraints": {"resources": {"max_slots": 2}}}}
    return {"version": 1, "stack": "names", "workspaces": {name: {**workspace, **more}}}


def projects(**entries):
    return {"version": 1, "stack": "names", "workspaces": {"vision": {"projects": entries}, "other": {}}}


@pytest.fixture
def runs():
    with running() as control:
        yield Runs(control)


def apply(runs, config, **more):
    result = runs.run("apply", config, prune="owned", **more)
    assert "failed" not in result, result
    return runs.sent()


@pytest.mark.parametrize("stack", [True, False], ids=["with a stack", "without one"])
def test_a_renamed_workspace_is_one_request(runs, stack):
    first, second = document(), document("cv", **{"from": "vision"})
    if not stack:
        del first["stack"], second["stack"]
    more = {} if stack else {"prune": "none"}
    runs.run("apply", first, **more)
    runs.sent()
    result = runs.run("apply", second, **more)
    (sent,) = runs.sent()
    assert sent.startswith("PATCH /api/v1/workspaces/")
    assert [act["op"] for act in result["plan"]] == ["rename"]
    again = runs.run("apply", second, **more)
    assert (again["changed"], runs.sent()) == (False, [])


def test_a_rename_by_hand_is_drift_and_set_back(runs):
    apply(runs, document())
    (row,) = [one for one in runs.call("GET", "/api/v1/workspaces")["workspaces"] if one["name"] == "vision"]
    runs.call("PATCH", f"/api/v1/workspaces/{row['id']}", {"name": "by hand"})
    drift = runs.run("drift", document())
    assert drift["drift"]["renamed_by_hand"] == [{"address": "workspaces/vision", "field": "name"}]
    runs.sent()
    assert apply(runs, document()) == [f"PATCH /api/v1/workspaces/{row['id']}"]


def test_two_that_take_each_others_names(runs):
    apply(runs, projects(a={"description": "of a"}, b={"description": "of b"}))
    swapped = projects(a={"description": "of b", "from": "b"}, b={"description": "of a", "from": "a"})
    plan = runs.run("plan", swapped)
    assert [act["op"] for act in plan["plan"]] == ["rename"] * 3
    assert len(apply(runs, swapped)) == 3
    assert apply(runs, swapped) == []
    rows = runs.call("GET", "/api/v1/workspaces/0/projects")["projects"]
    assert {one["name"]: one["description"] for one in rows if one["name"] in "ab"} == {"a": "of b", "b": "of a"}


def test_each_takes_the_name_of_the_next(runs):
    apply(runs, projects(a={"description": "1"}, b={"description": "2"}))
    moved_up = projects(b={"description": "1", "from": "a"}, c={"description": "2", "from": "b"})
    assert len(apply(runs, moved_up)) == 2
    assert apply(runs, moved_up) == []


def test_a_move_says_its_old_address(runs):
    apply(runs, projects(a={"description": "1"}))
    moved = projects()
    moved["workspaces"]["other"]["projects"] = {"new": {"description": "1", "from": "workspaces/vision/projects/a"}}
    requests = apply(runs, moved)
    assert [request.rpartition("/")[2] == "move" for request in requests] == [True, False]
    assert apply(runs, moved) == []


def test_the_new_name_and_the_old_one_are_both_there(runs):
    apply(runs, projects(a={}, b={}))
    both = projects(b={"from": "a"})
    (act,) = [act for act in runs.run("plan", both)["plan"] if act["blocked"]]
    assert act["blocked"] == "both it and 'a', which it is to come from, are there."
    assert runs.run("apply", both)["failed"]
    checked = runs.run("apply", both, check=True)
    assert "failed" not in checked
    assert [text for text in checked["warned"] if text.startswith("An apply would be refused: ")]
    assert runs.sent() == []


def test_a_new_one_that_looks_like_one_that_left_is_taken_for_a_rename_without_its_from(runs):
    apply(runs, projects(a={"description": "the same"}))
    plan = runs.run("plan", projects(b={"description": "the same"}), prune="owned")
    (act,) = [act for act in plan["plan"] if act["blocked"]]
    assert act["address"] == "workspaces/vision/projects/a"
    assert "Write from: a there" in act["blocked"]
    gone = projects(a={"state": "absent"}, b={"description": "the same"})
    assert len(apply(runs, gone, max_deletions=1)) == 2
