# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of the documentation run as they stand, on a cluster that has what they speak of."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml

from tests.matrix.conftest import emulated
from tests.matrix.place import Place

PLUGINS = Path(__file__).parents[2] / "plugins"
PATHS = sorted(path for kind in ("modules", "filter", "lookup", "test") for path in (PLUGINS / kind).glob("*.py"))
# Beside the playbook. A copy by Ansible would cost a program each.
FILES = {
    "model/const.yaml": "{name: const, entrypoint: 'true', searcher: {name: single, metric: loss}}",
    "users.csv": "username,display_name,groups\nana,Ana R,vision\nbob,Bob S,vision;annotators\n",
    "cluster.yml": "{version: 1, groups: {vision: {}}, workspaces: {vision: {projects: {detr: {}}}}}",
    "exported/cluster.yml": "version: 1\ngroups:\n  vision: {}\n",
    "cluster/cluster.yml": "version: 1\ngroups:\n  vision: {}\n",
    "four-gpus.yaml": "resources: {slots_per_trial: 4}",
}
ENVIRON = {"GIT_SHA": "4f2a9c1"}
# They are run on an emulator of their own, also where another master is under test.
pytestmark = pytest.mark.needs("seed")


def examples(path: Path) -> list:
    """The tasks of the EXAMPLES of a plugin's file."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "EXAMPLES":
            return yaml.safe_load(ast.literal_eval(node.value))
    raise AssertionError(f"{path} has no EXAMPLES")


def prepare(place: Place) -> None:
    """What examples take for granted beside a made-up cluster, whose experiments are numbered from 1."""
    vision, _archive = (
        place.call("POST", "/api/v1/workspaces", {"name": name})["workspace"]["id"] for name in ("vision", "archive")
    )
    place.call("POST", f"/api/v1/workspaces/{vision}/projects", {"name": "detr"})
    users = {
        name: place.call("POST", "/api/v1/users", {"user": {"username": name, "active": True}})["user"]["id"]
        for name in ("ana", "bob", "cleo", "ci-bot")
    }
    place.call("POST", "/api/v1/groups", {"name": "vision", "addUsers": [users["ana"]]})
    # Of an image whose program ends.
    template = {"name": "ci", "config": {"environment": {"image": "fake/exit0"}}, "workspaceId": 1}
    place.call("POST", "/api/v1/templates/ci", template)


def names(tasks: list) -> set:
    """What the tasks call, also in blocks."""
    return {key for one in tasks for key in one}.union(*(names(one["block"]) for one in tasks if "block" in one))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_examples_run(path, runner):
    tasks = examples(path)
    with emulated(experiments=300) as place:
        prepare(place)
        login = {"DET_MASTER": place.url, "DET_USER": place.user, "DET_PASS": place.password}
        played = runner.play(place, tasks, defaults={}, environ={**login, **ENVIRON}, files=FILES)
    if path.parent.name == "modules":
        assert f"determined_ai.determined.{path.stem}" in names(tasks)
        # That one is nothing but an action plugin.
        assert path.stem in played.in_process() or path.stem == "role_options"
    assert "skipping: [" not in played.output
