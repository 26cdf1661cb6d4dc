# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A folder of model code as the master takes it."""

from __future__ import annotations

import base64
import os
import socket

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils import packing
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption


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


def link_out(path):
    path.symlink_to("/etc/hostname")


def link_above(path):
    path.symlink_to("..")


def link_beside(path):
    """To a folder whose name begins as that of the folder that is packed does."""
    beside = path.parent.parent.with_name(path.parent.parent.name + "2")
    beside.mkdir()
    (beside / "secret").write_text("secret")
    path.symlink_to(beside / "secret")


def link_to_a_folder(path):
    path.symlink_to("../data")


def link_to_a_pipe(path):
    os.mkfifo(path.with_name("far.pyc"))
    path.symlink_to("far.pyc")


def bound_socket(path):
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.path.relpath(path))


ODD = [os.mkfifo, bound_socket, link_out, link_above, link_beside, link_to_a_folder, link_to_a_pipe]


@pytest.mark.parametrize("make", ODD)
def test_what_is_no_file_is_left_out_with_a_word(folder, monkeypatch, make):
    """A pipe would be waited for; a link could bring any file of the machine to the master."""
    monkeypatch.chdir(folder)
    before, warned = names(folder), []
    make(folder / "lib" / "odd")
    packed = packing.pack(str(folder), "context", warned.append)
    assert [one["path"] for one in packed] == before
    assert len(warned) == 1
    assert warned[0].startswith(f"context {folder}: left out")
    assert warned[0].endswith(" lib/odd.")


def test_a_name_that_is_no_unicode_is_left_out_with_a_word(folder):
    warned = []
    with open(os.path.join(os.fsencode(folder), b"caf\xe9.py"), "wb"):
        pass
    assert [one["path"] for one in packing.pack(str(folder), "context", warned.append)] == names(folder)
    assert "caf\\udce9.py" in warned[0]


def test_what_is_ignored_is_not_told_of(folder):
    os.mkfifo(folder / "odd")
    (folder / ".detignore").write_text("odd")
    assert packing.pack(str(folder), "context", pytest.fail)


def test_many_are_counted(folder):
    warned = []
    for number in range(8):
        os.mkfifo(folder / f"pipe{number}")
    packing.pack(str(folder), "context", warned.append)
    assert warned[0].endswith("pipe4 and 3 more.")


def test_a_link_inside_of_the_folder_is_its_file(folder):
    (folder / "lib" / "copy.py").symlink_to("../train.py")
    entries = {one["path"]: one for one in packing.pack(str(folder), "context", pytest.fail)}
    assert base64.b64decode(entries["lib/copy.py"]["content"]) == b"train.py"


def test_a_folder_behind_a_link(folder, tmp_path_factory):
    link = tmp_path_factory.mktemp("place") / "link"
    link.symlink_to(folder)
    assert names(link) == names(folder)


def test_a_large_file_is_not_read_whole(folder):
    with open(folder / "holes", "wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(BadOption, match="more than 95 MiB"):
        names(folder)


@pytest.mark.parametrize("sign", ["\u2028", "\x85", "\x0c", "\x1c"])
def test_detignore_has_lines_as_git_has(folder, sign):
    (folder / f"a{sign}b").write_text("")
    (folder / ".detignore").write_text(f"a{sign}b\n")
    assert not any(sign in name for name in names(folder))
