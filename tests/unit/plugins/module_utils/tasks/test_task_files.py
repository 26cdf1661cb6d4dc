# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The archive of a task's files: read within bounds, and shown or written as asked."""

from __future__ import annotations

import base64
import tarfile
from types import SimpleNamespace

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.downloads.coming import Broken, Unsafe
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption, NotFound, OddAnswer
from ansible_collections.determined_ai.determined.plugins.module_utils.tasks import task_files

from tests.unit.plugins.module_utils.checkpoints.made import entry, tar

PATH = "/api/v1/tasks/t.1/context_directory"
CONTENTS = {"train.py": b"print(1)\n", "lib/util.py": b"\xff\xfe"}
FILES = [{"path": "lib/util.py", "bytes": 2}, {"path": "train.py", "bytes": 9}]


def packed(files=None, entries=()):
    return base64.b64encode(tar(CONTENTS if files is None else files, entries, mode="w:gz")).decode()


def read(archive, check_mode=False, unmade=(), **params):
    asked = []

    def get(path):
        asked.append(path)
        return {"b64Tgz": archive}

    options = {"task": "t.1", "path": None, "dest": None, "force": False, **params}
    call = SimpleNamespace(client=SimpleNamespace(get=get), params=options, check_mode=check_mode, unmade=unmade)
    return task_files.read_task_files(call), asked


def test_listed_by_one_request():
    assert read(packed()) == ({"changed": False, "requests": [], "files": FILES}, [PATH])
    assert read("")[0]["files"] == []


def test_one_file():
    result, asked = read(packed(), path="train.py")
    assert (result["file"]["text"], result["file"]["bytes"], asked) == ("print(1)\n", 9, [PATH])
    assert read(packed(), path="lib/util.py")[0]["file"]["text"] is None


@pytest.mark.parametrize(("path", "named"), [("none.py", "lib/util.py, train.py"), ("lib", "lib/util.py")])
def test_no_such_file(path, named):
    with pytest.raises(NotFound, match=r"is not a file of task t\.1") as error:
        read(packed(), path=path)
    assert error.value.hint == f"There are: {named}."


def test_written_once(tmp_path):
    dest, archive = tmp_path / "x.tgz", packed()
    results = [read(archive, check, dest=str(dest))[0] for check in (True, False, True, False)]
    assert [one["changed"] for one in results] == [True, True, False, False]
    assert dest.read_bytes() == base64.b64decode(archive)
    assert read(archive, path="train.py", dest=str(tmp_path / "y"))[0]["changed"]
    assert (tmp_path / "y").read_bytes() == b"print(1)\n"


def test_nothing_to_write(tmp_path):
    with pytest.raises(NotFound, match="has no files"):
        read("", dest=str(tmp_path / "x"))
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    "archive",
    [
        packed({"../x": b""}),
        packed({"/etc/x": b""}),
        packed(entries=[entry("l", type=tarfile.SYMTYPE, linkname="train.py")]),
    ],
)
def test_what_must_not_be_in_it(archive, tmp_path):
    for options in ({}, {"dest": str(tmp_path / "x")}):
        with pytest.raises(Unsafe):
            read(archive, **options)
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(("size", "count"), [(10, 100), (1 << 20, 1)])
def test_no_more_than_is_allowed(monkeypatch, size, count):
    monkeypatch.setattr(task_files, "MOST_BYTES", size)
    monkeypatch.setattr(task_files, "MOST_FILES", count)
    with pytest.raises(Unsafe):
        read(packed())


def test_damaged():
    whole = base64.b64decode(packed())
    with pytest.raises(Broken):
        read(base64.b64encode(whole[: len(whole) // 2]).decode())


@pytest.mark.parametrize("archive", [None, 7, "no base64 at all"])
def test_what_is_no_archive(archive):
    with pytest.raises(OddAnswer):
        read(archive)


def test_bad_options(tmp_path):
    for params in ({"task": None}, {"path": "../x"}, {"dest": str(tmp_path / "none" / "x")}):
        with pytest.raises(BadOption):
            read(packed(), **params)
    assert read(packed(), unmade=("task",), task=None)[0] == {"changed": False, "requests": [], "files": []}
