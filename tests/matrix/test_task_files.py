# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that a task was started with: listed, read, written to disk once; in both execution paths."""

from __future__ import annotations

import tarfile

import pytest

from tests.matrix.place import fresh
from tests.matrix.playbook import look, task
from tests.matrix.test_experiment_files import SENT, both_paths

MODULE = "det_task_files_info"


@pytest.fixture
def command(master):
    """The id of a command that was started with files, and of one without."""
    config = {"description": fresh("files"), "entrypoint": ["true"], "resources": {"slots": 0}}
    ids = [
        master.call("POST", "/api/v1/commands", {"config": config, **more})["command"]["id"]
        for more in ({"files": SENT}, {})
    ]
    yield ids
    for ident in ids:
        master.call("POST", f"/api/v1/commands/{ident}/kill")


@both_paths
def test_files(master, runner, in_process, tmp_path, command):
    full, bare = command
    one, packed = {"task": full}, {"task": full, "dest": str(tmp_path / "context.tgz")}
    tasks = [
        task(MODULE, one, register="tree"),
        task(MODULE, {"task": bare}, register="bare"),
        task(MODULE, {**one, "path": "lib/util.py"}, register="text"),
        task(MODULE, packed, check_mode=True, diff=True, register="check"),
        task(MODULE, packed, diff=True, register="real"),
        look("between", {}),
        task(MODULE, packed, diff=True, register="again"),
        look("after", {}),
        task(MODULE, {**one, "path": "none"}, register="no_such", ignore_errors=True),
        task(MODULE, {"task": "none"}, register="no_task", ignore_errors=True),
    ]
    played = runner.play(master, tasks, in_process=in_process)
    results = played.results
    assert results["tree"]["files"] == [{"path": "lib/util.py", "bytes": 9}, {"path": "train.py", "bytes": 9}]
    assert results["bare"]["files"] == []
    assert results["text"]["file"]["text"] == "print(2)\n"
    check, real, again = (results[name] for name in ("check", "real", "again"))
    assert (check["changed"], real["changed"], again["changed"]) == (True, True, False)
    for name in ("diff", "dest", "sha256", "bytes", "requests"):
        assert check[name] == real[name], name
    if master.control is not None:
        assert [entry["method"] for entry in results["after"]["journal"]] == ["GET"]
    with tarfile.open(tmp_path / "context.tgz") as archive:
        assert archive.extractfile("train.py").read() == b"print(1)\n"
    assert results["no_such"]["failure"]["code"] == results["no_task"]["failure"]["code"] == "not_found"
    assert "lib/util.py" in results["no_such"]["failure"]["hint"]
