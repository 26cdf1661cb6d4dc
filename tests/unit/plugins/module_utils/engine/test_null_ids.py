# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ids that are null: in check mode what they stand for is not there yet, for real they are refused, in every module."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.client import open_client
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call, perform
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import given_options
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.null_ids import IDS, without_nulls
from ansible_collections.determined_ai.determined.plugins.module_utils.health.waited_rows import WAITED_EXPERIMENT
from ansible_collections.determined_ai.determined.plugins.module_utils.model.row import unread

from emulator.testing import running

PACKAGE = "ansible_collections.determined_ai.determined.plugins.modules."
FOLDER = Path(__file__).parents[5] / "plugins" / "modules"
MODULES = {path.stem: importlib.import_module(PACKAGE + path.stem) for path in sorted(FOLDER.glob("det_*.py"))}
ENVIRONMENT = {"DET_USER": "admin", "DET_PASS": "Testing1!"}
CONFIG = {"name": "n", "searcher": {"name": "single", "metric": "loss"}}
# What a module needs besides, by its name, and where that depends on the option by its name and the option's.
NEEDED = {
    "det_checkpoint_fetch": {"dest": "/tmp/not-there-yet"},
    "det_log_retention": {"days": "3"},
    "det_experiment project_id": {"key_label": "k", "config": CONFIG},
    "det_experiment parent_id": {"key_label": "k", "config": CONFIG},
    "det_generic_task project_id": {"name": "n", "config": {}, "entrypoint": ["true"]},
    "det_generic_task parent_id": {"name": "n", "config": {}, "entrypoint": ["true"]},
    "det_generic_task forked_from": {"name": "n", "config": {}, "entrypoint": ["true"]},
    "det_metrics_info": {"groups": ["validation"]},
    "det_agent": {"state": "enabled"},
    "det_job": {"priority": 3},
    "det_experiment_validate": {"config": CONFIG, "unmanaged": True},
    "det_unmanaged_run project_id": {"external_id": "x", "run": "y", "config": CONFIG},
    "det_webhook_event experiment_id": {"title": "t"},
    "det_webhook_event trial_id": {"title": "t", "experiment_id": 1},
    "det_experiments project_id": {"ids": [], "state": "present"},
    "det_run project_id": {"ids": [], "state": "present"},
    "det_config_policy": {"workload_type": "NTSC", "constraints": {"priority_limit": 10}},
    "det_project workspace_id": {"name": "n"},
    "det_project_info workspace_id": {},
    "det_model workspace_id": {"name": "n"},
    "det_model_version experiment_id": {"model": "n"},
    "det_model_version trial_id": {"model": "n"},
    "det_model_version version": {"model": "n"},
    "det_model_version checkpoint_uuid": {"model": "n"},
    "det_model_version model_id": {"checkpoint_uuid": "ece02f52-48da-4222-92d7-c2c6a05d7894"},
    "det_model_version_info version": {"model": "n"},
    "det_model_version_info checkpoint_uuid": {"model": "n"},
    "det_template workspace_id": {"name": "n"},
    "det_resource_quota workspace_id": {"quota": 1, "skip_unsupported": True},
    "det_namespace_info workspace_id": {"skip_unsupported": True},
    "det_webhook workspace_id": {
        "name": "n",
        "url": "http://127.0.0.1:1/x",
        "triggers": [{"experiment_state": "COMPLETED"}],
    },
}
for kind in ("command", "notebook", "shell"):
    NEEDED[f"det_{kind} workspace_id"] = {"description": "d"}
NEEDED["det_tensorboard workspace_id"] = {"experiment_ids": [1]}
CASES = [
    pytest.param(title, name, option.get("type") == "list", id=f"{title} {name}")
    for title, module in MODULES.items()
    for name, option in module.SPEC.options.items()
    if name in IDS
]


@pytest.fixture(scope="module")
def master():
    with running(password=ENVIRONMENT["DET_PASS"], agents=4, experiments=20) as control:
        yield control


def run(master, title, options, check_mode):
    """(what the validator says, the result): in the way that both execution paths go."""
    spec = MODULES[title].SPEC
    options = dict(options, master=master.url)
    given = given_options(spec, options)
    checked = ArgumentSpecValidator(spec.options, **spec.rules()).validate(
        without_nulls(spec.options, options, check_mode)
    )
    if checked.error_messages:
        return checked.error_messages, None
    call = Call(checked.validated_parameters, given, check_mode, lambda *args: open_client(*args, ENVIRONMENT))
    result = perform(call, spec, MODULES[title].work)
    return [], dict(result, warnings=call.notes)


def wanted(title, name, value):
    return {**NEEDED.get(title, {}), **NEEDED.get(f"{title} {name}", {}), name: value}


@pytest.mark.parametrize(("title", "name", "is_list"), CASES)
def test_check_mode_takes_a_null_for_what_is_not_there_yet(master, title, name, is_list):
    before = len(master.journal())
    errors, result = run(master, title, wanted(title, name, [None] if is_list else None), True)
    assert errors == []
    assert not result.get("failed"), result.get("exception", result.get("msg"))
    assert f"{name} is null: what it stands for is taken to be made by an earlier task." in result["warnings"]
    assert not any("null" in one["path"] or "None" in one["path"] for one in master.journal()[before:])


@pytest.mark.parametrize(("title", "name", "is_list"), CASES)
def test_for_real_a_null_is_refused(master, title, name, is_list):
    before = len(master.journal())
    values = [[None], None] if is_list else [None]
    for value in values:
        errors, result = run(master, title, wanted(title, name, value), False)
        assert errors or result["failure"]["code"] == "bad_option", result
    assert len(master.journal()) == before


NAMES_NOTHING = [
    ("det_wait", {"experiments": [None]}, "experiments", [{**unread(WAITED_EXPERIMENT), "reached": False}]),
    ("det_log_info", {"trial": None}, "lines", []),
    ("det_experiments", {"ids": [None], "state": "absent"}, "changed_ids", []),
    ("det_run", {"ids": [None], "state": "killed"}, "changed_ids", []),
    ("det_trial", {"ids": [None], "state": "killed"}, "changed_ids", []),
    ("det_checkpoint", {"uuids": [None], "state": "absent"}, "changed_ids", []),
    ("det_experiment_info", {"ids": [None]}, "experiments", []),
    ("det_trial_info", {"experiment_ids": [None]}, "trials", []),
    ("det_checkpoint_info", {"experiment_ids": [None]}, "checkpoints", []),
    ("det_project_info", {"id": None}, "projects", []),
    ("det_project_info", {"workspace_id": None}, "projects", []),
    ("det_workspace_info", {"id": None}, "workspaces", []),
]


@pytest.mark.parametrize(("title", "options", "key", "value"), NAMES_NOTHING)
def test_a_null_names_nothing(master, title, options, key, value):
    _errors, result = run(master, title, options, True)
    assert result[key] == value


def test_what_is_there_is_acted_on_beside_a_null(master):
    errors, result = run(master, "det_experiment_info", {"ids": [1, None, 2]}, True)
    assert (errors, [row["id"] for row in result["experiments"]]) == ([], [1, 2])


def test_a_chain_that_makes_what_it_goes_on_with(master):
    """As a playbook runs it in check mode: each step has the keys that the next one asks for."""
    _errors, made = run(master, "det_workspace", {"name": "of the chain"}, True)
    assert made["workspace"]["id"] is None
    options = {"name": "of the chain", "workspace_id": made["workspace"]["id"]}
    _errors, made = run(master, "det_project", options, True)
    assert made["project"]["id"] is None
    options = {"key_label": "chain", "project_id": made["project"]["id"], "config": CONFIG}
    _errors, experiment = run(master, "det_experiment", options, True)
    assert experiment["changed"]
    assert experiment["experiment"]["id"] is None
    ident = experiment["experiment"]["id"]
    for title, options in (
        ("det_wait", {"experiments": [ident]}),
        ("det_checkpoint_fetch", {"experiment_id": ident, "dest": "/tmp/not-there-yet"}),
        ("det_experiments", {"ids": [ident], "state": "archived"}),
        ("det_experiment", {"id": ident, "state": "archived"}),
    ):
        errors, result = run(master, title, options, True)
        assert errors == []
        assert not result.get("failed"), result
