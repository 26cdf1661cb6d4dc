# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What acts on many are done to: experiments, runs, trials and checkpoints in a workspace that is gone afterwards."""

from __future__ import annotations

import json
import uuid
from contextlib import contextmanager

from tests.matrix.cases import TRAINING
from tests.matrix.place import Place, fresh, gone_after, until

UNMANAGED = "searcher: {name: random, metric: loss, max_trials: 3}\nhyperparameters: {a: 1}\n"
FILES = {"model.pt": 100, "optimizer.pt": 30, "state/": 0, "state/optimizer.pt": 300}


@contextmanager
def two_projects(place: Place):
    """A workspace with two projects that are empty: its name, its id, their ids."""
    name = fresh("acts")
    with gone_after(place, name):
        workspace = place.call("POST", "/api/v1/workspaces", {"name": name})["workspace"]["id"]
        project, other = (
            place.call("POST", f"/api/v1/workspaces/{workspace}/projects", {"name": one})["project"]["id"]
            for one in ("from here", "to there")
        )
        yield {"workspace": name, "workspace_id": workspace, "project": project, "other": other, "name": fresh()}


@contextmanager
def alive(place: Place, count: int):
    """In the first project are ``count`` experiments that have not ended: ids."""
    with two_projects(place) as world:
        body = {"config": json.dumps(TRAINING), "projectId": world["project"]}
        ids = [place.call("POST", "/api/v1/experiments", body)["experiment"]["id"] for dummy in range(count)]
        yield {**world, "ids": ids, "last": ids[-1]}


@contextmanager
def ended(place: Place, count: int):
    """The same, with experiments that have ended."""
    with alive(place, count) as world:
        place.call("POST", "/api/v1/projects/-1/experiments/kill", {"experimentIds": world["ids"]})
        until(lambda: all(row["state"] == "STATE_CANCELED" for row in listed(place, world["project"])))
        yield world


def listed(place: Place, project: int) -> list[dict]:
    return place.call("GET", f"/api/v1/experiments?projectId={project}&limit=1000")["experiments"]


@contextmanager
def search(place: Place):
    """An unmanaged search with three trials, of which two have ended: experiment, ids, ended, and their task_ids."""
    with two_projects(place) as world:
        body = {"unmanaged": True, "projectId": world["project"], "config": f"name: {world['name']}\n{UNMANAGED}"}
        experiment = place.call("POST", "/api/v1/experiments", body)["experiment"]["id"]
        trials = []
        for number in range(3):
            made = {"unmanaged": True, "experimentId": experiment, "hparams": {"a": number}}
            trials.append(place.call("POST", "/api/v1/trials", made)["trial"])
        ids, task_ids = ([one[name] for one in trials] for name in ("id", "taskId"))
        end(place, ids[:2])
        yield {**world, "experiment": experiment, "ids": ids, "ended": ids[:2], "task_ids": task_ids}


def end(place: Place, trials: list) -> None:
    for ident in trials:
        place.call("PATCH", f"/api/v1/trials/{ident}", {"state": "STATE_COMPLETED"})


@contextmanager
def checkpoints(place: Place):
    """The same, all of which have ended, with a checkpoint each: uuids. It takes an agent to delete these."""
    with search(place) as world:
        uuids = []
        for task in world["task_ids"]:
            uuids.append(str(uuid.uuid4()))
            made = {"uuid": uuids[-1], "taskId": task, "resources": FILES, "state": "STATE_COMPLETED"}
            place.call("POST", "/api/v1/checkpoints", {**made, "metadata": {"steps_completed": 1}})
        end(place, world["ids"])
        yield {**world, "uuids": uuids}
