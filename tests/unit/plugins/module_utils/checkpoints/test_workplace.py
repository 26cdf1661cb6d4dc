# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The folder beside a place, where what is fetched is put together."""

from __future__ import annotations

import os

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.checkpoints import workplace
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import Refused


def a_file(path):
    path.write_text("mine")


def a_link(path):
    path.with_name("elsewhere").mkdir()
    path.symlink_to(path.with_name("elsewhere"))


def a_folder_with_a_file(path):
    path.mkdir()
    (path / "mine").write_text("mine")


STRANGERS = {"a file": a_file, "a link to a folder": a_link, "a folder with a file": a_folder_with_a_file}


@pytest.mark.parametrize("make", STRANGERS.values(), ids=STRANGERS)
def test_what_others_made_is_refused(tmp_path, make):
    dest = str(tmp_path / "dest")
    make(tmp_path / ".dest.part")
    with pytest.raises(Refused, match="was not made by this module"):
        workplace.check_workplace(dest)


def test_a_folder_of_somebody_else(tmp_path, monkeypatch):
    (tmp_path / ".dest.part").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(Refused, match="was not made by this module"):
        workplace.check_workplace(str(tmp_path / "dest"))


def test_a_folder_that_cannot_be_read(tmp_path, monkeypatch):
    (tmp_path / ".dest.part").mkdir()

    def refuse(path):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "listdir", refuse)
    with pytest.raises(Refused, match="was not made by this module"):
        workplace.check_workplace(str(tmp_path / "dest"))


def a_marked_folder(path):
    path.mkdir()
    (path / workplace.MARK).touch()
    (path / "half").write_text("half")


OWN = {"nothing": lambda path: None, "an empty folder": lambda path: path.mkdir(), "a marked folder": a_marked_folder}


@pytest.mark.parametrize("make", OWN.values(), ids=OWN)
def test_what_an_earlier_run_left_is_taken(tmp_path, make):
    dest = str(tmp_path / "dest")
    make(tmp_path / ".dest.part")
    workplace.check_workplace(dest)
    with workplace.workplace(dest) as work:
        assert work.path == str(tmp_path / ".dest.part")
        assert os.path.exists(os.path.join(work.path, workplace.MARK))
    assert not os.path.lexists(tmp_path / ".dest.part")
