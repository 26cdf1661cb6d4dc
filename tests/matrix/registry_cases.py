# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lives of what is kept in the cluster for others to use: templates of configs, and models."""

from __future__ import annotations

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

REGISTRY = {"template": TEMPLATE, "model": MODEL}
