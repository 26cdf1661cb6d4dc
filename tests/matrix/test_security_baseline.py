# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role security_baseline: finds, writes, and switches off what it may, within brakes."""

from __future__ import annotations

import json

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.roles import refusals

pytestmark = pytest.mark.needs("clock", "journal")
ROLE = "determined_ai.determined.security_baseline"


@pytest.fixture(scope="module")
def place():
    """Users who last logged in 200 days ago, and the account determined without a password."""
    with emulated(agents=4) as place:
        place.control.advance(-200 * 24 * 3600)
        for one in range(5):
            user = {"username": f"old-{one}", "active": True}
            place.call("POST", "/api/v1/users", {"user": user, "password": "x"})
        place.control.advance(200 * 24 * 3600)
        place.token = place.log_in()
        (spare,) = [one for one in place.call("GET", "/api/v1/users")["users"] if one["username"] == "determined"]
        place.call("PATCH", f"/api/v1/users/{spare['id']}", {"password": "", "isHashed": True, "active": True})
        yield place


@pytest.fixture
def audit(runner, place, tmp_path):
    """Function: one run of the role; what it said, and what it wrote."""

    def run(code=0, arguments=(), **variables):
        place.control.forget()
        tasks = [{"name": "Role", "ansible.builtin.include_role": {"name": ROLE}}]
        played = runner.play(
            place, tasks, code=code, arguments=arguments, variables=variables, secrets=["guess-Secret1"]
        )
        return played.output, [one["path"] for one in place.control.writes() if "search" not in one["path"]]

    run.folder = tmp_path
    return run


def active(place):
    return {one["username"] for one in place.call("GET", "/api/v1/users")["users"] if one["active"]}


def test_what_is_wrong_is_said_and_nothing_written(runner, place):
    stale = {"security_baseline_fix": ["stale_users"], "security_baseline_fail_on": "never"}
    cases = [
        (stale, "more than security_baseline_max_deactivations (3)"),
        ({"security_baseline_fix": ["everything"]}, "must be one or more of"),
        ({"security_baseline_stale_after": "soon"}, "stale_after"),
        ({"security_baseline_fixes": []}, "The nearest is security_baseline_fix"),
        ({"security_baseline_severities": {"nothing": "info"}}, "there is no such finding"),
        # A finding that is grave enough, and the line for a monitoring.
        ({"security_baseline_checks": ["accounts"]}, "DETERMINED CRITICAL - user determined: anybody can log in"),
    ]
    refusals(runner, place, ROLE, {}, cases)


def test_found_written_fixed_and_not_found_again(audit, place):
    before = active(place)
    sarif, plain = audit.folder / "x.sarif", audit.folder / "x.json"
    fix = {
        "security_baseline_fix": ["default_account", "stale_users"],
        "security_baseline_exempt_users": ["old-4"],
        "security_baseline_max_deactivations": 5,
        "security_baseline_passwords": ["guess-Secret1"],
        "security_baseline_sarif_file": str(sarif),
        "security_baseline_json_file": str(plain),
    }
    output, sent = audit(code=2, arguments=("--check",), **fix)
    assert sent == []
    assert active(place) == before
    output, sent = audit(**fix)
    assert len(sent) == 5
    assert active(place) == {"admin", "old-4"}
    (run,) = json.loads(sarif.read_text())["runs"]
    assert {one["ruleId"] for one in run["results"]} >= {"admins", "open_pool"}
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == place.url
    findings = json.loads(plain.read_text())["findings"]
    assert len(findings) == len(run["results"])
    assert not {"stale_user", "default_password"} & {one["code"] for one in findings}
    assert oct(plain.stat().st_mode)[-3:] == "600"
    output, sent = audit(**fix)
    assert (sent, "changed=0 " in output) == ([], True)
