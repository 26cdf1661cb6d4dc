# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role ci_experiment: a commit is trained once, whatever comes of it, and every step says how it went."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.playbook import look
from tests.matrix.requests_sent import writes

ROLE = "determined_ai.determined.ci_experiment"
CONFIG = {
    "name": "ci", "entrypoint": "x", "environment": {"image": "fake/train"}, "resources": {"slots_per_trial": 1},
    "searcher": {"name": "single", "metric": "validation_loss", "max_length": {"batches": 20}},
}  # fmt: skip
LOSS = {"metric": "validation_loss", "max": 1}
MODEL = {"model": "ci", "workspace": "Uncategorized", "labels": ["candidate"], "metadata": {"commit": "c"}}


def role(check: bool = False, **variables) -> dict:
    """The role, which may fail."""
    applied = {"name": ROLE, "apply": {"check_mode": check}}
    given = {f"ci_experiment_{name}": one for name, one in {"config": CONFIG, **variables}.items()}
    return {
        "name": "Role",
        "block": [{"name": "Apply", "ansible.builtin.include_role": applied, "vars": given}],
        "rescue": [{"name": "Go on", "ansible.builtin.debug": {"msg": "failed"}}],
    }


def steps_of(path) -> dict:
    """{step: whether it passed; None where it was left out}."""
    return {one["name"]: one["errors"] == [] if one["done"] or one["errors"] else None for one in read(path)["steps"]}


def read(path) -> dict:
    return json.loads(path.read_text())


def made(sent: list[dict]) -> list[str]:
    """The requests that changed something: the check of a config is a POST too."""
    kept = [one for one in sent if "preview" not in one["path"] and "validateOnly" not in (one["body"] or {})]
    return [f"{one['method']} {one['path']}" for one in kept]


@pytest.mark.needs("agents")
def test_a_commit_is_trained_gated_and_registered_once(runner, tmp_path):
    first, second, junit = (tmp_path / name for name in ("first.json", "second.json", "result.xml"))
    whole = {"key": "c1", "gate": LOSS, "register": MODEL, "labels": ["nightly"]}
    with emulated(agents=2) as place:
        tasks = [
            look("start", {}),
            role(check=True, **whole),
            look("checked", {}),
            role(**whole, result_file=str(first)),
            look("trained", {"versions": "/api/v1/models/ci/versions"}),
            role(**whole, result_file=str(second)),
            role(**whole, result_file=str(junit)),
            role(key="c1", gate=LOSS),
            look("again", {}),
        ]
        played = runner.play(place, tasks)
    assert '"msg": "failed"' not in played.output
    assert "an experiment would be started" in played.output or "no experiment was started" in played.output
    sent = {name: writes(played.results[name]["journal"]) for name in ("checked", "trained", "again")}
    assert (made(sent["checked"]), made(sent["again"])) == ([], [])
    assert [one.rpartition("/")[2] for one in made(sent["trained"])] == ["experiments", "models", "versions"]
    (version,) = played.results["trained"]["reads"]["versions"]["modelVersions"]
    assert version["labels"] == ["candidate"]
    assert read(first) == {
        **read(second), "passed": True, "model_version": 1, "checkpoint_uuid": version["checkpoint"]["uuid"]
    }  # fmt: skip
    assert steps_of(first) == dict.fromkeys(("config", "start", "train", "gate", "register"), True)
    suite = ElementTree.parse(junit).getroot()
    assert (suite.get("name"), suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("c1", "5", "0", "0")


@pytest.mark.needs("agents")
def test_each_step_that_fails_is_told_and_leaves_out_the_others(runner, tmp_path):
    results = {name: tmp_path / f"{name}.json" for name in ("config", "train", "gate", "no metric", "no model")}
    junit = tmp_path / "result.xml"
    crash = {**CONFIG, "environment": {"image": "fake/exit1"}, "max_restarts": 0}
    files = {name: {"result_file": str(path)} for name, path in results.items()}
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: x\nentrypoint: y\nsearcher:\n  name: single\n  max_lenght: 3\n")
    with emulated(agents=2) as place:
        tasks = [
            look("start", {}),
            role(key="a", config=None, config_file=str(bad), **files["config"]),
            look("config", {}),
            role(key="b", config=crash, **files["train"]),
            look("crashed", {}),
            role(key="b", config=crash, result_file=str(junit)),
            look("crashed_again", {}),
            role(key="c", gate={"metric": "validation_loss", "max": 0}, register=MODEL, **files["gate"]),
            look("gate", {"models": "/api/v1/models", "versions": "/api/v1/models/ci/versions"}),
            role(key="c", gate={"metric": "none"}, **files["no metric"]),
            role(key="c", register={"model": "nowhere"}, **files["no model"]),
            role(key="d", config_file="x"),
            role(key="e", gate={"max": 1}),
        ]
        # A null is refused, as it might come from a template: the variable is left out instead.
        del tasks[1]["block"][0]["vars"]["ci_experiment_config"]
        played = runner.play(place, tasks)
    assert played.output.count('"msg": "failed"') == 8
    assert steps_of(results["config"]) == {"config": False, **dict.fromkeys(("start", "train", "gate", "register"))}
    assert f"{bad}, line 5, searcher.max_lenght" in read(results["config"])["steps"][0]["errors"][0]
    assert [
        one for one in writes(played.results["config"]["journal"]) if "validateOnly" not in (one["body"] or "")
    ] == []
    assert steps_of(results["train"]) == {"config": True, "start": True, "train": False, "gate": None, "register": None}
    assert "1 is ERROR.\n" in read(results["train"])["steps"][2]["errors"][0]
    # Neither started nor continued again.
    assert made(writes(played.results["crashed_again"]["journal"])) == []
    suite = ElementTree.parse(junit).getroot()
    assert [one.get("name") for one in suite if one.find("failure") is not None] == ["train"]
    assert [one.get("name") for one in suite if one.find("skipped") is not None] == ["gate", "register"]
    gate = {"config": True, "start": True, "train": True, "gate": False}
    assert steps_of(results["gate"]) == {**gate, "register": None}
    assert steps_of(results["no metric"]) == {**gate, "register": None}
    assert "has no validation with none" in read(results["no metric"])["steps"][3]["errors"][0]
    assert played.results["gate"]["reads"]["versions"]["modelVersions"] == []
    assert steps_of(results["no model"]) == {**gate, "gate": None, "register": False}
    assert "Give one of ci_experiment_config_file and ci_experiment_config" in played.output
