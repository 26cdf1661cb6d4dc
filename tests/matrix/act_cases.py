# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lives of what is acted on, many at a time: experiments, runs, checkpoints, tasks, the queue, agents."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from tests.matrix.cases import TRAINING
from tests.matrix.place import Place, until
from tests.matrix.worlds import alive, checkpoints, ended, search, two_projects

COUNT = 12


@dataclass(frozen=True)
class Act:
    """A task, and the requests that it costs: to do it, and to see that it is done already.

    ``options`` may hold ``{names}`` of the world. ``done``: nothing is left to be done from the start. ``cost`` is None
    where it depends on how long the master takes. ``shown``: what the master shows of the object of Acts.path then.
    """

    label: str
    options: dict
    cost: int | None
    again: int
    done: bool = False
    shown: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Acts:
    """What is done to one world, in this order.

    :param world: context manager (place) -> the names that options may hold.
    :param needs: what it needs that only an emulator has.
    :param emulator: options of the emulator that it needs; None: the master under test.
    :param kind: the key of the object in a result, where there is one object.
    :param path: where one of the objects is read back, with names of the world, and the key of it in the answer.
    """

    module: str
    world: Callable
    acts: tuple
    needs: tuple = ()
    emulator: dict | None = None
    kind: str | None = None
    path: tuple[str, str] | None = None


# Labels are set one by one, everything else at once. The master takes no single label away: where one goes, the list is
# read right before it is sent.
EXPERIMENTS = Acts(
    "det_experiments",
    partial(ended, count=COUNT),
    (
        Act("archive", {"ids": "{ids}", "state": "archived"}, 2, 1, shown={"archived": True}),
        Act(
            "unarchive",
            {"select": {"project_id": ["{project}"]}, "state": "unarchived"},
            2,
            1,
            shown={"archived": False},
        ),
        Act("move", {"ids": "{ids}", "project_id": "{other}"}, 2, 1, shown={"projectId": "{other}"}),
        Act("retain", {"ids": "{ids}", "log_retention_days": 7}, 2, 1),
        Act("label", {"ids": "{ids}", "labels_add": ["x"]}, 1 + COUNT, 1, shown={"labels": ["x"]}),
        Act("unlabel", {"ids": "{ids}", "labels_remove": ["x", "y"]}, 1 + 2 * COUNT, 1, shown={"labels": []}),
        # They have ended.
        Act("cancel", {"ids": "{ids}", "state": "canceled"}, 1, 1, done=True),
        # Each by a request of its own, after a last look at all.
        Act("continue", {"ids": "{ids}", "state": "continued"}, 2 + COUNT, 1),
        Act("kill", {"ids": "{ids}", "state": "killed"}, None, 1),
        Act("delete", {"ids": "{ids}", "state": "absent"}, None, 1),
    ),
    path=("/api/v1/experiments/{last}", "experiment"),
)
OF_IT = {"experiment_ids": ["{experiment}"]}
RUNS = Acts(
    "det_run",
    search,
    (
        Act("archive", {"ids": "{ids}", "state": "archived"}, 2, 1),
        Act("unarchive", {"select": OF_IT, "state": "unarchived"}, 3, 1),
        Act("describe", {"select": OF_IT, "metadata": {"someKey": {"x": [1, None]}, "n": 1.5}}, 7, 1),
        Act("delete", {"ids": "{ended}", "state": "absent"}, None, 1),
    ),
)
TRIALS = Acts("det_trial", search, (Act("retain", {"ids": "{ids}", "log_retention_days": 7}, None, 4),))
CHECKPOINTS = Acts(
    "det_checkpoint",
    checkpoints,
    (
        Act("describe", {"uuids": "{uuids}", "metadata": {"ours": 1}}, None, 3),
        Act("thin out", {"uuids": "{uuids}", "files_absent": ["**/optimizer*"]}, None, 3),
        Act("delete", {"uuids": "{uuids}", "state": "absent"}, None, 3),
    ),
    needs=("agents",),
    emulator={"agents": 1},
)
NONE_SAVED = {"save_experiment_best": 0, "save_trial_best": 0, "save_trial_latest": 0}
COLLECTED = Acts(
    "det_checkpoint_gc",
    checkpoints,
    (Act("collect", {"ids": ["{experiment}"], **NONE_SAVED}, None, 1),),
    needs=("agents",),
    emulator={"agents": 1},
)
LOGS = Acts(
    "det_log_retention",
    partial(ended, count=3),
    (
        Act("days", {"ids": "{ids}", "days": "30000"}, None, 1),
        Act("forever", {"ids": "{ids}", "days": "forever"}, None, 1),
    ),
)


@contextmanager
def commands(place: Place):
    """Three commands that wait or run, in a workspace of their own."""
    with two_projects(place) as world:
        config = {"entrypoint": ["sleep", "600"], "resources": {"slots": 0}}
        for number in range(3):
            body = {"config": {**config, "description": f"t{number}"}, "workspaceId": world["workspace_id"]}
            place.call("POST", "/api/v1/commands", body)
        yield world


OLD = {"kinds": ["command"], "workspaces": ["{workspace}"], "older_than": "0s"}
CULL = Acts(
    "det_task_cull",
    commands,
    (Act("warn", {**OLD, "warn_before": "1d"}, None, 4), Act("kill", OLD, None, 4)),
)


def in_line(place: Place, pool: str) -> bool:
    """Whether the first of two jobs has its slots and the second waits for them, so that neither moves any more."""
    jobs = place.call("GET", f"/api/v1/job-queues?resourcePool={pool}")["jobs"]
    return [one["summary"]["state"] for one in jobs] == ["STATE_SCHEDULED", "STATE_QUEUED"]


@contextmanager
def queued(place: Place):
    """An experiment and a command in the pool gpu-b: experiment, command."""
    with two_projects(place) as world:
        resources = {"slots_per_trial": 2, "resource_pool": "gpu-b"}
        config = {**TRAINING, "resources": resources, "environment": {"image": "fake/run"}}
        body = {"activate": True, "projectId": world["project"], "config": json.dumps(config)}
        experiment = place.call("POST", "/api/v1/experiments", body)["experiment"]["id"]
        config = {"entrypoint": ["run"], "resources": {"slots": 1, "resource_pool": "gpu-b"}}
        config["environment"] = {"image": "fake/run"}
        command = place.call("POST", "/api/v1/commands", {"config": config})["command"]["id"]
        until(lambda: in_line(place, "gpu-b"))
        yield {**world, "experiment": experiment, "command": command}


BOTH = {"experiments": ["{experiment}"], "tasks": ["{command}"]}
JOBS = Acts(
    "det_job",
    queued,
    (
        Act("priority", {**BOTH, "priority": 7}, None, 4),
        Act("weight", {**BOTH, "weight": 2.5}, None, 4),
        Act("lower", {**BOTH, "lower": 20, "relative_to": "default"}, None, 4),
    ),
    needs=("agents",),
    emulator={"agents": 4},
)


@contextmanager
def agents(_place: Place):
    """Idle ones."""
    yield {}


STATES = ("drained", "disabled", "enabled")
AGENTS = Acts(
    "det_agent",
    agents,
    # One that is disabled is as good as drained.
    (
        *(Act(state, {"ids": ["agent-3"], "state": state}, None, 2) for state in STATES),
        Act("disabled at once", {"ids": ["agent-3"], "state": "disabled"}, None, 2),
        Act("drained already", {"ids": ["agent-3"], "state": "drained"}, None, 2, done=True),
    ),
    needs=("agents",),
    emulator={"agents": 4},
)
SLOTS = Acts(
    "det_slot",
    agents,
    tuple(Act(state, {"agent": "agent-3", "slots": [1], "state": state}, None, 2) for state in STATES),
    needs=("agents",),
    emulator={"agents": 4},
)


@contextmanager
def one_experiment(place: Place):
    with alive(place, 1) as world:
        try:
            yield world
        finally:
            place.call("POST", f"/api/v1/experiments/{world['ids'][0]}/kill")


# Without slots it waits for an agent where there is none, so that this runs on any master.
WAITS = {"wait": False, "config": {"entrypoint": ["sleep", "600"]}}
HERE = {"description": "{name}", "workspace": "{workspace}", "wait": False}
BOARD = {"experiment_ids": "{ids}", "workspace": "{workspace}", "wait": False}


def container(module: str) -> Acts:
    """Whose it is, the workspace, the tasks of the kind; where a priority is asked for also the task's config."""
    return Acts(
        module,
        two_projects,
        (
            Act("start", {**HERE, **WAITS, "slots": 0}, 5, 3),
            Act("raise", {**HERE, "priority": 7}, None, 4),
            Act("end", {**HERE, "state": "absent"}, None, 3),
        ),
        kind=module.removeprefix("det_"),
    )


CONTAINERS = {one: container(f"det_{one}") for one in ("command", "notebook", "shell")}
BOARDS = Acts(
    "det_tensorboard",
    one_experiment,
    (Act("start", {**BOARD, **WAITS}, 5, 3), Act("end", {**BOARD, "state": "absent"}, None, 3)),
    kind="tensorboard",
)
# The ledger, then the task that it names.
GENERIC = Acts(
    "det_generic_task",
    two_projects,
    (
        Act("start", {"name": "{name}", "entrypoint": ["x"], "slots": 0, "wait": False}, None, 2),
        Act("end", {"name": "{name}", "state": "absent", "wait": False}, None, 1),
    ),
    kind="generic_task",
)


@contextmanager
def fetched(place: Place):
    """A checkpoint to fetch, and a folder for it."""
    with checkpoints(place) as world, tempfile.TemporaryDirectory() as folder:
        yield {**world, "uuid": world["uuids"][0], "folder": folder + "/files", "archive": folder + "/files.tgz"}


FETCH = Acts(
    "det_checkpoint_fetch",
    fetched,
    (
        Act("folder", {"uuid": "{uuid}", "dest": "{folder}"}, 2, 1),
        Act("tgz", {"uuid": "{uuid}", "dest": "{archive}", "format": "tgz"}, 2, 1),
    ),
    needs=("agents",),
    emulator={"agents": 1},
)

ACTS = {
    "experiments": EXPERIMENTS,
    "runs": RUNS,
    "trials": TRIALS,
    "checkpoints": CHECKPOINTS,
    "collected": COLLECTED,
    "logs": LOGS,
    "old tasks": CULL,
    "queue": JOBS,
    "agents": AGENTS,
    "slots": SLOTS,
    **CONTAINERS,
    "tensorboard": BOARDS,
    "generic task": GENERIC,
    "fetched": FETCH,
}
