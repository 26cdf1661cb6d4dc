# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may what, with and without RBAC."""

from __future__ import annotations

import pytest

from emulator import builtin_roles, permissions
from emulator.areas import groups, roles, users
from emulator.call import Call
from emulator.errors import ApiError
from emulator.master import Master, Options


def master_of(*, rbac: bool) -> Master:
    return Master(Options(rbac=rbac))


def call_of(master: Master, username: str) -> Call:
    return Call(master, master.db.row("select * from users where username = ?", username), None)


def add_user(master: Master, username: str) -> int:
    return master.db.insert("users", username=username, active=1, modified_at=0)


def add_workspace(master: Master, name: str, owner: int = 1) -> int:
    return master.db.insert("workspaces", name=name, user_id=owner, created_at=0)


def test_admin_of_a_new_master_may_everything():
    call = call_of(master_of(rbac=True), "admin")
    assert all(permissions.rbac_allows(call, permission, None) for permission in builtin_roles.ALL)


def test_admin_flag_counts_for_nothing_with_rbac():
    master = master_of(rbac=True)
    master.db.run("update users set admin = 1 where username = 'determined'")
    assert not permissions.allowed(call_of(master, "determined"), "CREATE_WORKSPACE")


def test_role_in_workspace_counts_there_only():
    master = master_of(rbac=True)
    user, here, there = add_user(master, "ann"), add_workspace(master, "here"), add_workspace(master, "there")
    roles.give(master.db, user, 4, here)
    call = call_of(master, "ann")
    assert permissions.rbac_allows(call, "VIEW_WORKSPACE", here)
    assert not permissions.rbac_allows(call, "VIEW_WORKSPACE", there)
    assert not permissions.rbac_allows(call, "VIEW_WORKSPACE", None)
    assert not permissions.rbac_allows(call, "UPDATE_WORKSPACE", here)
    assert permissions.rbac_allows_somewhere(call, "ASSIGN_ROLES", "VIEW_WORKSPACE")
    assert permissions.visible_workspaces(call, "VIEW_WORKSPACE") == [here]


def test_global_role_counts_everywhere():
    master = master_of(rbac=True)
    user, here = add_user(master, "ann"), add_workspace(master, "here")
    roles.give(master.db, user, 4)
    call = call_of(master, "ann")
    assert permissions.rbac_allows(call, "VIEW_WORKSPACE", here)
    assert permissions.rbac_allows(call, "VIEW_WORKSPACE", None)
    assert permissions.visible_workspaces(call, "VIEW_WORKSPACE") is None


def test_roles_come_through_groups_and_go_with_them():
    master = master_of(rbac=True)
    user, here = add_user(master, "ann"), add_workspace(master, "here")
    admin, ann = call_of(master, "admin"), call_of(master, "ann")
    group = groups.create(admin, {"name": "editors", "addUsers": [user]})["group"]["groupId"]
    assignment = {"groupId": group, "roleAssignment": {"role": {"roleId": 5}, "scopeWorkspaceId": here}}
    roles.assign(admin, {"groupRoleAssignments": [assignment], "userRoleAssignments": []})
    assert permissions.rbac_allows(ann, "CREATE_EXPERIMENT", here)
    groups.delete(admin, {"groupId": group})
    assert not permissions.rbac_allows(ann, "CREATE_EXPERIMENT", here)


def test_workspace_takes_its_assignments_along():
    master = master_of(rbac=True)
    user, here = add_user(master, "ann"), add_workspace(master, "here")
    roles.give(master.db, user, 2, here)
    master.db.run("delete from workspaces where id = ?", here)
    assert roles.of_user(call_of(master, "admin"), {"userId": user}) == {"roles": []}


def test_without_rbac_owner_and_admin_may():
    master = master_of(rbac=False)
    user = add_user(master, "ann")
    for name, owners, may in (("admin", (), True), ("ann", (user,), True), ("ann", (), False)):
        call = call_of(master, name)
        assert permissions.allowed(call, "UPDATE_WORKSPACE", 1, owners=owners) is may
    with pytest.raises(ApiError, match="only admins may delete") as raised:
        permissions.require(call_of(master, "ann"), "UPDATE_WORKSPACE", 1, basic="delete workspaces")
    assert raised.value.status == 403
    permissions.require(call_of(master, "ann"), "UPDATE_WORKSPACE", 1)


def test_refusal_names_the_permission():
    master = master_of(rbac=True)
    add_user(master, "ann")
    with pytest.raises(ApiError, match="access denied; required permissions: PERMISSION_TYPE_UPDATE_AGENTS"):
        permissions.require(call_of(master, "ann"), "UPDATE_AGENTS", basic="never said")


def test_every_user_has_a_hidden_group():
    master = master_of(rbac=False)
    add_user(master, "ann")
    call = call_of(master, "admin")
    assert groups.search(call, {"limit": 500, "offset": 0, "name": "", "userId": 0})["groups"] == []
    assert master.db.value("select count(*) from groups") == len(master.db.rows("select 1 from users"))
    with pytest.raises(ApiError, match="personal group"):
        groups.get(call, {"groupId": 1})


@pytest.mark.parametrize("role", builtin_roles.ROLES.values(), ids=lambda role: role.name)
def test_role_with_cluster_permissions_is_not_for_workspaces(role):
    assert role.permissions <= builtin_roles.ALL
    mask = builtin_roles.shown(role)["scopeTypeMask"]
    assert mask == {"cluster": True, "workspace": not role.permissions & builtin_roles.CLUSTER_ONLY}


def test_users_found_by_role_given_to_them_in_the_whole_cluster():
    master = master_of(rbac=True)
    ann, bob, here = add_user(master, "ann"), add_user(master, "bob"), add_workspace(master, "here")
    roles.give(master.db, ann, 4)
    roles.give(master.db, bob, 4, here)
    request = {"roleIdAssignedDirectlyToUser": [4], "name": "", "orderBy": "", "sortBy": "", "limit": 0, "offset": 0}
    found = users.list_users(call_of(master, "admin"), request)["users"]
    assert [user["username"] for user in found] == ["ann"]
