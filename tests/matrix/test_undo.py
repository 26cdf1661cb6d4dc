# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role undo and the module behind it: a plan that is what is done, once, and as little as one run can say."""

from __future__ import annotations

from functools import partial

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.playbook import look, task
from tests.matrix.requests_sent import writes
from tests.matrix.worlds import ended

ROLE = "determined_ai.determined.undo"


def role(check: bool = False, **variables) -> dict:
    """The role, and what it ends with where it fails."""
    applied = {"name": ROLE, "apply": {"check_mode": check}}
    return {
        "name": "Role",
        "block": [{"name": "Apply", "ansible.builtin.include_role": applied, "vars": variables}],
        "rescue": [{"name": "Go on", "ansible.builtin.debug": {"msg": "failed"}}],
    }


def by_the_program(options: dict, **keywords) -> dict:
    return task("det_undo", options, vars={"det_in_process": False}, **keywords)


def test_what_a_play_did_is_taken_back_in_both_paths(master, runner, tmp_path):
    journal = str(tmp_path / "journal.jsonl")
    with ended(master, 4) as world:
        change = partial(task, "det_experiments", register="changed")
        options = {"ids": world["ids"], "project_id": world["other"], "labels_add": ["old"], "journal": journal}
        tasks = [
            change(options),
            change({"ids": world["ids"], "state": "archived", "journal": journal}),
            task("det_undo", {"journal": journal}, check_mode=True, diff=True, register="predicted"),
            by_the_program({"journal": journal}, check_mode=True, diff=True, register="predicted_alone"),
            task("det_undo", {"journal": journal}, diff=True, register="undone"),
            by_the_program({"journal": journal}, register="again"),
        ]
        results = runner.play(master, tasks).results
        rows = [master.call("GET", f"/api/v1/experiments/{one}")["experiment"] for one in world["ids"]]
    predicted, undone = results["predicted"], results["undone"]
    assert results["predicted_alone"] == predicted
    for key in ("changed", "changed_ids", "diff", "objects", "runs", "plan_digest"):
        assert undone[key] == predicted[key], key
    assert sorted(undone["requests"]) == sorted(predicted["requests"])
    assert undone["changed"]
    assert (results["again"]["changed"], results["again"]["requests"]) == (False, [])
    assert {(one["archived"], one["projectId"], *one["labels"]) for one in rows} == {(False, world["project"])}


@pytest.mark.needs("journal")
def test_the_role_stops_before_the_first_write_and_names_its_own_variables(runner, tmp_path):
    journal = str(tmp_path / "journal.jsonl")
    refused = {
        "undo_max_changes is 1": {"undo_max_changes": 1},
        "undo_confirm is 0": {"undo_confirm": "0"},
        "undo_runs ('none'): nothing is noted of it": {"undo_runs": ["none"]},
        "undo_sinse: the role undo has no such": {"undo_sinse": "1h"},
    }
    archived = {"select": {"states": ["COMPLETED"], "archived": False}, "state": "archived", "journal": journal}
    with emulated(experiments=40) as place:
        tasks = [
            task("det_experiments", archived),
            look("archived", {}),
            *(role(undo_journal=journal, **variables) for variables in refused.values()),
            role(check=True, undo_journal=journal),
            look("stopped", {}),
            role(undo_journal=journal),
            look("undone", {}),
            role(undo_journal=journal),
            look("again", {}),
        ]
        played = runner.play(place, tasks)
    for said in refused:
        assert said in played.output
    sent = {name: writes(played.results[name]["journal"]) for name in ("stopped", "undone", "again")}
    assert (sent["stopped"], sent["again"]) == ([], [])
    assert [f"{one['method']} {one['path']}" for one in sent["undone"]] == [
        "POST /api/v1/projects/-1/experiments/unarchive"
    ]
