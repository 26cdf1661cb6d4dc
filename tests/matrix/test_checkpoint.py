# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of checkpoints removed for real: as predicted, and told at once where the clean-up task leaves them."""

from __future__ import annotations

import re
import uuid

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.playbook import task

pytestmark = pytest.mark.needs("agents")
CONFIG = "name: cleaned\nsearcher: {name: single, metric: loss}\n"
FILES = {"model.pt": 100, "optimizer.pt": 30, "state/": 0, "state/optimizer.pt": 300}


@pytest.fixture
def place():
    with emulated(agents=1) as place:
        yield place


@pytest.fixture
def checkpoint(place):
    """The uuid of a checkpoint with FILES, and its experiment."""
    body = {"projectId": 1, "config": CONFIG, "unmanaged": True}
    experiment = place.call("POST", "/api/v1/experiments", body)["experiment"]["id"]
    trial = place.call("POST", "/api/v1/trials", {"experimentId": experiment, "unmanaged": True})["trial"]
    ident = str(uuid.uuid4())
    made = {"uuid": ident, "taskId": trial["taskId"], "resources": FILES, "state": "STATE_COMPLETED"}
    place.call("POST", "/api/v1/checkpoints", made)
    return ident, experiment


def recorded(place, ident):
    return place.call("GET", f"/api/v1/checkpoints/{ident}")["checkpoint"]


@pytest.mark.parametrize(
    ("globs", "left"),
    [
        (["**/optimizer*"], ["model.pt", "state/"]),
        (["*.pt"], ["state/", "state/optimizer.pt"]),
        (["state/**"], ["model.pt", "optimizer.pt"]),
        (["**"], []),
    ],
)
def test_what_is_predicted_happens(place, checkpoint, runner, globs, left):
    ident, _experiment = checkpoint
    options = {"uuids": [ident], "files_absent": globs, "wait_timeout": 20}
    results = runner.play(
        place,
        [
            task("det_checkpoint", options, check_mode=True, register="check"),
            task("det_checkpoint", options, register="real"),
            task("det_checkpoint", options, register="again"),
        ],
        in_process=True,
    ).results
    check, real = results["check"], results["real"]
    assert check["checkpoints"][0]["after"]["resources"] == left
    assert check["reclaimed_bytes"] == real["reclaimed_bytes"] > 0
    assert not results["again"]["changed"]
    found = recorded(place, ident)
    assert found["state"] == ("STATE_PARTIALLY_DELETED" if left else "STATE_DELETED")
    assert not left or sorted(found["resources"]) == left


@pytest.mark.needs("faults")
@pytest.mark.parametrize(
    ("options", "still"),
    [
        ({"files_absent": ["**/optimizer*"]}, "still there: optimizer.pt, state/optimizer.pt"),
        ({"state": "absent"}, "its files are still recorded"),
    ],
)
def test_a_task_that_fails_is_told_before_the_time_is_over(place, checkpoint, runner, options, still):
    ident, _experiment = checkpoint
    place.control.fault("outcome", on="checkpoint.delete", fail=True, seconds=1)
    tasks = [
        task(
            "det_checkpoint",
            {"uuids": [ident], "wait_timeout": 60, **options},
            register="failed",
            ignore_errors=True,
        )
    ]
    [item] = runner.play(place, tasks, in_process=True).results["failed"]["failed_items"]
    assert re.fullmatch(
        rf"{re.escape(still)}, although the clean-up task has ended; the log of task [0-9a-f-]{{36}} tells more",
        item["error"],
    )
    assert recorded(place, ident)["state"] == "STATE_COMPLETED"


def test_without_an_agent(place, checkpoint, runner):
    ident, _experiment = checkpoint
    for agent in place.call("GET", "/api/v1/agents")["agents"]:
        place.call("POST", f"/api/v1/agents/{agent['id']}/disable", {"drain": True})
    options = {"uuids": [ident], "files_absent": ["*.pt"], "wait_timeout": 1}
    results = runner.play(place, [task("det_checkpoint", options, register="failed", ignore_errors=True)]).results
    [item] = results["failed"]["failed_items"]
    assert item["error"].startswith("still there: model.pt, optimizer.pt, wait_timeout is over; the clean-up task ")
    assert item["error"].endswith(" waits for an agent or runs")
