# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The undo document of an apply brings the cluster back to what it was, and says where it does not."""

from __future__ import annotations

import os
import random

import jsonschema
import pytest
import yaml
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config.schema import make_schema

from emulator.testing import running
from tests.unit.plugins.module_utils.cluster_config.documents import first_document, next_document
from tests.unit.plugins.module_utils.cluster_config.export_runs import Master

HOW = {"prune": "owned", "max_deletions": 1000}
URL = "https://receiver.example/very-secret"
HOOK = {"url": {"secret": "hook"}, "triggers": [{"experiment_state": "ERROR"}]}
SECRETS = {"hook": URL, "key": "storage-secret"}


def document(**sections):
    return {"version": 1, "stack": "s", **sections}


BEFORE = document(
    users={"ana": {"display_name": "Ana"}, "bob": {}, "cleo": {}},
    groups={"g": {"members": ["ana", "bob"]}, "gone": {"members": ["ana"]}},
    roles={"add": [{"group": "gone", "role": "Viewer"}]},
    workspaces={
        "lab": {
            "default_aux_pool": "default",
            "roles": [{"group": "gone", "role": "Viewer"}, {"user": "ana", "role": "Editor"}],
            "projects": {"a": {"description": "one", "key": "AAA"}, "b": {"key": "BBB"}, "away": {"key": "CCC"}},
            "templates": {"t": {"config": {"x": 1}}, "dead": {"config": {"y": "1e3"}}},
            "webhooks": {"w": HOOK, "dead": HOOK},
            "models": {"m": {"labels": ["x"], "metadata": {"k": 1}}},
            "policies": {"NTSC": {"constraints": {"resources": {"max_slots": 2}}}},
        },
        "attic": {"state": "archived"},
        "other": {},
    },
    message={"text": "before"},
)
AFTER = document(
    users={"eva": {"from": "ana", "display_name": "Eva"}, "bob": {"active": False}, "cleo": {}, "dora": {}},
    groups={"g": {"members": ["eva", "dora"]}},
    workspaces={
        "vision": {
            "from": "lab",
            "roles": [{"user": "eva", "role": "Viewer"}],
            "projects": {"new": {"from": "a", "key": "AAA"}, "b": {"key": "BBB", "state": "archived"}},
            "templates": {"t": {"config": {"x": 2}}},
            "webhooks": {"w": {**HOOK, "triggers": [{"experiment_state": "COMPLETED"}]}},
            "models": {"m": {"labels": ["y"], "metadata": {"l": 2}}},
            "policies": {"EXPERIMENT": {"constraints": {"resources": {"max_slots": 3}}}},
        },
        "attic": {},
        "other": {"projects": {"away": {"from": "workspaces/lab/projects/away", "key": "CCC"}}},
        "made": {"projects": {"p": {}}, "templates": {"in": {}}, "webhooks": {"h": HOOK}, "roles": []},
    },
    message={"text": "after"},
)


def apply(master, config, **more):
    found = master.run("apply", config=config, secrets=SECRETS, **more)
    assert "failed" not in found, found
    return found


def exported(master, tmp_path):
    """The cluster as its export says it, secrets in their places."""
    path = tmp_path / "secrets.yml"
    found = master.run("export", secrets_dest=str(path))
    return found["config"], yaml.safe_load(path.read_text())


def undo_of(path, master, **secrets):
    """Apply an undo document, by the names of its secrets."""
    config = yaml.safe_load(path.read_text())
    jsonschema.Draft7Validator(make_schema()).validate(config)
    found = master.run("apply", config=config, secrets=secrets, max_deletions=1000)
    assert "failed" not in found, found
    assert master.run("plan", config=config, secrets=secrets)["requests"] == []
    return found


def test_all_comes_back(tmp_path):
    path = tmp_path / "undo.yml"
    with running(rbac=True) as control:
        master = Master(control)
        apply(master, BEFORE)
        before = exported(master, tmp_path)
        checked = master.run("apply", config=AFTER, secrets=SECRETS, check=True, undo_dest=str(path), **HOW)
        assert "undo_left" not in checked
        assert not path.exists()
        found = apply(master, AFTER, undo_dest=str(path), **HOW)
        text = path.read_text()
        assert exported(master, tmp_path) != before
        undo_of(path, master, webhook_lab_dead_url=URL)
        assert exported(master, tmp_path) == before
    assert os.stat(path).st_mode & 0o777 == 0o600
    assert "very-secret" not in text
    left = {one["address"]: one["why"] for one in found["undo_left"]}
    assert left["users/dora"] == "it cannot be deleted. It is switched off."
    assert left["users/bob"] == "its access tokens were revoked, and stay so."
    assert left["workspaces/vision/webhooks/w"] == "it gets another id once more."
    assert left["workspaces/lab/webhooks/dead/url"] == "it needs the secret webhook_lab_dead_url."
    assert left["groups/gone"].startswith("it is made again, with another id.")
    assert f"# users/dora: {left['users/dora']}\n" in text


def test_nothing_is_written_where_nothing_is_done(tmp_path):
    with running() as control:
        master = Master(control)
        apply(master, document(users={"ana": {}}))
        found = apply(master, document(users={"ana": {}}), undo_dest=str(tmp_path / "undo.yml"))
    assert "undo_left" not in found
    assert os.listdir(tmp_path) == []


def test_it_is_written_before_anything_is_sent(tmp_path):
    with running() as control:
        master = Master(control)
        found = master.run("apply", config=document(users={"ana": {}}), undo_dest=str(tmp_path / "no" / "x" / "\0"))
        assert found["failed"]
        assert not [one for one in master.writes() if one.startswith("POST /api/v1/users ")]


@pytest.mark.parametrize("number", range(3))
def test_each_step_of_a_made_up_life_can_be_taken_back(number, tmp_path):
    seed = random.Random(number)
    path = tmp_path / "undo.yml"
    with running() as control:
        master = Master(control)
        life = first_document(seed)
        for _step in range(5):
            before = exported(master, tmp_path)
            found = master.run("apply", config=life, undo_dest=str(path), **HOW)
            if found["changed"] and "failed" not in found and path.exists():
                secrets = {
                    one["why"].split()[-1].rstrip("."): URL for one in found["undo_left"] if "secret" in one["why"]
                }
                undo_of(path, master, **{**before[1], **secrets})
                assert exported(master, tmp_path)[0] == before[0]
                path.unlink()
            life = next_document(life, seed)
