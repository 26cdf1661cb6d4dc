# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Somebody else acts between a plan and its first request; and files that the plan leaves behind."""

from __future__ import annotations

import json

import pytest

from tests.unit.plugins.lives.stage import Stage, Step, stage

SEEDED = {"experiments": 40, "agents": 3, "checkpoints": 60}


def ask(method, path, body=None):
    return lambda here: here.ask(method, path, body)


def labels(ident, *names):
    return ask("PATCH", f"/api/v1/experiments/{ident}", {"labels": list(names)})


def registers(experiment: int):
    """A checkpoint of the experiment becomes a version of a model."""

    def act(here: Stage):
        for one in here.ask("GET", f"/api/v1/experiments/{experiment}/checkpoints")["checkpoints"]:
            if one["state"] == "STATE_COMPLETED":
                here.ask(
                    "POST", "/api/v1/models/vision-efficientnet-b0-cityscapes/versions", {"checkpointUuid": one["uuid"]}
                )

    return act


def gone(ident):
    def act(here: Stage):
        here.ask("DELETE", f"/api/v1/experiments/{ident}")
        here.place.control.advance(600)

    return act


def archived(*idents):
    return ask("POST", "/api/v1/projects/-1/experiments/archive", {"experimentIds": list(idents)})


def act_on(label, meanwhile, module="experiments", **options):
    return Step(f"det_{module}", options, label, meanwhile=meanwhile, steady=False, predicted=False)


def checkpoints_of(experiment):
    def options(here: Stage):
        found = here.ask("GET", f"/api/v1/experiments/{experiment}/checkpoints")["checkpoints"]
        return {"uuids": sorted(one["uuid"] for one in found if one["state"] == "STATE_COMPLETED"), "state": "absent"}

    return options


LEAST = {"save_experiment_best": 0, "save_trial_best": 0, "save_trial_latest": 0}
MEANWHILE = [
    act_on("kept by a label", labels(13, "keep"), ids=[13, 16], state="absent"),
    act_on("kept by another label", labels(13, "mine"), ids=[13], state="absent", keep_labels=["mine"]),
    act_on("gone already", gone(6), ids=[6, 19], state="absent"),
    act_on("registered", registers(15), ids=[15, 1], state="absent"),
    act_on("registered, archived all the same", registers(40), ids=[40, 5], state="archived", protect=[]),
    act_on("a label set", labels(5, "new"), ids=[5], labels_add=["x"]),
    act_on("a label taken", labels(7, "sweep"), ids=[7], labels_remove=["baseline"]),
    act_on("moved", ask("POST", "/api/v1/experiments/12/move", {"experimentId": 12, "destinationProjectId": 5}),
           ids=[12, 14], project_id=6),
    act_on("archived", archived(22), ids=[22, 26], state="archived"),
    act_on("ended", ask("POST", "/api/v1/experiments/10/kill"), ids=[10, 17], state="killed"),
    act_on("a label set", labels(24, "x"), module="checkpoint_gc", ids=[24, 21], **LEAST),
    act_on("kept by a label", labels(24, "keep"), module="checkpoint_gc", ids=[24], **LEAST),
    act_on("registered", registers(27), module="checkpoint_gc", ids=[27, 24], **LEAST),
    act_on("gone already", gone(11), module="checkpoint_gc", ids=[11, 40], **LEAST),
    Step("det_checkpoint", checkpoints_of(15), "registered", meanwhile=registers(15), steady=False, predicted=False),
    act_on("deleted with its experiment", gone(20), module="run", ids=[26, 19], state="absent"),
    act_on("archived run", ask("POST", "/api/v1/runs/archive", {"runIds": [38], "projectId": 11}), module="run",
           ids=[38, 35], state="archived"),
    act_on("metadata", ask("POST", "/api/v1/runs/34/metadata", {"metadata": {"theirs": 1}}), module="run", ids=[34],
           metadata={"ours": 2}),
    act_on("metadata, exact", ask("POST", "/api/v1/runs/35/metadata", {"metadata": {"theirs": 1}}), module="run",
           ids=[35], metadata={"ours": 2}, metadata_mode="exact"),
]  # fmt: skip


def test_what_somebody_does_meanwhile(live):
    with stage(**SEEDED) as here:
        live("meanwhile", here, MEANWHILE)


PROTECTED = [
    Step("det_experiments", {"ids": [6, 9], "state": "absent", "protect": ["pinned"]}, "pinned",
         first=ask("POST", "/api/v1/workspaces/4/pin")),
    Step("det_experiments", {"ids": [19, 8], "state": "archived", "protect": ["no_agent", "pinned"]}, "archived",
         first=ask("POST", "/api/v1/workspaces/5/pin")),
    Step("det_experiments", {"ids": [33, 29], "state": "absent", "protect": []}, "nothing protected"),
    Step("det_experiments", {"ids": [15, 32], "state": "absent", "protect": ["no_agent"]}, "an agent is there"),
    Step("det_experiments", {"ids": [15, 40], "state": "absent", "protect": ["no_agent"]}, "no agent is there",
         first=lambda here: [here.ask("POST", f"/api/v1/agents/agent-{one}/disable", {}) for one in (1, 2, 3)]),
]  # fmt: skip


def test_what_is_protected(live):
    with stage(**SEEDED) as here:
        live("protected", here, PROTECTED)


TOLD = {
    "experiments": ("experiments", {"ids": [1, 10, 6], "state": "absent"}),
    "labels": ("experiments", {"ids": [1, 5], "labels_add": ["x"], "chunk_size": 1}),
    "collected": ("checkpoint_gc", {"ids": [9, 33], **LEAST}),
    "trials": ("trial", {"ids": [7, 12], "log_retention_days": 5}),
    "runs": ("run", {"ids": [5, 7], "state": "archived"}),
}


@pytest.mark.parametrize("name", TOLD)
def test_a_journal_tells_what_was_about_to_be_done_and_what_came_of_it(name, tmp_path):
    module, options = TOLD[name]
    path = tmp_path / "journal"
    with stage(**SEEDED) as here:
        here.run(f"det_{module}", {**options, "journal": str(path)}, check=True)
        assert not path.exists()
        result = here.run(f"det_{module}", {**options, "journal": str(path)})
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        here.run(f"det_{module}", {**options, "journal": str(path)})
        assert path.read_text().splitlines()[: len(lines)] == [json.dumps(one) for one in lines]
    assert [one["phase"] for one in lines].count("intent") == [one["phase"] for one in lines].count("done")
    for phase in ("intent", "done"):
        assert sorted(one["id"] for one in lines if one["phase"] == phase) == sorted(result["changed_ids"])
    begun: set = set()
    for one in lines:
        assert (one["phase"] == "done") == (one["id"] in begun)
        begun ^= {one["id"]}
    assert path.stat().st_mode & 0o777 == 0o600
    assert all(one.get("error") is None for one in lines)
