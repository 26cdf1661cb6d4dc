# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What somebody may do: answers in any order, rows in one."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.access.permission_rows import gather_permissions
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption, Missing

VIEW, EDIT = {"id": "PERMISSION_TYPE_VIEW"}, {"id": "PERMISSION_TYPE_EDIT"}
EDITOR = {"roleId": 5, "name": "Editor", "permissions": [VIEW, EDIT]}
VIEWER = {"roleId": 4, "name": "Viewer", "permissions": [VIEW]}
WORKSPACES = [{"id": 9, "name": "a"}, {"id": 7, "name": "b"}]


def given(role, workspace=None, **who):
    scope = {"scopeCluster": True} if workspace is None else {"scopeWorkspaceId": workspace, "scopeCluster": False}
    return {**who, "roleAssignment": {"role": {"roleId": role}, **scope}}


SUMMARY = {
    "roles": [VIEWER, EDITOR],
    "assignments": [
        {"roleId": 5, "scopeWorkspaceIds": [9, 7], "scopeCluster": False},
        {"roleId": 4, "scopeWorkspaceIds": [], "scopeCluster": True},
    ],
}
OF_USER = {
    "roles": [
        {
            "role": EDITOR,
            "userRoleAssignments": [given(5, 7, userId=3)],
            "groupRoleAssignments": [given(5, 7, groupId=41), given(5, 8, groupId=42)],
        }
    ]
}


class Client:
    url = "https://det.example.org"

    def __init__(self, rbac=True, **answers):
        whole = {"pagination": {"total": 2}}
        self.answers = {
            "/api/v1/permissions/summary": SUMMARY,
            "/api/v1/roles/search/by-user/3": OF_USER,
            "/api/v1/roles/search/by-group/41": SUMMARY,
            "/api/v1/me": {"user": {"username": "root"}},
            "/api/v1/master": {"rbacEnabled": rbac},
            "/api/v1/workspaces": {"workspaces": WORKSPACES, **whole},
            "/api/v1/users/ana/by-username": {"user": {"id": 3, "username": "ana"}},
            **answers,
        }
        self.asked = []

    def get(self, path, **_query):
        self.asked.append(path)
        if path not in self.answers:
            raise Missing(404, "NotFound", "not found", "GET", path)
        return self.answers[path]

    def read(self, path, _body):
        assert path == "/api/v1/groups/search"
        return {"groups": [{"group": {"groupId": 41, "name": "vision"}}], "pagination": {"total": 1}}


def ask(client=None, **options):
    client = client or Client()
    params = {**dict.fromkeys(("username", "group", "permission", "workspace")), **options}
    call = Call(params, set(options), False, lambda *_args: client)
    return {**gather_permissions(call), "notes": call.notes}


def test_the_own_permissions():
    found = ask()
    assert [(one["role"], one["workspace"]) for one in found["assignments"]] == [
        ("Editor", "b"),
        ("Editor", "a"),
        ("Viewer", None),
    ]
    assert found["permissions"] == [
        {"name": "EDIT", "cluster": False, "workspaces": ["a", "b"], "workspace_ids": [7, 9], "roles": ["Editor"]},
        {
            "name": "VIEW",
            "cluster": True,
            "workspaces": ["a", "b"],
            "workspace_ids": [7, 9],
            "roles": ["Editor", "Viewer"],
        },
    ]
    assert found["sentences"][0] == "root has the role Editor in the workspace b."
    assert found["sentences"][2] == "root has the role Viewer in the whole cluster."
    assert found["notes"] == []


def test_what_a_user_has_through_groups():
    found = ask(username="ana")
    assert [(one["workspace_id"], one["group"], one["group_id"]) for one in found["assignments"]] == [
        (7, None, None),
        (7, "vision", 41),
        (8, None, 42),
    ]
    assert found["sentences"] == [
        "ana has the role Editor in the workspace b.",
        "ana has the role Editor in the workspace b, as a member of the group vision.",
        "ana has the role Editor in the workspace 8, as a member of the group 42.",
    ]
    assert found["permissions"][0]["workspaces"] == ["b"]
    assert found["permissions"][0]["workspace_ids"] == [7, 8]


def test_a_group():
    assert ask(group="vision")["sentences"][0] == "The group vision has the role Editor in the workspace b."


@pytest.mark.parametrize(
    ("options", "allowed"),
    [
        ({"permission": "EDIT", "workspace": "a"}, True),
        ({"permission": "EDIT"}, False),
        ({"permission": "VIEW"}, True),
        ({"permission": "VIEW", "workspace": "b"}, True),
        ({"permission": "DELETE", "workspace": "b"}, False),
        ({"permission": "EDIT", "workspace": "a", "username": "ana"}, False),
        ({"permission": "EDIT", "workspace": "b", "username": "ana"}, True),
    ],
)
def test_whether_it_is_allowed(options, allowed):
    assert ask(**options)["allowed"] is allowed


def test_nothing_is_allowed_or_not_where_roles_have_no_effect():
    found = ask(Client(rbac=False), permission="EDIT")
    assert (found["rbac_enabled"], found["allowed"]) == (False, None)
    assert "affect nothing" in found["notes"][0]


def test_who_has_no_role():
    client = Client(**{"/api/v1/permissions/summary": {"roles": [], "assignments": []}})
    found = ask(client)
    assert (found["assignments"], found["permissions"], found["sentences"]) == ([], [], ["root has no role."])
    assert "/api/v1/workspaces" not in client.asked


@pytest.mark.parametrize("options", [{"username": "x"}, {"group": "x"}, {"permission": "EDIT", "workspace": "x"}])
def test_who_or_what_is_not_there(options):
    with pytest.raises(BadOption, match="'x'"):
        ask(**options)
