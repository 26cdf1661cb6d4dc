# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the matrix does to each kind of object: the only part that knows them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.matrix.place import Place, fresh, gone_after


@dataclass(frozen=True)
class Step:
    """One task, which changes something, and which is then run again.

    ``options`` may hold ``{names}`` of the world. ``reads``: requests of the second run, in which nothing changes.
    """

    label: str
    options: dict
    reads: int


@dataclass(frozen=True)
class Case:
    """The life of one object.

    :param module: its module.
    :param kind: the key of the object in the module's result.
    :param steps: the first makes it, the last deletes it.
    :param shown: {name in a diff: function (what the master shows) -> value}; None: nobody can see it.
    :param path: where it is read back, with ``{id}`` and names of the world.
    :param world: context manager (place) -> the names that options and the path may hold.
    :param pick: function (what the path answers, the world) -> the object, or None; its kind's key unless told.
    :param needs: what only an emulator has, as in conftest; then it runs on one that is made with ``emulator``.
    """

    module: str
    kind: str
    steps: tuple
    shown: dict
    path: str
    world: Callable
    pick: Callable | None = None
    needs: tuple = ()
    emulator: dict = field(default_factory=dict)

    def found(self, answer: dict | None, world: dict) -> dict | None:
        """The object in what the path answers; None where it is not there."""
        if answer is None:
            return None
        return self.pick(answer, world) if self.pick else answer[self.kind]

    def states(self) -> set[str]:
        return {step.options.get("state", "present") for step in self.steps}


def plain(*names) -> dict[str, Callable]:
    return {name: lambda seen, name=name: seen[name] for name in names}


@contextmanager
def two_names(place):
    names = {"name": fresh("a"), "renamed": fresh("b")}
    with gone_after(place, *names.values()):
        yield names


WORKSPACE = Case(
    module="det_workspace",
    kind="workspace",
    path="/api/v1/workspaces/{id}",
    world=two_names,
    steps=(
        Step("create", {"name": "{name}", "default_aux_pool": "default"}, reads=1),
        Step("change", {"name": "{name}", "default_compute_pool": "default", "pinned": False}, reads=1),
        Step("set nested", {"name": "{name}", "agent_user_group": {"uid": 5, "user": "ana"}}, reads=1),
        # Lists leave the storage out, so it costs one request more.
        Step(
            "set secrets",
            {
                "name": "{name}",
                "checkpoint_storage": {"type": "s3", "bucket": "b", "access_key": "AK-id", "secret_key": "SK-text"},
            },
            reads=2,
        ),
        Step("reset", {"name": "{name}", "default_aux_pool": "", "agent_user_group": None}, reads=1),
        Step("reset storage", {"name": "{name}", "checkpoint_storage": None}, reads=2),
        # Looked for under the old name first, then under the new one.
        Step("rename", {"name": "{name}", "new_name": "{renamed}"}, reads=2),
        Step("archive", {"name": "{renamed}", "state": "archived"}, reads=1),
        Step("unarchive", {"name": "{renamed}", "state": "unarchived", "default_aux_pool": "default"}, reads=1),
        Step("delete", {"name": "{renamed}", "state": "absent"}, reads=1),
    ),
    shown={
        **plain("id", "name", "pinned", "archived"),
        "default_compute_pool": lambda seen: seen["defaultComputePool"],
        "default_aux_pool": lambda seen: seen["defaultAuxPool"],
        "agent_user_group": lambda seen: user_group(seen.get("agentUserGroup")),
        "checkpoint_storage": lambda seen: {
            name: value for name, value in (seen.get("checkpointStorageConfig") or {}).items() if value is not None
        },
    },
)


def user_group(seen):
    names = {"agentUid": "uid", "agentUser": "user", "agentGid": "gid", "agentGroup": "group"}
    return {names[name]: value for name, value in (seen or {}).items() if value is not None}


@contextmanager
def two_workspaces(place: Place):
    names = {"name": fresh("a"), "renamed": fresh("b"), "ws": fresh("ws"), "other": fresh("other")}
    with gone_after(place, names["ws"], names["other"]):
        for one in ("ws", "other"):
            place.call("POST", "/api/v1/workspaces", {"name": names[one]})
        yield {**names, "key": "M" + uuid.uuid4().hex[:4].upper()}


PROJECT = Case(
    module="det_project",
    kind="project",
    path="/api/v1/projects/{id}",
    world=two_workspaces,
    steps=(
        Step(
            "create",
            {"workspace": "{ws}", "name": "{name}", "key": "{key}", "notes": [{"name": "n", "contents": "c"}]},
            reads=2,
        ),
        Step("change", {"workspace": "{ws}", "name": "{name}", "description": "said", "notes": []}, reads=2),
        Step("reset", {"workspace": "{ws}", "name": "{name}", "description": None}, reads=2),
        Step("rename", {"workspace": "{ws}", "name": "{name}", "new_name": "{renamed}"}, reads=3),
        Step("move", {"workspace": "{other}", "name": "{renamed}", "from_workspace": "{ws}"}, reads=2),
        Step("archive", {"workspace": "{other}", "name": "{renamed}", "state": "archived"}, reads=2),
        Step(
            "unarchive",
            {"workspace": "{other}", "name": "{renamed}", "state": "unarchived", "description": "again"},
            reads=2,
        ),
        Step("delete", {"workspace": "{other}", "name": "{renamed}", "state": "absent"}, reads=2),
    ),
    shown={
        **plain("id", "name", "description", "key", "notes", "archived"),
        "workspace_id": lambda seen: seen["workspaceId"],
    },
)


@contextmanager
def two_projects(place: Place):
    names = {"label": fresh("key"), "ws": fresh("ws"), "project": "from here", "other": "to there"}
    with gone_after(place, names["ws"]):
        workspace = place.call("POST", "/api/v1/workspaces", {"name": names["ws"]})["workspace"]["id"]
        for name in (names["project"], names["other"]):
            place.call("POST", f"/api/v1/workspaces/{workspace}/projects", {"name": name})
        yield names


TRAINING = {
    "name": "first",
    "entrypoint": "true",
    "searcher": {"name": "single", "metric": "loss"},
    "resources": {"slots_per_trial": 0},
}
BY_LABEL = {"key_label": "{label}"}
POLICY = ("save_experiment_best", "save_trial_best", "save_trial_latest")
EXPERIMENT_SHOWN = {
    **plain("id", "name", "description", "notes", "archived"),
    "state": lambda seen: seen["state"].removeprefix("STATE_"),
    "labels": lambda seen: sorted(seen["labels"]),
    "project_id": lambda seen: seen["projectId"],
    "priority": lambda seen: seen["config"]["resources"]["priority"],
    "max_slots": lambda seen: seen["config"]["resources"]["max_slots"],
    "weight": lambda seen: seen["config"]["resources"]["weight"],
    "log_retention_days": lambda seen: (seen["config"].get("retention_policy") or {}).get("log_retention_days"),
    "checkpoint_policy": lambda seen: {name: seen["config"]["checkpoint_storage"][name] for name in POLICY},
}
# Found by a search, then read.
FOUND, AT = 2, {**BY_LABEL}

MANAGED = Case(
    module="det_experiment",
    kind="experiment",
    path="/api/v1/experiments/{id}",
    world=two_projects,
    steps=(
        # Naming the project costs the list of workspaces and that of its projects.
        Step(
            "create",
            {**AT, "state": "paused", "project": "{ws}/{project}", "config": TRAINING, "labels_add": ["x"]},
            reads=FOUND + 2,
        ),
        Step("change", {**AT, "description": "said", "notes": "n", "labels_add": ["y"], "labels_remove": ["x"]}, FOUND),
        Step("steer", {**AT, "priority": 7, "max_slots": 3, "weight": 2.5}, FOUND),
        Step("policy", {**AT, "checkpoint_policy": {"save_trial_best": 3}}, FOUND),
        Step("labels", {**AT, "labels": ["{label}", "z"]}, FOUND),
        Step("reset", {**AT, "description": "", "notes": None}, FOUND),
        Step("rename", {**AT, "name": "second"}, FOUND),
        Step("move", {**AT, "project": "{ws}/{other}"}, FOUND + 2),
        Step("activate", {**AT, "state": "active"}, FOUND),
        Step("pause", {**AT, "state": "paused"}, FOUND),
        Step("cancel", {**AT, "state": "canceled"}, FOUND),
        Step("retain", {**AT, "log_retention_days": 30}, FOUND),
        Step("archive", {**AT, "state": "archived"}, FOUND),
        Step("unarchive", {**AT, "state": "unarchived"}, FOUND),
        Step("delete", {**AT, "state": "absent"}, reads=1),
    ),
    shown=EXPERIMENT_SHOWN,
)

ACTIVE = Case(
    module="det_experiment",
    kind="experiment",
    path="/api/v1/experiments/{id}",
    world=two_projects,
    steps=(
        Step("create", {**AT, "project": "{ws}/{project}", "config": TRAINING, "priority": 3, "notes": "n"}, FOUND + 2),
        Step("kill", {**AT, "state": "killed"}, FOUND),
        Step("delete", {**AT, "state": "absent"}, reads=1),
    ),
    shown=EXPERIMENT_SHOWN,
)

LIVES = {"workspace": WORKSPACE, "project": PROJECT, "experiment": MANAGED, "active experiment": ACTIVE}
