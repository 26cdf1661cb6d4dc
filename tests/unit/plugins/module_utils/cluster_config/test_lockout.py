# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nobody is locked out: each of these plans is blocked before the first write, whichever way the rights would go."""

from __future__ import annotations

import pytest

from .stage import stage

CLUSTER_ADMIN = 1
BOSS = {"user": "boss", "role": "ClusterAdmin"}
ADMIN = {"user": "admin", "role": "ClusterAdmin"}
ADMINS = {"group": "admins", "role": "ClusterAdmin"}
OTHERS = {"group": "others", "role": "ClusterAdmin"}


@pytest.fixture(scope="module")
def rbac():
    """boss is an administrator by the groups admins and others only, and nobody else is one."""
    with stage(rbac=True) as made:
        boss = made.user("boss")
        for name in ("admins", "others"):
            made.give(CLUSTER_ADMIN, group=made.group(name, boss))
        off = made.user("off")
        made.give(CLUSTER_ADMIN, user=off)
        away = {"userRoleAssignments": [{"userId": 1, "roleAssignment": {"role": {"roleId": CLUSTER_ADMIN}}}]}
        made.client("boss")
        made.by_hand("POST", "/api/v1/roles/remove-assignments", away)
        made.by_hand("PATCH", f"/api/v1/users/{off}", {"active": False}, account="boss")
        yield made


NO_MEMBERS: dict = {"members": []}
GONE = {"state": "absent"}
LOCKED_OUT = {
    "both groups lose the member": {"groups": {"admins": NO_MEMBERS, "others": NO_MEMBERS}},
    "both groups are deleted": {"groups": {"admins": GONE, "others": GONE}},
    "one loses the member and one is deleted": {"groups": {"admins": NO_MEMBERS, "others": GONE}},
    "the last member is switched off": {"users": {"boss": {"active": False}}},
    "the roles are taken": {"roles": []},
    "a role is taken and a group is deleted": {"roles": [ADMINS], "groups": {"admins": GONE}},
    "they go to one who is switched off": {"roles": [{"user": "off", "role": "ClusterAdmin"}]},
    "they go to a group of nobody": {"roles": [{"group": "new", "role": "ClusterAdmin"}], "groups": {"new": {}}},
    "they become less": {"roles": [{"group": "admins", "role": "Viewer"}, {"group": "others", "role": "Viewer"}]},
}
OWN = {
    "to another group": {
        "users": {"new": {}},
        "groups": {"new": {"members": ["new"]}},
        "roles": [{"group": "new", "role": "ClusterAdmin"}],
    },
    "to another user": {"users": {"new": {}}, "roles": [{"user": "new", "role": "ClusterAdmin"}]},
    "another member": {
        "users": {"new": {}},
        "groups": {"admins": {"members": ["new"]}, "others": {"members": ["new"]}},
    },
}
FINE = {
    "one of two groups": {"groups": {"admins": NO_MEMBERS}},
    "one of two roles": {"roles": [OTHERS]},
    "one group is deleted": {"groups": {"others": GONE}},
    "directly instead": {"roles": [BOSS]},
    "one is switched off who is off": {"users": {"off": {"active": False}}},
    "a flag that counts for nothing": {"users": {"new": {"admin": True}}},
}


def run(made, document):
    return {"version": 1, **document}


@pytest.mark.parametrize("document", [pytest.param(one, id=name) for name, one in LOCKED_OUT.items()])
def test_the_last_administrator_stays(rbac, document):
    assert "no active administrator would be left" in rbac.refuse(run(rbac, document), account="boss", max_deletions=9)


@pytest.mark.parametrize("document", [pytest.param(one, id=name) for name, one in OWN.items()])
def test_the_account_of_the_run_stays_administrator(rbac, document):
    refused = rbac.refuse(run(rbac, document), account="boss", max_deletions=9)
    assert "boss, the account of this run, would be no administrator any more" in refused


@pytest.mark.parametrize("document", [pytest.param(one, id=name) for name, one in {**LOCKED_OUT, **OWN}.items()])
def test_who_means_it_may(rbac, document):
    result = rbac.plan(run(rbac, document), account="boss", allow_lockout=True)
    assert result["summary"]["blocked"] == 0
    assert result["requests"]


@pytest.mark.parametrize("document", [pytest.param(one, id=name) for name, one in FINE.items()])
def test_an_administrator_is_left(rbac, document):
    assert rbac.plan(run(rbac, document), account="boss")["summary"]["blocked"] == 0


def test_only_the_cause_is_blocked(rbac):
    """What has nothing to do with it is no blocked line of the plan."""
    document = {"users": {"new": {}, "boss": {"active": False}}, "groups": {"other": {"members": ["new"]}}}
    plan = rbac.plan(run(rbac, document), account="boss")["plan"]
    assert [one["address"] for one in plan if one["blocked"]] == ["users/boss"]


def test_an_own_role_in_a_workspace_stays():
    """An administrator's own role is not taken, though it would lose nothing by that."""
    with stage(rbac=True) as made:
        place = made.workspace("vision")
        assert place
        document = {"version": 1, "workspaces": {"vision": {"roles": []}}}
        assert made.plan(document)["plan"] == []
        made.give(4, user=1, workspace=place)
        assert "admin is the account of this run" in made.refuse(document, max_deletions=9)


@pytest.mark.parametrize(
    ("users", "expected"),
    [
        ({"boss": {"active": False}}, "no active administrator would be left"),
        ({"boss": {"admin": False}}, "no active administrator would be left"),
        ({"boss": {"admin": False}, "new": {"admin": True, "active": False}}, "no active administrator would be left"),
        ({"boss": {"admin": False}, "new": {"admin": True}}, "boss, the account of this run, would be no"),
        ({"boss": {"active": False}, "new": {"admin": True}}, "boss, the account of this run, would be no"),
    ],
)
def test_without_rbac_the_flag_counts(basic, users, expected):
    assert expected in basic.refuse({"version": 1, "users": users}, account="boss", max_deletions=9)
    assert basic.plan({"version": 1, "users": users}, account="boss", allow_lockout=True)["summary"]["blocked"] == 0


@pytest.fixture(scope="module")
def basic():
    """boss is the only administrator who is not switched off."""
    with stage() as made:
        made.user("boss", admin=True)
        made.by_hand("PATCH", "/api/v1/users/1", {"active": False}, account="boss")
        yield made
