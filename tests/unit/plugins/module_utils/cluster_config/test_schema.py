# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The schema of the document takes what the module takes, and names what is wrong with its path."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config.document import Reading
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config.schema import (
    make_schema,
    schema_text,
)

ROOT = Path(__file__).parents[5]
VALIDATOR = jsonschema.Draft7Validator(make_schema())
WHOLE = """
version: 1
stack: prod
cluster_id: 1f6c
adopt: [workspaces/*]
defaults: {on_absent: {workspace: archive, project: delete, user: 'off'}}
users:
  ana:
    display_name: Ana R
    active: true
    agent_user_group: {uid: 1014, gid: 1014, user: ana, group: ana}
    password: {secret: ana}
  bob:
groups:
  vision: {members: [ana]}
  audio: {members: {add: [ana]}, from: sound}
roles: [{group: vision, role: ClusterAdmin}]
workspaces:
  cv:
    from: vision
    protect: true
    ignore: [default_aux_pool]
    default_compute_pool: gpu-a
    pools: [gpu-a]
    checkpoint_storage: {type: s3, bucket: b, secret_key: {secret: s3_key}}
    roles: {add: [{user: ana, role: WorkspaceAdmin}]}
    projects: {detr: {description: DETR, key: DETR, notes: [{name: README, contents: {file: notes.md}}]}}
    templates: {gpu: {config: {file: templates/gpu.yml}}, cpu: {config: {slots: 0}}, text: {config: 'a: 1'}}
    webhooks: {eda: {url: {secret: eda}, type: SLACK, triggers: [{experiment_state: ERROR}, {task_log: CUDA}]}}
    policies: {EXPERIMENT: {constraints: {resources: {max_slots: 8}}}}
    models: {mnist: {labels: [prod], metadata: {merge: {owner: vision}}}}
  old: {state: archived, default_aux_pool: null}
  gone: {state: absent}
webhooks: {all: {url: 'https://h.example', triggers: [{custom: true}], mode: SPECIFIC}}
policies: {NTSC: {constraints: {priority_limit: 10}}}
templates: {shared: {config: {}}}
message: {text: Maintenance, start: '2026-01-31T12:00:00Z', end: null}
"""


def document():
    return yaml.safe_load(WHOLE)


def errors_of(value):
    """(path, text) of what is wrong, that of the branches of an alternative included."""
    found, left = [], list(VALIDATOR.iter_errors(value))
    for error in left:
        found.append(("/".join(str(part) for part in error.absolute_path), error.message))
        left += error.context or ()
    return found


def put(value, place, new):
    *outer, last = place.split("/")
    for part in outer:
        value = value[part]
    value[last] = new


def test_the_committed_one_is_up_to_date():
    assert (ROOT / "schemas" / "cluster-v1.json").read_text(encoding="utf-8") == schema_text()


def test_it_is_a_schema():
    jsonschema.Draft7Validator.check_schema(make_schema())


def test_a_document_with_everything():
    assert errors_of(document()) == []
    reading = Reading({})
    reading.read(document())
    assert reading.problems == []


def test_a_file_of_a_folder():
    assert errors_of({"workspaces": {"cv": {"projects": {"detr": None}}}}) == []


@pytest.mark.parametrize(
    ("place", "value", "path", "text"),
    [
        ("workspaces/cv/projects/detr/descripton", "x", "workspaces/cv/projects/detr", "descripton"),
        ("userz", {}, "", "userz"),
        ("version", 2, "version", "1 was expected"),
        ("workspaces/cv/webhooks/eda/type", "SLAK", "workspaces/cv/webhooks/eda/type", "SLAK"),
        ("workspaces/cv/state", "gone", "workspaces/cv/state", "gone"),
        ("workspaces/cv/policies/NTSK", {}, "workspaces/cv/policies", "NTSK"),
        ("workspaces/cv/ignore", ["colour"], "workspaces/cv/ignore/0", "colour"),
        ("workspaces/cv/checkpoint_storage/buket", "b", "workspaces/cv/checkpoint_storage", "buket"),
        ("roles", [{"group": "vision", "rolle": "Editor"}], "roles/0", "rolle"),
        ("roles", [{"group": "vision"}], "roles/0", "'role' is a required property"),
        ("roles", [{"role": "Editor"}], "roles/0", "'user' is a required property"),
        ("roles", [{"user": "ana", "group": "vision", "role": "Editor"}], "roles/0", "should not be valid under"),
        ("users/ana/agent_user_group", {"uid": 5}, "users/ana/agent_user_group", "'user' is a required property"),
        ("groups/vision/members", {"ad": ["ana"]}, "groups/vision/members", "ad"),
        ("defaults/on_absent/user", "delete", "defaults/on_absent/user", "delete"),
        ("users/ana/state", "archived", "users/ana/state", "archived"),
        ("users/ ", {}, "users", "does not match"),
    ],
)
def test_what_is_wrong_is_named(place, value, path, text):
    wrong = document()
    put(wrong, place, value)
    found = errors_of(wrong)
    assert any(where == path and text in message for where, message in found), found
    reading = Reading({})
    reading.read(wrong)
    assert reading.problems, "the module takes it"


@pytest.mark.parametrize(
    ("place", "value"), [("users/ana/active", "yes"), ("workspaces/cv/models/mnist/labels", "prod")]
)
def test_editors_ask_for_more_than_ansible(place, value):
    """Ansible makes booleans and lists of texts; in a file they are written as what they are."""
    loose = document()
    put(loose, place, value)
    assert any(where == place for where, _message in errors_of(loose))


def test_descriptions_come_from_the_columns():
    entry = make_schema()["definitions"]["project"]["properties"]
    assert entry["key"]["description"] == "Short name that is part of the local ids of its runs."
    assert all("description" in one for one in entry.values())
