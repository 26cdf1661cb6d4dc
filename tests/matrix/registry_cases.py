# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lives of what is kept in the cluster for others to use: templates of configs, and models."""

from __future__ import annotations

import uuid
from contextlib import contextmanager

from tests.matrix.cases import Case, Step, plain, two_workspaces
from tests.matrix.place import Place


@contextmanager
def two_workspaces_and_names(place: Place):
    """Models hold up the deletion of their workspace, so that they go first; templates go with theirs."""
    with two_workspaces(place) as names:
        try:
            yield names
        finally:
            for one in place.call("GET", "/api/v1/models")["models"]:
                if one["name"] in (names["name"], names["renamed"]):
                    place.call("DELETE", f"/api/v1/models/{one['id']}")
            for one in place.call("GET", "/api/v1/templates?limit=-1")["templates"]:
                if one["name"] in (names["name"], names["renamed"]):
                    place.call("DELETE", f"/api/v1/templates/{one['name']}")


def of_names(key: str):
    """Picks the object of one of the world's names from a list."""

    def pick(answer: dict, world: dict) -> dict | None:
        found = [one for one in answer[key] if one["name"] in (world["name"], world["renamed"])]
        assert len(found) <= 1
        return found[0] if found else None

    return pick


SLOTS = {"resources": {"slots_per_trial": 4}}
TEXT = "resources:\n  slots_per_trial: 4.0\n"
TEMPLATE = Case(
    module="det_template",
    kind="template",
    path="/api/v1/templates?limit=-1",
    world=two_workspaces_and_names,
    pick=of_names("templates"),
    steps=(
        Step("create", {"name": "{name}", "workspace": "{ws}", "config": SLOTS}, reads=2),
        Step("change", {"name": "{name}", "config": {**SLOTS, "labels": ["a"], "n": None}}, reads=1),
        Step("text", {"name": "{name}", "config": TEXT}, reads=1),
        Step("move", {"name": "{name}", "workspace": "{other}"}, reads=2),
        Step("empty", {"name": "{name}", "config": None}, reads=1),
        Step("rename", {"name": "{name}", "new_name": "{renamed}", "workspace": "{ws}", "config": SLOTS}, reads=3),
        Step("delete", {"name": "{renamed}", "state": "absent"}, reads=1),
    ),
    shown={**plain("name", "config"), "workspace_id": lambda seen: seen["workspaceId"]},
)

MODEL = Case(
    module="det_model",
    kind="model",
    path="/api/v1/models/{id}",
    world=two_workspaces_and_names,
    steps=(
        Step(
            "create",
            {"name": "{name}", "workspace": "{ws}", "labels": ["it's", "b"], "metadata": {"a": {"n": 1}, "t": "x"}},
            reads=2,
        ),
        Step("describe", {"name": "{name}", "description": "said", "notes": "more", "metadata": {"b": 2}}, reads=1),
        Step("a label more", {"name": "{name}", "labels": ["c"], "labels_mode": "append"}, reads=1),
        Step("a label less", {"name": "{name}", "labels": ["b"], "labels_mode": "remove"}, reads=1),
        Step("a key less", {"name": "{name}", "metadata": {"a": None}}, reads=1),
        Step("exact", {"name": "{name}", "metadata": {"z": [1]}, "metadata_mode": "exact", "labels": []}, reads=1),
        Step("reset", {"name": "{name}", "description": "", "notes": None}, reads=1),
        Step("rename and move", {"name": "{name}", "new_name": "{renamed}", "workspace": "{other}"}, reads=3),
        Step("archive", {"name": "{renamed}", "state": "archived"}, reads=1),
        Step("move an archived one", {"name": "{renamed}", "workspace": "{ws}"}, reads=2),
        Step("unarchive", {"name": "{renamed}", "state": "unarchived", "description": "back"}, reads=1),
        Step("delete", {"name": "{renamed}", "state": "absent"}, reads=1),
    ),
    shown={
        **plain("id", "name", "description", "notes", "metadata", "archived"),
        "labels": lambda seen: sorted(seen["labels"]),
        "workspace_id": lambda seen: seen["workspaceId"],
    },
)


@contextmanager
def registered_checkpoints(place: Place):
    """A model, and two checkpoints of a trial that the master does not manage, the second of which is registered."""
    with two_workspaces_and_names(place) as names:
        # A workspace with checkpoints goes only where an agent can remove their files, so that they are not in one.
        experiment = place.call("POST", "/api/v1/experiments", {"config": CONFIG, "unmanaged": True})["experiment"][
            "id"
        ]
        trial = {"experimentId": experiment, "unmanaged": True, "hparams": {}}
        task = place.call("POST", "/api/v1/trials", trial)["trial"]["taskId"]
        for name in ("first", "second"):
            names[name] = str(uuid.uuid4())
            checkpoint = {"taskId": task, "uuid": names[name], "resources": {"a": "1"}}
            place.call("POST", "/api/v1/checkpoints", {**checkpoint, "metadata": {"steps_completed": len(name)}})
        model = {"name": names["name"], "workspaceId": workspace_id(place, names["other"])}
        place.call("POST", "/api/v1/models", model)
        second = {"checkpointUuid": names["second"], "labels": ["production", "old"]}
        place.call("POST", f"/api/v1/models/{names['name']}/versions", second)
        yield names


def workspace_id(place: Place, name: str) -> int:
    return place.call("GET", f"/api/v1/workspaces?nameCaseSensitive={name}")["workspaces"][0]["id"]


def of_checkpoint(answer: dict, world: dict) -> dict | None:
    """The version of the first checkpoint, with the versions beside it that have the label."""
    versions = answer["modelVersions"]
    found = [one for one in versions if one["checkpoint"]["uuid"] == world["first"]]
    assert len(found) <= 1
    others = [one["version"] for one in versions if one not in found and "production" in one["labels"]]
    return {**found[0], "others": others} if found else None


CONFIG = "name: v\nsearcher: {name: single, metric: m}\ncheckpoint_storage: {type: shared_fs, host_path: /tmp}\n"
AT = {"model": "{name}", "checkpoint_uuid": "{first}"}
VERSION = Case(
    module="det_model_version",
    kind="model_version",
    path="/api/v1/models/{name}/versions",
    world=registered_checkpoints,
    pick=of_checkpoint,
    steps=(
        Step("register", {**AT, "name": "one", "labels": ["b", "a"], "metadata": {"k": 1, "l": 2}}, reads=2),
        Step("change", {**AT, "comment": "c", "notes": "n", "metadata": {"k": None}}, reads=2),
        Step("take over", {**AT, "exclusive_label": "production"}, reads=3),
        Step("a label less", {**AT, "labels": ["a"], "labels_mode": "remove"}, reads=2),
        Step("reset", {**AT, "name": None, "comment": "", "labels": [], "metadata": {}, "metadata_mode": "exact"}, 2),
        Step("delete", {**AT, "state": "absent"}, reads=2),
    ),
    shown={
        **plain("version", "name", "comment", "notes", "metadata"),
        "checkpoint_uuid": lambda seen: seen["checkpoint"]["uuid"],
        "labels": lambda seen: sorted(seen["labels"]),
        "others_with_label": lambda seen: seen["others"],
    },
)

REGISTRY = {"template": TEMPLATE, "model": MODEL, "model version": VERSION}
