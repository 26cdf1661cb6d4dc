# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What somebody has done by hand becomes what the files say, and nothing else in the files is touched."""

from __future__ import annotations

import difflib

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible_collections.determined_ai.determined.plugins.plugin_utils.cluster_document import read_source

from emulator.testing import running
from tests.unit.plugins.module_utils.cluster_config.export_runs import Master

FILES = {
    "cluster.yml": """# Who works here.
---
version: 1
stack: s
users:
  ana: {display_name: "Ana R"}   # the boss
  bob:
    display_name: 'Bob'

  # Left in 2025.
  cleo:
  dora: {}
groups:
  vision:
    members:
    - ana   # leads
    - bob
    # for the summer
    - cleo
  audio: {members: {add: [ana,dora]}}
message: {text: Hello}
policies:
  NTSC:
    # Agreed with everybody.
    constraints: {resources: {max_slots: 2}}
""",
    "workspaces/lab.yml": """workspaces:
    lab:
        # A comment on storage.
        checkpoint_storage: {type: s3, bucket: one, secret_key: {secret: key}}
        roles: {add: [{user: ana, role: Viewer}, {group: vision, role: Editor}]}
        projects:
            detr:
                description: 'DETR'   # object detection
                notes: [{name: README, contents: one}, {name: TODO, contents: two}]
            # Nobody knows what for.
            old: {}
            keep: {}
        models:
            mnist: {labels: [b, a], metadata: {merge: {owner: ana, stage: x}}}
        templates: {gpu: {config: {file: templates/gpu.yml}}}
        webhooks: {eda: {url: {secret: url}, triggers: [{experiment_state: ERROR}]}}
    attic: {}
    moved:
        projects: {way: {key: WAY}}
""",
    "templates/gpu.yml": "# For the big ones.\nresources:\n  slots_per_trial: 4  # all of one node\n",
}
SECRETS = {"key": "storage-secret", "url": "https://receiver.example/x"}


class Place:
    """The files in a folder, and a master to which they are applied."""

    def __init__(self, folder, master):
        self.folder, self.master = folder, master
        for name, text in FILES.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)
        applied = self.run("apply")
        assert "failed" not in applied, applied

    def run(self, mode, **more):
        config = read_source(DataLoader(), str(self.folder))
        return self.master.run(mode, config=config, secrets=SECRETS, **more)

    def accept(self, **more):
        found = self.run("accept", dest=str(self.folder), **more)
        assert "failed" not in found, found
        return found

    def text(self, name):
        return (self.folder / name).read_text()

    def changed(self):
        """{file: its lines that went and came, as - and + lines}."""
        found = {}
        for name, text in FILES.items():
            lines = difflib.unified_diff(text.splitlines(), self.text(name).splitlines(), n=0, lineterm="")
            found[name] = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
        return {name: lines for name, lines in found.items() if lines}

    def id_of(self, kind, name):
        rows = self.master.client.get(f"/api/v1/{kind}")[kind]
        return next(row["id"] for row in rows if name in (row.get("name"), row.get("username")))

    def project(self, name):
        rows = self.master.client.get("/api/v1/workspaces/0/projects")["projects"]
        return f"/api/v1/projects/{next(row['id'] for row in rows if row['name'] == name)}"

    def group(self, name):
        rows = self.master.client.read("/api/v1/groups/search", {"limit": 500, "offset": 0})["groups"]
        return next(row["group"]["groupId"] for row in rows if row["group"]["name"] == name)


@pytest.fixture
def place(tmp_path):
    with running(rbac=True) as control:
        yield Place(tmp_path, Master(control))


def change_display_name(place):
    user = f"/api/v1/users/{place.id_of('users', 'bob')}"
    place.master.client.request("PATCH", user, body={"displayName": "on", "active": True})


def switch_off(place):
    place.master.client.request("PATCH", f"/api/v1/users/{place.id_of('users', 'cleo')}", body={"active": False})


def rename_user(place):
    user = f"/api/v1/users/{place.id_of('users', 'ana')}"
    place.master.client.request("PATCH", user, body={"username": "eva", "active": True})


def change_members(place):
    path = f"/api/v1/groups/{place.group('vision')}"
    users = [place.id_of("users", name) for name in ("bob", "dora")]
    place.master.client.request("PUT", path, body={"removeUsers": users[:1], "addUsers": users[1:]})


def take_from_added(place):
    user = place.id_of("users", "ana")
    place.master.client.request("PUT", f"/api/v1/groups/{place.group('audio')}", body={"removeUsers": [user]})


def change_description(place):
    place.master.client.request("PATCH", place.project("detr"), body={"description": "1e3"})


def change_notes(place):
    notes = [{"name": "README", "contents": "one\nmore\n"}, {"name": "TODO", "contents": "two"}]
    place.master.client.request("PUT", place.project("detr") + "/notes", body={"notes": notes})


def delete_project(place):
    place.master.client.request("DELETE", place.project("old"))


def rename_project(place):
    place.master.client.request("PATCH", place.project("detr"), body={"name": "deformable"})


def move_project(place):
    destination = {"destinationWorkspaceId": place.id_of("workspaces", "attic")}
    place.master.client.request("POST", place.project("way") + "/move", body=destination)


def archive_workspace(place):
    path = f"/api/v1/workspaces/{place.id_of('workspaces', 'attic')}/archive"
    place.master.client.request("POST", path)


def rename_workspace(place):
    path = f"/api/v1/workspaces/{place.id_of('workspaces', 'lab')}"
    place.master.client.request("PATCH", path, body={"name": "vision lab"})


def change_storage(place):
    path = f"/api/v1/workspaces/{place.id_of('workspaces', 'lab')}"
    storage = {"type": "s3", "bucket": "two", "secret_key": "********", "prefix": "p"}
    place.master.client.request("PATCH", path, body={"checkpointStorageConfig": storage})


def change_template(place):
    body = {"config": {"resources": {"slots_per_trial": 8}}}
    place.master.client.request("PUT", "/api/v1/templates/gpu", body=body)


def change_policy(place):
    body = {"configPolicies": '{"constraints": {"resources": {"max_slots": 3}}}'}
    place.master.client.request("PUT", "/api/v1/config-policies/global/NTSC", body=body)


def delete_policy(place):
    place.master.client.request("DELETE", "/api/v1/config-policies/global/NTSC")


def end_message(place):
    place.master.client.request("DELETE", "/api/v1/master/cluster_message")


def change_labels(place):
    body = {"labels": ["b", "c"], "metadata": {"owner": "bob"}}
    place.master.client.request("PATCH", f"/api/v1/models/{place.id_of('models', 'mnist')}", body=body)


CLUSTER, LAB, GPU = FILES
# (what is done, {file: its lines that change, as - and + lines}).
PATCHES = [
    (change_display_name, {CLUSTER: ["-    display_name: 'Bob'", "+    display_name: 'on'"]}),
    (switch_off, {CLUSTER: ["+    active: false"]}),
    (
        rename_user,
        {
            CLUSTER: [
                '-  ana: {display_name: "Ana R"}   # the boss',
                '+  eva: {from: ana, display_name: "Ana R"} # the boss',
                "-    - ana   # leads",
                "+    - eva   # leads",
                "-  audio: {members: {add: [ana,dora]}}",
                "+  audio: {members: {add: [eva, dora]}}",
            ],
            LAB: [
                "-        roles: {add: [{user: ana, role: Viewer}, {group: vision, role: Editor}]}",
                "+        roles: {add: [{user: eva, role: Viewer}, {group: vision, role: Editor}]}",
            ],
        },
    ),
    (change_members, {CLUSTER: ["-    - bob", "+    - dora"]}),
    (
        take_from_added,
        {CLUSTER: ["-  audio: {members: {add: [ana,dora]}}", "+  audio: {members: {add: [dora]}}"]},
    ),
    (
        change_description,
        {
            LAB: [
                "-                description: 'DETR'   # object detection",
                "+                description: '1e3'    # object detection",
            ]
        },
    ),
    (delete_project, {LAB: ["-            # Nobody knows what for.", "-            old: {}"]}),
    (rename_project, {LAB: ["-            detr:", "+            deformable:", "+                from: detr"]}),
    (archive_workspace, {LAB: ["-    attic: {}", "+    attic:", "+        state: archived"]}),
    (rename_workspace, {LAB: ["-    lab:", "+    vision lab:", "+        from: lab"]}),
    (
        change_storage,
        {
            LAB: [
                "-        checkpoint_storage: {type: s3, bucket: one, secret_key: {secret: key}}",
                "+        checkpoint_storage: {type: s3, bucket: two, secret_key: {secret: key}, prefix: p}",
            ]
        },
    ),
    (
        change_template,
        {GPU: ["-  slots_per_trial: 4  # all of one node", "+  slots_per_trial: 8  # all of one node"]},
    ),
    (
        change_policy,
        {CLUSTER: ["-    constraints: {resources: {max_slots: 2}}", "+    constraints: {resources: {max_slots: 3}}"]},
    ),
    (end_message, {CLUSTER: ["-message: {text: Hello}"]}),
    (
        change_labels,
        {
            LAB: [
                "-            mnist: {labels: [b, a], metadata: {merge: {owner: ana, stage: x}}}",
                "+            mnist: {labels: [b, c], metadata: {merge: {owner: bob}}}",
            ]
        },
    ),
]
OTHERS = (change_notes, move_project, delete_policy)


# Those that change names are made apart, since they change lines of others too.
GROUPS = {
    "names": [one for one in PATCHES if one[0].__name__.startswith("rename")],
    "values": [one for one in PATCHES if not one[0].__name__.startswith("rename")],
}


@pytest.mark.parametrize("group", GROUPS)
def test_only_what_was_done_by_hand_is_patched(place, group):
    expected = {}
    for by_hand, patch in GROUPS[group]:
        by_hand(place)
        for name, lines in patch.items():
            expected.setdefault(name, []).extend(lines)
    shown = place.accept(check=True)
    assert place.changed() == {}
    found = place.accept()
    assert {name: sorted(lines) for name, lines in place.changed().items()} == {
        name: sorted(lines) for name, lines in expected.items()
    }
    assert found["diff"] == shown["diff"]
    assert (found["changed"], found["left"]) == (True, [])
    assert [name.removeprefix(f"{place.folder}/") for name in found["written_files"]] == sorted(expected)
    assert place.run("plan")["requests"] == []


def test_all_at_once(place):
    acts = [*OTHERS, *(one for one, _patch in PATCHES if one is not change_policy)]
    for by_hand in sorted(acts, key=lambda one: one.__name__.startswith(("rename", "archive"))):
        by_hand(place)
    found = place.accept()
    assert found["left"] == []
    assert place.run("plan")["requests"] == []
    assert place.accept()["changed"] is False
    assert "failed" not in place.run("apply")
    drift = place.run("drift")["drift"]
    assert {name: rows for name, rows in drift.items() if rows} == {}
    text = "".join(map(place.text, FILES))
    for comment in ("# Who works here.", "# Left in 2025.", "# for the summer", "# all of one node"):
        assert comment in text
    assert "storage-secret" not in text


def test_secrets_are_not_written_back(place):
    path = f"/api/v1/webhooks/{place.id_of('webhooks', 'eda')}"
    place.master.client.request("PATCH", path, body={"url": "https://other.example/secret-part"})
    found = place.accept()
    assert (found["changed"], found["accepted"]) == (False, [])
    assert [(row["address"], row["field"]) for row in found["left"]] == [("workspaces/lab/webhooks/eda", "url")]
    assert "it is a secret" in found["left"][0]["why"]
    assert "secret-part" not in repr(found)


def test_what_the_document_has_changed_is_left(place):
    text = place.text(CLUSTER).replace("'Bob'", "'Robert'")
    (place.folder / CLUSTER).write_text(text)
    assert place.accept()["changed"] is False


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("  bob:\n    display_name: 'Bob'", "  bob: &b\n    display_name: 'Bob'", "share it by an anchor"),
        ("    display_name: 'Bob'", "    display_name: {secret: bob}", "name a secret"),
        ("    display_name: 'Bob'", "    display_name: {file: ../bob.txt}", "lies outside of the folder"),
        ("    display_name: 'Bob'", "    display_name: {file: bob.txt}", "is encrypted, or not there"),
        ("    display_name: 'Bob'", "    display_name: !vault 12", "is encrypted in the files"),
    ],
)
def test_places_that_cannot_be_edited_are_listed(place, before, after, why):
    change_display_name(place)
    text = place.text(CLUSTER)
    assert before in text
    config = read_source(DataLoader(), str(place.folder))
    (place.folder / CLUSTER).write_text(text.replace(before, after))
    found = place.master.run("accept", config=config, secrets=SECRETS, dest=str(place.folder))
    assert (found["changed"], found["accepted"]) == (False, [])
    assert found["left"][0]["address"] == "users/bob"
    assert why in found["left"][0]["why"]
    assert found["warned"] == [f"users/bob cannot be written back: {found['left'][0]['why']}"]


def test_a_property_from_a_merge_key_is_said_where_it_differs(place):
    change_display_name(place)
    before, after = "  bob:\n    display_name: 'Bob'", "  eli: &b {display_name: Bob}\n  bob: {<<: *b}"
    config = read_source(DataLoader(), str(place.folder))
    (place.folder / CLUSTER).write_text(place.text(CLUSTER).replace(before, after))
    place.master.run("accept", config=config, secrets=SECRETS, dest=str(place.folder))
    assert "  bob: {<<: *b, display_name: 'on'}\n" in place.text(CLUSTER)
    assert "  eli: &b {display_name: Bob}\n" in place.text(CLUSTER)
