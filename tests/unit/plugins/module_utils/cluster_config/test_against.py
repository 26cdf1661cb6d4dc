# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan against an export: what a plan against the master says, without a master, an account or a secret."""

from __future__ import annotations

import copy
import json
import re

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config import against
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config.text import as_markdown
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call, perform
from ansible_collections.determined_ai.determined.plugins.modules import det_cluster_config

from emulator.testing import running
from tests.unit.plugins.module_utils.cluster_config.config_runs import SPEC, Runs
from tests.unit.plugins.module_utils.cluster_config.test_export import WHOLE

SECRETS = ("very-secret", "storage-key", "hidden-key")


def plan(document, export, check=False, **more):
    """The result of a task that has no master."""
    given = {"config": document, "against": export, "stack": "prod", **more}
    checked = ArgumentSpecValidator(SPEC.options, **SPEC.rules()).validate(given)
    assert not checked.error_messages, checked.error_messages

    def no_master(_options, _read_only):
        raise AssertionError("the plan asked a master")

    call = Call(checked.validated_parameters, set(given), check, no_master)
    return perform(call, SPEC, det_cluster_config.work)


def changed_document():
    """What WHOLE describes with a rename, a deletion, new objects that need secrets, and a changed property."""
    document = copy.deepcopy(WHOLE)
    lab = document["workspaces"].pop("Vision Lab")
    document["workspaces"]["CV"] = {**lab, "from": "Vision Lab"}
    lab["projects"]["detr"]["description"] = "12 ``` new"
    del lab["models"]["mnist"]
    hook = {"url": {"secret": "nobody_has_it"}, "triggers": [{"experiment_state": "ERROR"}]}
    document["workspaces"]["CV"]["webhooks"] = {**lab["webhooks"], "new": hook}
    document["users"]["cleo"] = {"password": "in-the-document"}
    document["workspaces"]["fresh"] = {"pools": ["pool-x"], "roles": [{"user": "remo", "role": "Viewer"}]}
    return document


def test_a_changed_document_is_planned_without_a_master():
    found = plan(changed_document(), WHOLE, check=True, prune="owned", markdown=True, secrets={"unused": "value"})
    ops = {act["address"]: act["op"] for act in found["plan"]}
    assert ops == {
        "users/cleo": "create",
        "workspaces/CV": "rename",
        "workspaces/CV/projects/detr": "change",
        "workspaces/CV/models/mnist": "delete",
        "workspaces/CV/webhooks/new": "create",
        "workspaces/fresh": "create",
        "workspaces/fresh/pools": "change",
        "workspaces/fresh/roles": "change",
    }
    assert found["changed"]
    assert not [act for act in found["plan"] if act["blocked"]]
    (access,) = [row for row in found["access"] if row["scope"] == "fresh"]
    assert access["users"] == ["remo"]
    said = json.dumps(found)
    assert not [one for one in (*SECRETS, "in-the-document", against.STAND_IN, against.ACCOUNT) if one in said]
    assert "PATCH /api/v1/projects/{id}" in found["requests"]
    assert not [one for one in found["requests"] if re.search(r"/\d+(/|$)", one)]
    assert "plan_digest" not in found
    assert "Digest" not in said
    # No line of the plan ends the block of code.
    fences = [line for line in found["markdown"].splitlines() if line.startswith("`")]
    assert fences == ["````diff", "````"]
    assert "!   workspaces/CV will be renamed or moved" in found["markdown"].splitlines()


def test_what_an_export_says_can_be_restored():
    """The export of a cluster with roles, and of one without, applied to an empty emulator: nothing is left to do."""
    assert plan(WHOLE, WHOLE)["plan"] == []
    for rbac in (False, True):
        with running(experiments=40, rbac=rbac) as control:
            exported = Runs(control).run("export")["config"]
        found = plan(exported, exported)
        assert (found["plan"], found["changed"]) == ([], False)
        assert found["summary"]["unchanged"] > 20


def test_a_part_of_a_cluster_is_planned_by_what_its_stack_owns():
    """Others' objects and properties are not in the export of what the stack owns, and so in no plan against it."""
    vision = {"projects": {"a": {"description": "x"}, "b": {}}}
    document = {"version": 1, "stack": "s", "workspaces": {"vision": copy.deepcopy(vision)}}
    with running() as control:
        runs = Runs(control)
        runs.call("POST", "/api/v1/workspaces", {"name": "other"})
        assert runs.run("apply", document)["changed"]
        (project,) = [
            one for one in runs.call("GET", "/api/v1/workspaces/0/projects")["projects"] if one["name"] == "b"
        ]
        runs.call("PATCH", f"/api/v1/projects/{project['id']}", {"description": "by hand"})
        owned = runs.run("export", stack="s", include="owned")["config"]
        whole = runs.run("export")["config"]
        del document["workspaces"]["vision"]["projects"]["a"]
        wanted = runs.run("plan", document, prune="owned")
    assert owned["workspaces"] == {"vision": {"projects": {"a": {"description": "x"}, "b": {}}}}
    found = plan(document, owned, prune="owned", stack=None)
    assert [(act["address"], act["op"]) for act in found["plan"]] == [("workspaces/vision/projects/a", "archive")]
    assert [act["op"] for act in found["plan"]] == [act["op"] for act in wanted["plan"]]
    # An export of all counts as the stack's, so that what the document does not have is told.
    assert "workspaces/other" in [act["address"] for act in plan(document, whole)["plan"]]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"mode": "apply"}, "goes with mode=plan"),
        ({"mode": "drift"}, "goes with mode=plan"),
        ({"plan_file": "p.json"}, "plan_file: goes with a plan that is made against a master"),
        ({"confirm": "0"}, "confirm: goes with a plan that is made against a master"),
        ({"against": "export.yml"}, "against: gives no document"),
        ({"against": {"version": 1, "groups": {"g": {"member": []}}}}, "against: the document has 1 problem"),
        ({"config": {"version": 1, "usres": {}}}, "config: the document has 1 problem"),
        ({"config": {"version": 1}, "manage": ["usres"]}, "manage ('usres'): is no section"),
    ],
)
def test_options_that_do_not_go_with_it(given, words):
    export = given.pop("against", {"version": 1})
    found = plan(given.pop("config", {"version": 1}), export, **given)
    assert words in found["msg"]
    assert found["failure"]["code"] == "bad_option"


def test_an_export_that_cannot_be_rebuilt_says_what_of_it():
    export = {"version": 1, "groups": {"vision": {"members": ["nobody"]}, "fine": {}}}
    found = plan({"version": 1}, export)
    assert found["failed"]
    assert found["failure"]["code"] == "not_rebuilt"
    assert "The cluster of the export could not be rebuilt." in found["msg"]
    assert "groups/vision" in found["msg"]


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        (
            "aiohttp",
            "against needs the Python library aiohttp, which the emulator is written with.",
        ),
        (
            None,
            "against needs the package determined-emulator.",
        ),
    ],
)
def test_a_missing_library_is_named_with_the_remedy(monkeypatch, missing, words):
    def fail(name):
        raise ModuleNotFoundError("", name=missing or name.rpartition(".")[0])

    monkeypatch.setattr(against.importlib, "import_module", fail)
    found = plan({"version": 1}, {"version": 1})
    assert words in found["msg"]
    assert "pip install ./emulator" in found["msg"]
    assert found["failure"]["code"] == "missing_library"
    assert "Traceback" not in str(found)


def test_what_the_emulator_does_not_have_is_left_out_and_told():
    vision = {"namespaces": {"k8s": {"namespace": "vision"}}, "projects": {"a": {}}}
    export = {"version": 1, "workspaces": {"vision": vision}}
    document = copy.deepcopy(export)
    document["workspaces"]["vision"]["namespaces"]["k8s"]["quota"] = 8
    document["workspaces"]["vision"]["projects"]["b"] = {}
    given = {"config": document, "against": export}
    checked = ArgumentSpecValidator(SPEC.options, **SPEC.rules()).validate(given)
    call = Call(checked.validated_parameters, set(given), False, None)
    found = perform(call, SPEC, det_cluster_config.work)
    assert [act["address"] for act in found["plan"]] == ["workspaces/vision/projects/b"]
    assert call.notes == [
        "Workspace namespaces are left out: the emulator does not have them. A plan of the master has them."
    ]


def test_markdown_is_cut_where_a_comment_ends():
    text = "".join(f"  + users/u{number} will be created\n" for number in range(5000)) + "Plan: 5000 to create.\n"
    found = as_markdown(text, "Plan")
    assert len(found) < 65_000
    assert re.search(r"# \d{4} more lines\n```", found)
    assert "Plan: 5000 to create.\n\n<details>" in found
