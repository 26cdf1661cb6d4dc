# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules of a kind say that they return is what the kind's rows have."""

from __future__ import annotations

import collections
import importlib
from pathlib import Path

import pytest
import yaml
from ansible_collections.determined_ai.determined.plugins.module_utils.checkpoints.checkpoints import (
    VIEW as CHECKPOINTS,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.agents import AGENT_VIEW, SLOT_VIEW
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.jobs import VIEW as JOBS
from ansible_collections.determined_ai.determined.plugins.module_utils.experiments.experiments import EXPERIMENTS
from ansible_collections.determined_ai.determined.plugins.module_utils.model.kind import Kind
from ansible_collections.determined_ai.determined.plugins.module_utils.runs.runs import VIEW as RUNS
from ansible_collections.determined_ai.determined.plugins.module_utils.runs.trials import VIEW as TRIALS

from tests.tools.return_docs import written

ROOT = Path(__file__).parents[3]
PACKAGE = "ansible_collections.determined_ai.determined.plugins"
# What rows have beside the columns of their kind: where a policy is, and what the option gather adds.
MORE = {
    "det_agent_info": {"slot_details"},
    "det_checkpoint_info": {"registered_as", "uses"},
    "det_config_policy_info": {"workspace", "workspace_id", "workload_type"},
    "det_project_info": {"columns", "labels", "metadata_values", "metric_ranges"},
    "det_experiment_info": {"config", "trials", "checkpoints", "metrics", "log_fields"},
    "det_trial_info": {
        "summary_metrics", "training_metrics", "validation_metrics", "workloads", "checkpoints", "remaining_log_days",
    },
}  # fmt: skip
# {module that acts on many: (its kind, how it shows them)}; trials are shown with what their experiment says of them.
MANY = {
    "det_agent": ("agent", AGENT_VIEW, set()),
    "det_checkpoint": ("checkpoint", CHECKPOINTS, set()),
    "det_job": ("job", JOBS, set()),
    "det_slot": ("slot", SLOT_VIEW, set()),
    "det_experiments": ("experiment", EXPERIMENTS, set()),
    "det_run": ("run", RUNS, set()),
    "det_trial": ("trial", TRIALS, {"name", "owner"}),
}
# Roles cannot be made; det_agent_info shows slots too, det_role_info assignments, det_master_info the message of the
# cluster, det_resource_pool_info the bindings, and det_group_info the groups of a user.
NOT_NEEDED = {
    "det_role", "det_role_assignment_info", "det_slot_info", "det_cluster_message_info",
    "det_resource_pool_binding_info", "det_user_groups_info",
    "det_workspace_namespace", "det_workspace_namespace_info", "det_workspace_pools", "det_workspace_pools_info",
}  # fmt: skip
# {kind: what its modules are called by}; the value of a token is the key token of a result.
LONGER = {"access_token": "token"}


def described() -> dict[str, Kind]:
    """{name: Kind} of all tables."""
    found = {}
    for path in (ROOT / "plugins/module_utils/kinds").glob("*.py"):
        module = importlib.import_module(f"{PACKAGE}.module_utils.kinds.{path.stem}")
        found.update({one.name: one for one in vars(module).values() if isinstance(one, Kind)})
    return dict(sorted(found.items()))


KINDS = described()
OF_MODULES = {LONGER.get(name, name): kind for name, kind in KINDS.items()}
NAMES = [f"det_{name}{end}" for name in OF_MODULES for end in ("", "_info")]
MODULES = [name for name in NAMES if name not in MANY and (ROOT / f"plugins/modules/{name}.py").exists()]


def read_returned(name: str) -> tuple[Kind, dict]:
    """The kind of a module, and what its RETURN says of the kind's object."""
    kind = OF_MODULES[MANY[name][0] if name in MANY else name[len("det_") :].removesuffix("_info")]
    returned = yaml.safe_load(importlib.import_module(f"{PACKAGE}.modules.{name}").RETURN)
    return kind, returned[kind.plural if name in MANY or name.endswith("_info") else kind.name]


def test_every_kind_has_its_modules():
    assert set(NAMES) - set(MODULES) - set(MANY) == NOT_NEEDED


@pytest.mark.parametrize("name", MODULES)
def test_keys_and_types_are_those_of_the_columns(name):
    kind, returned = read_returned(name)
    columns = {one.name: one.type for one in kind.columns}
    contains = {key: value["type"] for key, value in returned["contains"].items()}
    assert {key: value for key, value in contains.items() if key not in MORE.get(name, ())} == columns
    assert set(contains) - set(columns) == MORE.get(name, set())


@pytest.mark.parametrize("name", MANY)
def test_what_acts_on_many_shows_some_of_the_columns(name):
    kind, view, besides = MANY[name]
    returned = yaml.safe_load(importlib.import_module(f"{PACKAGE}.modules.{name}").RETURN)[view.plural]
    columns = {one.name: one.type for one in KINDS[kind].columns}
    contains = {key: value["type"] for key, value in returned["contains"].items()}
    assert set(contains) == {*view.report(collections.defaultdict(list)), "acts", "before", "after"}
    assert besides.isdisjoint(columns)
    shown = {key: value for key, value in contains.items() if key in columns}
    assert shown == {key: columns[key] for key in set(contains) - besides - {"acts", "before", "after"}}


@pytest.mark.parametrize("name", [*MODULES, *MANY])
def test_samples_are_of_the_type_that_is_told(name):
    _kind, returned = read_returned(name)
    # What is raw may be anything.
    types = {"str": str, "int": int, "bool": bool, "list": list, "dict": dict, "float": float}
    for key, value in returned["contains"].items():
        if "contains" in value:
            continue
        assert value["sample"].__class__ is types.get(value["type"], value["sample"].__class__), key
        if value["type"] == "list":
            assert all(one.__class__ is types[value["elements"]] for one in value["sample"]), key


@pytest.mark.parametrize("name", [*MODULES, *MANY])
def test_what_is_returned_is_written_from_the_columns(name):
    """With its descriptions and samples, as `make return-docs` writes it."""
    path = ROOT / f"plugins/modules/{name}.py"
    assert written(path, KINDS) == path.read_text(encoding="utf-8")
