# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong is said with the option, its value and the remedy, before anything is written."""

from __future__ import annotations

import json
import socket
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.loopback import Server, certificate
from tests.matrix.cases import TRAINING
from tests.matrix.conftest import emulated
from tests.matrix.place import fresh, gone_after
from tests.matrix.playbook import look, task


@dataclass(frozen=True)
class Bad:
    """A task that cannot be done; each of ``said`` must stand in its message."""

    label: str
    module: str
    options: dict
    said: tuple


CASES = (
    Bad("unknown option", "det_workspace", {"name": "w", "nmae": 1}, ("nmae", "Supported parameters include", "name")),
    Bad("both id and name", "det_workspace", {"id": 1, "name": "w"}, ("mutually exclusive", "id|name")),
    Bad("neither id nor name", "det_workspace", {}, ("one of the following is required", "id, name")),
    Bad("id of no experiment", "det_experiment", {"id": 99999999, "notes": "n"}, ("no experiment 99999999",)),
    Bad(
        "a default pool",
        "det_resource_pool_binding",
        {"resource_pool": "default", "workspaces": ["{ws}"]},
        ("default cannot be bound", "is a default pool", "Bind another pool"),
    ),
    Bad(
        "no such pool",
        "det_resource_pool_binding",
        {"resource_pool": "{label}", "workspaces": ["{ws}"]},
        ("no resource pool {label}", "There are: default"),
    ),
    Bad(
        "a setting without a value",
        "det_user_setting",
        {"path": "p", "key": "k"},
        ("value", "is missing", "state=absent"),
    ),
    Bad(
        "a mark of the collection",
        "det_user_setting",
        {"path": "determined_ai.determined/cull", "key": "k", "value": 1},
        ("marks of det_task_cull", "Set force"),
    ),
    Bad(
        "nobody's permissions", "det_permission_info", {"username": "{label}"}, ("username", "{label}", "no such user")
    ),
    Bad(
        "no namespace",
        "det_namespace_binding",
        {"workspace": "{ws}"},
        ("namespace and auto_create", "both missing", "Give one"),
    ),
    Bad(
        "no Kubernetes",
        "det_resource_quota",
        {"workspace": "{ws}", "quota": 1},
        ("no Kubernetes cluster", "Set skip_unsupported"),
    ),
    Bad("id of no workspace", "det_workspace", {"id": 99999999, "state": "archived"}, ("no workspace 99999999",)),
    Bad(
        "key label of several",
        "det_experiment",
        {"key_label": "{label}", "notes": "n"},
        ("2 experiments", "key_label", "{label}", "id {first}, id {second}", "Give the id."),
    ),
    Bad(
        "a date that is none",
        "det_experiments",
        {"select": {"ended_before": "yesterday"}, "state": "archived"},
        ("select.ended_before", "'yesterday'", "90d"),
    ),
    Bad(
        "an age that is none",
        "det_experiments",
        {"select": {"ended_before": "90x"}, "state": "archived"},
        ("select.ended_before", "'90x'", "90d"),
    ),
    Bad(
        "label with a comma",
        "det_experiments",
        {"ids": ["{first}"], "labels_add": ["a,b"]},
        ("labels_add", "'a,b'", "Give one label an item."),
    ),
    Bad(
        "label with a comma on one",
        "det_experiment",
        {"id": "{first}", "labels": ["a,b"]},
        ("labels", "'a,b'", "Give one label an item."),
    ),
    Bad("no such state", "det_experiments", {"select": {"states": ["DONE"]}}, ("select.states", "'DONE'", "COMPLETED")),
    Bad("no such owner", "det_experiments", {"select": {"owners": ["nobody-here"]}}, ("select.owners", "nobody-here")),
    Bad(
        "no such project",
        "det_experiments",
        {"select": {"project": ["{ws}/none"]}, "state": "archived"},
        ("no project", "{ws}/none", "select.project"),
    ),
    Bad(
        "a condition that a template left empty",
        "det_experiments",
        {"select": {"states": ["COMPLETED"], "owners": "{{{{ [] }}}}"}, "state": "archived"},
        ("select.owners ([])", "is empty", "project: '*/*'"),
    ),
    Bad(
        "a condition that is null",
        "det_experiments",
        {"select": {"states": ["COMPLETED"], "labels_none": None}, "state": "archived"},
        ("select.labels_none", "is null"),
    ),
    Bad(
        "a condition with an empty entry",
        "det_experiments",
        {"select": {"states": ["COMPLETED"], "labels_none": [None]}, "state": "archived"},
        ("select.labels_none", "has an empty entry"),
    ),
    Bad("ids that are null", "det_experiment_info", {"ids": None}, ("ids", "is null")),
    Bad(
        "an id of no experiment among others",
        "det_experiments",
        {"ids": ["{done}", 99999999], "state": "archived"},
        ("no experiment 99999999", "Nothing was changed", "ids"),
    ),
    Bad("a selection of everything", "det_experiments", {"select": {}, "state": "archived"}, ("select", "'*/*'")),
    Bad(
        "no such column",
        "det_experiments",
        {"select": {"where": [{"column": "nonsense", "value": 3}]}, "state": "archived"},
        ("select.where ('nonsense = 3')", "invalid experiment column nonsense", "det_project_info"),
    ),
    Bad("a limit of none", "det_experiment_info", {"select": {"limit": 0}}, ("select.limit (0)", "1 or more")),
    Bad(
        "days out of range",
        "det_experiments",
        {"ids": ["{done}"], "log_retention_days": 40000},
        ("log_retention_days (40000)", "between -1 and 32767"),
    ),
    Bad(
        "a negative number of checkpoints",
        "det_experiment",
        {"id": "{done}", "checkpoint_policy": {"save_trial_best": -1}},
        ("checkpoint_policy.save_trial_best (-1)", "0 or more"),
    ),
    Bad("a blank name", "det_workspace", {"name": " "}, ("name (' ')", "must not be empty")),
    Bad(
        "project without a workspace",
        "det_experiments",
        {"select": {"project": ["none"]}},
        ("project", "'none'", "workspace/project"),
    ),
    Bad("name without its parent", "det_project", {"name": "p"}, ("workspace", "Give it too.")),
    Bad("no such parent", "det_project", {"workspace": "{ws}-none", "name": "p"}, ("no workspace '{ws}-none'",)),
    Bad(
        "archived parent",
        "det_project",
        {"workspace": "{archived}", "name": "p", "description": "d"},
        ("or its workspace, is archived", "state=unarchived"),
    ),
    Bad(
        "new project in an archived parent",
        "det_project",
        {"workspace": "{archived}", "name": "q"},
        ("given a project", "archived", "{archived}", "state=unarchived"),
    ),
    Bad("alive, to archive", "det_experiment", {"id": "{first}", "state": "archived"}, ("not ended", "state=canceled")),
    Bad("alive, to delete", "det_experiment", {"id": "{first}", "state": "absent"}, ("not ended", "state=canceled")),
    Bad("no config", "det_experiment", {"key_label": "{label}-no"}, ("config", "no such experiment")),
    Bad("no such operation", "det_api", {"operation_id": "GetMastr"}, ("operation_id", "'GetMastr'", "GetMaster")),
    Bad("missing parameter", "det_api", {"operation_id": "GetUser"}, ("parameters", "'userId'", "/api/v1/users/")),
    Bad(
        "a folder that is none",
        "det_experiment",
        {"key_label": "{label}-no", "config": TRAINING, "model_folder": "/no/such"},
        ("model_folder", "'/no/such'", "no such folder"),
    ),
    Bad("no such CA file", "det_api", {"operation_id": "GetMaster", "ca_path": "/no/ca"}, ("ca_path", "'/no/ca'")),
    Bad(
        "a full disk for the journal",
        "det_experiments",
        {"ids": ["{done}"], "state": "archived", "journal": "/dev/full"},
        ("journal", "/dev/full", "No space left on device", "free the disk"),
    ),
    Bad(
        "no folder for the journal",
        "det_experiments",
        {"ids": ["{done}"], "state": "archived", "journal": "/no/such/folder/j"},
        ("journal", "'/no/such/folder/j'", "No such file or directory"),
    ),
)

# Also run as programs: refused by Ansible, by the look at the options, by what the master says.
ALONE = [number for number, case in enumerate(CASES) if case.label in ("unknown option", "a blank name", "no config")]


@contextmanager
def world(place):
    """Two experiments with the same label that are alive, one that has ended, and an archived workspace."""
    names = {"ws": fresh("ws"), "archived": fresh("archived"), "label": fresh("label")}
    with gone_after(place, names["ws"], names["archived"]):
        ids = {
            name: place.call("POST", "/api/v1/workspaces", {"name": names[name]})["workspace"]["id"]
            for name in ("ws", "archived")
        }
        place.call("POST", f"/api/v1/workspaces/{ids['archived']}/projects", {"name": "p"})
        place.call("POST", f"/api/v1/workspaces/{ids['archived']}/archive")
        project = place.call("POST", f"/api/v1/workspaces/{ids['ws']}/projects", {"name": "p"})["project"]["id"]

        def made(config):
            body = {"config": json.dumps({**TRAINING, **config}), "projectId": project}
            return place.call("POST", "/api/v1/experiments", body)["experiment"]["id"]

        names["first"], names["second"] = made({"labels": [names["label"]]}), made({"labels": [names["label"]]})
        body = {"config": json.dumps(TRAINING), "projectId": project, "unmanaged": True}
        names["done"] = place.call("POST", "/api/v1/experiments", body)["experiment"]["id"]
        trial = place.call("POST", "/api/v1/trials", {"experimentId": names["done"], "unmanaged": True})["trial"]["id"]
        place.call("PATCH", f"/api/v1/trials/{trial}", {"trialId": trial, "state": "STATE_COMPLETED"})
        yield names


@pytest.fixture(scope="module")
def tried(master, runner):
    """What all the cases registered, and what they were asked about."""
    with world(master) as names:
        tasks = [look("start", {})]
        for number, case in enumerate(CASES):
            options = filled(case.options, names)
            tasks.append(task(case.module, options, register=f"c{number}", ignore_errors=True))
            tasks.append(look(f"c{number}_look", {}))
        for number in ALONE:
            options, alone = filled(CASES[number].options, names), {"det_in_process": False}
            tasks.append(task(CASES[number].module, options, register=f"a{number}", ignore_errors=True, vars=alone))
        return runner.play(master, tasks).results, names


def filled(value, names):
    if isinstance(value, dict):
        return {key: filled(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, names) for one in value]
    return value.format(**names) if isinstance(value, str) else value


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.label for case in CASES])
def test_says_what_to_do(tried, number):
    results, names = tried
    result = results[f"c{number}"]
    assert result["failed"]
    assert not result["changed"]
    assert result["failure"]["code"] != "bug"
    for text in CASES[number].said:
        assert text.format(**names) in result["msg"]


@pytest.mark.parametrize("number", ALONE, ids=[CASES[number].label for number in ALONE])
def test_a_program_says_the_same(tried, number):
    assert tried[0][f"a{number}"] == tried[0][f"c{number}"]


@pytest.mark.needs("journal")
@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.label for case in CASES])
def test_writes_nothing(tried, number):
    journal = tried[0][f"c{number}_look"]["journal"]
    assert [one for one in journal if one["method"] != "GET" and not one["path"].endswith("-search")] == []


def failure(runner, place, options, module="det_workspace", **more):
    """The result of one task that fails."""
    return runner.play(place, [task(module, options, register="result", ignore_errors=True)], **more).results["result"]


def test_no_master_there(master, runner):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        result = failure(runner, master, {"name": "w", "master": url, "retry_time": 0})
    assert result["failure"]["code"] == "unreachable"
    assert url in result["msg"]
    assert "refused" in result["msg"]


def test_certificate_that_nobody_signed(master, runner, tmp_path):
    own = certificate(tmp_path, "127.0.0.1")
    with Server([(200, {"version": "0.38.1"})], certificate=own) as server:
        options = {"operation_id": "GetMaster", "master": server.url}
        result = failure(runner, master, options, "det_api")
        remedies = [
            task("det_api", {**options, "ca_path": str(own.path)}, register="trusted"),
            task("det_api", {**options, "validate_certs": False}, register="unchecked"),
        ]
        played = runner.play(master, remedies)
    with Server([(200, {})]) as server:
        options = {"operation_id": "GetMaster", "master": server.url.replace("http:", "https:"), "retry_time": 0}
        plain = failure(runner, master, options, "det_api")
    assert all(one["json"]["version"] == "0.38.1" for one in played.results.values())
    assert "Insecure" not in played.output
    assert plain["failure"]["code"] == "unreachable"
    assert "http://" in plain["msg"]
    assert result["failure"]["code"] == "unreachable"
    assert "certificate" in result["msg"]
    assert "ca_path" in result["msg"]


@pytest.mark.needs("clock", "journal")
def test_token_of_yesterday(own, runner):
    own.control.expire()
    own.control.forget()
    result = failure(runner, own, {"name": "w"})
    assert result["failure"]["status"] == 401
    assert "log in again" in result["msg"]
    assert own.control.writes() == []


@pytest.mark.needs("journal", "seed")
@pytest.mark.parametrize(("rbac", "said"), [(False, "The user is not allowed"), (True, "PERMISSION_TYPE_")])
def test_no_permission(runner, rbac, said):
    with emulated(rbac=rbac) as place:
        place.call("POST", "/api/v1/workspaces", {"name": "not yours"})
        body = {"user": {"username": "bob", "active": True}, "password": "Testing1!"}
        place.call("POST", "/api/v1/users", body)
        token = place.log_in("bob")
        if rbac:
            viewer(place)
        place.control.forget()
        options = {"name": "not yours", "state": "archived", "token": token}
        result = failure(runner, place, options, secrets=[token])
        refused = [one["status"] for one in place.control.writes()]
    assert result["failure"]["status"] == 403
    assert "/archive" in result["failure"]["request"]
    assert said in result["msg"]
    assert refused == [403]


def viewer(place):
    """Let bob look at everything, so that he finds what he may not change."""
    users = place.call("GET", "/api/v1/users")["users"]
    bob = next(user["id"] for user in users if user["username"] == "bob")
    roles = place.call("POST", "/api/v1/roles/search", {"limit": 100})["roles"]
    role = next(role["roleId"] for role in roles if role["name"] == "Viewer")
    given = {"userRoleAssignments": [{"userId": bob, "roleAssignment": {"role": {"roleId": role}}}]}
    place.call("POST", "/api/v1/roles/add-assignments", given)
