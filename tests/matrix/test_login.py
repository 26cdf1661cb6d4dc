# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logging in: by a task, by itself, once for a whole play."""

from __future__ import annotations

import pytest

from tests.matrix.playbook import GROUP, task

pytestmark = [pytest.mark.password, pytest.mark.core]
both_paths = pytest.mark.parametrize("in_process", [True, False], ids=["in process", "as a module"])
ME = {"operation_id": "GetMe"}
LOGIN = "/api/v1/auth/login"


@both_paths
def test_a_token_for_the_rest_of_the_play(master, runner, in_process):
    """Got once, used again, ended; it shows nowhere but where it was registered."""
    with_token = {"master": master.url, "token": "{{ det.token }}"}
    tasks = [
        task("det_login", {"user": master.user, "password": master.password}, register="det"),
        {
            "module_defaults": {GROUP: with_token},
            "block": [
                task("det_login", {}, register="again"),
                task("det_api", ME, register="me"),
                task("det_login", {"state": "absent"}, check_mode=True, register="would_end"),
                task("det_login", {"state": "absent"}, register="end"),
                task("det_login", {"state": "absent"}, register="ended"),
                task("det_api", ME, ignore_errors=True, register="after"),
            ],
        },
    ]
    played = runner.play(
        master, tasks, defaults={"master": master.url}, in_process=in_process, secrets=[master.password]
    )
    results = played.results
    token = results["det"]["token"]
    assert token
    assert token not in played.output
    assert results["det"]["changed"]
    assert results["det"]["user"]["username"] == master.user
    assert (results["again"]["token"], results["again"]["changed"]) == (token, False)
    assert results["again"]["expiry"] == results["det"]["expiry"]
    assert results["me"]["json"]["user"]["username"] == master.user
    assert [results[name]["changed"] for name in ("would_end", "end", "ended")] == [True, True, False]
    assert results["after"]["failure"]["status"] == 401
    assert "log in again" in results["after"]["msg"]
    assert len(played.in_process() if in_process else played.handed_over()) == 7


def test_wrong_password(master, runner):
    tasks = [
        task("det_login", {"user": master.user, "password": "wrong one"}, ignore_errors=True, register="wrong"),
        task("det_login", {"user": master.user}, ignore_errors=True, register="nothing"),
    ]
    results = runner.play(master, tasks, defaults={"master": master.url}, secrets=["wrong one"]).results
    assert results["wrong"]["failure"]["status"] == 401
    assert "Check the user name and the password." in results["wrong"]["msg"]
    assert results["nothing"]["msg"].startswith("password: is needed to log in.")


@pytest.mark.needs("journal")
def test_one_login_a_play(master, runner):
    """Eight hosts in four workers, several tasks each: one login by the variables of the environment."""
    hosts = [f"h{number}" for number in range(8)]
    tasks = [
        task("det_api", ME, register="me"),
        task("det_workspace_info", {}, register="workspaces"),
        task("det_api", ME, loop=[1, 2], register="loop"),
        task("det_workspace", {"name": "Uncategorized"}, register="unchanged"),
    ]
    environ = {"DET_MASTER": master.url, "DET_USER": master.user, "DET_PASS": master.password}
    master.control.forget()
    played = runner.play(master, tasks, hosts=hosts, defaults={}, environ=environ, arguments=["--forks", "4"])
    assert len(played.hosts) == 8
    assert len(logins(master)) == 1
    assert len(played.in_process()) == 8 * 5


@pytest.mark.needs("journal")
def test_a_token_that_ends_on_the_way_costs_one_login(master, runner):
    hosts = [f"h{number}" for number in range(4)]
    tasks = [
        task("det_api", ME, register="before"),
        # Ends the session of the play, not the one that looks on.
        task("det_login", {"state": "absent"}, run_once=True),
        task("det_api", ME, register="after"),
        task("det_api", ME, register="later"),
    ]
    environ = {"DET_MASTER": master.url, "DET_USER": master.user, "DET_PASS": master.password}
    master.control.forget()
    played = runner.play(master, tasks, hosts=hosts, defaults={}, environ=environ, arguments=["--forks", "4"])
    assert all(host["later"]["json"]["user"]["username"] == master.user for host in played.hosts.values())
    assert len(logins(master)) == 2


@pytest.mark.needs("clock", "journal")
def test_revoked_behind_its_back(own, runner):
    """The master ends every session in the middle of a play: the next task logs in again, once for all."""
    tasks = [
        task("det_api", ME, register="before"),
        {
            "ansible.builtin.uri": {
                "url": own.url + "/_emulator/tokens",
                "method": "POST",
                "body_format": "json",
                "body": {"expire": "admin"},
            },
            "run_once": True,
        },
        task("det_api", ME, register="after"),
        task("det_api", ME, register="later"),
    ]
    environ = {"DET_MASTER": own.url, "DET_USER": own.user, "DET_PASS": own.password}
    own.control.forget()
    played = runner.play(own, tasks, hosts=["a", "b", "c"], defaults={}, environ=environ, arguments=["--forks", "3"])
    assert all(host["later"]["json"]["user"]["username"] == "admin" for host in played.hosts.values())
    assert len(logins(own)) == 2


def logins(place) -> list:
    return [entry for entry in place.control.journal() if entry["path"] == LOGIN]
