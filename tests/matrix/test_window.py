# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role maintenance_window: the end resumes just what the beginning has paused, however often each runs."""

from __future__ import annotations

import pytest

from tests.matrix.conftest import emulated

pytestmark = pytest.mark.needs("agents")
ROLE = "determined_ai.determined.maintenance_window"
LABEL = "maintenance-window"
ACTIVE = ("ACTIVE", "QUEUED", "PULLING", "STARTING", "RUNNING")
CONFIG = "name: x\nentrypoint: run\nlabels: [mine]\nsearcher: {name: single, metric: loss, max_length: {batches: 1}}\n"
RESOURCES = "resources: {slots_per_trial: 2, resource_pool: gpu-b}\nenvironment: {image: fake/run}\n"


@pytest.fixture
def place():
    """A cluster with an experiment that runs, two that wait, and one that its owner has paused."""
    with emulated(agents=4) as place:
        for active in (True, True, True, False):
            body = {"activate": active, "projectId": 1, "config": CONFIG + RESOURCES}
            place.call("POST", "/api/v1/experiments", body)
        yield place


class Window:
    def __init__(self, runner, place):
        self.runner, self.place = runner, place

    def run(self, part, code=0, arguments=(), **variables):
        """One run of a part of the role; what it said."""
        tasks = [{"name": "Role", "ansible.builtin.include_role": {"name": ROLE, "tasks_from": part}}]
        return self.runner.play(self.place, tasks, code=code, arguments=arguments, variables=variables).output

    def there(self):
        """{id: (state, labels)}"""
        rows = self.place.call("GET", "/api/v1/experiments?limit=1000")["experiments"]
        return {row["id"]: (row["state"], sorted(row["labels"])) for row in rows}

    def running(self, there):
        """Ids of those that wait or run."""
        return {ident for ident, (state, _labels) in there.items() if state.removeprefix("STATE_") in ACTIVE}

    def paused(self, there):
        return {ident for ident, (state, _labels) in there.items() if state == "STATE_PAUSED"}

    def labelled(self):
        return {ident for ident, (_state, labels) in self.there().items() if LABEL in labels}

    def message(self):
        shown = self.place.call("GET", "/api/v1/master/cluster_message").get("clusterMessage")
        return shown and shown["message"]

    def notes(self):
        return self.place.call("GET", "/api/v1/users/setting")["settings"]


@pytest.fixture
def window(runner, place):
    return Window(runner, place)


def labels_of(there):
    return {ident: labels for ident, (_state, labels) in there.items()}


def test_begin_and_end_each_twice(window):
    before = window.there()
    running, paused = window.running(before), window.paused(before)
    assert running
    output = window.run("begin", arguments=("--check",))
    assert f"{len(running)} experiments would be paused" in output
    assert "0 unmanaged go on" in output
    assert labels_of(window.there()) == labels_of(before)
    assert (window.running(window.there()), window.message(), window.notes()) == (running, None, [])
    window.run("begin", maintenance_window_duration="4h")
    there = window.there()
    assert window.paused(there) == running | paused
    assert window.labelled() == running
    assert "under maintenance" in window.message()
    assert "changed=0 " in window.run("begin", maintenance_window_duration="4h")
    assert window.there() == there
    assert "would be resumed" in window.run("end", arguments=("--check",))
    assert window.there() == there
    window.run("end")
    after = window.there()
    assert (window.running(after), window.paused(after), labels_of(after)) == (running, paused, labels_of(before))
    assert (window.message(), window.notes()) == (None, [])
    assert "changed=0 " in window.run("end")


def test_unmanaged_ones_go_on_and_are_counted(window, place):
    body = {"projectId": 1, "config": CONFIG, "unmanaged": True}
    ident = place.call("POST", "/api/v1/experiments", body)["experiment"]["id"]
    trial = place.call("POST", "/api/v1/trials", {"experimentId": ident, "unmanaged": True})["trial"]["id"]
    place.call("PATCH", f"/api/v1/trials/{trial}", {"state": "STATE_RUNNING"})
    before = window.there()
    output = window.run("begin")
    assert "3 experiments paused" in output
    assert "1 unmanaged goes on" in output
    assert window.there()[ident] == before[ident]


def test_what_happens_in_between_counts(window, place):
    """Resumed or cancelled by its owner, kept paused by taking the label away, labelled by somebody else."""
    before = window.there()
    window.run("begin", maintenance_window_message="Back at noon")
    resumed, canceled, kept = sorted(window.running(before))
    foreign = min(window.paused(before))
    place.call("POST", f"/api/v1/experiments/{resumed}/activate")
    place.call("POST", f"/api/v1/experiments/{canceled}/cancel")
    mine = [label for label in window.there()[kept][1] if label != LABEL]
    place.call("PATCH", f"/api/v1/experiments/{kept}", {"labels": mine})
    place.call("PATCH", f"/api/v1/experiments/{foreign}", {"labels": [LABEL]})
    place.call("PUT", "/api/v1/master/cluster_message", {"message": "Another", "startTime": "2026-01-01T00:00:00Z"})
    output = window.run("end")
    assert "was not paused by this account" in output
    after = window.there()
    assert window.paused(after) == window.paused(before) | {kept}
    assert window.labelled() == {foreign}
    assert window.message() == "Another"
    assert window.notes() == []


@pytest.mark.needs("faults")
def test_what_could_not_be_resumed_is_tried_again(window, place):
    before = window.there()
    window.run("begin")
    place.control.fault("status", status=500, path="/experiments/activate$", body={"error": {"error": "no"}})
    output = window.run("end", code=2)
    assert "/experiments/activate: 500" in output
    assert window.labelled() == window.running(before)
    assert window.message() is None
    window.run("end")
    after = window.there()
    assert window.running(after) == window.running(before)
    assert window.labelled() == set()
    assert window.notes() == []


@pytest.mark.needs("faults")
def test_a_begin_that_broke_off_is_taken_back_by_the_end(window, place):
    """All are noted and labelled, and none is paused."""
    before = window.there()
    place.control.fault("status", status=500, path="/experiments/pause$", body={"error": {"error": "no"}})
    window.run("begin", code=2)
    assert window.labelled() == window.running(before)
    assert "not paused any more" in window.run("end")
    assert labels_of(window.there()) == labels_of(before)
    assert window.running(window.there()) == window.running(before)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"maintenance_window_max_changes": 1}, "max_changes is 1"),
        ({"maintenance_window_message": "x" * 251}, "has 251 characters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_paused(window, variables, said):
    assert said in window.run("begin", code=2, **variables)
    assert len(window.running(window.there())) == 3
    assert window.labelled() == set()
