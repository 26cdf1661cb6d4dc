# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with a cluster is found, at the price of few requests."""

from __future__ import annotations

import json

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.place import Place, until
from tests.matrix.playbook import task

pytestmark = pytest.mark.needs("agents", "seed")
OPTIONS = {
    "agents_expected": ["agent-1", "agent-2", "agent-9"],
    "quarantine": {"agent-1": [3], "agent-2": [0]},
    "image_failures": 3,
    "queued_over": "1h",
    "silent_over": "0s",
}


@pytest.fixture(scope="module")
def place():
    """A made-up cluster in which more goes wrong than usual: images without a registry, a slot in quarantine."""
    with emulated(experiments=60) as place:
        place.call("POST", "/api/v1/agents/agent-1/slots/3/disable", {"drain": True})
        config = {"entrypoint": ["x"], "resources": {"slots": 0}, "environment": {"image": "fake/nopull"}}
        commands = [place.call("POST", "/api/v1/commands", {"config": config})["command"]["id"] for _number in range(2)]
        config = (
            "{name: no image, entrypoint: x, max_restarts: 0, environment: {image: fake/nopull},"
            " resources: {slots_per_trial: 0}, searcher: {name: single, metric: loss},"
            " checkpoint_storage: {type: shared_fs, host_path: /tmp}}"
        )
        experiment = place.call("POST", "/api/v1/experiments", {"config": config, "activate": True})["experiment"]["id"]
        paths = [f"/api/v1/experiments/{experiment}", *(f"/api/v1/commands/{ident}" for ident in commands)]
        until(lambda: all(over(place.call("GET", path)) for path in paths))
        yield place


def over(answer):
    one = answer.get("experiment") or answer["command"]
    return one["state"] in ("STATE_ERROR", "STATE_TERMINATED") and one.get("exitStatus") != ""


@pytest.mark.needs("journal")
def test_findings(place, runner):
    place.control.forget()
    tasks = [
        task("det_health_info", OPTIONS, register="health"),
        task("det_health_info", {"checks": ["master"], "master_version": "0.38.1"}, register="well", check_mode=True),
        task("det_health_info", {"checks": ["master"], "master_version": "0.1"}, register="other"),
        task("det_health_info", {"queued_over": "soon"}, register="wrong", ignore_errors=True),
    ]
    results = runner.play(place, tasks).results
    health = results["health"]
    found = {one["code"]: one for one in health["findings"]}
    assert {code: one["ids"] for code, one in found.items() if code.startswith(("agent", "slot"))} == {
        "agent_missing": ["agent-9"],
        "agent_off": ["agent-3"],
        "agent_version": ["agent-1", "agent-2", "agent-3", "agent-4"],
        "slot_not_off": ["agent-2/0"],
    }
    assert found["delete_failed"]["count"] == health["figures"]["delete_failed"] > 0
    assert found["queue_stuck"]["subject"] == "pool gpu-b"
    assert (found["image_pull"]["count"], health["figures"]["image_failures"]) == (3, 3)
    assert "fake/nopull" in found["image_pull"]["subject"]
    assert (health["severity"], health["exit_status"]) == ("critical", 2)
    assert health["text"].startswith("DETERMINED CRITICAL - agent agent-9: not connected;")
    assert (results["well"]["exit_status"], results["well"]["text"]) == (0, "DETERMINED OK - nothing is wrong")
    assert results["other"]["findings"][0]["code"] == "master_version"
    assert results["wrong"]["failure"]["option"] == "queued_over"
    asked = [one["path"] for one in place.control.journal() if not one["path"].endswith("/logs")]
    # Those of the other tasks too.
    assert len(asked) <= 20


def test_a_master_that_is_not_there(place, runner):
    """Found, and not a failure, so that a monitoring still has its line."""
    nowhere = Place("http://127.0.0.1:9", token=place.token)
    result = runner.play(nowhere, [task("det_health_info", {"retry_time": 0}, register="health")]).results["health"]
    assert (result["exit_status"], result["findings"][0]["code"]) == (2, "master_unreachable")
    assert result["text"].startswith("DETERMINED CRITICAL - master:")


# The role


def check(runner, place, code=0, arguments=(), **variables):
    """One run of the role; what it said."""
    role = {"name": "Role", "ansible.builtin.include_role": {"name": "determined_ai.determined.health_check"}}
    defaults = {"health_check_checks": ["agents", "deletions"], "health_check_fail_on": "never"}
    return runner.play(place, [role], code=code, arguments=arguments, variables={**defaults, **variables}).output


def deletions(place):
    rows = place.call("GET", "/api/v1/experiments?limit=200&states=STATE_DELETE_FAILED")["experiments"]
    return {row["id"]: row["labels"] for row in rows}


def slot(place, agent, number):
    return place.call("GET", f"/api/v1/agents/{agent}/slots/{number}")["slot"]["enabled"]


def enabled(place):
    return {agent["id"] for agent in place.call("GET", "/api/v1/agents")["agents"] if agent["enabled"]}


@pytest.mark.needs("journal")
def test_the_role_puts_right_what_it_may(runner):
    with emulated(experiments=300) as place:
        before = deletions(place)
        fix = {
            "health_check_fix": ["quarantine_slots", "retry_failed_deletes"],
            "health_check_quarantine": {"agent-1": [3]},
        }
        check(runner, place)
        output = check(runner, place, arguments=("--check",), **fix)
        assert "slots put into quarantine" in output
        assert (deletions(place), slot(place, "agent-1", 3)) == (before, True)
        check(runner, place, **fix)
        assert not slot(place, "agent-1", 3)
        # What has a keep label stays, whoever wanted it to go.
        assert deletions(place) == {ident: labels for ident, labels in before.items() if "keep" in labels}
        assert deletions(place) != before
        assert "DETERMINED WARNING - agent agent-3: d" in check(runner, place, code=2, health_check_fail_on="warning")


def test_the_role_turns_on_what_is_drained(runner):
    with emulated(agents=3) as place:
        for agent in ("agent-1", "agent-2"):
            place.call("POST", f"/api/v1/agents/{agent}/disable", {"drain": True})
        fix = {"health_check_fix": ["reenable_drained"], "health_check_agents_off": ["agent-2"]}
        check(runner, place, arguments=("--check",), **fix)
        assert enabled(place) == {"agent-3"}
        check(runner, place, **fix)
        assert enabled(place) == {"agent-1", "agent-3"}


def test_the_role_tells_a_monitoring_that_it_knows_nothing(runner, place, tmp_path):
    """The line of a time when all was well would stand for ever."""
    line, findings = tmp_path / "line", tmp_path / "findings.json"
    files = {"health_check_text_file": str(line), "health_check_json_file": str(findings)}
    check(runner, place, **files)
    assert line.read_text().startswith("DETERMINED WARNING - ")
    well = line.read_text()
    stranger = Place(place.url, token="of-nobody-at-all")
    check(runner, stranger, code=2, arguments=("--check",), **files)
    assert line.read_text() == well
    assert "401" in check(runner, stranger, code=2, **files)
    (said,) = line.read_text().splitlines()
    assert said.startswith("DETERMINED UNKNOWN - ")
    assert "401" in said
    assert "|" not in said
    assert json.loads(findings.read_text())["exit_status"] == 3
    check(runner, place, code=2, health_check_queued_over="soon", health_check_fail_on="warning", **files)
    assert line.read_text().startswith("DETERMINED UNKNOWN - queued_over ('soon')")
