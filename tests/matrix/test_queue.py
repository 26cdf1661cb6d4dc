# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The queue: what is predicted is done, a batch that fails in part is told apart, and a second run changes nothing."""

from __future__ import annotations

import pytest

from tests.matrix.act_cases import in_line
from tests.matrix.conftest import emulated
from tests.matrix.place import until
from tests.matrix.playbook import task

pytestmark = pytest.mark.needs("agents")
CONFIG = "name: queued\nentrypoint: run\nsearcher: {name: single, metric: loss, max_length: {batches: 1}}\n"
RESOURCES = "resources: {slots_per_trial: 2, resource_pool: gpu-b}\nenvironment: {image: fake/run}\n"


@pytest.fixture
def place():
    """A cluster with four idle agents."""
    with emulated(agents=4) as place:
        yield place


@pytest.fixture
def work(place):
    """An experiment and a command in the pool gpu-b: (experiment's id, command's id)."""
    body = {"activate": True, "projectId": 1, "config": CONFIG + RESOURCES}
    experiment = place.call("POST", "/api/v1/experiments", body)["experiment"]
    config = {"entrypoint": ["run"], "resources": {"slots": 1, "resource_pool": "gpu-b"}}
    config["environment"] = {"image": "fake/run"}
    command = place.call("POST", "/api/v1/commands", {"config": config})["command"]
    until(lambda: in_line(place, "gpu-b"))
    return experiment["id"], command["id"]


def queue(place, pool):
    return {row["entityId"]: row for row in place.call("GET", f"/api/v1/job-queues?resourcePool={pool}")["jobs"]}


def test_each_change_is_predicted_made_and_kept(place, work, runner):
    experiment, command = work
    both = {"experiments": [experiment], "tasks": [command]}
    changes = {
        "priority": {**both, "priority": 7},
        "weight": {**both, "weight": 2.5},
        "lower": {**both, "lower": 20, "relative_to": "default"},
        "move": {"experiments": [experiment], "resource_pool": "default"},
    }
    tasks = []
    for name, options in changes.items():
        tasks.append(task("det_job", options, register=name + "_check", check_mode=True, diff=True))
        tasks.append(task("det_job", options, register=name, diff=True))
        if name != "move":
            tasks.append(task("det_job", options, register=name + "_again", diff=True))
    results = runner.play(place, tasks).results
    for name in changes:
        for key in ("changed", "changed_ids", "plan_digest", "diff", "matched", "unchanged", "requests"):
            assert results[name + "_check"][key] == results[name][key], (name, key)
        assert results[name]["changed"]
    for name in ("priority", "weight", "lower"):
        assert not results[name + "_again"]["changed"]
        assert results[name + "_again"]["unchanged"] == 2
    assert [one["after"] for one in results["lower"]["jobs"]] == [{"priority": 62}] * 2
    until(lambda: str(experiment) in queue(place, "default"))
    assert queue(place, "gpu-b")[command]["weight"] == 2.5


def test_relative_to_the_current_priority(place, work, runner):
    tasks = [task("det_job", {"experiments": [work[0]], one: 5}, register=one) for one in ("raise", "lower")]
    tasks += [task("det_job", {"experiments": [work[0]], "raise": 3}, register="more")]
    runner.play(place, tasks)
    assert queue(place, "gpu-b")[str(work[0])]["priority"] == 39


def test_what_cannot_be_done_is_left_and_told(place, work, runner):
    experiment, command = work
    tasks = [
        task("det_job", {"tasks": [command], "ids": ["gone"], "resource_pool": "default"}, register="skipped"),
        task("det_job", {"tasks": [command, "gone"], "priority": 1}, register="no_task", ignore_errors=True),
        task(
            "det_job", {"experiments": [experiment, 99999], "priority": 1}, register="no_experiment", ignore_errors=True
        ),
        task("det_job", {"ids": [], "priority": 1}, register="nothing"),
        task("det_job", {"experiments": [experiment], "resource_pool": "x"}, register="pool", ignore_errors=True),
        task("det_job", {"priority": 3}, register="unnamed", ignore_errors=True),
        task(
            "det_job",
            {"experiments": [experiment], "tasks": [command], "priority": 3, "max_changes": 1},
            register="too_many",
            ignore_errors=True,
        ),
    ]
    results = runner.play(place, tasks).results
    assert {one["id"] for one in results["skipped"]["skipped_items"]} >= {"gone"}
    assert len(results["skipped"]["skipped_items"]) == 2
    assert not results["skipped"]["changed"]
    for name, missing in (("no_task", ["gone"]), ("no_experiment", [99999])):
        assert (results[name]["failure"]["code"], results[name]["failure"]["missing"]) == ("not_found", missing)
    assert results["nothing"]["matched"] == 0
    assert results["pool"]["failure"]["code"] == results["unnamed"]["failure"]["code"] == "bad_option"
    assert results["too_many"]["failure"]["code"] == "refused"
    assert [one["priority"] for one in queue(place, "gpu-b").values()] == [42, 42]


@pytest.mark.needs("faults")
def test_an_error_after_the_change_is_looked_into(place, work, runner):
    error = {"error": {"code": 13, "error": "job nope not found"}}
    place.control.fault("status", status=500, path="/job-queues$", method="POST", body=error)
    options = {"experiments": [work[0]], "priority": 9}
    tasks = [
        task("det_job", options, register="failed_one", ignore_errors=True),
        task("det_job", options, register="then"),
    ]
    results = runner.play(place, tasks).results
    assert "job nope not found" in results["failed_one"]["failed_items"][0]["error"]
    assert results["failed_one"]["changed_ids"] == []
    assert results["then"]["changed"]


def test_reading_queues_and_pools(place, work, runner):
    experiment, command = work
    tasks = [
        task("det_job_info", {"stats": True}, register="all"),
        task("det_job_info", {"pools": ["gpu-b"], "types": ["COMMAND"]}, register="commands"),
        task("det_job_info", {"experiments": [experiment], "users": ["determined"]}, register="of_another"),
        task("det_job_info", {"pools": ["x"]}, register="unknown", ignore_errors=True),
        task("det_resource_pool_info", {"bindings": True, "stats": True}, register="pools"),
        task("det_resource_pool_info", {"name": "gpu-b"}, register="pool"),
        task("det_resource_pool_info", {"names": ["x"]}, register="unknown_pool", ignore_errors=True),
    ]
    results = runner.play(place, tasks).results
    named = {(one["experiment_id"], one["task_id"]) for one in results["all"]["jobs"]}
    assert named == {(experiment, None), (None, command)}
    assert set(results["all"]["stats"]) == {"default", "gpu-a", "gpu-b"}
    assert results["all"]["users"]["admin"]["jobs"] == 2
    assert [one["task_id"] for one in results["commands"]["jobs"]] == [command]
    assert results["of_another"]["jobs"] == []
    assert results["unknown"]["failure"]["code"] == results["unknown_pool"]["failure"]["code"] == "not_found"
    pools = results["pools"]["resource_pools"]
    assert [(one["name"], one["workspace_ids"]) for one in pools] == [("default", []), ("gpu-a", []), ("gpu-b", [])]
    assert all(one["lower_number_first"] and one["default_priority"] == 42 for one in pools)
    (pool,) = results["pool"]["resource_pools"]
    assert pool["queued_count"] + pool["scheduled_count"] == 2
