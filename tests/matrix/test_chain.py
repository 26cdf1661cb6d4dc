# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A playbook whose steps make what the next ones go on with, in check mode from its first step to its last."""

from __future__ import annotations

import pytest

from tests.matrix.playbook import task

CONFIG = {"name": "n", "entrypoint": "x", "searcher": {"name": "single", "metric": "loss"}}
EXPERIMENT = "{{ made.experiment.id }}"
NOTEBOOK = "{{ notebook.notebook.id }}"


@pytest.mark.parametrize("in_process", [True, False], ids=["in process", "as a module"])
def test_a_chain_in_check_mode(master, runner, in_process, tmp_path):
    steps = [
        ("det_workspace", {"name": "chain"}, "space"),
        ("det_project", {"name": "chain", "workspace_id": "{{ space.workspace.id }}"}, "project"),
        (
            "det_experiment",
            {"key_label": "chain", "project_id": "{{ project.project.id }}", "config": CONFIG},
            "made",
        ),
        ("det_wait", {"experiments": [EXPERIMENT]}, "waited"),
        ("det_wait", {"experiment": EXPERIMENT}, "waited_for_one"),
        ("det_checkpoint_fetch", {"experiment_id": EXPERIMENT, "dest": str(tmp_path / "there")}, "fetched"),
        ("det_experiments", {"ids": [EXPERIMENT], "state": "archived"}, "archived"),
        ("det_experiment_info", {"ids": [EXPERIMENT]}, "found"),
        ("det_notebook", {"description": "d"}, "notebook"),
        ("det_wait", {"task": NOTEBOOK, "states": ["READY"]}, "ready"),
        ("det_log_info", {"task": NOTEBOOK}, "log"),
        ("det_notebook", {"id": NOTEBOOK, "state": "absent"}, "killed"),
    ]
    tasks = [task(module, options, check_mode=True, register=name) for module, options, name in steps]
    tasks.append(task("det_wait", {"experiment": None}, register="real", ignore_errors=True))
    results = runner.play(master, tasks, in_process=in_process).results
    assert results["made"]["changed"]
    assert results["made"]["experiment"]["id"] is None
    assert results["made"]["experiment"]["name"] == "n"
    (waited,) = results["waited"]["experiments"]
    assert (waited["id"], waited["state"], waited["reached"]) == (None, None, False)
    assert not results["waited_for_one"]["reached"]
    assert results["fetched"]["changed"]
    assert results["archived"]["changed_ids"] == []
    assert results["found"]["experiments"] == []
    assert results["log"]["lines"] == []
    assert results["killed"]["changed"]
    assert results["real"]["failure"]["code"] == "bad_option"
    assert list(tmp_path.iterdir()) == []
