# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role team_onboarding: predicted, set up, unchanged the second time, and stopped before the first write."""

from __future__ import annotations

import json

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.roles import refusals

pytestmark = pytest.mark.needs("journal")
ROLE = "determined_ai.determined.team_onboarding"
PASSWORD = "first-Secret1"
TEAM = {
    "team_onboarding_team": "vision",
    "team_onboarding_users": [
        {"username": "ana", "display_name": "Ana R", "password": PASSWORD},
        {"username": "bob", "agent_user_group": {"uid": 1014, "user": "bob", "gid": 1014, "group": "bob"}},
    ],
    "team_onboarding_members": ["admin"],
    "team_onboarding_members_mode": "exact",
    "team_onboarding_projects": [{"name": "detr", "description": "d", "key": "DETR"}, {"name": "old"}],
    "team_onboarding_roles": [{"role": "Editor"}, {"role": "Viewer", "user": "ana"}],
    "team_onboarding_pools": ["gpu-b"],
    "team_onboarding_default_compute_pool": "gpu-b",
    "team_onboarding_config_policies": {"EXPERIMENT": {"constraints": {"resources": {"max_slots": 8}}}},
    "team_onboarding_templates": {"four-gpus": {"resources": {"slots_per_trial": 4}}},
}


@pytest.fixture(scope="module")
def place():
    with emulated(agents=4, rbac=True) as place:
        yield place


@pytest.fixture
def onboard(runner, place, tmp_path):
    """Function: one run of the role; what it said, and what it wrote."""

    journal = tmp_path / "journal"

    def run(code=0, arguments=(), **variables):
        place.control.forget()
        tasks = [{"name": "Role", "ansible.builtin.include_role": {"name": ROLE}}]
        given = {**TEAM, "team_onboarding_journal": str(journal), **variables}
        played = runner.play(place, tasks, code=code, arguments=arguments, variables=given, secrets=[PASSWORD])
        return played.output, [one for one in place.control.writes() if "search" not in one["path"]]

    run.journal = journal
    return run


def test_predicted_set_up_and_unchanged(onboard, place):
    output, sent = onboard(arguments=("--check",))
    assert sent == []
    assert "team vision: 10 objects would be set up" in output
    output, sent = onboard()
    assert "team vision: 10 objects set up" in output
    assert len(sent) == 10
    noted = [json.loads(line)["kind"] for line in onboard.journal.read_text().splitlines()]
    assert noted.count("users") == 4
    assert len(set(noted)) == 8
    assert PASSWORD not in onboard.journal.read_text()
    place.log_in("ana", PASSWORD)
    (workspace,) = place.call("GET", "/api/v1/workspaces?nameCaseSensitive=vision")["workspaces"]
    given = place.call("GET", f"/api/v1/roles/workspace/{workspace['id']}")
    assert [one["name"] for one in given["groups"]] == ["vision"]
    assert place.call("GET", "/api/v1/resource-pools/gpu-b/workspace-bindings")["workspaceIds"] == [workspace["id"]]
    projects = place.call("GET", f"/api/v1/workspaces/{workspace['id']}/projects")["projects"]
    assert {one["name"] for one in projects} == {"detr", "old"}
    assert workspace["defaultComputePool"] == "gpu-b"
    output, sent = onboard()
    assert sent == []
    assert "changed=0 " in output
    assert "team vision: 0 objects set up" in output


def test_who_left_the_lists_leaves_the_group_and_a_password_stays(onboard, place):
    users = [{**TEAM["team_onboarding_users"][0], "password": "second-Secret2", "display_name": "Ana S"}]
    output, sent = onboard(team_onboarding_users=users)
    assert [(one["method"], one["path"].rpartition("/")[0]) for one in sent] == [
        ("PATCH", "/api/v1/users"),
        ("PUT", "/api/v1/groups"),
    ]
    assert "second-Secret2" not in output
    place.log_in("ana", PASSWORD)


def test_what_is_wrong_is_said_and_nothing_written(runner, place):
    cases = [
        ({"team_onboarding_user": []}, "The nearest is team_onboarding_users"),
        ({"team_onboarding_roles": [{"role": "Edtior"}]}, "There is no role Edtior"),
        ({"team_onboarding_pools": ["gpu-z"]}, "There is no resource pool gpu-z"),
        ({"team_onboarding_members": ["nobody"]}, "there is no user 'nobody'"),
        ({"team_onboarding_users": [], "team_onboarding_members": []}, "Name users in team_onboarding_users"),
        ({"team_onboarding_users": [{"username": "ana", "password": PASSWORD, "pasword": "x"}]}, "pasword"),
        ({"team_onboarding_max_changes": 0, "team_onboarding_members": ["bob"]}, "team_onboarding_max_changes is 0"),
        ({"team_onboarding_config_policies": {"NTCS": {}}}, "NTCS"),
    ]
    refusals(runner, place, ROLE, TEAM, cases, secrets=[PASSWORD])
