# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Agents and slots go off and on again: predicted as done, nothing killed unless asked for, waits that end."""

from __future__ import annotations

import threading

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.place import until
from tests.matrix.playbook import task

pytestmark = pytest.mark.needs("agents")
AGENT = "agent-3"


@pytest.fixture
def place():
    """A cluster with four idle agents."""
    with emulated(agents=4) as place:
        yield place


def turn(name, state, module="det_agent", **options):
    keywords = {one: options.pop(one) for one in ("check_mode", "ignore_errors") if one in options}
    which = {} if options.keys() & {"pools", "all", "ids", "agent"} else {"id": AGENT}
    return task(module, {**which, "state": state, **options}, register=name, diff=True, **keywords)


def start(place, slots=0):
    """A command on the agent that has a pool of its own."""
    config = {"entrypoint": ["run"], "resources": {"slots": slots, "resource_pool": "gpu-b"}}
    config["environment"] = {"image": "fake/run"}
    ident = place.call("POST", "/api/v1/commands", {"config": config})["command"]["id"]
    until(lambda: command(place, ident)["state"] == "STATE_RUNNING")
    return ident


def command(place, ident):
    return place.call("GET", f"/api/v1/commands/{ident}")["command"]


def shown(place, ident=AGENT):
    agent = place.call("GET", f"/api/v1/agents/{ident}")["agent"]
    return agent["enabled"], agent["draining"]


def test_each_state_is_predicted_reached_and_kept(place, runner):
    tasks = []
    for state in ("drained", "disabled", "enabled", "disabled", "drained", "enabled"):
        name = f"{state}_{len(tasks)}"
        tasks += [turn(name + "_check", state, check_mode=True), turn(name, state), turn(name + "_again", state)]
    results = runner.play(place, tasks).results
    changed = [one["changed"] for name, one in results.items() if not name.endswith(("_check", "_again"))]
    # One that is disabled is as good as drained.
    assert changed == [True, True, True, True, False, True]
    for name, real in results.items():
        if not name.endswith(("_check", "_again")):
            for key in ("changed", "changed_ids", "agents", "plan_digest", "diff", "running", "requests"):
                assert results[name + "_check"][key] == real[key], (name, key)
            assert not results[name + "_again"]["changed"]
            assert results[name + "_again"]["requests"] == []
    assert shown(place) == (True, False)


def test_a_task_without_slots_is_waited_for(place, runner):
    ident = start(place)

    def end_when_drained():
        until(lambda: shown(place) == (False, True))
        place.call("POST", f"/api/v1/commands/{ident}/kill")

    ended = threading.Thread(target=end_when_drained)
    ended.start()
    tasks = [
        turn("look", "drained", check_mode=True),
        turn("busy", "disabled", ignore_errors=True),
        turn("drained", "drained"),
    ]
    results = runner.play(place, tasks).results
    ended.join()
    assert [(one["id"], one["place"]) for one in results["look"]["running"]] == [(ident, AGENT)]
    assert results["busy"]["failure"]["code"] == "refused"
    assert ident in results["busy"]["msg"]
    assert results["drained"]["running"] == []
    assert shown(place) == (False, True)


def test_a_wait_in_vain_says_for_what_and_the_next_run_goes_on(place, runner):
    ident = start(place)
    tasks = [
        turn("short", "drained", wait_timeout=0, ignore_errors=True),
        turn("no_wait", "drained", wait=False),
        turn("refused", "disabled", ignore_errors=True),
        turn("kill", "disabled", kill=True),
    ]
    results = runner.play(place, tasks).results
    assert results["short"]["failure"]["code"] == "wait_timeout"
    assert results["short"]["changed_ids"] == [AGENT]
    assert results["short"]["running"][0]["id"] == results["no_wait"]["running"][0]["id"] == ident
    assert not results["no_wait"]["changed"]
    assert results["refused"]["requests"] == []
    assert results["kill"]["changed"]
    assert command(place, ident)["state"] == "STATE_TERMINATED"
    assert shown(place) == (False, False)


def test_an_agent_that_comes_back_enabled_ends_the_wait(place, runner):
    start(place)

    def enable_when_drained():
        until(lambda: shown(place) == (False, True))
        place.call("POST", f"/api/v1/agents/{AGENT}/enable")

    other = threading.Thread(target=enable_when_drained)
    other.start()
    results = runner.play(place, [turn("drained", "drained", ignore_errors=True)]).results
    other.join()
    assert results["drained"]["failure"]["code"] == "not_off_any_more"


@pytest.mark.needs("journal")
def test_one_without_a_connection_is_waited_for(place, runner):
    place.control.connect(AGENT, False)

    def refused():
        return sum(entry["status"] == 500 for entry in place.control.writes())

    def connect_when_refused_twice():
        until(lambda: refused() > 1)
        place.control.connect(AGENT, True)

    connection = threading.Thread(target=connect_when_refused_twice)
    connection.start()
    tasks = [
        turn("at_once", "enabled", wait=False, ignore_errors=True),
        turn("enabled", "enabled"),
        turn("again", "enabled"),
    ]
    results = runner.play(place, tasks).results
    connection.join()
    assert "agent disconnected" in results["at_once"]["failed_items"][0]["error"]
    assert not results["again"]["changed"]
    assert shown(place) == (True, False)


def test_agents_that_are_not_there(place, runner):
    tasks = [
        turn("unknown", "enabled", ids=["agent-9"], ignore_errors=True),
        turn("wait", "enabled", ids=["agent-9"], wait_connected=True, wait_timeout=0, ignore_errors=True),
        turn("check", "enabled", ids=["agent-9"], wait_connected=True, check_mode=True),
        turn("pool", "drained", pools=["nope"], ignore_errors=True),
        turn("too_many", "drained", all=True, max_changes=3, ignore_errors=True),
        turn("nothing", "drained", ids=[]),
    ]
    results = runner.play(place, tasks).results
    assert results["unknown"]["failure"]["code"] == results["pool"]["failure"]["code"] == "not_found"
    assert results["wait"]["failure"]["code"] == "wait_timeout"
    assert [one["id"] for one in results["check"]["skipped_items"]] == ["agent-9"]
    assert results["too_many"]["failure"]["code"] == "refused"
    assert results["nothing"]["matched"] == 0
    assert all(shown(place, f"agent-{number}") == (True, False) for number in range(1, 5))


def test_slots(place, runner):
    ident = start(place, slots=1)
    tasks = [
        task("det_agent_info", {"id": AGENT, "slots": True}, register="info"),
        turn("busy", "disabled", "det_slot", agent=AGENT, ignore_errors=True),
        turn("drain_check", "drained", "det_slot", agent=AGENT, wait=False, check_mode=True),
        turn("drain", "drained", "det_slot", agent=AGENT, wait=False),
        turn("drain_again", "drained", "det_slot", agent=AGENT, wait=False),
        turn("kill", "disabled", "det_slot", agent=AGENT, kill=True),
        turn("on", "enabled", "det_slot", agent=AGENT, slot=0),
        turn("on_again", "enabled", "det_slot", agent=AGENT, slots=[0]),
        turn("unknown", "enabled", "det_slot", agent=AGENT, slot=7, ignore_errors=True),
    ]
    results = runner.play(place, tasks).results
    row = results["info"]["agents"][0]
    assert (row["slots"], row["slots_used"], row["slots_free"]) == (2, 1, 1)
    assert ident in results["busy"]["msg"]
    for key in ("changed_ids", "slots", "plan_digest", "diff", "running", "requests"):
        assert results["drain_check"][key] == results["drain"][key], key
    assert [one["id"] for one in results["drain"]["running"]] == [ident]
    assert not results["drain_again"]["changed"]
    assert results["kill"]["running"] == []
    assert command(place, ident)["state"] == "STATE_TERMINATED"
    assert results["on"]["changed_ids"] == [f"{AGENT}/0"]
    assert not results["on_again"]["changed"]
    assert results["unknown"]["failure"]["code"] == "not_found"
    slots = place.call("GET", f"/api/v1/agents/{AGENT}/slots")["slots"]
    assert [one["enabled"] for one in slots] == [True, False]


@pytest.mark.needs("journal")
def test_nothing_to_do_costs_two_reads(place, runner):
    runner.play(place, [turn("off", "drained")])
    place.control.forget()
    runner.play(place, [turn("again", "drained")])
    asked = [entry["path"] for entry in place.control.journal() if not entry["path"].startswith("/_emulator")]
    assert asked == [f"/api/v1/agents/{AGENT}", "/api/v1/tasks"]
