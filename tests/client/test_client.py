# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The official SDK and CLI do their main work on the emulator; their generated classes read every answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from determined import core
from determined.cli import cli
from determined.common.experimental import Determined
from determined.experimental import core_v2

from emulator.testing import Control, running

NAME, PASSWORD = "admin", "Testing1!"


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "rbac"])
def emulator(request: pytest.FixtureRequest) -> Iterator[Control]:
    with running(agents=4, rbac=request.param) as control:
        yield control
        assert control.errors() == []


@pytest.fixture(autouse=True)
def _own_home(emulator: Control, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HOME": tmp_path, "DET_MASTER": emulator.url, "DET_USER": NAME, "DET_PASS": PASSWORD}.items():
        monkeypatch.setenv(name, str(value))


@pytest.fixture
def sdk(emulator: Control) -> Determined:
    return Determined(emulator.url, NAME, PASSWORD)


@pytest.fixture
def det(emulator: Control, capsys: pytest.CaptureFixture) -> Callable[..., str]:
    """Runs a command of the CLI: what it prints."""

    def run(*arguments: object) -> str:
        capsys.readouterr()
        try:
            # The default of --master is read when the module is imported.
            cli.main(["--master", emulator.url, *map(str, arguments)])
        except SystemExit as end:
            if any(end.args):
                pytest.fail(f"{arguments}: {capsys.readouterr()}")
        return capsys.readouterr().out

    return run


@pytest.fixture
def unmanaged(emulator: Control, tmp_path: Path) -> int:
    """An experiment as somebody makes it from a script of their own: metrics and a checkpoint; its id."""
    config = core_v2.Config(
        name="by hand",
        labels=["paper"],
        hparams={"rate": 0.1},
        searcher={
            "name": "single",
            "metric": "loss",
            "max_length": 20,
            "smaller_is_better": True,
        },
    )
    core_v2.init(
        config=config, checkpoint_storage=str(tmp_path / "checkpoints"), tensorboard_mode=core.TensorboardMode.MANUAL
    )
    try:
        for step in (10, 20):
            core_v2.train.report_training_metrics(steps_completed=step, metrics={"loss": 1 / step})
            core_v2.train.report_validation_metrics(steps_completed=step, metrics={"loss": 2 / step})
        with core_v2.checkpoint.store_path({"steps_completed": 20}) as (folder, _uuid):
            Path(folder, "weights.bin").write_bytes(b"x" * 100)
        return core_v2.info.trial.experiment_id
    finally:
        core_v2.close()


def test_users(sdk, det):
    ana = sdk.create_user("ana", admin=False, password="Testing2!")
    ana.rename("bea")
    ana.change_display_name("Bea B.")
    assert sdk.get_user_by_name("bea").display_name == "Bea B."
    ana.deactivate()
    assert sdk.get_user_by_id(ana.user_id).active is False
    det("user", "activate", "bea")
    assert {"bea", NAME} <= {user.username for user in sdk.list_users(active=True)}
    assert NAME in det("user", "whoami")
    assert "Bea B." in det("user", "list")


def test_workspaces_and_projects(sdk, det):
    workspace = sdk.create_workspace("Vision")
    project = workspace.create_project("detection", "boxes")
    project.set_description("boxes and masks")
    project.add_note("todo", "look at it")
    assert [found.name for found in workspace.list_projects()] == ["detection"]
    project.archive()
    project.unarchive()
    det("project", "create", "Vision", "segmentation")
    assert "segmentation" in det("project", "list", "Vision")
    assert json.loads(det("workspace", "describe", "Vision", "--json"))["numProjects"] == 2
    det("workspace", "archive", "Vision")
    det("workspace", "unarchive", "Vision")
    det("workspace", "delete", "Vision", "--yes")


def test_unmanaged_experiment(sdk, det, unmanaged):
    experiment = sdk.get_experiment(unmanaged)
    assert (experiment.name, experiment.state.value) == ("by hand", "STATE_COMPLETED")
    (trial,) = experiment.get_trials()
    losses = [report.metrics["loss"] for report in trial.iter_metrics("validation")]
    assert losses == [0.2, 0.1]
    (checkpoint,) = experiment.list_checkpoints()
    assert checkpoint.metadata["steps_completed"] == 20
    assert checkpoint.resources["weights.bin"] == "100"
    checkpoint.add_metadata({"seen": True})
    assert sdk.get_checkpoint(checkpoint.uuid).metadata["seen"] is True
    assert checkpoint.uuid in det("experiment", "list-checkpoints", unmanaged)
    assert "COMPLETED" in det("trial", "describe", trial.id)


def test_archive_and_labels(sdk, det, unmanaged):
    experiment = sdk.get_experiment(unmanaged)
    experiment.add_label("keep")
    experiment.set_name("renamed")
    experiment.set_description("described")
    experiment.set_notes("noted")
    det("experiment", "label", "add", unmanaged, "second")
    experiment.reload()
    assert sorted(experiment.labels) == ["keep", "paper", "second"]
    # One label alone cannot be removed: a real master fails there as well.
    experiment.set_labels(["keep"])
    det("experiment", "archive", unmanaged)
    assert "renamed" in det("experiment", "list", "--all")
    assert "renamed" not in det("experiment", "list")
    experiment.unarchive()
    assert unmanaged in [found.id for found in sdk.list_experiments()]
    det("experiment", "delete", unmanaged, "--yes")


def test_models(sdk, det, unmanaged):
    (checkpoint,) = sdk.get_experiment(unmanaged).list_checkpoints()
    model = sdk.create_model("net", "a net", {"size": 3}, labels=["cnn"])
    version = model.register_version(checkpoint.uuid)
    version.set_name("first")
    version.set_notes("good")
    model.set_description("a better net")
    model.add_metadata({"layers": 50})
    assert [found.name for found in sdk.get_model("net").list_versions()] == ["first"]
    assert "net" in [found.name for found in sdk.list_models()]
    assert sdk.get_model_labels() == ["cnn"]
    assert checkpoint.uuid in det("model", "describe", "net")
    assert "net" in det("model", "list")
    det("model", "list-versions", "net")
    version.delete()
    model.archive()
    model.unarchive()
    model.delete()


def test_templates(det, tmp_path):
    config = tmp_path / "template.yaml"
    config.write_text("resources:\n  slots_per_trial: 2\n")
    det("template", "create", "two-slots", config)
    config.write_text("resources:\n  slots_per_trial: 3\n")
    det("template", "set-value", "config", "two-slots", config)
    assert "slots_per_trial: 3" in det("template", "describe", "two-slots")
    assert "two-slots" in det("template", "list")
    det("template", "remove", "two-slots")


def test_agents_and_slots(det):
    assert "agent-4" in det("agent", "list")
    det("agent", "disable", "agent-4", "--drain")
    (drained,) = [agent for agent in json.loads(det("agent", "list", "--json")) if agent["id"] == "agent-4"]
    assert (drained["enabled"], drained["draining"]) == (False, True)
    det("agent", "enable", "agent-4")
    det("slot", "disable", "agent-4", 0)
    det("slot", "enable", "agent-4", 0)
    assert "agent-1" in det("slot", "list")
    det("resources", "raw", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")


def test_command_with_logs_in_the_queue(emulator, det, tmp_path):
    config = tmp_path / "command.yaml"
    config.write_text("environment:\n  image: fake/run\nresources:\n  slots: 1\n")
    task = det("command", "run", "--detach", "--config-file", config, "sleep", "100").split()[-1]
    emulator.advance(5)
    assert task in det("command", "list")
    assert "hello from the container" in det("task", "logs", task)
    assert "RUNNING" in det("command", "describe", task)
    assert "COMMAND" in det("job", "list")
    det("command", "set", "priority", task, 10)
    assert task in det("task", "list")
    det("command", "kill", task)
    emulator.advance(5)
    assert "TERMINATED" in det("command", "describe", task)
    for kind in ("notebook", "shell", "tensorboard"):
        det(kind, "list")


def test_job_queue(emulator, sdk, det, tmp_path):
    config = {
        "name": "queued",
        "entrypoint": "python3 train.py",
        "searcher": {"name": "single", "metric": "loss", "max_length": {"batches": 10}},
        "environment": {"image": "fake/run"},
        "resources": {"slots_per_trial": 1},
        "max_restarts": 0,
    }
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "train.py").write_text("pass\n")
    experiment = sdk.create_experiment(config, tmp_path / "model")
    emulator.advance(5)
    assert str(experiment.id) in det("job", "list")
    experiment.pause()
    experiment.activate()
    det("experiment", "set", "priority", experiment.id, 7)
    experiment.kill()
    emulator.advance(5)
    assert experiment.wait(interval=0.01).value == "STATE_CANCELED"
    assert "hello from the container" in det("experiment", "logs", experiment.id)
    det("experiment", "download-model-def", experiment.id, "--output-dir", tmp_path)


def test_master(det):
    assert "0.38.1" in det("master", "info")
    det("master", "config", "show")
    det("master", "logs")
    det("master", "cluster-message", "set", "--message", "maintenance")
    assert "maintenance" in det("master", "cluster-message", "get")
    det("master", "cluster-message", "clear")
    det("token", "create", "--expiration-days", 3, "--description", "for the pipeline")
    assert "for the pipeline" in det("token", "list")


@pytest.mark.parametrize("emulator", [True], ids=["rbac"], indirect=True)
def test_groups_and_roles(det):
    det("user-group", "create", "team")
    det("user-group", "add-user", "team", "determined")
    assert "determined" in det("user-group", "describe", "team")
    det("workspace", "create", "Speech")
    det("rbac", "assign-role", "Editor", "--group-name", "team", "--workspace-name", "Speech")
    assert "Editor" in det("rbac", "list-groups-roles", "team")
    assert "Editor" in det("rbac", "list-roles")
    det("rbac", "describe-role", "Editor")
    det("rbac", "my-permissions")
    det("rbac", "list-users-roles", "determined")
    det("rbac", "unassign-role", "Editor", "--group-name", "team", "--workspace-name", "Speech")
    det("user-group", "delete", "team", "--yes")
