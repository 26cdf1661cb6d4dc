# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs that the master does not run: exact requests, each thing reported once, also where answers are lost."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.connection import client as client_module
from ansible_collections.determined_ai.determined.plugins.module_utils.runs import unmanaged

from emulator.testing import running
from tests.matrix.place import Place
from tests.unit.plugins.lives.stage import Stage

CONFIG = {"name": "n", "searcher": {"name": "single", "metric": "loss"}}
UUID = "3f1c2a84-9d5e-4b1a-8f6d-0c7a52e1b9d3"
ONE = {"external_id": "e", "run": "r", "config": CONFIG}
LOSS = {"group": "training", "steps_completed": 10, "values": {"loss": 0.5}}


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(client_module, "FIRST_PAUSE", 0.005)


@pytest.fixture
def stage():
    with running(password="Testing1!") as control:
        place = Place(control.url, "admin", "Testing1!", control=control)
        yield Stage(place)
        place.close()


def run(stage, check=False, **options):
    stage.place.control.forget()
    return stage.run("det_unmanaged_run", {**ONE, **options}, check)


def sent(stage):
    """The writes of the last task, with their bodies."""
    return [
        (one["method"] + " " + one["path"], json.loads(one["body"]) if isinstance(one["body"], str) else one["body"])
        for one in stage.place.control.journal()
        if one["method"] != "GET" and not one["path"].endswith("-search") and "auth" not in one["path"]
    ]


def reported(stage, trial, group="training"):
    lines = stage.place._session.get(
        f"{stage.place.url}/api/v1/trials/metrics/trial_metrics?trialIds={trial}&group={group}",
        headers={"Authorization": "Bearer " + stage.place.token},
        timeout=10,
    ).text
    rows = [row for line in lines.splitlines() for row in json.loads(line)["result"]["metrics"]]
    return {row["totalBatches"]: row["metrics"].get("avg_metrics") for row in rows}


def test_made_and_begun(stage):
    check = run(stage, True, hparams={"lr": 1})
    real = run(stage, hparams={"lr": 1})
    ident = real["trial"]["id"]
    assert sent(stage) == [
        ("PUT /api/v1/experiments/by-external-id/e", {"config": json.dumps(CONFIG), "unmanaged": True}),
        (
            "PUT /api/v1/trials",
            {
                "createTrialRequest": {"experimentId": 1, "unmanaged": True, "hparams": {"lr": 1}},
                "externalTrialId": "r",
            },
        ),
        (f"POST /api/v1/trials/{ident}/start", {"resume": True}),
    ]
    assert check["diff"] == real["diff"] == {"before": {}, "after": {"state": "RUNNING", "hparams": {"lr": 1}}}
    assert [one.replace("{id}", str(ident)) for one in check["requests"]] == real["requests"]
    assert (check["trial"]["id"], check["trial"]["state"]) == (None, "RUNNING")
    assert (real["trial"]["state"], real["trial"]["hparams"]) == ("RUNNING", {"lr": 1})
    again = run(stage, hparams={"lr": 1})
    assert (again["changed"], again["requests"], again["trial"]) == (False, [], real["trial"])
    assert len(stage.place.control.journal()) == 1


@pytest.mark.parametrize("state", ["completed", "errored"])
def test_ended_once(stage, state):
    run(stage)
    word = {"completed": "COMPLETED", "errored": "ERROR"}[state]
    check, real, again = (run(stage, check, state=state) for check in (True, False, False))
    assert check["diff"] == real["diff"] == {"before": {"state": "RUNNING"}, "after": {"state": word}}
    assert real["trial"]["state"] == word
    assert (again["changed"], again["trial"]["end_time"]) == (False, real["trial"]["end_time"])
    # That it was begun is so, however it ended.
    assert not run(stage, state="started")["changed"]
    resumed = run(stage, state="running")
    assert (resumed["changed"], resumed["trial"]["state"]) == (True, "RUNNING")


def test_a_sign_of_life_is_no_change(stage):
    run(stage)
    for check in (True, False):
        result = run(stage, check, state="running")
        assert not result["changed"]
        assert result["requests"] == ["PATCH /api/v1/trials/1"]
        assert result["diff"]["before"] == result["diff"]["after"]
    assert sent(stage) == [("PATCH /api/v1/trials/1", {})]


def test_made_in_its_last_state(stage):
    result = run(stage, state="errored", metrics=[LOSS])
    assert [one for one, _body in sent(stage)][1:] == [
        "PUT /api/v1/trials",
        "POST /api/v1/trials/1/start",
        "POST /api/v1/trials/1/metrics",
        "PATCH /api/v1/trials/1",
    ]
    assert result["trial"]["state"] == "ERROR"


def test_hparams_are_replaced_or_left_alone(stage):
    run(stage, hparams={"lr": 1, "n": 2})
    result = run(stage, hparams={"lr": 2})
    assert result["diff"] == {"before": {"hparams": {"lr": 1, "n": 2}}, "after": {"hparams": {"lr": 2}}}
    assert result["trial"]["hparams"] == {"lr": 2}
    assert not run(stage)["changed"]


def test_metrics_are_reported_once(stage):
    more = {**LOSS, "values": {"loss": 0.7, "accuracy": 1}}
    first = run(stage, metrics=[LOSS])
    assert sent(stage)[-1] == (
        "POST /api/v1/trials/1/metrics",
        {
            "group": "training",
            "metrics": {
                "trialId": 1,
                "trialRunId": 1,
                "stepsCompleted": 10,
                "metrics": {"avgMetrics": {"loss": 0.5}},
            },
        },
    )
    assert first["diff"]["after"]["metrics"] == [LOSS]
    again = run(stage, metrics=[LOSS])
    assert (again["changed"], again["requests"]) == (False, [])
    added = run(stage, metrics=[more])
    assert added["changed"]
    assert added["warnings"] == ["training at 10 steps: loss was reported with another value, which stays."]
    assert reported(stage, 1) == {10: {"loss": 0.5, "accuracy": 1}}
    summary = stage.place.call("GET", "/api/v1/trials/1")["trial"]["summaryMetrics"]["avg_metrics"]
    assert summary["loss"]["count"] == 1


def test_metrics_of_what_has_ended(stage):
    ended = run(stage, state="completed")
    result = run(stage, metrics=[LOSS])
    assert result["changed"]
    assert "state" not in result["diff"]["after"]
    assert result["trial"]["state"] == ended["trial"]["state"] == "COMPLETED"


def test_a_checkpoint_is_reported_once(stage):
    checkpoint = {
        "uuid": UUID,
        "resources": {"model.pt": 100, "state/": 0},
        "steps_completed": 10,
        "metadata": {"a": "b"},
        "storage": {"type": "shared_fs", "host_path": "/tmp"},
    }
    check, real, again = (run(stage, check, checkpoint=checkpoint) for check in (True, False, False))
    assert check["requests"][-2:] == real["requests"][-2:] == ["POST /api/v1/runs/start", "POST /api/v1/checkpoints"]
    assert real["diff"]["after"]["checkpoint"] == UUID
    assert (again["changed"], again["requests"]) == (False, [])
    shown = stage.place.call("GET", f"/api/v1/checkpoints/{UUID}")["checkpoint"]
    assert shown["metadata"] == {"a": "b", "steps_completed": 10}
    assert shown["resources"] == {"model.pt": "100", "state/": "0"}
    other = run(stage, run="other", checkpoint={"uuid": UUID})
    assert "is there already, as one of trial 1" in other["msg"]
    assert sent(stage) == []


def test_the_only_run_of_an_experiment(stage):
    made = stage.place.call("POST", "/api/v1/experiments", {"unmanaged": True, "config": json.dumps(CONFIG)})
    one = {"experiment_id": made["experiment"]["id"]}
    results = [stage.run("det_unmanaged_run", one, check) for check in (True, False, False)]
    assert [result["changed"] for result in results] == [True, True, False]
    assert results[1]["requests"] == ["POST /api/v1/trials", "POST /api/v1/trials/1/start"]
    stage.place.call("POST", "/api/v1/trials", {"experimentId": one["experiment_id"], "unmanaged": True})
    several = stage.run("det_unmanaged_run", one)
    assert several["failure"]["code"] == "ambiguous"
    assert "id 1, id 2" in several["msg"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"run": "a/b"}, "run ('a/b')"),
        ({"external_id": "a/b"}, "external_id ('a/b')"),
        ({"config": None}, "no config to make it from"),
        ({"project": "none/none"}, "There is no project"),
        ({"metrics": [{**LOSS, "group": "a.b"}]}, "metrics.group ('a.b')"),
        ({"metrics": [{**LOSS, "values": {}}]}, "metrics.values"),
        ({"metrics": [{**LOSS, "steps_completed": -1}]}, "metrics.steps_completed (-1)"),
        ({"checkpoint": {"uuid": "x"}}, "checkpoint.uuid ('x')"),
    ],
)
def test_bad_input(stage, options, said):
    result = run(stage, **options)
    assert said in result["msg"]
    assert sent(stage) == []


def test_an_experiment_that_the_master_runs(stage):
    body = {"config": json.dumps({**CONFIG, "entrypoint": "x", "resources": {"slots_per_trial": 0}})}
    ident = stage.place.call("POST", "/api/v1/experiments", body)["experiment"]["id"]
    result = stage.run("det_unmanaged_run", {"experiment_id": ident, "state": "completed"})
    assert "is run by the master" in result["msg"]
    assert stage.run("det_unmanaged_run", {"experiment_id": 999})["failure"]["code"] == "not_found"
    both = stage.run("det_unmanaged_run", {"experiment_id": ident, "run": "r"})
    assert both["failure"]["option"] == "run"


@pytest.mark.parametrize(
    "path", ["/start$", "/metrics$", "/checkpoints$", "/trials$", "by-external-id/e$", "/trials/1$"]
)
@pytest.mark.parametrize("kind", ["reset", "reset_after"])
def test_answers_that_are_lost(stage, path, kind):
    options = {"metrics": [LOSS], "checkpoint": {"uuid": UUID}, "state": "completed", "retry_time": 2}
    stage.place.control.fault(kind, path=path, count=1)
    result = run(stage, **options)
    stage.place.control.no_faults()
    if result.get("failed"):
        assert result["failure"]["code"] in ("outcome_unknown", "unreachable")
        result = run(stage, **options)
    assert result["trial"]["state"] == "COMPLETED"
    assert reported(stage, 1) == {10: {"loss": 0.5}}
    summary = stage.place.call("GET", "/api/v1/trials/1")["trial"]["summaryMetrics"]["avg_metrics"]
    assert summary["loss"]["count"] == 1
    again = run(stage, **options)
    assert (again["changed"], again["requests"]) == (False, [])


def test_a_master_that_takes_no_metrics(stage, monkeypatch):
    monkeypatch.setattr(unmanaged, "PAUSE", 0)
    body = {"error": {"code": 13, "error": "made to fail"}}
    stage.place.control.fault("status", path="/metrics$", status=500, body=body, count=100)
    result = run(stage, metrics=[LOSS])
    assert "made to fail" in result["msg"]
    assert result["changed"]
    assert len([one for one, _body in sent(stage) if one.endswith("/start")]) == unmanaged.MOST_TRIES + 1


def test_two_at_once(stage):
    """Each begins the run anew, which takes the other's number away."""
    points = [[{**LOSS, "steps_completed": step + shift} for step in range(0, 40, 2)] for shift in (0, 1)]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda metrics: stage.run("det_unmanaged_run", {**ONE, "metrics": metrics}), points))
    assert [one.get("msg") for one in results] == [None, None]
    assert sorted(reported(stage, 1)) == list(range(40))
    assert stage.place.control.errors() == []
