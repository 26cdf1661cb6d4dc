# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A folder of model code as the master takes it."""

from __future__ import annotations

import base64

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption
from ansible_collections.determined_ai.determined.plugins.module_utils.experiments import packing


@pytest.fixture
def folder(tmp_path):
    for name in ("train.py", "lib/net.py", "lib/net.pyc", "data/big.bin", "data/small.txt", "notes.md", ".git/config",
                 "__pycache__/x.pyc", "terraform.tfstate"):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    return tmp_path


def names(folder):
    return [one["path"] for one in packing.pack(str(folder))]


def test_what_is_packed(folder):
    entries = {one["path"]: one for one in packing.pack(str(folder))}
    assert sorted(entries) == ["data", "data/big.bin", "data/small.txt", "lib", "lib/net.py", "notes.md", "train.py"]
    assert base64.b64decode(entries["lib/net.py"]["content"]) == b"lib/net.py"
    assert (entries["lib"]["type"], entries["lib/net.py"]["type"]) == (53, 48)
    assert entries["lib"]["content"] == ""


def test_folders_come_before_what_is_in_them(folder):
    order = names(folder)
    assert all(order.index(one.rpartition("/")[0]) < order.index(one) for one in order if "/" in one)


@pytest.mark.parametrize(
    ("patterns", "left_out"),
    [
        ("data/", {"data", "data/big.bin", "data/small.txt"}),
        ("*.bin", {"data/big.bin"}),
        ("/notes.md\n# a comment\n\n", {"notes.md"}),
        ("data/*\n!data/small.txt", {"data/big.bin"}),
        ("**/net.py", {"lib/net.py"}),
        ("", set()),
    ],
)
def test_detignore(folder, patterns, left_out):
    everything = set(names(folder))
    (folder / ".detignore").write_text(patterns)
    assert everything - set(names(folder)) == left_out


def test_limit(folder, monkeypatch):
    monkeypatch.setattr(packing, "LARGEST", 200)
    assert names(folder)
    (folder / "data" / "big.bin").write_bytes(b"x" * 200)
    with pytest.raises(BadOption, match="model_folder") as error:
        packing.pack(str(folder))
    assert ".detignore" in error.value.hint
    (folder / ".detignore").write_text("*.bin")
    assert "data/big.bin" not in names(folder)


def test_no_folder(tmp_path):
    with pytest.raises(BadOption, match="no such folder"):
        packing.pack(str(tmp_path / "none"))


def test_without_the_library(folder, monkeypatch):
    monkeypatch.setattr(packing, "pathspec", None)
    with pytest.raises(BadOption, match="pathspec"):
        packing.pack(str(folder))


def test_a_link_into_the_folder_itself_ends(folder):
    (folder / "lib" / "loop").symlink_to(folder)
    assert "train.py" in names(folder)


def test_a_link_to_nothing_is_named(folder):
    (folder / "gone").symlink_to(folder / "nowhere")
    with pytest.raises(BadOption, match="gone"):
        packing.pack(str(folder))
