# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup: answers kept for a run, whom they are for, and what is refused. The filter and the tests beside it."""

from __future__ import annotations

import pytest

from tests.matrix.place import fresh, gone_after

pytestmark = pytest.mark.core

HOSTS = ("one", "two", "three")
DET = "lookup('determined_ai.determined.det', {})"


def say(arguments, rest="", register="said", **keywords):
    """A task that registers what a lookup finds."""
    text = "{{ " + DET.format(arguments) + rest + " }}"
    return {"name": "Say", "ansible.builtin.set_fact": {register: text}, "register": register, **keywords}


def found(results, name):
    return results[name]["ansible_facts"][name]


def gets(place, path):
    return [entry for entry in place.control.journal() if entry["path"] == path]


@pytest.fixture
def login(master):
    return {"DET_MASTER": master.url, "DET_USER_TOKEN": master.token}


@pytest.mark.needs("journal")
def test_one_request_a_run(master, runner, login):
    master.control.forget()
    tasks = [say("'GetUsers'", ".users | length", "a"), say("'/api/v1/users'", ".users | length", "b")]
    played = runner.play(master, tasks, hosts=HOSTS, environ=login)
    assert {found(results, name) for results in played.hosts.values() for name in "ab"} == {2}
    assert len(gets(master, "/api/v1/users")) == 1
    # Another run asks anew.
    runner.play(master, tasks, hosts=HOSTS, environ=login)
    assert len(gets(master, "/api/v1/users")) == 2


def test_what_changed_is_read_when_asked_for(master, runner, login):
    name = fresh()
    lookup = "'GetWorkspaces', parameters={'name': '" + name + "'}"
    made = {"name": "Make", "determined_ai.determined.det_workspace": {"name": name}}
    tasks = [
        say(lookup, ".workspaces | length", "before"),
        made,
        say(lookup, ".workspaces | length", "kept"),
        say(lookup + ", cache=false", ".workspaces | length", "anew"),
        say(lookup, ".workspaces | length", "after"),
    ]
    with gone_after(master, name):
        results = runner.play(master, tasks, environ=login).results
    assert [found(results, one) for one in ("before", "kept", "anew", "after")] == [0, 0, 1, 1]


@pytest.mark.needs("seed")
def test_pages(master, runner, login):
    tasks = [
        say("'GetUsers', page_size=1", ".users | length", "all"),
        say("'GetUsers', parameters={'limit': 1}", ".users | length", "one"),
        say("'/api/v1/users?limit=1&offset=1'", ".users[0].username", "second"),
        say("'MasterLogs', parameters={'limit': 1}", " | length", "lines"),
    ]
    results = runner.play(master, tasks, environ=login).results
    assert [found(results, one) for one in ("all", "one", "second", "lines")] == [2, 1, "determined", 1]


@pytest.mark.needs("seed")
def test_everybody_has_their_own_answers(own, runner):
    tokens = {"one": own.token, "two": own.log_in("determined")}
    variables = {"det_master_url": own.url, "tokens": tokens, "det_token": "{{ tokens[inventory_hostname] }}"}
    tasks = [say("'GetMe'", ".user.username")]
    played = runner.play(own, tasks, hosts=tuple(tokens), variables=variables, secrets=tuple(tokens.values()))
    assert {host: found(results, "said") for host, results in played.hosts.items()} == {
        "one": "admin",
        "two": "determined",
    }


@pytest.mark.needs("journal")
def test_one_login_beside_a_module(master, runner):
    login = {"DET_MASTER": master.url, "DET_USER": master.user, "DET_PASS": master.password}
    tasks = [
        {"name": "Read", "determined_ai.determined.det_workspace_info": {}, "register": "read"},
        say("'GetMe'", ".user.username", "a"),
        say("'GetMaster'", ".version", "b"),
    ]
    master.control.forget()
    runner.play(master, tasks, hosts=HOSTS, environ=login, defaults={"master": master.url}, secrets=(master.password,))
    assert len(gets(master, "/api/v1/auth/login")) == 1


def test_what_a_user_wrote_is_no_template(master, runner, login):
    name = fresh("{{ 6 * 7 }}")
    with gone_after(master, name):
        master.call("POST", "/api/v1/workspaces", {"name": name})
        results = runner.play(
            master, [say("'GetWorkspaces'", ".workspaces | map(attribute='name')")], environ=login
        ).results
    assert name in found(results, "said")


WRONG = (
    ("'GetMasterr'", "Did you mean GetMaster"),
    ("'PostUser'", "det_api"),
    ("'AllocationPreemptionSignal', parameters={'allocationId': 'x'}", "det_api"),
    ("'GetUser'", "userId"),
    ("'GetUser', parameters={'userId': 4711}", "404"),
    ("'GetUsers', pagesize=5", "no such option"),
    ("'GetUsers', page_size=0", "at least 1"),
    ("'/docs/rest-api/'", "did not answer with JSON"),
    ("'GetMe', token='x'", "log in again"),
    ("'GetMe', master='http://127.0.0.1:1', retry_time=0", "cannot be reached"),
    ("'GetMe', master='ftp://x'", "is not an address"),
)


@pytest.mark.needs("journal")
def test_what_is_wrong_is_told(master, runner, login):
    master.control.forget()
    tasks = [say(one, register=f"said_{n}", ignore_errors=True) for n, (one, dummy) in enumerate(WRONG)]
    results = runner.play(master, tasks, environ=login).results
    for number, (dummy, text) in enumerate(WRONG):
        assert text in results[f"said_{number}"]["msg"]
    assert master.control.writes() == []


def test_no_master(master, runner):
    played = runner.play(master, [say("'GetMe'", ignore_errors=True)])
    assert "DET_MASTER" in played.results["said"]["msg"]


def test_the_filter_finds_what_it_says(master, runner, login):
    name = fresh()
    conditions = [{"any_of": [{"column": "name", "value": name}, {"column": "id", "operator": "<", "value": 0}]}]
    body = {"limit": 5, "filter": "{{ conditions | determined_ai.determined.search_filter }}"}
    runs = {"limit": 5, "filter": "{{ of_runs | determined_ai.determined.search_filter('runs') }}"}
    config = {"name": name, "entrypoint": "true", "searcher": {"name": "single", "metric": "loss"}}
    with gone_after(master, name):
        space = master.call("POST", "/api/v1/workspaces", {"name": name})["workspace"]["id"]
        project = master.call("POST", f"/api/v1/workspaces/{space}/projects", {"name": "p"})["project"]["id"]
        made = {"config": str(config), "unmanaged": True, "projectId": project}
        made = master.call("POST", "/api/v1/experiments", made)["experiment"]
        master.call("POST", "/api/v1/trials", {"experimentId": made["id"], "unmanaged": True})
        tasks = [
            {
                "name": "Search",
                "determined_ai.determined.det_api": {"operation_id": "SearchExperiments", "body": body},
                "register": "found",
            },
            {
                "name": "Search",
                "determined_ai.determined.det_api": {"operation_id": "SearchRuns", "body": runs},
                "register": "runs",
            },
        ]
        of_runs = [{"column": "experimentName", "value": name}]
        variables = {"conditions": conditions, "of_runs": of_runs}
        results = runner.play(master, tasks, environ=login, variables=variables).results
    assert [one["experiment"]["id"] for one in results["found"]["json"]["experiments"]] == [made["id"]]
    assert [one["experiment"]["id"] for one in results["runs"]["json"]["runs"]] == [made["id"]]
