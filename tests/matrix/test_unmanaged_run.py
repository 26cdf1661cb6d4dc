# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The life of a run outside of the cluster: each step predicted, done once; in both execution paths."""

from __future__ import annotations

import pytest

from tests.matrix.place import fresh, gone_after
from tests.matrix.playbook import look, task
from tests.matrix.steady import steady

both_paths = pytest.mark.parametrize("in_process", [True, False], ids=["in process", "as a module"])
MODULE = "det_unmanaged_run"
# (label, options, the state after it, reads of a second run). A checkpoint would keep the workspace from being deleted
# on a master without agents.
STEPS = (
    ("begin", {"hparams": {"lr": 0.5}}, "RUNNING", 1),
    ("tune", {"hparams": {"lr": 0.1}}, "RUNNING", 1),
    ("report", {"metrics": [{"steps_completed": 10, "values": {"loss": 0.5}}]}, "RUNNING", 2),
    ("fail", {"state": "errored"}, "ERROR", 1),
    ("resume", {"state": "running"}, "RUNNING", 1),
    (
        "complete",
        {"state": "completed", "metrics": [{"group": "validation", "steps_completed": 20, "values": {"loss": 0.4}}]},
        "COMPLETED",
        2,
    ),
)


@both_paths
def test_life(master, runner, in_process):
    name = fresh("outside")
    steps = STEPS if in_process else (STEPS[0], STEPS[2], STEPS[-1])
    with gone_after(master, name):
        workspace = master.call("POST", "/api/v1/workspaces", {"name": name})["workspace"]["id"]
        master.call("POST", f"/api/v1/workspaces/{workspace}/projects", {"name": "p"})
        config = {"name": name, "searcher": {"name": "single", "metric": "loss"}}
        common = {"external_id": name, "run": "r", "project": f"{name}/p", "config": config}
        tasks = [look("start", {})]
        for label, options, _state, _reads in steps:
            for what in ("check", "real", "again"):
                tasks.append(
                    task(
                        MODULE, {**common, **options}, check_mode=what == "check", diff=True, register=f"{label}_{what}"
                    )
                )
                tasks.append(look(f"{label}_{what}_look", {}))
        played = runner.play(master, tasks, in_process=in_process)
    results = played.results
    for label, _options, state, reads in steps:
        check, real, again = (results[f"{label}_{what}"] for what in ("check", "real", "again"))
        assert check["changed"], label
        assert real["changed"], label
        assert steady(check["diff"]) == steady(real["diff"]), label
        assert [steady(one) for one in check["requests"]] == [steady(one) for one in real["requests"]], label
        assert check["trial"]["state"] == real["trial"]["state"] == state
        assert not again["changed"], label
        # A sign of life is sent each time.
        assert again["requests"] == ([f"PATCH /api/v1/trials/{real['trial']['id']}"] if label == "resume" else [])
        assert again["trial"]["id"] == real["trial"]["id"]
        if master.control is not None:
            journal = [one for one in results[f"{label}_again_look"]["journal"] if one["method"] == "GET"]
            assert len(journal) == reads, (label, [one["path"] for one in journal])
    assert (MODULE in played.in_process()) == in_process
