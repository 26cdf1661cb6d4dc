# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each module registers the same in Ansible's process and as a program of its own: those that change something in their
lives (test_states, test_acts), the others here, on one made-up cluster."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.matrix.act_cases import ACTS
from tests.matrix.conftest import emulated
from tests.matrix.playbook import task
from tests.matrix.steps import REASON, register_alike
from tests.matrix.test_states import CASES

pytestmark = [pytest.mark.needs("seed"), pytest.mark.core]
RUNTIME = Path(__file__).parents[2] / "meta" / "runtime.yml"
ADMIN = {"user": "admin", "password": "Testing1!"}
# What the options have of passwords: in no output, at any verbosity.
SECRET = "first-Secret1"
CONFIG = {"name": "n", "searcher": {"name": "single", "metric": "loss"}}
# {module: (options, in check mode?)}; those in check mode would be done by the first of the two.
TWINS = {
    "det_agent_info": ({"slots": True}, False),
    "det_api": ({"operation_id": "GetUsers"}, False),
    "det_checkpoint_info": ({"experiment_ids": [1, 2, 3, 4]}, False),
    "det_cluster_config": (
        {
            "mode": "apply",
            "stack": "twins",
            "config": {
                "version": 1,
                "users": {"new": {"password": SECRET}},
                "workspaces": {"new": {"projects": {"one": {}}, "policies": {"NTSC": {"constraints": {"x": 1}}}}},
            },
        },
        True,
    ),
    "det_config_policy_info": ({"workspace": "Uncategorized", "workload_type": "NTSC"}, False),
    "det_directory": (
        {"users": [{"username": "new", "password": SECRET}], "groups": [{"name": "new", "members": ["new"]}]},
        True,
    ),
    "det_experiment_files_info": ({"experiment_id": 1}, False),
    "det_experiment_info": ({"select": {"states": ["COMPLETED"]}}, False),
    "det_experiment_validate": ({"config": {**CONFIG, "entrypoint": "x"}}, False),
    "det_group_info": ({}, False),
    "det_health_info": ({"checks": ["master", "agents", "deletions"]}, False),
    "det_job_info": ({"stats": True}, False),
    "det_log_cleanup": ({}, True),
    "det_log_info": ({"trial": 1, "tail": 3}, False),
    "det_login": (ADMIN, True),
    "det_master_config": ({"log_level": "debug", "skip_unsupported": True}, True),
    "det_master_info": ({}, False),
    "det_master_log_info": ({"min_level": "error"}, False),
    "det_model_info": ({}, False),
    "det_model_version_info": ({"model_id": 1}, False),
    "det_metrics_info": ({"trial_ids": [1]}, False),
    "det_namespace_binding": ({"workspace": "Uncategorized", "namespace": "default", "skip_unsupported": True}, True),
    "det_namespace_info": ({"skip_unsupported": True}, False),
    "det_permission_info": ({}, False),
    "det_project_info": ({}, False),
    "det_report": ({"path": "{{ playbook_dir }}/report"}, True),
    "det_resource_pool_info": ({"bindings": True}, False),
    "det_resource_quota": ({"workspace": "Uncategorized", "quota": 2, "skip_unsupported": True}, True),
    "det_role_info": ({}, False),
    "det_run_info": ({"select": {"states": ["COMPLETED"]}}, False),
    "det_security_info": ({"checks": ["admins", "users", "tokens", "pools", "webhooks"]}, False),
    # With a task: test_task_files.py.
    "det_task_files_info": ({"task": None}, True),
    "det_task_info": ({"kinds": ["notebook", "shell"]}, False),
    "det_template_info": ({}, False),
    "det_tensorboard_files": ({"ids": [1, 2]}, True),
    "det_token_info": ({}, False),
    "det_trial_info": ({"experiment_ids": [1, 2], "gather": ["summary"]}, False),
    "det_undo": ({"journal": "{{ playbook_dir }}/journal.jsonl", "from_master": "http://there:8080"}, True),
    "det_usage_info": ({"report": "experiments", "group_by": ["owner"]}, False),
    "det_unmanaged_run": ({"external_id": "x", "run": "r", "config": CONFIG}, True),
    "det_user_info": ({}, False),
    "det_user_setting_info": ({}, False),
    "det_wait": ({"experiments": [1]}, False),
    "det_webhook_event": ({"experiment_id": 1, "title": "t"}, True),
    "det_webhook_info": ({}, False),
    "det_workspace_info": ({}, False),
}
# What another run might have done.
JOURNAL = json.dumps(
    {
        "time": "2026-01-01T00:00:00+00:00", "run": "r", "master": "http://there:8080", "phase": "intent",
        "kind": "experiments", "act": "labels", "id": 1, "name": "n",
        "before": {"labels": []}, "after": {"labels": ["x"]},
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def modules(request):
    """Those that a test was chosen for, or all."""
    chosen = [
        one.callspec.params
        for one in request.session.items
        if one.path == request.path and "module" in one.fixturenames
    ]
    return [one["module"] for one in chosen] or list(TWINS)


@pytest.fixture(scope="module")
def played(runner, modules):
    tasks = []
    for module in modules:
        options, check_mode = TWINS[module]
        keywords = {"check_mode": check_mode, "diff": True}
        tasks.append(task(module, options, register=module, **keywords))
        tasks.append(task(module, options, register=module + "_alone", vars={"det_in_process": False}, **keywords))
    with emulated(experiments=40) as place:
        return runner.play(place, tasks, secrets=[ADMIN["password"], SECRET], files={"journal.jsonl": JOURNAL})


@pytest.mark.parametrize("module", TWINS)
def test_both_ways_register_the_same(played, module):
    assert register_alike(played.results, module, module + "_alone")


def test_path_taken(played, modules):
    assert played.in_process() == modules
    assert played.handed_over() == [(module, REASON) for module in modules]


def test_every_module_is_run_both_ways():
    modules = yaml.safe_load(RUNTIME.read_text())["action_groups"]["all"]
    shown = {case.module for case in (*CASES.values(), *ACTS.values())} | set(TWINS)
    # It has no connection to a master, so it is not in the group.
    assert shown == {*modules, "det_report"}
