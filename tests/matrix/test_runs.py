# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs: each act is predicted, done once, and seen to be so already."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from tests.matrix.place import fresh, gone_after
from tests.matrix.playbook import look, task

SEARCH = "searcher: {name: random, metric: loss, max_trials: 3}\nhyperparameters: {a: 1}\n"
PAUSED = "name: single\nentrypoint: run\nsearcher: {name: single, metric: loss}\nresources: {slots_per_trial: 0}\n"
WORDS = {"paused": "pause", "active": "resume", "killed": "kill", "archived": "archive", "absent": "delete"}
SAME = ("changed", "changed_ids", "plan_digest", "diff", "runs", "skipped_items", "matched", "requests")


@contextmanager
def world(place):
    """Two projects; in the first a search with two runs that have ended and one that has not, and one run by itself."""
    name = fresh("runs")
    with gone_after(place, name):
        workspace = place.call("POST", "/api/v1/workspaces", {"name": name})["workspace"]["id"]
        projects = [
            place.call("POST", f"/api/v1/workspaces/{workspace}/projects", {"name": one})["project"]["id"]
            for one in ("here", "there")
        ]
        body = {"unmanaged": True, "projectId": projects[0], "config": f"name: {name}\n{SEARCH}"}
        experiment = place.call("POST", "/api/v1/experiments", body)["experiment"]["id"]
        ids = []
        for number in range(3):
            made = {"unmanaged": True, "experimentId": experiment, "hparams": {"a": number}}
            ids.append(place.call("POST", "/api/v1/trials", made)["trial"]["id"])
        for ident in ids[:2]:
            place.call("PATCH", f"/api/v1/trials/{ident}", {"state": "STATE_COMPLETED"})
        yield {"name": name, "experiment": experiment, "ids": ids, "projects": projects}


def acts(world):
    """{name: (options, changed, skipped)}."""
    first, second, third = world["ids"]
    here, there = (f"{world['name']}/{one}" for one in ("here", "there"))
    both, every = [first, second], [first, second, third]
    of_it = {"experiment_ids": [world["experiment"]]}
    numbered = {"project": [f"{world['name']}/*"], "where": [{"column": "metadata.n", "operator": ">", "value": 1}]}
    return {
        "archive": ({"ids": every, "state": "archived"}, both, [third]),
        "unarchive": ({"select": of_it, "state": "unarchived"}, both, []),
        "describe": ({"select": of_it, "metadata": {"someKey": {"x": [1, None]}, "n": 1.5}}, every, []),
        "merge": ({"select": numbered, "metadata": {"n": None}}, every, []),
        "exact": ({"select": of_it, "metadata": {"z": True}, "metadata_mode": "exact"}, every, []),
        "torn": ({"ids": both, "project": there}, [], both),
        "move": ({"ids": both, "project": there, "whole_experiments": True}, both, []),
        "move_and_put_away": ({"ids": every, "project": here, "state": "archived"}, [], every),
        "pause": ({"ids": every, "state": "paused"}, [], both),
        "kill": ({"ids": every, "state": "killed"}, [], [third]),
        "delete": ({"ids": [*every, 999999999], "state": "absent"}, both, [third]),
    }


def test_each_act_is_predicted_and_done_once(master, runner):
    with world(master) as made:
        wanted = acts(made)
        tasks = []
        for name, (options, _changed, _skipped) in wanted.items():
            tasks.append(task("det_run", options, check_mode=True, diff=True, register=name + "_check"))
            tasks.append(task("det_run", options, diff=True, register=name))
            tasks.append(task("det_run", options, register=name + "_again"))
            tasks.append(task("det_run_info", {"ids": made["ids"]}, register=name + "_seen"))
        bad = {"ids": made["ids"], "metadata": {"a.b": 1}}
        tasks.append(task("det_run", bad, ignore_errors=True, register="bad"))
        every = {"select": {"project": [f"{made['name']}/*"]}, "count": True}
        tasks.append(task("det_run_info", every, register="left"))
        results = runner.play(master, tasks).results
    for name, (_options, changed, skipped) in wanted.items():
        for key in SAME:
            assert results[name + "_check"][key] == results[name][key], (name, key)
        assert results[name]["changed_ids"] == changed, name
        assert [one["id"] for one in results[name]["skipped_items"]] == skipped, name
        assert not results[name + "_again"]["changed"], name
    assert results["bad"]["failure"]["code"] == "bad_option"
    assert results["left"]["count"] == 1
    check_what_was_seen({name: results[name + "_seen"] for name in wanted}, made)


def check_what_was_seen(looks, made):
    assert looks["delete"]["missing_ids"] == made["ids"][:2]
    seen = {name: look["runs"] for name, look in looks.items()}
    assert [one["archived"] for one in seen["archive"]] == [True, True, False]
    assert [one["metadata"] for one in seen["describe"]] == [{"someKey": {"x": [1, None]}, "n": 1.5}] * 3
    assert [one["metadata"] for one in seen["exact"]] == [{"z": True}] * 3
    assert [one["project_id"] for one in seen["move"]] == [made["projects"][1]] * 3


@pytest.mark.needs("faults", "journal", "seed")
def test_a_run_by_itself_is_paused_and_killed(own, runner):
    """Also where the answer is lost: a look tells that it is done, and nothing is sent twice."""
    experiment = own.call("POST", "/api/v1/experiments", {"config": PAUSED, "activate": True, "projectId": 1})
    ident = experiment["experiment"]["id"]
    (trial,) = own.call("GET", f"/api/v1/experiments/{ident}/trials")["trials"]
    for word in WORDS.values():
        own.control.fault("reset_after", method="POST", path=f"/api/v1/runs/{word}$")
    tasks = []
    for state in WORDS:
        tasks.append(task("det_run", {"ids": [trial["id"]], "state": state}, register=state))
        tasks.append(look(state + "_look", {"trial": f"/api/v1/trials/{trial['id']}"}))
    results = runner.play(own, tasks).results
    for state in WORDS:
        assert results[state]["changed_ids"] == [trial["id"]], state
        sent = [one["path"] for one in results[state + "_look"]["journal"]]
        assert sum(one == f"/api/v1/runs/{WORDS[state]}" for one in sent) == 1, state
    assert results["paused_look"]["reads"]["trial"]["trial"]["state"] == "STATE_PAUSED"
    assert results["killed_look"]["reads"]["trial"]["trial"]["state"] == "STATE_CANCELED"
    assert results["absent_look"]["reads"]["trial"] is None
