# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An export says what the cluster is: planned against the same cluster it changes nothing, applied to an empty one it
makes another of which the export is the same."""

from __future__ import annotations

import json

import jsonschema
import pytest
import yaml
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config.export_files import folder_files
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config.schema import make_schema

from emulator.testing import running
from tests.unit.plugins.module_utils.cluster_config.export_runs import Master

ROLES = [{"group": "vision-team", "role": "Editor"}, {"user": "bob", "role": "Viewer"}]
URL = "https://receiver.example/hook?key=very-secret"
HOOK = {"url": URL, "triggers": [{"experiment_state": "ERROR"}]}
# Something of all that a document can say, in workspaces that can be changed, are archived, and are built in.
WHOLE = {
    "version": 1,
    "users": {
        "ana": {"display_name": "Ana R", "agent_user_group": {"uid": 1014, "gid": 1014, "user": "ana", "group": "ana"}},
        "bob": {"active": False},
        "remo": {"remote": True},
    },
    "groups": {"vision-team": {"members": ["ana", "bob"]}, "empty": {}},
    "workspaces": {
        "Vision Lab": {
            "default_aux_pool": "default",
            "agent_user_group": {"uid": 5, "user": "x"},
            "checkpoint_storage": {
                "type": "s3",
                "bucket": "b",
                "access_key": "storage-key",
                "secret_key": "hidden-key",
            },
            "roles": ROLES,
            "projects": {
                "detr": {"description": "on", "key": "DETRX", "notes": [{"name": "README", "contents": "hi\nyou\n"}]},
                "a/b": {"state": "archived"},
            },
            "templates": {"gpu": {"config": {"resources": {"slots_per_trial": 4}, "lr": "1e3"}}, "empty": {}},
            "webhooks": {"eda": HOOK, "own": {**HOOK, "mode": "SPECIFIC", "triggers": [{"custom": True}]}},
            "policies": {"EXPERIMENT": {"constraints": {"resources": {"max_slots": 8}}}},
            "models": {"mnist": {"description": "digits", "labels": ["b", "a"], "metadata": {"1e3": 1e3}}},
        },
        "Uncategorized": {
            "models": {"loose": {}},
            "policies": {"NTSC": {"constraints": {"resources": {"max_slots": 3}}}},
            "roles": ROLES[:1],
        },
        "old": {
            "state": "archived",
            "projects": {"inside": {}},
            "models": {"kept": {}},
            "templates": {"before": {"config": {"a": 1}}},
            "policies": {"NTSC": {"constraints": {"resources": {"max_slots": 2}}}},
            "webhooks": {"late": HOOK},
        },
    },
    "roles": {"add": ROLES[:1]},
    "templates": {"shared": {"config": {"x": "on"}}},
    "policies": {"NTSC": {"constraints": {"resources": {"max_slots": 2}}}},
    "webhooks": {"all": {**HOOK, "type": "SLACK"}},
    "message": {"text": "hello"},
}
SETUPS = {"rbac": {"rbac": True}, "basic": {}}


def without_roles(value):
    if isinstance(value, dict):
        return {key: without_roles(one) for key, one in value.items() if key != "roles"}
    return value


@pytest.fixture(scope="module", params=SETUPS)
def cluster(request):
    """A cluster with something of everything, and its export."""
    document = WHOLE if request.param == "rbac" else without_roles(WHOLE)
    with running(**SETUPS[request.param]) as control:
        master = Master(control)
        applied = master.run("apply", config=document, adopt="all")
        assert "failed" not in applied, applied
        yield master, document


@pytest.fixture(scope="module")
def exported(cluster, tmp_path_factory):
    master, _document = cluster
    secrets = tmp_path_factory.mktemp("secrets") / "secrets.yml"
    found = master.run("export", secrets_dest=str(secrets))
    assert "failed" not in found, found
    return found["config"], yaml.safe_load(secrets.read_text()), secrets.read_text()


def given(secrets):
    """All secrets: those that the master does not show are made up."""
    return {"vision_lab": "x", **secrets}


def test_all_that_was_made_is_in_it(cluster, exported):
    _master, document = cluster
    config, _secrets, _text = exported
    assert [*config] == [key for key in document if key in config]
    assert {*document} - {*config} <= {"roles"}
    for name, entry in document["workspaces"].items():
        assert {*config["workspaces"][name]} == {*entry}, name
    lab = config["workspaces"]["Vision Lab"]
    assert lab["projects"]["a/b"]["state"] == "archived"
    assert lab["models"] == {"mnist": {"description": "digits", "labels": ["a", "b"], "metadata": {"1e3": 1e3}}}
    assert lab["templates"] == document["workspaces"]["Vision Lab"]["templates"]
    assert config["users"] == {"ana": document["users"]["ana"], "remo": {"remote": True}}
    # Of the members one is switched off.
    assert config["groups"] == {"empty": {}, "vision-team": {"members": ["ana"]}}
    assert lab.get("roles", ROLES[:1]) == ROLES[:1]


def test_no_secret_is_in_it(exported):
    config, secrets, text = exported
    assert "very-secret" not in json.dumps(config)
    assert config["workspaces"]["old"]["webhooks"]["late"]["url"] == {"secret": "webhook_old_late_url"}
    assert secrets["webhook_old_late_url"] == URL
    storage = config["workspaces"]["Vision Lab"]["checkpoint_storage"]
    assert storage["access_key"] == {"secret": "checkpoint_storage_vision_lab_access_key"}
    assert "# checkpoint_storage_vision_lab_access_key: the master does not show it" in text
    assert "storage-key" not in text


def test_it_is_of_the_schema(exported):
    jsonschema.Draft7Validator(make_schema()).validate(exported[0])


@pytest.mark.parametrize("more", [{}, {"stack": "s", "adopt": "all"}], ids=["alone", "stack"])
def test_planned_against_the_same_cluster_it_changes_nothing(cluster, exported, more):
    master, _document = cluster
    config, secrets, _text = exported
    plan = master.run("plan", config=config, secrets=secrets, **more)
    assert plan["requests"] == []
    assert {act["op"] for act in plan["plan"]} <= {"adopt"}
    assert plan["summary"]["blocked"] == 0


def test_another_cluster_made_of_it_is_the_same(cluster, exported):
    config, secrets, _text = exported
    hidden = {"checkpoint_storage_vision_lab_" + name: "made up" for name in ("access_key", "secret_key")}
    rbac = bool(cluster[0].client.get("/api/v1/master").get("rbacEnabled"))
    with running(rbac=rbac) as control:
        other = Master(control)
        applied = other.run("apply", config=config, secrets={**secrets, **hidden})
        assert "failed" not in applied, applied
        rebuilt = other.run("export")["config"]
        assert rebuilt == config
        # To the letter: the order counts in files too.
        assert folder_files(rebuilt) == folder_files(config)
        control.forget()
        again = other.run("apply", config=config, secrets={**secrets, **hidden})
        assert again["changed"] is False
        assert other.writes() == []


def test_names_that_are_not_unique_are_left_out():
    trigger = {"triggerType": "TRIGGER_TYPE_EXPERIMENT_STATE_CHANGE", "condition": {"state": "ERROR"}}
    hook = {"name": "twice", "url": URL, "webhookType": "WEBHOOK_TYPE_DEFAULT", "mode": "WEBHOOK_MODE_WORKSPACE"}
    with running() as control:
        master = Master(control)
        for _number in range(2):
            master.client.post("/api/v1/webhooks", {**hook, "triggers": [trigger]})
        found = master.run("export")
    assert found["config"] == {"version": 1}
    assert found["left_out"] == [{"address": "webhooks/twice", "why": "2 webhooks have this name."}]
    assert found["warned"] == ["webhooks/twice is not in the export: 2 webhooks have this name."]


def test_owned_and_foreign():
    mine = {"version": 1, "stack": "s", "users": {"ana": {}}, "workspaces": {"a": {"projects": {"p": {"key": "PPP"}}}}}
    with running() as control:
        master = Master(control)
        assert master.run("apply", config=mine)["changed"]
        assert master.run(
            "apply", config={"version": 1, "users": {"bob": {}}, "workspaces": {"a": {"models": {"m": {}}}}}
        )["changed"]
        owned = master.run("export", stack="s", include="owned")["config"]
        foreign = master.run("export", stack="s", include="foreign")["config"]
        only = master.run("export", only=["users/a*"])["config"]
        section = master.run("export", manage=["users"])["config"]
        other = master.run("export", include="foreign", stack="t")["config"]
        refused = master.run("export", include="owned")
    assert owned == mine
    assert foreign == {"version": 1, "stack": "s", "users": {"bob": {}}, "workspaces": {"a": {"models": {"m": {}}}}}
    assert other == {**foreign, "stack": "t"}
    assert only == {"version": 1, "users": {"ana": {}}}
    assert section == {"version": 1, "users": {"ana": {}, "bob": {}}}
    assert refused["failed"]
    assert "needs a stack" in refused["msg"]


def test_what_a_master_does_not_have_is_left_out():
    with running() as control:
        master = Master(control)
        master.run("apply", config={"version": 1, "users": {"ana": {}}, "webhooks": {"all": HOOK}})
        control.fault("status", path="/api/v1/webhooks*", status=501)
        found = master.run("export")
    assert found["config"] == {"version": 1, "users": {"ana": {}}}


def test_what_is_deleted_while_it_is_read_is_left_out():
    with running() as control:
        master = Master(control)
        master.run("apply", config={"version": 1, "groups": {"a": {}, "b": {}}})
        groups = master.client.read("/api/v1/groups/search", {"limit": 500, "offset": 0})["groups"]
        gone = next(one["group"]["groupId"] for one in groups if one["group"]["name"] == "a")
        control.fault("status", method="GET", path=f"/api/v1/groups/{gone}$", status=404, count=2)
        found = master.run("export")
    assert found["config"] == {"version": 1, "groups": {"b": {}}}
