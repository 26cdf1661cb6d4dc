# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checkpoints fetched in every form: predicted, done once, done again where something is lost, never half."""

from __future__ import annotations

import hashlib
import re
import tarfile
import uuid

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.playbook import task

pytestmark = pytest.mark.needs("seed")
CONFIG = "name: fetched\nsearcher: {name: single, metric: loss}\n"
FILES = {"model.pt": 3000, "state/": 0, "state/optimizer.pt": 70000}


@pytest.fixture(scope="module")
def place():
    with emulated() as place:
        yield place


@pytest.fixture(scope="module")
def checkpoints(place):
    """An experiment with two checkpoints, of which the first has the better validation: (its id, their uuids)."""
    body = {"projectId": 1, "config": CONFIG, "unmanaged": True}
    experiment = place.call("POST", "/api/v1/experiments", body)["experiment"]["id"]
    trial = place.call("POST", "/api/v1/trials", {"experimentId": experiment, "unmanaged": True})["trial"]
    uuids = []
    for steps, loss in ((1, 0.1), (2, 0.5)):
        metrics = {"trialId": trial["id"], "stepsCompleted": steps, "metrics": {"avgMetrics": {"loss": loss}}}
        place.call("POST", f"/api/v1/trials/{trial['id']}/metrics", {"group": "validation", "metrics": metrics})
        uuids.append(str(uuid.uuid4()))
        made = {"uuid": uuids[-1], "taskId": trial["taskId"], "resources": FILES, "state": "STATE_COMPLETED"}
        place.call("POST", "/api/v1/checkpoints", {**made, "metadata": {"steps_completed": steps}})
    return experiment, uuids


def test_forms(place, checkpoints, runner, tmp_path):
    experiment, (best, _latest) = checkpoints
    forms = ("folder", "tar", "tgz", "zip")
    tasks = []
    for form in forms:
        options = {"experiment_id": experiment, "dest": str(tmp_path / form), "format": form}
        tasks.append(task("det_checkpoint_fetch", options, check_mode=True, diff=True, register=form + "_check"))
        tasks.append(task("det_checkpoint_fetch", options, diff=True, register=form))
        tasks.append(task("det_checkpoint_fetch", options, register=form + "_again"))
    results = runner.play(place, tasks).results
    for form in forms:
        check, real = results[form + "_check"], results[form]
        for key in ("changed", "checkpoint", "files", "bytes", "diff", "dest", "record"):
            assert check[key] == real[key], (form, key)
        assert (real["checkpoint"]["uuid"], real["files"], real["bytes"]) == (best, 2, 73000)
        assert real["downloaded_bytes"] > 0
        assert not results[form + "_again"]["changed"]
        assert results[form + "_again"]["downloaded_bytes"] == 0
        assert results[form + "_again"]["sha256"] == real["sha256"]
    assert results["tgz"]["sha256"] == hashlib.sha256((tmp_path / "tgz").read_bytes()).hexdigest()
    with tarfile.open(tmp_path / "tgz") as archive:
        assert archive.extractfile("state/optimizer.pt").read()[:9] != b"\0" * 9
    assert not list(tmp_path.glob(".*"))


def test_what_is_there(place, checkpoints, runner, tmp_path):
    """Something of it is lost, it is another checkpoint, it is the user's own."""
    experiment, (best, latest) = checkpoints
    folder = {"dest": str(tmp_path / "folder")}
    tasks = [
        task("det_checkpoint_fetch", {**folder, "uuid": best}),
        {"name": "Lose", "ansible.builtin.file": {"path": str(tmp_path / "folder" / "model.pt"), "state": "absent"}},
        task("det_checkpoint_fetch", {**folder, "uuid": best}, register="mended"),
        task("det_checkpoint_fetch", {**folder, "experiment_id": experiment, "which": "latest"}, register="other"),
        task("det_checkpoint_fetch", {"uuid": best, "dest": str(tmp_path)}, register="taken", ignore_errors=True),
    ]
    results = runner.play(place, tasks).results
    assert results["mended"]["changed"]
    assert results["other"]["checkpoint"]["uuid"] == latest
    assert results["taken"]["failure"]["code"] == "refused"
    assert (tmp_path / "folder" / "state" / "optimizer.pt").stat().st_size == 70000
    assert not list(tmp_path.glob(".*"))


@pytest.mark.needs("faults")
def test_what_breaks_off(place, checkpoints, runner, tmp_path):
    """Once it is begun anew; too often, and nothing stands in its place."""
    _experiment, (best, latest) = checkpoints
    place.control.fault("truncate", path="^/checkpoints/", count=2)
    once = {"uuid": best, "dest": str(tmp_path / "once"), "attempts": 1}
    tasks = [
        task("det_checkpoint_fetch", once, register="failed_one", ignore_errors=True),
        task("det_checkpoint_fetch", {"uuid": best, "dest": str(tmp_path / "then"), "format": "zip"}, register="then"),
        task("det_checkpoint_fetch", {"uuid": latest, "dest": str(tmp_path / "x"), "format": "tar"}, register="last"),
    ]
    played = runner.play(place, tasks)
    assert played.results["failed_one"]["failure"]["code"] == "unreachable"
    assert played.results["then"]["changed"]
    assert f"{best}: " in played.output
    assert "It is begun anew." in played.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["then", "then.sha256", "x", "x.sha256"]


def test_made_up_cluster(runner, tmp_path):
    """The files of small checkpoints come, those of large ones are said not to be there."""
    ids = {"experiment_ids": list(range(1, 51)), "states": ["COMPLETED"]}
    picked = "{{ (found.checkpoints | sort(attribute='bytes') | %s).uuid }}"
    tasks = [
        task("det_checkpoint_info", ids, register="found"),
        task("det_checkpoint_fetch", {"uuid": picked % "first", "dest": str(tmp_path / "small")}, register="small"),
        task(
            "det_checkpoint_fetch",
            {"uuid": picked % "last", "dest": str(tmp_path / "large")},
            register="large",
            ignore_errors=True,
        ),
    ]
    with emulated(experiments=60) as place:
        results = runner.play(place, tasks).results
    assert results["small"]["bytes"] == sum(file.stat().st_size for file in (tmp_path / "small").rglob("*.*"))
    assert re.match(r"GET /checkpoints/\S+: 500: unable to download checkpoint ", results["large"]["msg"])
    assert results["large"]["failure"]["hint"].startswith("The master reads the files itself")
