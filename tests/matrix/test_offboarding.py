# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role user_offboarding: a sheet first, then tokens, tasks, experiments, groups, roles, and the account last."""

from __future__ import annotations

import json

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.place import until
from tests.matrix.roles import refusals

pytestmark = pytest.mark.needs("agents", "journal")
ROLE = "determined_ai.determined.user_offboarding"
CONFIG = "name: x|y\nentrypoint: run\nsearcher: {name: single, metric: loss, max_length: {batches: 1}}\n"
RESOURCES = "resources: {slots_per_trial: 1, resource_pool: default}\nenvironment: {image: fake/run}\n"
ANA = "first-Secret1"


def create(place, path, body, key, token=None):
    return place.call("POST", f"/api/v1/{path}", body, token)[key]


@pytest.fixture(scope="module")
def place():
    """Ana, with a bit of everything; bob, who takes over."""
    with emulated(agents=4, rbac=True) as place:
        ids = {}
        for name in ("ana", "bob"):
            user = {"username": name, "active": True}
            ids[name] = create(place, "users", {"user": user, "password": ANA}, "user")["id"]
        vision = create(place, "workspaces", {"name": "vision"}, "workspace")["id"]
        create(place, "workspaces", {"name": "handover"}, "workspace")
        create(place, f"workspaces/{vision}/projects", {"name": "late", "workspaceId": vision}, "project")
        create(place, "groups", {"name": "vision", "addUsers": [ids["ana"], ids["bob"]]}, "group")
        given = [
            {"userId": ids["ana"], "roleAssignment": {"role": {"roleId": 5}, "scopeWorkspaceId": vision}},
            {"userId": ids["ana"], "roleAssignment": {"role": {"roleId": 1}}},
        ]
        place.call("POST", "/api/v1/roles/add-assignments", {"userRoleAssignments": given})
        create(place, "tokens", {"userId": ids["ana"], "description": "laptop"}, "token")
        create(place, "tokens", {"userId": ids["ana"]}, "token")
        ana = place.log_in("ana", ANA)
        create(place, f"workspaces/{vision}/projects", {"name": "detr", "workspaceId": vision}, "project", ana)
        create(place, "models", {"name": "m", "workspaceId": vision}, "model", ana)
        for active in (True, False):
            body = {"activate": active, "projectId": 1, "config": CONFIG + RESOURCES}
            create(place, "experiments", body, "experiment", ana)
        create(place, "notebooks", {"config": {"resources": {"slots": 0}}, "workspaceId": 1}, "notebook", ana)
        until(lambda: "STATE_RUNNING" in {one["state"] for one in owned(place)})
        yield place


def owned(place):
    return place.call("GET", "/api/v1/experiments?users=ana&limit=10")["experiments"]


def user(place, name="ana"):
    (found,) = [one for one in place.call("GET", "/api/v1/users")["users"] if one["username"] == name]
    return found


@pytest.fixture
def offboard(runner, place, tmp_path_factory):
    """Function: one run of the role; what it said, and what it wrote."""
    folder = tmp_path_factory.getbasetemp() / "sheets"

    def run(code=0, arguments=(), **variables):
        place.control.forget()
        tasks = [{"name": "Role", "ansible.builtin.include_role": {"name": ROLE}}]
        given = {
            "user_offboarding_user": "ana",
            "user_offboarding_heir": "bob",
            "user_offboarding_move_to": "vision/late",
            "user_offboarding_move_models_to": "handover",
            "user_offboarding_sheet_dir": str(folder),
            "user_offboarding_journal": str(folder.parent / "journal"),
            **variables,
        }
        played = runner.play(place, tasks, code=code, arguments=arguments, variables=given)
        return played.output, [one for one in place.control.writes() if "search" not in one["path"]]

    run.folder = folder
    return run


def test_what_is_wrong_is_said_and_nothing_written(runner, place):
    usual = {"user_offboarding_user": "ana"}
    cases = [
        ({"user_offboarding_user": "admin"}, "account of this task"),
        ({"user_offboarding_user": "anna"}, "There is no user anna"),
        ({"user_offboarding_heir": "ana"}, "must be another user"),
        ({"user_offboarding_heir": "nobody"}, "must be another user"),
        ({"user_offboarding_move_to": "vision/nothing"}, "There is no project vision/nothing"),
        ({"user_offboarding_move_models_to": "nothing"}, "There is no workspace nothing"),
        ({"user_offboarding_max_changes": 0}, "max_changes is 0"),
        ({"user_offboarding_running": "delete"}, "one of"),
        ({"user_offboarding_hier": "bob"}, "The nearest is user_offboarding_heir"),
    ]
    refusals(runner, place, ROLE, usual, cases)


def test_predicted_done_and_done_once(offboard, place):
    output, sent = offboard(arguments=("--check",))
    assert sent == []
    assert not offboard.folder.exists()
    assert "ana would be switched off" in output
    # With a brake it is the same plan, and why it would not be done.
    output, sent = offboard(arguments=("--check",), user_offboarding_max_changes=0)
    assert "A run for real would fail: 1 tasks would be changed, and user_offboarding_max_changes is 0." in output
    output, sent = offboard()
    assert "ana was switched off" in output
    before_off = [one["path"] for one in sent][:-1]
    assert sent[-1]["path"] == f"/api/v1/users/{user(place)['id']}"
    assert before_off[0].startswith("/api/v1/tokens/")
    # One for all groups.
    assert before_off.count("/api/v1/users/assignments") == 1
    assert any(path.endswith("/kill") for path in before_off)
    assert not user(place)["active"]
    rows = owned(place)
    assert {one["projectName"] for one in rows} == {"late"}
    assert {one["state"] for one in rows} == {"STATE_PAUSED"}
    assert all(one["labels"] == ["heir=bob"] for one in rows)
    assert place.call("GET", "/api/v1/models/m")["model"]["workspaceId"] != 2
    assert place.call("GET", "/api/v1/tokens?username=ana")["tokenInfo"] == []
    assert place.call("POST", "/api/v1/groups/search", {"limit": 9, "userId": user(place)["id"]})["groups"] == []
    sheet = (offboard.folder / "ana.md").read_text()
    assert "## Experiments (2)" in sheet
    assert "x&#124;y" in sheet
    assert "| laptop |" in sheet
    assert "## Roles (2)" in sheet
    assert oct((offboard.folder / "ana.md").stat().st_mode)[-3:] == "600"
    lines = [json.loads(line) for line in (offboard.folder.parent / "journal").read_text().splitlines()]
    kinds = {"access_tokens", "tasks", "experiments", "models", "user_groups", "role_assignments", "users"}
    assert {one["kind"] for one in lines} == kinds
    assert all(one["error"] is None for one in lines if one["phase"] == "done")
    output, sent = offboard()
    assert sent == []
    assert "changed=0 " in output
    assert (offboard.folder / "ana.md").read_text() == sheet
