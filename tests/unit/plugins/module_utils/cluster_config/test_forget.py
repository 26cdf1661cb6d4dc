# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stack that gives up what it owns."""

from __future__ import annotations

import json

import pytest

from emulator.testing import running
from tests.unit.plugins.module_utils.cluster_config.config_runs import SETTINGS, Runs

DOCUMENT = {"version": 1, "groups": {"team": {}}, "workspaces": {"vision": {"projects": {"one": {}, "two": {}}}}}


@pytest.fixture
def runs():
    with running() as control:
        runs = Runs(control)
        assert "failed" not in runs.run("apply", DOCUMENT, stack="first")
        runs.sent()
        yield runs


def test_all_of_it(runs):
    planned = runs.run("forget", stack="first", check=True)
    result = runs.run("forget", stack="first")
    assert len(result["forgotten"]) == 4
    assert (planned["changed"], planned["forgotten"]) == (True, result["forgotten"])
    assert runs.client.get(SETTINGS)["settings"] == []
    assert runs.run("forget", stack="first") == {"changed": False, "forgotten": [], "warned": []}
    assert runs.sent() == []


def test_a_part_of_it_can_be_adopted_by_another_stack(runs):
    part = {"version": 1, "workspaces": {"vision": {"projects": {"one": {"description": "of the second"}}}}}
    taken = runs.run("plan", part, stack="second", adopt="all", only=["workspaces/vision/projects/*"])
    assert [act["blocked"] for act in taken["plan"]] == [
        "the stack first owns it. Let that forget it first, with mode=forget."
    ]
    result = runs.run("forget", stack="first", only=["workspaces/vision/projects/one"])
    assert len(result["forgotten"]) == 1
    taken = runs.run("apply", part, stack="second", adopt="all", only=["workspaces/vision/projects/*"])
    assert "failed" not in taken, taken
    assert len(runs.sent()) == 1
    # The rest stays as it was, and nothing counts as lost.
    kept = {**DOCUMENT, "workspaces": {"vision": {"projects": {"two": {}}}}}
    assert runs.run("plan", kept, stack="first", prune="owned")["plan"] == []


@pytest.mark.parametrize("mode", ["forget", "export", "plan"])
def test_a_section_that_there_is_not(runs, mode):
    config = {} if mode != "plan" else {"config": DOCUMENT}
    result = runs.run(mode, stack="first", manage=["project"], **config)
    assert result["msg"].startswith("manage ('project'): is no section. There are: users, groups")
    assert runs.sent() == []


def test_the_journal_says_which_run_on_which_master(runs, tmp_path):
    path = tmp_path / "journal"
    changed = {**DOCUMENT, "groups": {"team": {"members": ["admin"]}}}
    runs.run("apply", changed, stack="first", journal=str(path))
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [one["address"] for one in lines] == ["groups/team"] * 2
    assert {one["master"] for one in lines} == {runs.control.url}
    assert len({one["run"] for one in lines}) == 1
    assert all(one["run"] for one in lines)
