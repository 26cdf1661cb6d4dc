# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What runs in containers: waited for, ended, paused; that each is started once is in act_cases."""

from __future__ import annotations

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.place import fresh
from tests.matrix.playbook import task


@pytest.fixture(scope="module")
def busy():
    """An emulator with agents."""
    with emulated(agents=2) as place:
        yield place


def command(image, **more):
    config = {"environment": {"image": image}}
    return {"description": fresh(), "slots": 0, "entrypoint": ["x"], "config": config, **more}


@pytest.mark.needs("agents")
def test_ends(busy, runner):
    good, bad, lost = command("fake/exit0"), command("fake/exit1"), command("fake/nopull")
    kept = {"ignore_errors": True}
    tasks = [
        task("det_command", {**good, "wait_for": "end"}, register="good"),
        task("det_command", {**bad, "wait_for": "end"}, register="bad", **kept),
        task("det_command", lost, register="lost", **kept),
        task("det_notebook", {**bad, "description": "n", "entrypoint": None}, register="early", **kept),
        task("det_generic_task", {**generic("fake/exit0"), "wait_for": "end"}, register="generic"),
        task("det_generic_task", generic("fake/exit1", wait_for="end"), register="generic_bad", **kept),
    ]
    tasks[3]["determined_ai.determined.det_notebook"].pop("entrypoint")
    results = runner.play(busy, tasks).results
    lines = ["hello from the container", "second line", "a warning"]
    assert (results["good"]["return_code"], results["good"]["log"]) == (0, lines)
    assert results["generic"]["return_code"] == 0
    for name in ("bad", "generic_bad", "early"):
        result = results[name]
        assert result["failed"]
        assert result["failure"]["code"] == "task_failed"
        assert result["failure"]["return_code"] == 1
        assert result["msg"].endswith("ended with code 1.\n" + "\n".join(lines))
    assert results["lost"]["return_code"] is None
    assert "pull access denied" in results["lost"]["msg"]


def generic(image, **more):
    return {"name": fresh(), "slots": 0, "entrypoint": ["x"], "config": {"environment": {"image": image}}, **more}


@pytest.mark.needs("agents")
@pytest.mark.parametrize("in_process", [True, False], ids=["in process", "as a module"])
def test_what_lets_in_is_returned_when_asked_for_and_not_printed(busy, runner, in_process):
    name = fresh()
    tasks = [
        task("det_notebook", {"description": name, "slots": 0}, register="plain"),
        task("det_notebook", {"description": name, "reveal": True}, register="open"),
        task("det_shell", {"description": name, "slots": 0, "reveal": True}, register="shell"),
    ]
    played = runner.play(busy, tasks, in_process=in_process)
    results = played.results
    assert results["plain"]["notebook"]["service_address"].endswith("/")
    token = results["open"]["notebook"]["service_address"].partition("?token=")[2]
    key = results["shell"]["shell"]["private_key"]
    assert key.startswith("-----BEGIN OPENSSH PRIVATE KEY-----")
    assert len(token) > 20
    assert token not in played.output
    assert key.splitlines()[1] not in played.output


@pytest.mark.needs("agents")
def test_a_generic_task_is_paused_resumed_and_killed(busy, runner):
    options = generic("fake/run")
    states = ("started", "paused", "started", "active", "paused", "absent")
    tasks = [
        task("det_generic_task", {**options, "state": state}, register=f"s{number}")
        for number, state in enumerate(states)
    ]
    results = runner.play(busy, tasks).results
    assert [results[f"s{number}"]["changed"] for number in range(6)] == [True, True, False, True, True, True]
    ident = results["s0"]["generic_task"]["id"]
    assert results["s2"]["generic_task"]["state"] == "PAUSED"
    assert busy.call("GET", f"/api/v1/tasks/{ident}")["task"]["taskState"] == "GENERIC_TASK_STATE_CANCELED"


def test_check_mode_takes_a_task_for_started_before(master, runner):
    name = fresh()
    tasks = [
        task("det_generic_task", {**generic("fake/run"), "name": name, "state": state}, register=state)
        for state in ("started", "paused")
    ]
    paused = runner.play(master, tasks, arguments=["--check", "--diff"]).results["paused"]
    assert paused["changed"]
    assert paused["generic_task"]["state"] == "PAUSED"
    assert paused["warnings"] == [f"There is no generic task {name!r} yet; it is taken to be started before."]


@pytest.mark.needs("faults")
def test_a_lost_answer_starts_no_second(busy, runner):
    name = fresh()
    busy.control.fault("reset_after", method="POST", path="/commands$")
    tasks = [task("det_command", command("fake/run", description=name), register="made")]
    result = runner.play(busy, tasks).results["made"]
    found = [row for row in busy.call("GET", "/api/v1/commands")["commands"] if row["description"] == name]
    assert result["changed"]
    assert [row["id"] for row in found] == [result["command"]["id"]]


@pytest.mark.needs("agents")
def test_several_of_a_description_are_told_apart_by_id(busy, runner):
    name = fresh()
    body = {"config": {"description": name, "entrypoint": ["x"], "resources": {"slots": 0}}}
    ids = [busy.call("POST", "/api/v1/commands", body)["command"]["id"] for dummy in range(2)]
    tasks = [
        task("det_command", {"description": name, "state": "absent"}, register="both", ignore_errors=True),
        task("det_command", {"id": ids[0], "state": "absent"}, register="one"),
        task("det_command", {"description": name, "state": "absent"}, register="other"),
    ]
    results = runner.play(busy, tasks).results
    assert all(ident in results["both"]["msg"] for ident in ids)
    assert results["both"]["failure"]["code"] == "ambiguous"
    assert results["one"]["changed"]
    assert ids[1] in results["other"]["requests"][0]
