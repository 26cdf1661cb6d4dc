# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run that is broken at each of its requests ends with a clear report, and the next run finishes the work.

Requests of a module that go the same way at the same time fail alike: of each method and route one is broken before the
first write of a task and one after it, and of writes the first and the last. All log in by the same request, which is
broken once. Which those are is read from the journal of a run in which nothing breaks.
"""

from __future__ import annotations

import functools
import json
import re
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest
import requests
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.determined_ai.determined.plugins.module_utils.connection import client as client_module
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.client import open_client
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call, perform
from ansible_collections.determined_ai.determined.plugins.module_utils.store import wait as wait_module
from ansible_collections.determined_ai.determined.plugins.modules import (
    det_agent,
    det_api,
    det_checkpoint,
    det_checkpoint_fetch,
    det_checkpoint_gc,
    det_cluster_config,
    det_cluster_message,
    det_command,
    det_config_policy,
    det_directory,
    det_experiment,
    det_experiment_validate,
    det_experiments,
    det_generic_task,
    det_group,
    det_job,
    det_log_cleanup,
    det_log_retention,
    det_login,
    det_master_config,
    det_model,
    det_model_version,
    det_namespace_binding,
    det_notebook,
    det_project,
    det_resource_pool_binding,
    det_resource_quota,
    det_role_assignment,
    det_run,
    det_shell,
    det_slot,
    det_task_cull,
    det_template,
    det_tensorboard,
    det_tensorboard_files,
    det_token,
    det_trial,
    det_undo,
    det_unmanaged_run,
    det_user,
    det_user_groups,
    det_user_setting,
    det_wait,
    det_webhook,
    det_webhook_event,
    det_workspace,
)

from emulator.routes import router
from emulator.testing import running
from tests.matrix.place import until
from tests.matrix.requests_sent import writes

ROUTES = router()
ENVIRONMENT = {"DET_USER": "admin", "DET_PASS": "Testing1!"}
EXPERIMENTS = 14
AGENTS = ["agent-1", "agent-2", "agent-3", "agent-4"]
ENDED = ["COMPLETED", "CANCELED", "ERROR"]
CONFIG = {"name": "new", "searcher": {"name": "single", "metric": "loss"}}
VERSION = {"model": "new", "which": "latest"}
CULL = {
    "kinds": ["notebook"],
    "older_than": "0s",
    "warn_before": "0s",
    "exempt_descriptions": ["^(exploration|plots|error)"],
}
UUID = "3f1c2a84-9d5e-4b1a-8f6d-0c7a52e1b9d3"
OUTSIDE = {"external_id": "x2", "run": "r", "config": CONFIG}
ENDED_ONE = 5
HOOK = {
    "workspace": "new",
    "name": "new",
    "url": "https://receiver.invalid/1",
    "triggers": [{"experiment_state": "ERROR"}],
}
# {address of a cluster: {"folder", "uuids"}}: what options need to know of it, which are functions of its address then.
KNOWN = {}


def folder_of(url):
    """A folder that is not there yet."""
    return KNOWN[url]["folder"]


def uuids_of(url):
    """The checkpoints of an experiment that has ended."""
    return KNOWN[url]["uuids"]


CLUSTER = {
    "version": 1,
    "users": {"new": {"display_name": "New"}},
    "groups": {"new": {"members": ["new"]}},
    "workspaces": {
        "new": {
            "projects": {"new": {"notes": [{"name": "n", "contents": "c"}]}},
            "policies": {"NTSC": {"constraints": {"resources": {"max_slots": 2}}}},
        }
    },
}


def journal_of(url):
    """A file that is not there yet."""
    return KNOWN[url]["folder"] + ".jsonl"


RUNS = {
    "document": [(det_cluster_config, {"mode": "apply", "stack": "walk", "config": CLUSTER})],
    "night": [
        (
            det_experiments,
            {
                "select": {"states": ENDED, "ended_before": "90d", "archived": False},
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
    "files": [
        (
            det_checkpoint_gc,
            {
                "select": {"states": ENDED, "archived": False},
                "save_experiment_best": 1,
                "save_trial_best": 0,
                "save_trial_latest": 0,
                "chunk_size": 2,
            },
        ),
        (det_log_retention, {"select": {"states": ENDED, "archived": False}, "days": 14}),
    ],
    "cull": [
        # Warned, then killed.
        (det_task_cull, CULL),
        (det_task_cull, CULL),
    ],
    "places": [
        (det_workspace, {"name": "new", "default_aux_pool": "default", "pinned": False}),
        (det_project, {"workspace": "new", "name": "p", "key": "NEWP", "notes": [{"name": "a", "contents": "b"}]}),
        (det_experiment, {"external_id": "x1", "project": "new/p", "config": CONFIG, "notes": "n"}),
        (det_project, {"workspace": "new", "name": "p", "state": "archived"}),
    ],
    "access": [
        (det_user, {"username": "new", "password": "first-Secret1"}),
        (det_user, {"username": "new", "display_name": "N"}),
        (det_group, {"name": "new", "members": ["new", "admin"]}),
        (det_group, {"name": "new", "members": ["admin"], "members_mode": "remove"}),
        (det_workspace, {"name": "new"}),
        (det_role_assignment, {"workspace": "new", "assignments": [{"group": "new", "role": "Editor"}]}),
    ],
    "memberships": [
        (det_group, {"name": "new"}),
        (det_user_groups, {"user": "admin", "groups": ["new"]}),
        (det_user_groups, {"user": "admin", "groups": [], "groups_mode": "exact"}),
    ],
    "directory": [
        (
            det_directory,
            {
                "users": [{"username": "new", "display_name": "N"}, {"username": "other", "remote": True}],
                "groups": [{"name": "new", "members": ["new", "admin"]}],
            },
        ),
        (
            det_directory,
            {
                "users": [{"username": "new", "display_name": "M"}, {"username": "other", "active": False}],
                "groups": [{"name": "new", "members": ["new"]}],
            },
        ),
    ],
    "policies": [
        (det_config_policy, {"cluster": True, "workload_type": "NTSC", "constraints": {"resources": {"max_slots": 1}}}),
    ],
    "hooks": [
        (det_workspace, {"name": "new"}),
        (det_webhook, HOOK),
        # It is deleted and made again.
        (det_webhook, {**HOOK, "type": "SLACK"}),
    ],
    "registry": [
        (det_workspace, {"name": "new"}),
        (det_template, {"name": "new", "workspace": "new", "config": {"resources": {"slots_per_trial": 2}}}),
        # Moved and changed.
        (det_template, {"name": "new", "config": {"description": "d"}, "workspace_id": 1}),
        (det_model, {"name": "new", "workspace": "new", "labels": ["a"], "metadata": {"a": 1}}),
        (det_model, {"name": "new", "labels": ["b"], "labels_mode": "append", "metadata": {"a": None}}),
        (det_model_version, {**VERSION, "experiment_id": 8, "name": "one", "exclusive_label": "live"}),
        (det_model_version, {**VERSION, "experiment_id": 13, "exclusive_label": "live"}),
    ],
    # The value goes with the answer that is lost; rotation into a file has tests of its own.
    "tokens": [
        (det_token, {"user": "admin", "description": "new", "lifespan": "1d"}),
    ],
    "tenancy": [
        (det_workspace, {"name": "new"}),
        (det_workspace, {"name": "newer"}),
        (det_resource_pool_binding, {"resource_pool": "gpu-a", "workspaces": ["new", "newer"]}),
    ],
    # The emulator is no Kubernetes, which the modules tell.
    "kubernetes": [
        (det_workspace, {"name": "new"}),
        (det_namespace_binding, {"workspace": "new", "namespace": "default", "skip_unsupported": True}),
        (det_resource_quota, {"workspace": "new", "quota": 2, "skip_unsupported": True}),
    ],
    "tenancy moved": [
        (det_workspace, {"name": "new"}),
        (det_workspace, {"name": "newer"}),
        (det_resource_pool_binding, {"resource_pool": "gpu-a", "workspaces": ["new"]}),
        (det_resource_pool_binding, {"resource_pool": "gpu-a", "workspaces": ["newer"]}),
    ],
    "settings": [
        (det_user_setting, {"path": "p", "key": "k", "value": {"b": 1}}),
        (det_user_setting, {"path": "p", "key": "k", "value": [1]}),
        (det_user_setting, {"state": "reset"}),
        (det_user_setting, {"path": "p", "key": "l", "value": None}),
    ],
    "outside": [
        (det_unmanaged_run, {**OUTSIDE, "hparams": {"a": 1}}),
        (
            det_unmanaged_run,
            {
                **OUTSIDE,
                "metrics": [{"steps_completed": 10, "values": {"loss": 1}}],
                "checkpoint": {
                    "uuid": UUID,
                    "resources": {"a": 1},
                    "storage": {"type": "directory", "container_path": "/x"},
                },
                "state": "completed",
            },
        ),
    ],
    "runs": [
        (det_run, {"ids": [1, 2], "metadata": {"n": 1}}),
        (det_run, {"ids": [3], "state": "archived"}),
        (det_trial, {"ids": [1, 2], "log_retention_days": 7}),
    ],
    "undone": [
        (det_run, {"ids": [3], "state": "archived", "journal": journal_of}),
        (det_undo, {"journal": journal_of}),
    ],
    "checkpoints": [
        (det_checkpoint, {"uuids": uuids_of, "metadata": {"ours": 1}}),
        (det_checkpoint, {"uuids": uuids_of, "state": "absent"}),
    ],
    "queue": [
        (det_job, {"experiments": [14], "priority": 7}),
    ],
    "once": [
        (det_tensorboard_files, {"ids": [ENDED_ONE]}),
        (det_log_cleanup, {}),
        (det_webhook_event, {"experiment_id": 4, "title": "t"}),
        (det_api, {"operation_id": "PatchExperiment", "parameters": {"experiment.id": 4}, "body": {"notes": "n"}}),
    ],
    "reads": [
        (det_master_config, {"log_level": "debug", "skip_unsupported": True}),
        (det_login, {"user": "admin", "password": "Testing1!"}),
        (det_wait, {"experiments": [1]}),
        (det_checkpoint_fetch, {"uuid": lambda url: uuids_of(url)[0], "dest": folder_of}),
        (det_experiment_validate, {"config": {**CONFIG, "entrypoint": "x"}}),
    ],
    "more tasks": [
        (det_notebook, {"description": "new", "slots": 0, "wait": False}),
        (det_tensorboard, {"experiment_ids": [1], "wait": False}),
    ],
    "generic": [
        (det_generic_task, {"name": "new", "entrypoint": ["x"], "slots": 0, "wait": False}),
    ],
    "tasks": [
        (det_command, {"description": "new", "entrypoint": ["x"], "slots": 0}),
        (det_command, {"description": "new", "priority": 7}),
        (det_shell, {"description": "new", "slots": 0, "wait": False}),
    ],
    "agents": [
        (det_cluster_message, {"text": "Maintenance."}),
        (det_agent, {"pools": ["default"], "state": "drained", "wait": False}),
        (det_slot, {"agent": "agent-2", "slots": [1], "state": "disabled", "wait": False}),
    ],
}
FAULTS = {
    "refused before": {"kind": "reset"},
    "done, answer lost": {"kind": "reset_after"},
    "answer cut": {"kind": "truncate"},
    "unavailable": {"kind": "status", "status": 503},
    "server error": {"kind": "status", "status": 500, "body": {"error": {"code": 13, "error": "made to fail"}}},
    "token expired": {"kind": "expire"},
    "master restarted": {"kind": "restart"},
    "agents lost": {"kind": "lose"},
}
# Runs that agents have nothing to do with.
WITHOUT_AGENTS = {
    "document", "places", "access", "memberships", "registry", "tenancy", "tenancy moved", "tokens", "settings",
    "reads", "policies", "hooks", "runs", "kubernetes", "undone",
}  # fmt: skip
WALK = [(run, fault) for run in RUNS for fault in FAULTS if fault != "agents lost" or run not in WITHOUT_AGENTS]
RUNTIME = Path(__file__).parents[2] / "meta" / "runtime.yml"


def test_every_module_that_writes_is_here():
    modules = yaml.safe_load(RUNTIME.read_text())["action_groups"]["all"]
    walked = {module.__name__.rpartition(".")[2] for tasks in RUNS.values() for module, _options in tasks}
    assert {one for one in modules if not one.endswith("_info")} == walked


@contextmanager
def cluster():
    """A made-up cluster, and an experiment with two small checkpoints."""
    with running(experiments=EXPERIMENTS, seed=3) as emulator, tempfile.TemporaryDirectory() as folder:
        with session_of(emulator.url) as session:
            KNOWN[emulator.url] = {"folder": folder + "/files", "uuids": make_checkpoints(session)}
        emulator.forget()
        yield emulator


def make_checkpoints(session):
    post = functools.partial(session.ask, "POST")
    body = {"projectId": 1, "config": json.dumps(CONFIG), "unmanaged": True}
    experiment = post("/api/v1/experiments", body)["experiment"]["id"]
    trial = post("/api/v1/trials", {"experimentId": experiment, "unmanaged": True})["trial"]
    uuids = [f"00000000-0000-4000-8000-{number:012d}" for number in range(2)]
    for uuid in uuids:
        made = {"uuid": uuid, "taskId": trial["taskId"], "resources": {"m": 10}, "state": "STATE_COMPLETED"}
        post("/api/v1/checkpoints", {**made, "metadata": {"steps_completed": 1}})
    session.ask("PATCH", f"/api/v1/trials/{trial['id']}", {"state": "STATE_COMPLETED"})
    return uuids


class Session:
    """One connection to a master, by the standard library, which takes a third of what an HTTP library takes."""

    def __init__(self, url):
        self._connection = HTTPConnection(url.removeprefix("http://"), timeout=10)
        self._headers = {"Content-Type": "application/json"}

    def log_in(self):
        token = self.ask("POST", "/api/v1/auth/login", {"username": "admin", "password": "Testing1!"})["token"]
        self._headers["Authorization"] = "Bearer " + token

    def ask(self, method, path, body=None):
        self._connection.request(method, path, None if body is None else json.dumps(body), self._headers)
        return json.load(self._connection.getresponse())

    def close(self):
        self._connection.close()


@contextmanager
def session_of(url):
    """A session that has logged in."""
    with closing(Session(url)) as session:
        session.log_in()
        yield session


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(client_module, "FIRST_PAUSE", 0.005)
    monkeypatch.setattr(wait_module, "FIRST_PAUSE", 0.005)


def play(url, tasks, patience=10):
    """The results of the tasks, up to the first that fails, as a playbook would run them."""
    results = []
    for module, params in tasks:
        waits = {"wait_timeout": patience} if "wait" in module.SPEC.options else {}
        given = {name: one(url) if callable(one) else one for name, one in params.items()}
        options = {**given, "master": url, "retry_time": 1, **waits}
        checked = ArgumentSpecValidator(module.SPEC.options, **module.SPEC.rules()).validate(options)
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
    with session_of(url) as session:
        return world_of(session)


def settled(url, expected):
    """What the cluster holds when what was begun has ended: a broken run may leave deletions that go on by themselves,
    which the next one has nothing to do with."""
    with suppress(AssertionError):
        until(lambda: world(url) == expected, seconds=10)
    return world(url)


def world_of(session):
    get = functools.partial(session.ask, "GET")

    experiments = [
        (
            *(one[name] for name in ("name", "state", "archived", "projectName", "notes", "checkpointCount")),
            sorted(one["labels"]),
            one["config"].get("retention_policy", {}).get("log_retention_days"),
        )
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
        # The master makes up a name for each TensorBoard.
        (kind, kind == "tensorboards" or one["description"], one["username"])
        for kind in ("commands", "notebooks", "shells", "tensorboards")
        for one in get(f"/api/v1/{kind}")[kind]
        if one["state"] != "STATE_TERMINATED"
    ]
    agents = [
        (one["id"], one["enabled"], one["draining"], sorted(slot["enabled"] for slot in one["slots"].values()))
        for one in get("/api/v1/agents")["agents"]
    ]
    hooks = get("/api/v1/webhooks")["webhooks"]
    templates = get("/api/v1/templates?limit=-1")["templates"]
    models = get("/api/v1/models?sortBy=SORT_BY_NAME")["models"]
    return {
        "users": sorted((one["username"], one["displayName"], one["active"]) for one in get("/api/v1/users")["users"]),
        "groups": groups(session),
        "tokens": [one["description"] for one in get("/api/v1/tokens")["tokenInfo"]],
        "templates": [(one["name"], one["workspaceId"], one["config"]) for one in templates],
        "models": [(one["name"], one["workspaceId"], one["labels"], one["notes"], one["archived"]) for one in models],
        "roles": [
            roles(get(f"/api/v1/roles/workspace/{one['id']}")) for one in get("/api/v1/workspaces")["workspaces"]
        ],
        "policies": [get(f"/api/v1/config-policies/global/{one}") for one in ("EXPERIMENT", "NTSC")],
        "hooks": sorted((one["name"], one["url"], one["webhookType"], len(one["triggers"])) for one in hooks),
        "agents": sorted(agents),
        "message": get("/api/v1/master/cluster_message").get("clusterMessage", {}).get("message"),
        "tasks": sorted(tasks),
        # The flag of a run that could not lower it counts for two minutes.
        "marks": sorted(
            mark_of(one) for one in get("/api/v1/users/setting")["settings"] if "/lock/" not in one["storagePath"]
        ),
        "bindings": [
            get(f"/api/v1/resource-pools/{one['name']}/workspace-bindings")["workspaceIds"]
            for one in get("/api/v1/resource-pools")["resourcePools"]
        ],
        "experiments": sorted(experiments),
        "workspaces": sorted(workspaces),
        "projects": projects,
    }


def mark_of(setting):
    """A setting, without what differs from run to run: ids that the master makes up, the salt of a stack's hashes."""
    value = "" if setting["key"] == "meta" else ANY_UUID.sub("…", setting["value"])
    return setting["storagePath"], setting["key"], value


def groups(session):
    """{name: names of its members}."""
    found = session.ask("POST", "/api/v1/groups/search", {"limit": 500})
    members = {}
    for one in (entry["group"] for entry in found["groups"]):
        group = session.ask("GET", f"/api/v1/groups/{one['groupId']}")["group"]
        members[one["name"]] = sorted(user["username"] for user in group["users"])
    return members


def roles(answer):
    """How many users and groups have which role in a workspace."""
    kinds = ("userRoleAssignments", "groupRoleAssignments")
    return sorted((one["role"]["name"], *(len(one[kind]) for kind in kinds)) for one in answer["assignments"])


@dataclass(frozen=True)
class Moment:
    """One request of a task: the ``skip`` requests of this method and route before it are let through.

    They are counted from the beginning of the task, as how often an earlier one asks while it waits differs.
    """

    task: int
    method: str
    route: str
    skip: int

    def __str__(self):
        return f"task {self.task}: {self.method} {self.route}, after {self.skip} of them"

    def path(self) -> str:
        """What its route is recognized by, as faults take it."""
        return "^" + re.sub(r"\{[^/]+\}", "[^/]+", self.route) + "$"


# Which task the master made differs from run to run.
ANY_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LOGIN = "POST", "/api/v1/auth/login"


def moments(run: str, journals: list[list[dict]]) -> list[Moment]:
    """The requests to break, of what each task of a run asked."""
    found = {}
    for number, journal in enumerate(journals):
        module, seen, wrote, last = RUNS[run][number][0], Counter(), False, {}
        for entry in journal:
            way = entry["method"], route_of(entry)
            moment = Moment(number, *way, seen[way])
            seen[way] += 1
            if way == LOGIN:
                if module is det_login or (number, run) == (0, next(iter(RUNS))):
                    found.setdefault(way, moment)
                continue
            if writes([entry]):
                wrote = True
                last[way] = moment
            found.setdefault((module, way, wrote), moment)
        for way, moment in last.items():
            if moment.skip:
                found.setdefault((module, way, "last"), moment)
    return list(found.values())


def route_of(entry: dict) -> str:
    row = ROUTES.find(entry["method"], entry["path"].rstrip("/").split("/")[1:])
    return row.path if row else entry["path"]


@functools.cache
def unbroken(run, restarted=False):
    """The requests that the run sends where nothing breaks, by task, and what it leaves behind; on a master that has
    just restarted, which forgets some of what it was told before."""
    with cluster() as emulator:
        if restarted:
            restart(emulator)
        journals = []
        for task in RUNS[run]:
            (result,) = play(emulator.url, [task])
            assert not result.get("failed"), result
            journals.append(emulator.forget())
        return journals, world(emulator.url)


def restart(emulator):
    emulator.fault("restart")
    with pytest.raises(requests.ConnectionError):
        requests.get(emulator.url, timeout=10)
    emulator.no_faults()
    emulator.forget()


@pytest.mark.parametrize(("run", "fault"), WALK)
def test_next_run_finishes(run, fault):
    journals, expected = unbroken(run, FAULTS[fault]["kind"] == "restart")
    for moment in moments(run, journals):
        with cluster() as emulator:
            play(emulator.url, RUNS[run][: moment.task])
            emulator.fault(method=moment.method, path=moment.path(), skip=moment.skip, **FAULTS[fault])
            broken = play(emulator.url, RUNS[run][moment.task : moment.task + 1], patience=0.5)
            assert emulator.faults()[0]["hits"], f"{moment}: never asked"
            emulator.no_faults()
            for agent in AGENTS:
                emulator.connect(agent, True)
            if broken[-1].get("failed"):
                assert broken[-1]["msg"]
                assert broken[-1]["failure"]["code"] != "bug", broken[-1]
            last = play(emulator.url, RUNS[run])
            assert not last[-1].get("failed"), f"{moment}: {broken[-1].get('msg')} then {last[-1].get('msg')}"
            assert settled(emulator.url, expected) == expected, str(moment)


def has_asked(emulator, run, requests):
    return run.done() or len(emulator.journal()) >= requests


# Two tasks may have the same name, so runs that start one at the same time cannot know of each other; one folder is
# written by one; what one binds for a moment the other takes away.
ALONE = {"tasks", "more tasks", "generic", "reads", "tenancy moved", "kubernetes"}


@pytest.mark.parametrize("run", [run for run in RUNS if run not in ALONE])
def test_two_runs_at_once_do_no_harm(run):
    """Whatever one finds done by the other is done."""
    _journals, expected = unbroken(run)
    for apart in (0, 1, 4, 16):
        with cluster() as emulator, ThreadPoolExecutor(2) as pool:
            first = pool.submit(play, emulator.url, RUNS[run])
            until(functools.partial(has_asked, emulator, first, apart))
            second = pool.submit(play, emulator.url, RUNS[run])
            for results in (first.result(), second.result()):
                assert [result.get("msg") for result in results] == [None] * len(RUNS[run]), f"{apart} requests apart"
            assert world(emulator.url) == expected, f"{apart} requests apart"
            assert emulator.errors() == []
