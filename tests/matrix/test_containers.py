# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What runs in containers: started once, waited for, ended; in both execution paths."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass

import pytest

from tests.matrix.cases import TRAINING
from tests.matrix.conftest import emulated
from tests.matrix.place import fresh
from tests.matrix.playbook import look, task
from tests.matrix.steady import steady

both_paths = pytest.mark.parametrize("in_process", [True, False], ids=["in process", "as a module"])
RUNS = {True: ("check", "real", "check_again", "again"), False: ("check", "real", "again")}
# Without slots it waits for an agent where there is none, so that this runs on any master.
WAITS = {"wait": False, "config": {"entrypoint": ["sleep", "600"]}}
BY_NAME = {"description": "{name}", "slots": 0, "workspace": "{ws}", **WAITS}
PLACE = {"description": "{name}", "workspace": "{ws}"}


@dataclass(frozen=True)
class Step:
    """A task, and the reads of its second run."""

    label: str
    module: str
    options: dict
    reads: int


# Whose it is, the workspace, the tasks of the kind; where a priority is asked for also the task's config.
STEPS = (
    *(
        Step(f"{word} {kind}", f"det_{kind}", options, reads)
        for kind in ("command", "notebook", "shell")
        for word, options, reads in (
            ("start", BY_NAME, 3),
            ("raise", {**PLACE, "priority": 7, "wait": False}, 4),
            ("end", {**PLACE, "state": "absent", "wait": False}, 3),
        )
    ),
    Step("start tensorboard", "det_tensorboard", {"experiment_ids": ["{experiment}"], "workspace": "{ws}", **WAITS}, 3),
    Step(
        "end tensorboard",
        "det_tensorboard",
        {"experiment_ids": ["{experiment}"], "workspace": "{ws}", "state": "absent", "wait": False},
        3,
    ),
    # The ledger, then the task that it names.
    Step("start generic", "det_generic_task", {"name": "{name}", "entrypoint": ["x"], "slots": 0, "wait": False}, 2),
    Step("end generic", "det_generic_task", {"name": "{name}", "state": "absent", "wait": False}, 1),
)
every_step = pytest.mark.parametrize("step", STEPS, ids=lambda step: step.label)


def kind_of(step):
    return step.module.removeprefix("det_")


@pytest.fixture(scope="module")
def live(master, runner):
    """Function (in process?) -> results of all steps."""

    @functools.cache
    def run(in_process):
        world = {"name": fresh(), "ws": fresh("ws")}
        workspace = master.call("POST", "/api/v1/workspaces", {"name": world["ws"]})["workspace"]["id"]
        project = master.call("POST", f"/api/v1/workspaces/{workspace}/projects", {"name": "p"})["project"]["id"]
        body = {"config": json.dumps(TRAINING), "projectId": project}
        world["experiment"] = master.call("POST", "/api/v1/experiments", body)["experiment"]["id"]
        tasks = [look("start", {})]
        for number, step in enumerate(STEPS):
            for what in RUNS[in_process]:
                name = f"s{number}_{what}"
                options = json.loads(filled(json.dumps(step.options), world))
                tasks.append(task(step.module, options, check_mode="check" in what, diff=True, register=name))
                tasks.append(look(name + "_look", {}))
        try:
            return runner.play(master, tasks, in_process=in_process)
        finally:
            master.call("POST", f"/api/v1/experiments/{world['experiment']}/kill")
            master.call("DELETE", f"/api/v1/workspaces/{workspace}")

    return run


def filled(text, world):
    for name, value in world.items():
        text = text.replace(f'"{{{name}}}"', json.dumps(value))
    return text


def of(played, step, what):
    return played.results[f"s{STEPS.index(step)}_{what}"]


@both_paths
@every_step
def test_prediction_is_what_is_done(live, step, in_process):
    check, real = (of(live(in_process), step, what) for what in ("check", "real"))
    assert check["changed"]
    assert real["changed"]
    assert steady(check["diff"]) == steady(real["diff"])
    assert [steady(one) for one in check["requests"]] == [steady(one) for one in real["requests"]]
    assert bool(check[kind_of(step)]) == bool(real[kind_of(step)]) == (step.options.get("state") != "absent")


@both_paths
@every_step
def test_a_second_run_changes_nothing(live, step, in_process):
    real = of(live(in_process), step, "real")
    for what in RUNS[in_process][2:]:
        result = of(live(in_process), step, what)
        assert not result["changed"]
        assert result["requests"] == []
        assert result["diff"]["before"] == result["diff"]["after"]
        if real[kind_of(step)]:
            assert result[kind_of(step)]["id"] == real[kind_of(step)]["id"]


@both_paths
@every_step
def test_nothing_lets_anybody_in(live, step, in_process):
    for what in RUNS[in_process]:
        text = json.dumps(of(live(in_process), step, what))
        assert "token=" not in text
        assert "PRIVATE KEY" not in text


@pytest.mark.needs("journal")
@both_paths
@every_step
def test_budget_of_what_is_so_already(live, step, in_process):
    for what in RUNS[in_process][2:]:
        journal = live(in_process).results[f"s{STEPS.index(step)}_{what}_look"]["journal"]
        assert len(journal) == step.reads, [entry["path"] for entry in journal]
        assert {entry["method"] for entry in journal} == {"GET"}


def test_path_taken(live):
    modules = [step.module for step in STEPS]
    assert live(True).in_process() == [module for module in modules for dummy in RUNS[True]]
    assert [name for name, dummy in live(False).handed_over()] == [one for one in modules for dummy in RUNS[False]]


# How they end


@pytest.fixture(scope="module")
def busy():
    """An emulator with agents."""
    with emulated(agents=2) as place:
        yield place


def command(image, **more):
    config = {"environment": {"image": image}}
    return {"description": fresh(), "slots": 0, "entrypoint": ["x"], "config": config, **more}


@pytest.mark.needs("agents")
@both_paths
def test_ends(busy, runner, in_process):
    good, bad, lost = command("fake/exit0"), command("fake/exit1"), command("fake/nopull")
    kept = {"ignore_errors": True}
    tasks = [
        task("det_command", {**good, "wait_for": "end"}, register="good"),
        task("det_command", {**bad, "wait_for": "end"}, register="bad", **kept),
        task("det_command", lost, register="lost", **kept),
        task("det_notebook", {**bad, "description": "n", "entrypoint": None}, register="early", **kept),
        task("det_generic_task", {**generic("fake/exit0"), "wait_for": "end"}, register="generic"),
        task("det_generic_task", generic("fake/exit1", wait_for="end"), register="generic_bad", **kept),
    ]
    tasks[3]["determined_ai.determined.det_notebook"].pop("entrypoint")
    results = runner.play(busy, tasks, in_process=in_process).results
    lines = ["hello from the container", "second line", "a warning"]
    assert (results["good"]["return_code"], results["good"]["log"]) == (0, lines)
    assert results["generic"]["return_code"] == 0
    for name in ("bad", "generic_bad", "early"):
        result = results[name]
        assert result["failed"]
        assert result["failure"]["code"] == "task_failed"
        assert result["failure"]["return_code"] == 1
        assert result["msg"].endswith("ended with code 1.\n" + "\n".join(lines))
    assert results["lost"]["return_code"] is None
    assert "pull access denied" in results["lost"]["msg"]


def generic(image, **more):
    return {"name": fresh(), "slots": 0, "entrypoint": ["x"], "config": {"environment": {"image": image}}, **more}


@pytest.mark.needs("agents")
@both_paths
def test_what_lets_in_is_returned_when_asked_for_and_not_printed(busy, runner, in_process):
    name = fresh()
    tasks = [
        task("det_notebook", {"description": name, "slots": 0}, register="plain"),
        task("det_notebook", {"description": name, "reveal": True}, register="open"),
        task("det_shell", {"description": name, "slots": 0, "reveal": True}, register="shell"),
    ]
    played = runner.play(busy, tasks, in_process=in_process)
    results = played.results
    assert results["plain"]["notebook"]["service_address"].endswith("/")
    token = results["open"]["notebook"]["service_address"].partition("?token=")[2]
    key = results["shell"]["shell"]["private_key"]
    assert key.startswith("-----BEGIN OPENSSH PRIVATE KEY-----")
    assert len(token) > 20
    assert token not in played.output
    assert key.splitlines()[1] not in played.output


@pytest.mark.needs("agents")
@both_paths
def test_a_generic_task_is_paused_resumed_and_killed(busy, runner, in_process):
    options = generic("fake/run")
    states = ("started", "paused", "started", "active", "paused", "absent")
    tasks = [
        task("det_generic_task", {**options, "state": state}, register=f"s{number}")
        for number, state in enumerate(states)
    ]
    results = runner.play(busy, tasks, in_process=in_process).results
    assert [results[f"s{number}"]["changed"] for number in range(6)] == [True, True, False, True, True, True]
    ident = results["s0"]["generic_task"]["id"]
    assert results["s2"]["generic_task"]["state"] == "PAUSED"
    assert busy.call("GET", f"/api/v1/tasks/{ident}")["task"]["taskState"] == "GENERIC_TASK_STATE_CANCELED"


@both_paths
def test_check_mode_takes_a_task_for_started_before(master, runner, in_process):
    name = fresh()
    tasks = [
        task("det_generic_task", {**generic("fake/run"), "name": name, "state": state}, register=state)
        for state in ("started", "paused")
    ]
    paused = runner.play(master, tasks, in_process=in_process, arguments=["--check", "--diff"]).results["paused"]
    assert paused["changed"]
    assert paused["generic_task"]["state"] == "PAUSED"
    assert paused["warnings"] == [f"There is no generic task {name!r} yet; it is taken to be started before."]


@pytest.mark.needs("faults")
def test_a_lost_answer_starts_no_second(busy, runner):
    name = fresh()
    busy.control.fault("reset_after", method="POST", path="/commands$")
    tasks = [task("det_command", command("fake/run", description=name), register="made")]
    result = runner.play(busy, tasks).results["made"]
    found = [row for row in busy.call("GET", "/api/v1/commands")["commands"] if row["description"] == name]
    assert result["changed"]
    assert [row["id"] for row in found] == [result["command"]["id"]]


@pytest.mark.needs("agents")
@both_paths
def test_several_of_a_description_are_told_apart_by_id(busy, runner, in_process):
    name = fresh()
    body = {"config": {"description": name, "entrypoint": ["x"], "resources": {"slots": 0}}}
    ids = [busy.call("POST", "/api/v1/commands", body)["command"]["id"] for dummy in range(2)]
    tasks = [
        task("det_command", {"description": name, "state": "absent"}, register="both", ignore_errors=True),
        task("det_command", {"id": ids[0], "state": "absent"}, register="one"),
        task("det_command", {"description": name, "state": "absent"}, register="other"),
    ]
    results = runner.play(busy, tasks, in_process=in_process).results
    assert all(ident in results["both"]["msg"] for ident in ids)
    assert results["both"]["failure"]["code"] == "ambiguous"
    assert results["one"]["changed"]
    assert ids[1] in results["other"]["requests"][0]
