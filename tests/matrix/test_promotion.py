# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role model_promotion: what does not pass its gate changes nothing, and what passes changes once."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.playbook import look, task
from tests.matrix.requests_sent import writes

ROLE = "determined_ai.determined.model_promotion"
FIRST, SECOND = (f"9a3c7a10-6c1e-4b3f-9d67-0d5be6d1b00{number}" for number in (1, 2))
HIGHER = {"metric": "accuracy", "better_than_holder": True, "smaller_is_better": False}
CONFIG = "name: p\nsearcher: {name: single, metric: accuracy, smaller_is_better: false}\n"


def role(check: bool = False, **variables) -> dict:
    """The role, which may fail."""
    applied = {"name": ROLE, "apply": {"check_mode": check}}
    given = {"model_promotion_model": "m", **{f"model_promotion_{name}": one for name, one in variables.items()}}
    return {
        "name": "Role",
        "block": [{"name": "Apply", "ansible.builtin.include_role": applied, "vars": given}],
        "rescue": [{"name": "Go on", "ansible.builtin.debug": {"msg": "failed"}}],
    }


@contextmanager
def trained():
    """Two experiments of which the second is more accurate; the checkpoint of the first is in production."""
    with emulated() as place:
        place.call("POST", "/api/v1/models", {"name": "m"})
        experiments = []
        for uuid, accuracy in ((FIRST, 0.9), (SECOND, 0.95)):
            made = place.call("POST", "/api/v1/experiments", {"config": CONFIG, "unmanaged": True})["experiment"]
            trial = {"experimentId": made["id"], "unmanaged": True, "hparams": {}}
            trial = place.call("POST", "/api/v1/trials", trial)["trial"]
            metrics = {"trialId": trial["id"], "stepsCompleted": 1, "trialRunId": 0, "reportTime": None}
            metrics["metrics"] = {"avgMetrics": {"accuracy": accuracy}}
            body = {"metrics": {key: one for key, one in metrics.items() if one is not None}, "group": "validation"}
            place.call("POST", f"/api/v1/trials/{trial['id']}/metrics", body)
            checkpoint = {"taskId": trial["taskId"], "uuid": uuid, "resources": {"a": "1"}, "state": "STATE_COMPLETED"}
            place.call("POST", "/api/v1/checkpoints", {**checkpoint, "metadata": {"steps_completed": 1}})
            experiments.append(made["id"])
        place.call("POST", "/api/v1/models/m/versions", {"checkpointUuid": FIRST, "labels": ["production", "old"]})
        yield place, experiments


@pytest.mark.needs("journal")
def test_the_gate_stops_before_the_first_write_and_what_passes_is_promoted_once(runner):
    refused = {
        "accuracy is 0.95, and must be at least 0.99.": role(checkpoint_uuid=SECOND, gate={**HIGHER, "min": 0.99}),
        "has no validation with loss": role(checkpoint_uuid=SECOND, gate={"metric": "loss"}),
        "model_promotion_gate has no condition.": role(checkpoint_uuid=SECOND, gate={}),
        "has min (None), which is empty": role(checkpoint_uuid=SECOND, gate={**HIGHER, "min": None}),
        "The model m has no version 7": role(version=7),
        "Give exactly one of model_promotion_version": role(version=1, checkpoint_uuid=SECOND),
        "the role model_promotion has no such variable": role(checkpoint_uuid=SECOND, gates=1),
    }
    with trained() as (place, (_first, second)):
        passes = {"experiment": second, "gate": HIGHER, "remove_labels": ["candidate"], "metadata": {"commit": "c"}}
        candidate = {"model": "m", "checkpoint_uuid": SECOND, "labels": ["candidate"]}
        tasks = [
            look("start", {}),
            *refused.values(),
            role(checkpoint_uuid=SECOND, gate={**HIGHER, "min": 0.99}, fail=False),
            role(check=True, **passes),
            look("stopped", {}),
            task("det_model_version", candidate),
            look("registered", {}),
            role(**passes),
            look("promoted", {"versions": "/api/v1/models/m/versions"}),
            role(**passes),
            role(version=2, gate=HIGHER),
            look("again", {}),
        ]
        played = runner.play(place, tasks)
    for said in refused:
        assert said in played.output
    assert played.output.count('"msg": "failed"') == len(refused)
    sent = {name: writes(played.results[name]["journal"]) for name in ("stopped", "promoted", "again")}
    assert (sent["stopped"], sent["again"]) == ([], [])
    # The version gets the label, the other loses it, and the candidate is none any more.
    assert [f"{one['method']} {one['path'].rpartition('/')[2]}" for one in sent["promoted"]] == [
        "PATCH 2", "PATCH 1", "PATCH 2"
    ]  # fmt: skip
    versions = played.results["promoted"]["reads"]["versions"]["modelVersions"]
    assert {one["version"]: one["labels"] for one in versions} == {1: ["old"], 2: ["production"]}
