# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run that is broken at each of its requests in turn ends with a clear report, and the next run finishes the work."""

from __future__ import annotations

import pytest
import requests
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.determined_ai.determined.plugins.module_utils import client as client_module
from ansible_collections.determined_ai.determined.plugins.module_utils import run as run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.call import Call, perform
from ansible_collections.determined_ai.determined.plugins.module_utils.client import open_client
from ansible_collections.determined_ai.determined.plugins.modules import (
    det_command,
    det_experiment,
    det_experiments,
    det_project,
    det_shell,
    det_task_cull,
    det_workspace,
)

from emulator.testing import running

ENVIRONMENT = {"DET_USER": "admin", "DET_PASS": "Testing1!"}
EXPERIMENTS = 14
CONFIG = {"name": "new", "searcher": {"name": "single", "metric": "loss"}}
CULL = {"kinds": ["notebook"], "older_than": "0s", "warn_before": "0s"}
RUNS = {
    "retention": [
        (
            det_experiments,
            {
                "select": {"states": ["COMPLETED", "CANCELED", "ERROR"], "ended_before": "90d", "archived": False},
                "state": "archived",
                "labels_add": ["expires=2030-01-01"],
                "chunk_size": 7,
            },
        ),
        (
            det_experiments,
            {
                "select": {"archived": True, "labels_all": ["expires=2030-01-01"]},
                "state": "absent",
                "chunk_size": 5,
            },
        ),
    ],
    "places": [
        (det_workspace, {"name": "new", "default_aux_pool": "default", "pinned": False}),
        (det_project, {"workspace": "new", "name": "p", "key": "NEWP", "notes": [{"name": "a", "contents": "b"}]}),
        (det_experiment, {"external_id": "x1", "project": "new/p", "config": CONFIG, "notes": "n"}),
        (det_project, {"workspace": "new", "name": "p", "state": "archived"}),
    ],
    "tasks": [
        (det_command, {"description": "new", "entrypoint": ["x"], "slots": 0}),
        (det_command, {"description": "new", "priority": 7}),
        (det_shell, {"description": "new", "slots": 0, "wait": False}),
        # Warned, then killed.
        (det_task_cull, CULL),
        (det_task_cull, CULL),
    ],
}
FAULTS = {
    "refused before": {"kind": "reset"},
    "done, answer lost": {"kind": "reset_after"},
    "answer cut": {"kind": "truncate"},
    "unavailable": {"kind": "status", "status": 503},
    "server error": {"kind": "status", "status": 500, "body": {"error": {"code": 13, "error": "made to fail"}}},
    "token expired": {"kind": "expire"},
}


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(client_module, "FIRST_PAUSE", 0.005)
    monkeypatch.setattr(run_module, "FIRST_POLL", 0.005)


def play(url, tasks):
    """The results of the tasks, up to the first that fails, as a playbook would run them."""
    results = []
    for module, params in tasks:
        checked = ArgumentSpecValidator(module.SPEC.options, **module.SPEC.rules()).validate(
            dict(params, master=url, retry_time=1, **({"wait_timeout": 10} if "wait" in module.SPEC.options else {}))
        )
        assert not checked.error_messages
        call = Call(
            checked.validated_parameters,
            set(params),
            False,
            lambda options, read_only: open_client(options, read_only, ENVIRONMENT),
        )
        results.append(perform(call, module.SPEC, module.work))
        if results[-1].get("failed"):
            break
    return results


def world(url):
    """What the cluster holds, without times and what differs from run to run."""
    token = requests.post(
        url + "/api/v1/auth/login", json={"username": "admin", "password": "Testing1!"}, timeout=10
    ).json()["token"]

    def get(path):
        return requests.get(url + path, headers={"Authorization": "Bearer " + token}, timeout=10).json()

    experiments = [
        (one["name"], one["state"], one["archived"], sorted(one["labels"]), one["projectName"], one["notes"])
        for one in get("/api/v1/experiments?limit=1000")["experiments"]
    ]
    workspaces = [
        (one["name"], one["archived"], one["pinned"], one["defaultAuxPool"])
        for one in get("/api/v1/workspaces")["workspaces"]
    ]
    projects = [
        (one["name"], one["workspaceId"], one["archived"], one["notes"], one["description"])
        for one in get("/api/v1/workspaces/0/projects")["projects"]
    ]
    tasks = [
        (kind, one["description"], one["username"])
        for kind in ("commands", "notebooks", "shells")
        for one in get(f"/api/v1/{kind}")[kind]
        if one["state"] != "STATE_TERMINATED"
    ]
    marks = get("/api/v1/users/setting")["settings"]
    return {
        "tasks": sorted(tasks),
        "marks": marks,
        "experiments": sorted(experiments),
        "workspaces": sorted(workspaces),
        "projects": projects,
    }


def requests_of(run):
    """How many requests the run sends where nothing breaks, and what it leaves behind."""
    with running(experiments=EXPERIMENTS, seed=3) as emulator:
        results = play(emulator.url, RUNS[run])
        assert [result.get("msg") for result in results] == [None] * len(RUNS[run])
        assert any(result["changed"] for result in results)
        journal = emulator.journal()
        return len(journal), world(emulator.url)


@pytest.fixture(scope="module", params=RUNS)
def unbroken(request):
    return request.param, *requests_of(request.param)


@pytest.mark.parametrize("fault", FAULTS)
def test_next_run_finishes(unbroken, fault):
    run, count, expected = unbroken
    for at in range(count):
        with running(experiments=EXPERIMENTS, seed=3) as emulator:
            emulator.fault(skip=at, **FAULTS[fault])
            broken = play(emulator.url, RUNS[run])
            assert emulator.faults()[0]["hits"] == 1, f"request {at} was not reached"
            emulator.no_faults()
            if broken[-1].get("failed"):
                assert broken[-1]["msg"]
                assert broken[-1]["failure"]["code"] != "bug", broken[-1]
            last = play(emulator.url, RUNS[run])
            assert not last[-1].get("failed"), f"request {at}: {broken[-1].get('msg')} then {last[-1].get('msg')}"
            assert world(emulator.url) == expected, f"request {at}"
