# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TensorBoard files removed: predicted as done, braked, and told where no agent can do it; in both execution paths."""

from __future__ import annotations

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.playbook import task

pytestmark = pytest.mark.needs("agents")
both_paths = pytest.mark.parametrize("in_process", [True, False], ids=["in process", "as a module"])
MODULE = "det_tensorboard_files"
PAUSED = {"unmanaged": True, "config": "name: paused\nsearcher: {name: single, metric: loss}\n"}
ENDED = {"states": ["COMPLETED", "ERROR"], "limit": 3}


@pytest.fixture(scope="module")
def place():
    with emulated(experiments=60, agents=2) as place:
        yield place


@both_paths
def test_predicted_and_done(place, runner, in_process, tmp_path):
    options = {"select": ENDED, "journal": str(tmp_path / "journal")}
    alive = place.call("POST", "/api/v1/experiments", PAUSED)["experiment"]["id"]
    tasks = [
        task(MODULE, options, check_mode=True, diff=True, register="check"),
        task(MODULE, options, diff=True, register="real"),
        task(MODULE, options, register="again"),
        task(MODULE, {"ids": [alive]}, register="alive"),
        task(MODULE, {**options, "max_changes": 2}, register="braked", ignore_errors=True),
        task(MODULE, {"select": {}}, register="everything", ignore_errors=True),
    ]
    played = runner.play(place, tasks, in_process=in_process)
    results = played.results
    check, real = results["check"], results["real"]
    for key in ("changed", "changed_ids", "experiments", "plan_digest", "diff", "skipped_items", "matched", "requests"):
        assert check[key] == real[key], key
    assert len(real["changed_ids"]) == 3
    assert real["requests"] == [f"DELETE /api/v1/experiments/{one}/tensorboard-files" for one in real["changed_ids"]]
    assert real["diff"]["before"] != real["diff"]["after"]
    # Nothing tells that they are gone.
    assert results["again"]["changed_ids"] == real["changed_ids"]
    assert results["alive"]["skipped_items"][0]["reason"].startswith("it has not ended (PAUSED)")
    assert not results["alive"]["changed"]
    assert results["braked"]["failure"]["code"] == "refused"
    assert results["everything"]["failure"]["option"] == "select"
    assert (tmp_path / "journal").read_text().count('"done"') == 2 * 3
    assert (MODULE in played.in_process()) == in_process


@pytest.mark.needs("faults")
def test_a_task_that_fails_is_told(place, runner):
    place.control.fault("outcome", on="checkpoint.delete", fail=True, seconds=1)
    options = {"select": {**ENDED, "limit": 1}}
    results = runner.play(place, [task(MODULE, options, register="failed", ignore_errors=True)]).results
    place.control.no_faults()
    [item] = results["failed"]["failed_items"]
    assert "tensorboard-files: 500 Internal: resources failed with non-zero exit code" in item["error"]
    assert item["act"] == "tensorboard_files"


def test_without_an_agent(runner):
    with emulated(experiments=20, agents=2) as place:
        for agent in place.call("GET", "/api/v1/agents")["agents"]:
            place.call("POST", f"/api/v1/agents/{agent['id']}/disable", {"drain": True})
        results = runner.play(place, [task(MODULE, {"select": ENDED}, register="skipped")]).results
    assert not results["skipped"]["changed"]
    assert {one["reason"] for one in results["skipped"]["skipped_items"]} == {"no agent is there for the clean-up"}


@pytest.mark.needs("faults")
def test_an_answer_that_does_not_come(runner):
    """The task waits in the queue: its image takes long, or the agent is full."""
    with emulated(experiments=20, agents=1) as place:
        place.control.fault("delay", path="tensorboard-files$", seconds=5)
        options = {"select": {**ENDED, "limit": 1}, "timeout": 1}
        results = runner.play(place, [task(MODULE, options, register="late", ignore_errors=True)]).results
    [item] = results["late"]["failed_items"]
    assert item["error"].endswith("Raise timeout to see its end.")
