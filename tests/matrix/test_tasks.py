# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task may be told besides a module's options: alike in both execution paths, or handed over, with a reason."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.matrix.place import fresh, gone_after
from tests.matrix.playbook import GROUP, task

pytestmark = pytest.mark.core

both_paths = pytest.mark.parametrize("in_process", [True, False], ids=["in process", "as a module"])
READ = {"operation_id": "GetMaster"}


@both_paths
def test_defaults_of_the_group(master, runner, in_process):
    tasks = [
        task("det_workspace_info", {}, register="all"),
        task("det_workspace_info", {"archived": True}, register="own"),
        task("det_api", {"operation_id": "GetMe"}, register="me"),
    ]
    defaults = {"master": master.url, "token": "{{ place_token }}"}
    played = runner.play(
        master, [{"block": tasks, "module_defaults": {GROUP: defaults}}], defaults={}, in_process=in_process
    )
    assert all(not result.get("failed") for result in played.results.values())
    assert played.results["all"]["workspaces"]
    assert all(one["archived"] for one in played.results["own"]["workspaces"])


@both_paths
def test_defaults_of_one_module(master, runner, in_process):
    name = "determined_ai.determined.det_workspace_info"
    tasks = [
        {
            "module_defaults": {name: {"name": "Uncategorized"}},
            "block": [task("det_workspace_info", {}, register="one"), task("det_project_info", {}, register="other")],
        }
    ]
    results = runner.play(master, tasks, in_process=in_process).results
    assert [one["name"] for one in results["one"]["workspaces"]] == ["Uncategorized"]
    assert results["other"]["projects"]


@both_paths
def test_environment_of_the_task(master, runner, in_process):
    """The address and the token come from the keyword environment, also from an outer one; then they are gone."""
    tasks = [
        {
            "environment": {"DET_MASTER": master.url, "DET_USER_TOKEN": "of-nobody"},
            "block": [
                task("det_api", READ, environment={"DET_USER_TOKEN": "{{ place_token }}"}, register="inner"),
                task("det_api", {"operation_id": "GetMe"}, ignore_errors=True, register="outer"),
            ],
        },
        task("det_api", READ, ignore_errors=True, register="nothing"),
    ]
    results = runner.play(master, tasks, defaults={}, in_process=in_process, secrets=() if in_process else None).results
    assert results["inner"]["json"]["version"]
    assert results["outer"]["failure"]["status"] == 401
    assert results["nothing"]["msg"].startswith("master: no master is given.")


def test_async_is_handed_over(master, runner):
    tasks = [
        task("det_workspace_info", {}, register="now"),
        task("det_workspace_info", {}, register="later", **{"async": 60, "poll": 1}),
    ]
    played = runner.play(master, tasks)
    assert played.in_process() == ["det_workspace_info"]
    assert played.handed_over() == [("det_workspace_info", "async")]
    later = played.results["later"]
    assert later["finished"]
    assert later["workspaces"] == played.results["now"]["workspaces"]


def test_become_is_handed_over(master, runner):
    """Whether this machine lets anybody become somebody else is not asked here, only why it was handed over."""
    played = runner.play(master, [task("det_api", READ, become=True, ignore_errors=True, register="result")])
    assert played.handed_over() == [("det_api", "become")]


def test_another_interpreter_is_handed_over(master, runner):
    python = sys.base_prefix + "/bin/python3"
    tasks = [task("det_api", READ, vars={"ansible_python_interpreter": python}, ignore_errors=True, register="result")]
    assert runner.play(master, tasks).handed_over() == [("det_api", "the interpreter is " + python)]


def test_delegation_to_another_host_of_this_machine(master, runner):
    tasks = [task("det_api", READ, delegate_to="other", run_once=True, register="result")]
    played = runner.play(master, tasks, hosts=("one", "other"))
    assert played.in_process() == ["det_api"]
    assert all(host["result"]["json"]["version"] for host in played.hosts.values())


@both_paths
def test_no_log_of_the_task(master, runner, in_process):
    name = fresh("hidden")
    tasks = [
        task("det_workspace_info", {"name": name}, no_log=True, register="result"),
    ]
    played = runner.play(master, tasks, in_process=in_process, secrets=[name])
    assert played.results["result"]["workspaces"] == []


@both_paths
def test_secrets_are_not_shown(master, runner, in_process):
    """Every play of the matrix looks for the token in the output; here are the options that hold other secrets."""
    name, key = fresh(), "a key that nobody may read"
    storage = {"type": "s3", "bucket": "b", "access_key": key, "secret_key": key}
    tasks = [
        task("det_workspace", {"name": name, "checkpoint_storage": storage}, diff=True, register="made"),
        task("det_workspace", {"name": name, "checkpoint_storage": {**storage, "bucket": None}}, register="bad",
             ignore_errors=True),
        task("det_workspace", {"name": name, "state": "absent"}),
    ]  # fmt: skip
    with gone_after(master, name):
        played = runner.play(master, tasks, in_process=in_process, arguments=["--diff"], secrets=[key])
    assert played.results["made"]["diff"]["after"]["checkpoint_storage"]["access_key"] != key


@both_paths
def test_vaulted_token(master, runner, in_process, tmp_path):
    password = tmp_path / "password"
    password.write_text("of the vault")
    command = [sys.executable, "-m", "ansible", "vault", "encrypt_string", "--vault-password-file", str(password)]
    vaulted = subprocess.run(
        [*command, "--stdin-name", "vaulted_token"], input=master.token, text=True, capture_output=True, check=True
    ).stdout
    (tmp_path / "secrets.yml").write_text(vaulted)
    played = runner.play(
        master,
        [task("det_api", {"operation_id": "GetMe", "token": "{{ vaulted_token }}"}, register="me")],
        vars_files=[str(tmp_path / "secrets.yml")],
        defaults={"master": master.url},
        in_process=in_process,
        arguments=["--vault-password-file", str(password)],
    )
    assert played.results["me"]["json"]["user"]["username"]


def test_warnings_and_unknown_values_alike(master, runner):
    """A warning of ours, one of Ansible's (an option and its alias), and a text of the user's that looks like Jinja."""
    name = fresh()
    tasks = [
        task("det_project", {"workspace": name, "name": "p"}, check_mode=True, register="early"),
        task("det_api", {**READ, "master": master.url, "det_master": master.url}, register="twice"),
        task("det_workspace", {"name": name, "state": "absent", "nme": 1}, ignore_errors=True, register="unknown"),
        task("det_workspace", {"name": name, "id": 1}, ignore_errors=True, register="both"),
        task("det_workspace_info", {"name": "{% raw %}{{ 1 + 1 }}{% endraw %}"}, register="braces"),
    ]
    shown = []
    for in_process in (True, False):
        played = runner.play(master, tasks, in_process=in_process)
        shown.append(played.results)
        assert name in played.results["early"]["warnings"][0]
        assert "[WARNING]: There is no workspace" in played.output
    assert shown[0] == shown[1]


@both_paths
def test_check_mode_of_the_whole_run(master, runner, in_process):
    name = fresh()
    tasks = [task("det_workspace", {"name": name}, register="made")]
    played = runner.play(master, tasks, in_process=in_process, arguments=["--check", "--diff"])
    assert played.results["made"]["changed"]
    assert f'"name": "{name}"' in played.output
    assert not master.call("GET", f"/api/v1/workspaces?nameCaseSensitive={name}")["workspaces"]
