# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for states of all kinds of objects; and the requests that it costs."""

from __future__ import annotations

import threading

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.place import until
from tests.matrix.playbook import task

RUNNING = "STATE_RUNNING"

pytestmark = pytest.mark.needs("agents")


@pytest.fixture(scope="module")
def place():
    with emulated(agents=4) as place:
        yield place


def command(place, image):
    config = {"entrypoint": ["x"], "resources": {"slots": 0}, "environment": {"image": image}}
    return place.call("POST", "/api/v1/commands", {"config": config})["command"]["id"]


def experiment(place, image):
    config = (
        f"{{name: w, entrypoint: x, max_restarts: 0, environment: {{image: {image}}},"
        " searcher: {name: single, metric: loss}, checkpoint_storage: {type: shared_fs, host_path: /tmp}}"
    )
    return place.call("POST", "/api/v1/experiments", {"config": config, "activate": True})["experiment"]["id"]


def trial(place, ident):
    def found():
        return place.call("GET", f"/api/v1/experiments/{ident}/trials")["trials"]

    until(found)
    return found()[0]["id"]


def waiting(name, code=None, **options):
    keywords = {"check_mode": options.pop("check_mode")} if "check_mode" in options else {}
    return task(
        "det_wait",
        options,
        register=name,
        failed_when=f"{name}.failure.code | default('') != '{code or ''}'",
        **keywords,
    )


def test_states_that_come_and_those_that_never_will(place, runner):
    runs, fails = experiment(place, "fake/run"), experiment(place, "fake/exit1")
    good, bad = command(place, "fake/exit0"), command(place, "fake/exit1")
    forever = command(place, "fake/run")
    tasks = [
        waiting("running", experiments=[runs], states=["RUNNING"]),
        waiting("ended", experiments=[fails]),
        waiting("completed", "never_reached", experiments=[runs, fails], states=["COMPLETED"], log_lines=2),
        waiting("looked", experiments=[runs], check_mode=True),
        waiting("trial", trials=[trial(place, runs)], states=["RUNNING"]),
        waiting("bad_trial", "never_reached", trials=[trial(place, fails)], states=["PAUSED"], log_lines=1),
        waiting("ready", tasks=[forever], states=["READY"]),
        waiting("tasks", tasks=[good, bad]),
        waiting("codes", "never_reached", tasks=[good, bad, forever], return_codes=[0], log_lines=3),
        waiting("late", "wait_timeout", tasks=[forever], wait_timeout=0),
        waiting("idle", agents=["agent-3"], states=["idle"]),
        waiting("nowhere", "wait_timeout", agents=["agent-9"], wait_timeout=0),
        waiting("gone", agents=["agent-9"], states=["gone"]),
        waiting("master", for_master=True, master_version="0.38.1"),
        waiting("unknown", "bad_option", agents=["agent-3"], states=["asleep"]),
    ]
    results = runner.play(place, tasks).results
    assert results["running"]["experiments"][0]["state"] == "RUNNING"
    assert results["ended"]["experiments"][0]["state"] == "ERROR"
    assert f"{fails} is ERROR" in results["completed"]["msg"]
    assert len(results["completed"]["failure"]["log"]) == 2
    assert results["looked"]["reached"] is False
    assert results["trial"]["trials"][0] == {
        "id": trial(place, runs), "experiment_id": runs, "state": "RUNNING", "reached": True
    }  # fmt: skip
    assert len(results["bad_trial"]["failure"]["log"]) == 1
    assert [one["return_code"] for one in results["tasks"]["tasks"]] == [0, 1]
    assert f"{bad} with code 1" in results["codes"]["msg"]
    assert {one["id"]: one["reached"] for one in results["codes"]["tasks"]} == {good: True, bad: True, forever: False}
    assert results["late"]["msg"].endswith(f"{forever} is RUNNING. Run again to wait further.")
    assert results["idle"]["agents"][0]["state"] == "enabled"
    assert results["master"]["master"]["state"] == "ready"
    assert not any(result["changed"] for result in results.values())
    place.call("POST", f"/api/v1/experiments/{runs}/kill")
    place.call("POST", f"/api/v1/commands/{forever}/kill")


@pytest.mark.needs("journal")
def test_many_are_asked_for_together(place, runner):
    tasks = [command(place, "fake/run") for _number in range(12)]
    experiments = [experiment(place, "fake/run") for _number in range(6)]
    place.control.forget()

    def end():
        until(lambda: any(one["path"] == "/api/v1/tasks" for one in place.control.journal()))
        # One that does not run yet is called off, and not killed.
        for ident in tasks:
            until(lambda ident=ident: place.call("GET", f"/api/v1/commands/{ident}")["command"]["state"] == RUNNING)
        for ident in tasks:
            place.call("POST", f"/api/v1/commands/{ident}/kill")
        until(lambda: any(one["path"] == "/api/v1/experiments" for one in place.control.journal()))
        for ident in experiments:
            place.call("POST", f"/api/v1/experiments/{ident}/kill")

    ends = threading.Thread(target=end)
    ends.start()
    results = runner.play(
        place, [waiting("tasks", tasks=tasks), waiting("experiments", experiments=experiments)]
    ).results
    ends.join()
    assert all(one["killed"] for one in results["tasks"]["tasks"])
    assert {one["state"] for one in results["experiments"]["experiments"]} == {"CANCELED"}
    sent = [f"{one['method']} {one['path']}" for one in place.control.journal()]
    # Each task is asked for itself, how and with what code it ended, when the list of what runs has lost it.
    for ident in tasks:
        assert sent.index(f"GET /api/v1/tasks/{ident}") > sent.index(f"POST /api/v1/commands/{ident}/kill")
    assert not any(line.startswith("GET /api/v1/experiments/") for line in sent)
