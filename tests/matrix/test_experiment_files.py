# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The model code of an experiment: listed, read, written to disk once; in both execution paths."""

from __future__ import annotations

import json
import tarfile
from contextlib import contextmanager

import pytest

from tests.matrix.cases import TRAINING
from tests.matrix.place import fresh, gone_after
from tests.matrix.playbook import look, task

both_paths = pytest.mark.parametrize("in_process", [True, False], ids=["in process", "as a module"])
SENT = [
    {"path": "train.py", "content": "cHJpbnQoMSkK", "mode": 420, "type": 48},
    {"path": "lib", "type": 53, "mode": 493},
    {"path": "lib/util.py", "content": "cHJpbnQoMikK", "mode": 420, "type": 48},
]


@contextmanager
def experiments(master):
    """(An experiment with files, one without)."""
    name = fresh("files")
    with gone_after(master, name):
        workspace = master.call("POST", "/api/v1/workspaces", {"name": name})["workspace"]["id"]
        project = master.call("POST", f"/api/v1/workspaces/{workspace}/projects", {"name": "p"})["project"]["id"]
        body = {"config": json.dumps(TRAINING), "projectId": project}
        made = [
            master.call("POST", "/api/v1/experiments", {**body, **more})["experiment"]["id"]
            for more in ({"modelDefinition": SENT}, {})
        ]
        yield made
        for ident in made:
            master.call("POST", f"/api/v1/experiments/{ident}/kill")


@both_paths
def test_files(master, runner, in_process, tmp_path):
    module = "det_experiment_files_info"
    with experiments(master) as (full, bare):
        one, packed = {"experiment_id": full}, {"experiment_id": full, "dest": str(tmp_path / "code.tgz")}
        taken = tmp_path / "taken"
        taken.write_text("mine")
        tasks = [
            task(module, one, register="tree"),
            task(module, {"experiment_id": bare}, register="bare"),
            task(module, {**one, "path": "lib/util.py"}, register="text"),
            task(module, packed, check_mode=True, diff=True, register="check"),
            task(module, packed, diff=True, register="real"),
            look("between", {}),
            task(module, packed, diff=True, register="again"),
            look("after", {}),
            task(module, {**one, "path": "train.py", "dest": str(tmp_path / "train.py")}, register="single"),
            task(module, {**one, "path": "none"}, register="no_such", ignore_errors=True),
            task(module, {**one, "dest": str(taken)}, register="taken", ignore_errors=True),
            task(module, {"experiment_id": bare, "dest": str(taken)}, register="nothing", ignore_errors=True),
        ]
        played = runner.play(master, tasks, in_process=in_process)
    results = played.results
    assert [one["path"] for one in results["tree"]["files"]] == ["lib", "lib/util.py", "train.py"]
    assert results["bare"]["files"] == []
    assert results["text"]["file"]["text"] == "print(2)\n"
    check, real, again = (results[name] for name in ("check", "real", "again"))
    assert (check["changed"], real["changed"], again["changed"]) == (True, True, False)
    assert {name: check[name] for name in ("diff", "dest", "sha256", "bytes", "requests")} == {
        name: real[name] for name in ("diff", "dest", "sha256", "bytes", "requests")
    }
    assert again["diff"]["before"] == again["diff"]["after"] == real["diff"]["after"]
    if master.control is not None:
        assert [entry["method"] for entry in results["after"]["journal"]] == ["GET", "GET"]
    with tarfile.open(tmp_path / "code.tgz") as archive:
        assert archive.extractfile("train.py").read() == b"print(1)\n"
    assert (tmp_path / "train.py").read_text() == "print(1)\n"
    assert results["no_such"]["failure"]["option"] == "path"
    assert results["taken"]["failure"]["code"] == "refused"
    assert results["nothing"]["failure"]["code"] == "not_found"
    assert taken.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["code.tgz", "taken", "train.py"]
    assert (module in played.in_process()) == in_process
