# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An apply that is broken at any of its writes: the next run finishes it, makes nothing twice and touches nothing of
others; and after the first failure nothing is taken away."""

from __future__ import annotations

import copy

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.client import OutcomeUnknown
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import NotLoggedIn, ServerError, Taken

from emulator.testing import running
from tests.unit.plugins.module_utils.cluster_config.config_runs import SETTINGS, Runs

READS = ("/search", "/by-ids")
HOOK = {"url": "https://receiver.invalid/1", "triggers": [{"experiment_state": "ERROR"}]}
BEFORE = {
    "version": 1,
    "stack": "broken",
    "users": {"ana": {"display_name": "Ana"}, "bob": {}},
    "groups": {"team": {"members": ["ana", "bob"]}, "gone": {}},
    "workspaces": {
        "old": {
            "projects": {"one": {"description": "1"}, "two": {}},
            "templates": {"leaves": {"config": {"x": 1}}},
            "webhooks": {"eda": HOOK},
            "policies": {"NTSC": {"constraints": {"resources": {"max_slots": 2}}}},
            "models": {"net": {"labels": ["a"]}},
        }
    },
}


def after():
    """It is created, changed, renamed, replaced, switched off and taken away at once."""
    document = copy.deepcopy(BEFORE)
    del document["users"]["bob"], document["groups"]["gone"]
    document["users"]["cleo"] = {}
    document["groups"]["team"] = {"members": ["ana", "cleo"]}
    workspace = document["workspaces"].pop("old")
    document["workspaces"]["new"] = {**workspace, "from": "old"}
    workspace["projects"] = {"one": {"description": "2", "notes": [{"name": "n", "contents": "c"}]}, "three": {}}
    workspace["webhooks"]["eda"] = {**HOOK, "triggers": [{"experiment_state": "COMPLETED"}]}
    workspace["templates"] = {"comes": {"config": {"x": 1}}}
    workspace["models"]["net"] = {"labels": ["a", "b"], "description": "d"}
    document["workspaces"]["more"] = {"projects": {"four": {}}}
    return document


class Killed(BaseException):
    """The process is gone."""


def refusal(error):
    return lambda: error(500, "made to fail", "made to fail", "POST", "/x")


BREAKS = {
    "killed before": (Killed, None),
    "killed after": (None, Killed),
    "answer lost": (None, lambda: OutcomeUnknown("The answer was lost.")),
    "refused": (refusal(ServerError), None),
    "taken": (refusal(Taken), None),
    "logged out": (refusal(NotLoggedIn), None),
}


class Breaking:
    """A client that breaks at its write of a number, before it is sent or after."""

    def __init__(self, client, at, before, after):
        self.client, self.at, self.before, self.after = client, at, before, after
        self.count, self.failed, self.later = 0, False, []

    def __getattr__(self, name):
        return getattr(self.client, name)

    def post(self, path, body=None, repeatable=False):
        return self.request("POST", path, body=body, repeatable=repeatable)

    def request(self, method, path, **more):
        if method == "GET" or more.get("reading") or path.endswith(READS):
            return self.client.request(method, path, **more)
        number, self.count = self.count, self.count + 1
        if self.failed:
            self.later.append((method, path, more.get("body")))
        if number == self.at and self.before is not None:
            self.failed = True
            raise self.before()
        answer = self.client.request(method, path, **more)
        if number == self.at and self.after is not None:
            self.failed = True
            raise self.after()
        return answer


def world(runs):
    """What is there, without ids and times."""
    get = runs.client.get
    workspaces = {one["id"]: one["name"] for one in get("/api/v1/workspaces")["workspaces"]}
    groups = runs.client.read("/api/v1/groups/search", {"limit": 500})["groups"]
    members = {
        one["group"]["name"]: sorted(
            user["username"] for user in get(f"/api/v1/groups/{one['group']['groupId']}")["group"]["users"]
        )
        for one in groups
    }
    return {
        "users": sorted((one["username"], one["active"]) for one in get("/api/v1/users")["users"]),
        "groups": {name: names for name, names in members.items() if "Personal" not in name},
        "workspaces": sorted(workspaces.values()),
        "projects": sorted(
            (one["name"], one["description"], one["archived"], workspaces[one["workspaceId"]], len(one["notes"]))
            for one in get("/api/v1/workspaces/0/projects")["projects"]
        ),
        "templates": sorted(one["name"] for one in get("/api/v1/templates", limit=-1)["templates"]),
        "webhooks": sorted((one["name"], len(one["triggers"])) for one in get("/api/v1/webhooks")["webhooks"]),
        "models": sorted((one["name"], sorted(one["labels"])) for one in get("/api/v1/models")["models"]),
        "pending": [one for one in get(SETTINGS)["settings"] if "?" in one["key"]],
        "owned": len([one for one in get(SETTINGS)["settings"] if one["storagePath"].endswith("stack/broken")]),
    }  # fmt: skip


HOW = {"prune": "owned", "max_deletions": 10, "lock_timeout": 0}


def prepare(control):
    runs = Runs(control)
    result = runs.run("apply", BEFORE, **HOW)
    assert "failed" not in result, result
    return runs


def unlock(runs):
    """Two minutes pass, after which the flag of a run that was killed counts no more."""
    flags = [one for one in runs.client.get(SETTINGS)["settings"] if "/lock/" in one["storagePath"]]
    if flags:
        runs.client.post(SETTINGS, {"settings": [{**one, "value": ""} for one in flags]})


@pytest.fixture(scope="module")
def unbroken():
    """What there is in the end, and how many writes it takes."""
    with running() as control:
        runs = prepare(control)
        counting = Breaking(runs.client, None, None, None)
        result = runs.run("apply", after(), client=counting, **HOW)
        assert "failed" not in result, result
        return world(runs), counting.count


@pytest.mark.parametrize("how", BREAKS)
def test_the_next_run_finishes(unbroken, how):
    expected, writes = unbroken
    numbers = range(writes) if how.startswith("killed") else range(0, writes, 3)
    for number in numbers:
        with running() as control:
            runs = prepare(control)
            client = Breaking(runs.client, number, *BREAKS[how])
            try:
                broken = runs.run("apply", after(), client=client, **HOW)
            except Killed:
                broken = {"failed": True}
            if broken.get("failed") and not how.startswith("killed"):
                assert broken["msg"]
                taken = [f"{method} {path}" for method, path, body in client.later if takes(method, path, body)]
                assert taken == [], f"write {number}: {taken} after a failure"
            unlock(runs)
            result = runs.run("apply", after(), **HOW)
            assert "failed" not in result, f"write {number}: {result}"
            assert world(runs) == expected, f"write {number}"
            assert control.errors() == []


def takes(method, path, body):
    """Whether a request takes something away."""
    return method == "DELETE" or path.endswith("remove-assignments") or (body or {}).get("active") is False
