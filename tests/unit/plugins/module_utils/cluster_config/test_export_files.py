# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of an export: what they are called, what is written and removed, and what is left alone."""

from __future__ import annotations

import json
import os

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config.export_files import (
    MANIFEST,
    SCHEMA,
    FileNames,
    files_written,
    folder_files,
)
from ansible_collections.determined_ai.determined.plugins.plugin_utils.cluster_document import read_source

from emulator.testing import running
from tests.unit.plugins.module_utils.cluster_config.export_runs import Master

HOOK = {"url": "https://receiver.example/very-secret", "triggers": [{"experiment_state": "ERROR"}]}
DOCUMENT = {
    "version": 1,
    "users": {"ana": {}},
    "workspaces": {
        "Vision": {"templates": {"gpu": {"config": {"a": 1}}, "empty": {}}, "webhooks": {"eda": HOOK}},
        "a/b": {"checkpoint_storage": {"type": "s3", "bucket": "b", "secret_key": "never-shown"}},
    },
    "templates": {"shared": {"config": {"b": "on"}}},
}
FIRST_LINE = "# yaml-language-server: $schema="


@pytest.fixture
def master():
    with running() as control:
        found = Master(control)
        applied = found.run("apply", config=DOCUMENT)
        assert "failed" not in applied, applied
        yield found


def tree(folder):
    """{path: text} of all files below a folder."""
    return {
        os.path.relpath(os.path.join(where, name), folder): open(os.path.join(where, name)).read()
        for where, _folders, names in os.walk(folder)
        for name in names
    }


def test_a_folder(master, tmp_path):
    dest = tmp_path / "new" / "cluster"
    shown = master.run("export", check=True, dest=str(dest))
    assert shown["changed"] is True
    assert not dest.exists()
    found = master.run("export", dest=str(dest))
    assert {key: found[key] for key in ("changed", "written_files", "diff")} == {
        key: shown[key] for key in ("changed", "written_files", "diff")
    }
    texts = tree(dest)
    fingerprint = next(name for name in texts if name.startswith("workspaces/a_b-"))
    assert sorted(texts) == sorted(
        [
            "cluster.yml",
            "workspaces/Vision.yml",
            fingerprint,
            "templates/gpu.yml",
            "templates/shared.yml",
            SCHEMA,
            MANIFEST,
        ]
    )
    assert texts["cluster.yml"].startswith(FIRST_LINE + SCHEMA + "\n---\n")
    assert texts["workspaces/Vision.yml"].startswith(FIRST_LINE + "../" + SCHEMA + "\n---\n")
    vision = yaml.safe_load(texts["workspaces/Vision.yml"])["workspaces"]["Vision"]
    assert vision["templates"] == {"empty": {}, "gpu": {"config": {"file": "templates/gpu.yml"}}}
    assert texts["templates/shared.yml"] == "---\nb: 'on'\n"
    assert read_source(DataLoader(), str(dest)) == master.run("export")["config"]
    again = master.run("export", dest=str(dest))
    assert (again["changed"], again["written_files"], again["removed_files"]) == (False, [], [])


def test_only_what_changed_is_written_and_only_what_was_written_is_removed(master, tmp_path):
    dest = str(tmp_path)
    (tmp_path / "workspaces").mkdir()
    (tmp_path / "workspaces" / "mine.yml").write_text("mine")
    master.run("export", dest=dest)
    before = os.stat(tmp_path / "workspaces" / "Vision.yml").st_ino
    gone = {"version": 1, "workspaces": {"a/b": {"state": "absent"}}, "templates": {"shared": {"state": "absent"}}}
    master.run("apply", config=gone, max_deletions=2)
    shown = master.run("export", dest=dest, check=True)
    found = master.run("export", dest=dest)
    assert shown["removed_files"] == found["removed_files"]
    assert [os.path.basename(name)[:6] for name in found["removed_files"]] == ["shared", "a_b-c1"]
    assert sorted(map(os.path.basename, found["written_files"])) == [MANIFEST, "cluster.yml"]
    assert os.stat(tmp_path / "workspaces" / "Vision.yml").st_ino == before
    assert (tmp_path / "workspaces" / "mine.yml").read_text() == "mine"
    assert sorted(os.listdir(tmp_path / "templates")) == ["gpu.yml"]


def test_one_file(master, tmp_path):
    dest = tmp_path / "all.yml"
    found = master.run("export", dest=str(dest))
    assert found["changed"] is True
    assert "config" not in found
    assert dest.read_text().startswith(FIRST_LINE + SCHEMA)
    assert yaml.safe_load(dest.read_text())["templates"]["shared"] == {"config": {"b": "on"}}
    assert sorted(os.listdir(tmp_path)) == ["all.yml", SCHEMA]
    assert master.run("export", dest=str(dest))["changed"] is False


def test_secrets(master, tmp_path):
    dest = tmp_path / "secrets.yml"
    found = master.run("export", secrets_dest=str(dest))
    assert "very-secret" not in json.dumps({key: value for key, value in found.items() if key != "requests"})
    assert "diff" not in found
    assert os.stat(dest).st_mode & 0o777 == 0o600
    name = "checkpoint_storage_a_b_secret_key"
    assert yaml.safe_load(dest.read_text()) == {"webhook_vision_eda_url": HOOK["url"]}
    assert f"# {name}: the master does not show it\n" in dest.read_text()
    # What somebody has filled in stays.
    dest.write_text(dest.read_text() + f"{name}: filled in\nother: gone\n")
    assert master.run("export", secrets_dest=str(dest))["changed"] is True
    assert yaml.safe_load(dest.read_text()) == {name: "filled in", "webhook_vision_eda_url": HOOK["url"]}
    assert master.run("export", secrets_dest=str(dest))["changed"] is False


@pytest.mark.parametrize(
    ("text", "name", "problem"),
    [("$ANSIBLE_VAULT;1.1;AES256\n12", "vault.yml", "is encrypted"), ("", "cluster/x.yml", "lies in the folder")],
)
def test_places_for_secrets_that_are_refused(master, tmp_path, text, name, problem):
    path = tmp_path / name
    if text:
        path.write_text(text)
    found = master.run("export", dest=str(tmp_path / "cluster"), secrets_dest=str(path))
    assert problem in found["msg"]
    assert not (tmp_path / "cluster").exists()


def test_links_are_not_followed(master, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    dest = tmp_path / "cluster"
    dest.mkdir()
    (dest / "workspaces").symlink_to(tmp_path / "elsewhere")
    found = master.run("export", dest=str(dest))
    assert "links are not followed" in found["msg"]
    assert os.listdir(tmp_path / "elsewhere") == []
    assert os.listdir(dest) == ["workspaces"]


@pytest.mark.parametrize(
    ("names", "paths"),
    [
        (["vision", "Vision Lab"], ["w/vision.yml", "w/Vision Lab.yml"]),
        (["a/b", "..", ".hidden"], ["w/a_b-c14cdd.yml", "w/_-aacd83.yml", "w/hidden-f4f6a5.yml"]),
        (["Vision", "vision"], ["w/Vision.yml", "w/vision-f7bcd1.yml"]),
        (["x" * 200], ["w/" + "x" * 100 + "-b36d9d.yml"]),
        (["größe"], ["w/größe.yml"]),
    ],
)
def test_file_names(names, paths):
    file_names = FileNames()
    found = [file_names.path("w", name) for name in names]
    assert [path[:-10] for path in found if "-" in path] == [path[:-10] for path in paths if "-" in path]
    assert [path for path in found if "-" not in path] == [path for path in paths if "-" not in path]
    assert len({path.casefold() for path in found}) == len(names)


@pytest.mark.parametrize("manifest", ["", "[]", "{", '{"files": 3}', '{"files": ["../x.yml", "/etc/passwd", 5]}'])
def test_a_manifest_that_is_none_removes_nothing(manifest):
    assert list(files_written(manifest)) == []


def test_what_is_written_is_what_can_be_removed():
    texts = folder_files(DOCUMENT)
    assert {*files_written(texts[MANIFEST])} == {*texts} - {MANIFEST}
