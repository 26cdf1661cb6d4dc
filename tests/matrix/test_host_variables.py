# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two clusters as hosts, and an environment that names a third: each host's tasks reach its own and no other."""

from __future__ import annotations

import pytest

from tests.loopback import Server, reply
from tests.matrix.conftest import emulated
from tests.matrix.playbook import task

pytestmark = [pytest.mark.needs("journal"), pytest.mark.core]
BOTH = ("berlin", "tokyo")


@pytest.fixture(scope="module")
def clusters():
    """Three: two that stand in the inventory, each with a workspace of its name, and the environment's."""
    with emulated() as berlin, emulated() as tokyo, emulated() as other:
        places = {"berlin": berlin, "tokyo": tokyo, "other": other}
        for name, place in places.items():
            place.call("POST", "/api/v1/workspaces", {"name": "of-" + name})
        yield places


@pytest.fixture
def play(clusters, runner):
    """Runs tasks on both hosts, with the environment of the third. The journal of that one must stay empty."""

    def run(tasks, tokens=True, override=(), **more):
        other = clusters["other"]
        variables = {
            "addresses": {name: clusters[name].url for name in BOTH},
            "tokens": {name: clusters[name].token for name in BOTH},
            "det_master_url": "{{ addresses[inventory_hostname] }}",
        }
        if tokens:
            variables["det_token"] = "{{ tokens[inventory_hostname] }}"
        variables.update(override)
        environ = {"DET_MASTER": other.url, "DET_USER_TOKEN": other.token, "DET_USER": "admin", "DET_PASS": "Testing1!"}
        secrets = [place.token for place in clusters.values()]
        for place in clusters.values():
            place.control.forget()
        played = runner.play(
            other, tasks, hosts=BOTH, defaults={}, variables=variables, environ=environ, secrets=secrets, **more
        )
        assert asked(other) == []
        return played

    return run


def asked(place):
    return [entry["path"] for entry in place.control.journal()]


def names(result):
    return {one["name"] for one in result["workspaces"]}


@pytest.mark.parametrize(
    "keywords",
    [{}, {"vars": {"det_in_process": False}}, {"async": 60, "poll": 1}, {"become": True, "become_user": "root"}],
    ids=["in process", "as a module", "async", "become"],
)
def test_modules(clusters, play, keywords):
    become = {"ansible_become_exe": "env", "ansible_become_flags": ""} if "become" in keywords else {}
    keywords = {**keywords, "vars": {**keywords.get("vars", {}), **become}}
    played = play([task("det_workspace_info", {}, register="seen", **keywords)])
    for host, results in played.hosts.items():
        assert "of-" + host in names(results["seen"])
        assert "of-other" not in names(results["seen"])
    assert bool(played.in_process()) == (len(keywords) == 1 and not keywords["vars"])


@pytest.mark.parametrize("in_process", [True, False], ids=["in process", "as a module"])
def test_what_changes(clusters, play, in_process):
    play([task("det_workspace", {"name": "made"}, register="made")], in_process=in_process)
    for name, place in clusters.items():
        found = [one["name"] for one in place.call("GET", "/api/v1/workspaces")["workspaces"]]
        assert ("made" in found) == (name in BOTH)
    play([task("det_workspace", {"name": "made", "state": "absent"}, register="gone")], in_process=in_process)


def test_lookup(clusters, play):
    text = "{{ lookup('determined_ai.determined.det', 'GetWorkspaces').workspaces | map(attribute='name') }}"
    played = play([{"name": "Look up", "ansible.builtin.set_fact": {"found": text}, "register": "said"}])
    for host, results in played.hosts.items():
        assert "of-" + host in results["said"]["ansible_facts"]["found"]


def test_a_role(clusters, play):
    role = {"name": "Look", "ansible.builtin.include_role": {"name": "determined_ai.determined.health_check"}}
    play([role, task("det_workspace_info", {}, register="seen")], code=None)
    for name in BOTH:
        assert "/api/v1/master" in asked(clusters[name])


@pytest.mark.parametrize("in_process", [True, False], ids=["in process", "as a module"])
def test_the_login_of_the_environment_is_not_the_host_s(clusters, play, in_process):
    tried = task("det_workspace_info", {}, register="tried", ignore_errors=True)
    looked = {
        "name": "Look up",
        "ansible.builtin.set_fact": {"found": "{{ lookup('determined_ai.determined.det', 'GetWorkspaces') }}"},
        "register": "looked",
        "ignore_errors": True,
    }
    played = play([tried, looked], tokens=False, in_process=in_process)
    for host, results in played.hosts.items():
        assert results["tried"]["failure"]["status"] == 401
        for said in (results["tried"]["msg"], results["looked"]["msg"]):
            assert "DET_USER_TOKEN and DET_PASS of the environment are for" in said
            assert clusters["other"].url in said
        assert "/api/v1/auth/login" not in asked(clusters[host])


@pytest.mark.parametrize("in_process", [True, False], ids=["in process", "as a module"])
@pytest.mark.parametrize("name", ["det_master_url", "det_token"])
def test_an_empty_variable_does_not_lead_to_the_environment(play, in_process, name):
    tried = task("det_workspace_info", {}, register="tried", ignore_errors=True)
    played = play([tried], override={name: ""}, in_process=in_process)
    for results in played.hosts.values():
        assert results["tried"]["failure"]["code"] == "bad_option"
        assert results["tried"]["failure"]["option"] == name


def test_a_secret_that_is_missing_does_not_lead_to_the_environment(play):
    tried = task("det_workspace_info", {}, register="tried", ignore_errors=True)
    played = play([tried], override={"det_token": "{{ no_such }}"})
    assert all("no_such" in results["tried"]["msg"] for results in played.hosts.values())


@pytest.mark.parametrize("in_process", [True, False], ids=["in process", "as a module"])
def test_a_login_is_not_redirected(clusters, runner, in_process):
    """Neither the login of the environment nor one that is given; the address to use is named."""
    berlin, other = clusters["berlin"], clusters["other"]
    environ = {"DET_MASTER": other.url, "DET_USER": "admin", "DET_PASS": "Testing1!"}
    with Server([lambda handler: reply(handler, 301, {}, {"Location": berlin.url + handler.path})]) as here:
        given = {"master": here.url, "user": "admin", "password": "Testing1!", "retry_time": 0}
        tasks = [
            task("det_login", {"master": here.url}, register="own", ignore_errors=True),
            task("det_login", given, register="given", ignore_errors=True),
        ]
        berlin.control.forget()
        results = runner.play(other, tasks, defaults={}, environ=environ, in_process=in_process).results
    assert asked(berlin) == []
    for result in results.values():
        assert f"redirects to {berlin.url} (301)" in result["msg"]
