# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Configs checked by the master, which makes nothing of them; in both execution paths."""

from __future__ import annotations

import pytest

from tests.matrix.cases import TRAINING
from tests.matrix.place import fresh, gone_after
from tests.matrix.playbook import look, task

both_paths = pytest.mark.parametrize("in_process", [True, False], ids=["in process", "as a module"])
MODULE = "det_experiment_validate"
BAD = "name: x\nentrypoint: y\nresources: {slots_per_trial: 0}\nsearcher:\n  name: single\n  max_lenght: 3\n"
GRID = {
    **TRAINING,
    "searcher": {"name": "grid", "metric": "loss"},
    "hyperparameters": {"a": {"type": "categorical", "vals": [1, 2, 3]}},
}


@both_paths
def test_validate(master, runner, in_process, tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(BAD)
    name = fresh("validate")
    with gone_after(master, name):
        workspace = master.call("POST", "/api/v1/workspaces", {"name": name})["workspace"]["id"]
        project = master.call("POST", f"/api/v1/workspaces/{workspace}/projects", {"name": "p"})["project"]["id"]
        tasks = [
            task(MODULE, {"config": GRID, "project": f"{name}/p"}, register="good"),
            task(MODULE, {"config": GRID, "project": f"{name}/p"}, check_mode=True, register="check"),
            look("made", {"experiments": f"/api/v1/experiments?projectId={project}"}),
            task(MODULE, {"config_file": str(path), "fail": False}, register="told"),
            task(MODULE, {"config_file": str(path)}, register="failed_one", ignore_errors=True),
            task(MODULE, {"config": "name: [", "fail": False}, register="no_yaml"),
            task(MODULE, {"config": GRID, "template": name, "fail": False}, register="no_template"),
            task(MODULE, {"config": GRID, "project": f"{name}/none"}, register="no_project", ignore_errors=True),
        ]
        played = runner.play(master, tasks, in_process=in_process)
    results = played.results
    good = results["good"]
    assert (good["changed"], good["valid"], good["errors"]) == (False, True, [])
    assert good["search"]["trials"] == [{"count": 3, "unit": None, "length": None}]
    assert good["search"]["trial_count"] == 3
    assert results["check"] == good
    assert results["made"]["reads"]["experiments"]["experiments"] == []
    told = results["told"]
    assert not told["valid"]
    assert told["errors"][0]["file"] == str(path)
    assert {(one["field"], one["line"]) for one in told["errors"]} == {("searcher.max_lenght", 6)}
    failed = results["failed_one"]
    assert failed["failure"]["code"] == "bad_config"
    assert f"{path}, line 6, searcher.max_lenght" in failed["msg"]
    assert failed["errors"] == told["errors"]
    assert results["no_yaml"]["errors"][0]["line"] == 1
    assert not results["no_template"]["valid"]
    assert results["no_project"]["failure"]["option"] == "project"
    assert (MODULE in played.in_process()) == in_process
