# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an owner does while a run is under way counts: after the first of many requests, something changes on the last
object, which is left alone then, and told of. What is set meanwhile is not overwritten."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import partial

import pytest
import requests
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.client import open_client
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call, perform
from ansible_collections.determined_ai.determined.plugins.modules import (
    det_checkpoint,
    det_checkpoint_gc,
    det_experiment,
    det_experiments,
    det_log_retention,
    det_run,
    det_task_cull,
    det_trial,
)

from emulator.testing import running

ENVIRONMENT = {"DET_USER": "admin", "DET_PASS": "Testing1!"}
CONFIG = {
    "name": "mine",
    "searcher": {"name": "single", "metric": "loss"},
    "entrypoint": "x",
    "resources": {"slots_per_trial": 0},
}
ENDED = "STATE_COMPLETED"


@dataclass
class World:
    """A cluster with a few experiments of one trial each, which have a checkpoint."""

    url: str
    session: requests.Session = field(default_factory=requests.Session)
    experiments: list = field(default_factory=list)
    trials: list = field(default_factory=list)
    checkpoints: list = field(default_factory=list)

    def call(self, method, path, body=None):
        answer = self.session.request(method, self.url + path, json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def make(self, count, state):
        for number in range(count):
            body = {"projectId": 1, "config": json.dumps(CONFIG), "unmanaged": True}
            experiment = self.call("POST", "/api/v1/experiments", body)["experiment"]["id"]
            body = {"experimentId": experiment, "unmanaged": True}
            trial = self.call("POST", "/api/v1/trials", body)["trial"]
            uuid = f"00000000-0000-4000-8000-{number:012d}"
            made = {"uuid": uuid, "taskId": trial["taskId"], "resources": {"m": 10}, "state": "STATE_COMPLETED"}
            self.call("POST", "/api/v1/checkpoints", {**made, "metadata": {"steps_completed": 1}})
            self.call("PATCH", f"/api/v1/trials/{trial['id']}", {"state": state})
            self.experiments.append(experiment)
            self.trials.append(trial["id"])
            self.checkpoints.append(uuid)

    def make_alive(self, count):
        for dummy in range(count):
            body = {"projectId": 1, "config": json.dumps(CONFIG), "activate": True}
            experiment = self.call("POST", "/api/v1/experiments", body)["experiment"]["id"]
            self.experiments.append(experiment)
            (trial,) = self.call("GET", f"/api/v1/experiments/{experiment}/trials")["trials"]
            self.trials.append(trial["id"])

    # What the owner of the last one does

    def label(self, *labels):
        self.call("PATCH", f"/api/v1/experiments/{self.experiments[-1]}", {"labels": list(labels)})

    def archive(self):
        self.call("POST", f"/api/v1/experiments/{self.experiments[-1]}/archive")

    def move(self):
        body = {"name": "elsewhere"}
        workspace = self.call("POST", "/api/v1/workspaces", body)["workspace"]["id"]
        project = self.call("POST", f"/api/v1/workspaces/{workspace}/projects", body)["project"]["id"]
        last = self.experiments[-1]
        self.call("POST", f"/api/v1/experiments/{last}/move", {"destinationProjectId": project})

    def register(self):
        self.call("POST", "/api/v1/models", {"name": "best"})
        self.call("POST", "/api/v1/models/best/versions", {"checkpointUuid": self.checkpoints[-1]})

    def run_again(self):
        self.call("PATCH", f"/api/v1/trials/{self.trials[-1]}", {"state": "STATE_RUNNING"})

    def end(self):
        self.call("POST", f"/api/v1/experiments/{self.experiments[-1]}/kill")

    def delete(self):
        self.call("DELETE", "/api/v1/projects/-1/experiments/delete", {"experimentIds": self.experiments[-1:]})

    def metadata(self):
        self.call("POST", f"/api/v1/runs/{self.trials[-1]}/metadata", {"metadata": {"theirs": 1}})

    def checkpoint_metadata(self):
        body = {"checkpoint": {"uuid": self.checkpoints[-1], "metadata": {"theirs": 1}}}
        self.call("POST", f"/api/v1/checkpoints/{self.checkpoints[-1]}/metadata", body)


@pytest.fixture
def world():
    with running(agents=2, password="Testing1!") as emulator:
        world = World(emulator.url)
        body = {"username": "admin", "password": "Testing1!"}
        token = world.call("POST", "/api/v1/auth/login", body)["token"]
        world.session.headers["Authorization"] = "Bearer " + token
        yield world


def run(world, module, params, request, owner):
    """The result of a task; after its first request of this kind the owner acts."""
    waiting = [owner]

    def opened(options, read_only):
        client = open_client(options, read_only, ENVIRONMENT)
        send = client.request

        def watched(method, path, **more):
            answer = send(method, path, **more)
            if waiting and re.search(request, f"{method} {path}"):
                waiting.pop()()
            return answer

        client.request = watched
        return client

    chunks = {"chunk_size": 1} if "chunk_size" in module.SPEC.options else {}
    options = {**chunks, **params, "master": world.url}
    checked = ArgumentSpecValidator(module.SPEC.options, **module.SPEC.rules()).validate(options)
    assert not checked.error_messages
    result = perform(Call(checked.validated_parameters, set(params), False, opened), module.SPEC, module.work)
    assert not waiting, "nothing was sent"
    assert not result.get("failed"), result
    return result


GC = {"save_experiment_best": 0, "save_trial_best": 0, "save_trial_latest": 0}
DELETE, REMOVE = "^DELETE .*/experiments/delete", "^DELETE /api/v1/checkpoints"
OWNERS = {
    "keep": (lambda world: world.label("keep"), "label keep"),
    "keep, spelled otherwise": (lambda world: world.label("Keep "), "label Keep "),
    "another label": (lambda world: world.label("mine"), "its labels got mine"),
    "archived": (World.archive, "whether it is archived was False and is True"),
    "moved": (World.move, "its project was 1 and is"),
    "runs again": (World.run_again, " end"),
    "registered": (World.register, "registered as best:1"),
    "deleted": (World.delete, None),
}
TASKS = {
    "experiments absent": (det_experiments, {"state": "absent"}, DELETE, set(OWNERS)),
    "checkpoint_gc": (det_checkpoint_gc, GC, REMOVE, set(OWNERS) - {"runs again"}),
    "log retention": (
        det_log_retention,
        {"days": "1", "max_changes": 9},
        "^PUT .*/retain_logs",
        {"keep", "another label", "moved", "runs again"},
    ),
    "run absent": (
        det_run,
        {"state": "absent", "protect": []},
        "^POST /api/v1/runs/delete",
        {"keep", "another label", "moved", "runs again"},
    ),
    "checkpoint absent": (det_checkpoint, {"state": "absent"}, REMOVE, {"registered"}),
    "checkpoint files": (det_checkpoint, {"files_absent": ["m"]}, "^POST .*/checkpoints/rm", {"registered"}),
}
ENDING = [(task, owner) for task, parts in TASKS.items() for owner in sorted(parts[-1])]


@pytest.mark.parametrize(("task", "owner"), ENDING)
def test_what_cannot_be_undone_is_left_to_the_owner(world, task, owner):
    module, params, request, _owners = TASKS[task]
    act, reason = OWNERS[owner]
    world.make(3, ENDED)
    ids = {det_run: world.trials, det_checkpoint: world.checkpoints}.get(module, world.experiments)
    named = {"uuids" if module is det_checkpoint else "ids": ids}
    result = run(world, module, {**params, **named}, request, partial(act, world))
    assert result["changed_ids"] == ids[:2]
    if reason is None:
        assert (result["skipped_items"], result["unchanged"]) == ([], 1)
        return
    (left,) = result["skipped_items"]
    assert left["id"] == ids[-1]
    assert left["reason"].startswith("changed after the plan was made: ")
    assert reason in left["reason"]
    there = {det_checkpoint: f"/checkpoints/{ids[-1]}", det_run: f"/trials/{ids[-1]}"}
    world.call("GET", "/api/v1" + there.get(module, f"/experiments/{ids[-1]}"))


@pytest.mark.parametrize(
    ("module", "params", "request_of"),
    [
        (det_experiments, {"state": "killed"}, "/experiments/kill"),
        (det_experiments, {"state": "canceled"}, "/experiments/cancel"),
        (det_run, {"state": "killed"}, "/runs/kill"),
        (det_trial, {"state": "killed"}, "/trials/[0-9]+/kill"),
    ],
)
@pytest.mark.parametrize(
    ("owner", "reason"), [(World.end, None), (lambda world: world.label("mine"), "its labels got mine")]
)
def test_what_has_ended_or_changed_is_not_killed(world, module, params, request_of, owner, reason):
    world.make_alive(3)
    ids = world.experiments if module is det_experiments else world.trials
    result = run(world, module, {**params, "ids": ids}, request_of, partial(owner, world))
    if module is det_trial and reason:
        # Nothing of it rests on labels.
        assert result["changed_ids"] == ids
        return
    assert result["changed_ids"] == ids[:2]
    assert [reason in one["reason"] for one in result["skipped_items"]] == ([True] if reason else [])
    assert result["unchanged"] == (0 if reason else 1)


def test_a_task_that_has_ended_is_not_killed(world):
    ids = []
    for number in range(3):
        body = {"config": {"description": f"t{number}", "entrypoint": ["x"], "resources": {"slots": 0}}}
        ids.append(world.call("POST", "/api/v1/commands", body)["command"]["id"])
    last = sorted(ids)[-1]
    result = run(
        world,
        det_task_cull,
        {"kinds": ["command"], "older_than": "0s"},
        "/commands/.*/kill",
        lambda: [world.call("POST", f"/api/v1/commands/{one}/kill") for one in ids],
    )
    assert (len(result["changed_ids"]), result["unchanged"]) == (1, 2), last


@pytest.mark.parametrize(
    ("change", "start", "left"),
    [
        ({"labels_add": ["x"]}, [], {"keep", "x"}),
        ({"labels_add": ["x/y"]}, [], {"keep", "x/y"}),
        ({"labels_add": [".."]}, [], {"keep", ".."}),
        ({"labels_remove": ["old"]}, ["old"], {"keep"}),
        ({"labels_add": ["x"], "labels_remove": ["old"]}, ["old"], {"keep", "x"}),
        ({"labels_add": ["owner:ana 100%", "ü?#&;+"]}, [], {"keep", "owner:ana 100%", "ü?#&;+"}),
    ],
)
def test_labels_that_are_set_meanwhile_stay(world, change, start, left):
    world.make(3, ENDED)
    for ident in world.experiments:
        world.call("PATCH", f"/api/v1/experiments/{ident}", {"labels": start})
    owner = partial(world.label, *start, "keep")
    result = run(world, det_experiments, {"ids": world.experiments, **change}, "/experiments/", owner)
    assert result["changed_ids"] == world.experiments
    found = world.call("GET", f"/api/v1/experiments/{world.experiments[-1]}")["experiment"]["labels"]
    assert set(found) == left


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ({"labels_add": ["x"]}, {"keep", "old", "x"}),
        ({"labels_add": ["x/y"]}, {"keep", "old", "x/y"}),
        ({"labels_remove": ["old"]}, {"keep"}),
        ({"labels": ["x"]}, {"keep", "x"}),
        ({"labels": []}, {"keep"}),
    ],
)
def test_labels_of_one_experiment_that_are_set_meanwhile_stay(world, change, left):
    world.make(1, ENDED)
    world.label("old")
    (ident,) = world.experiments
    owner = partial(world.label, "old", "keep")
    assert run(world, det_experiment, {"id": ident, **change}, "^GET /api/v1/experiments/[0-9]+$", owner)["changed"]
    assert set(world.call("GET", f"/api/v1/experiments/{ident}")["experiment"]["labels"]) == left


def test_metadata_that_is_set_meanwhile_stays(world):
    world.make(3, ENDED)
    owner = world.metadata
    run(world, det_run, {"ids": world.trials, "metadata": {"ours": 2}}, "^POST .*/metadata", owner)
    found = world.call("GET", f"/api/v1/runs/{world.trials[-1]}/metadata")["metadata"]
    assert found == {"theirs": 1, "ours": 2}
    owner = world.checkpoint_metadata
    params = {"uuids": world.checkpoints, "metadata": {"ours": 2}}
    run(world, det_checkpoint, params, "^POST .*/metadata", owner)
    found = world.call("GET", f"/api/v1/checkpoints/{world.checkpoints[-1]}")["checkpoint"]["metadata"]
    assert {key: found[key] for key in ("theirs", "ours")} == {"theirs": 1, "ours": 2}
