# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nobody locks the last administrator out, nor the own account, without saying so."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import Refused
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.group import GROUP
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.role_assignment import ROLE_ASSIGNMENT
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.user import USER
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.user_groups import USER_GROUPS
from ansible_collections.determined_ai.determined.plugins.module_utils.model.plan import Wanted, make_plan

OWN, ANA, BOB = 1, 2, 3
ADMINS = 40


class Master:
    """Three users; ``admins`` have the flag, ``given`` have ClusterAdmin, the group ADMINS has ``members``."""

    def __init__(self, rbac=False, admins=(), given=(), members=(), inactive=()):
        self.rbac, self.given, self.members = rbac, given, list(members)
        names = {OWN: "own", ANA: "ana", BOB: "bob"}
        self.users = [
            {"id": ident, "username": name, "active": ident not in inactive, "admin": ident in admins, "remote": False}
            for ident, name in names.items()
        ]
        self.asked = []

    def get(self, path, **_query):
        self.asked.append(path)
        return {
            "/api/v1/me": {"user": {"id": OWN, "username": "own"}},
            "/api/v1/master": {"rbacEnabled": self.rbac},
            f"/api/v1/groups/{ADMINS}": {"group": {"users": [{"id": one} for one in self.members]}},
        }[path]

    def read(self, path, _body):
        if path.endswith("search"):
            return {"roles": [{"roleId": 1, "name": "ClusterAdmin"}]}
        role = {"role": {"name": "ClusterAdmin"}, "userRoleAssignments": [], "groupRoleAssignments": []}
        for one in self.given:
            key, who = ("groupRoleAssignments", "groupId") if one == ADMINS else ("userRoleAssignments", "userId")
            role[key].append({who: one, "roleAssignment": {}})
        return {"roles": [role]}

    def every(self, kind, *_more):
        self.asked.append(kind.name)
        return self.users if kind is USER else [{"id": ADMINS, "name": "admins"}]

    def row(self, ident):
        return next(one for one in self.users if one["id"] == ident)


def refuses(kind, master, current, values=None, state="present", force=False, **more):
    plan = make_plan(kind, current, Wanted(values or {}, state, force=force, **more))
    assert plan.steps
    refusal = None
    try:
        kind.check(master, plan)
    except Refused as refused:
        refusal = refused
    assert refusal is None or "allow_lockout" in refusal.hint
    return refusal is not None


SWITCHED_OFF = [
    ("one of two by the flag", {"admins": [OWN, ANA]}, ANA, False),
    ("the last by the flag", {"admins": [ANA]}, ANA, True),
    ("the last who is active", {"admins": [ANA, BOB], "inactive": [BOB]}, ANA, True),
    ("no administrator", {"admins": [OWN]}, ANA, False),
    ("the own account", {"admins": [OWN, ANA]}, OWN, True),
    ("one of two by role", {"rbac": True, "given": [ANA, BOB]}, ANA, False),
    ("the last by role", {"rbac": True, "given": [ANA]}, ANA, True),
    ("the last by group", {"rbac": True, "given": [ADMINS], "members": [ANA]}, ANA, True),
    ("one of two by group", {"rbac": True, "given": [ADMINS], "members": [ANA, BOB]}, ANA, False),
    ("by the flag, which counts for nothing", {"rbac": True, "admins": [ANA], "given": [BOB]}, ANA, False),
]


@pytest.mark.parametrize(("master", "who", "refused"), [c[1:] for c in SWITCHED_OFF], ids=[c[0] for c in SWITCHED_OFF])
def test_switching_a_user_off(master, who, refused):
    for values, state in (({}, "absent"), ({"active": False}, "present")):
        here = Master(**master)
        assert refuses(USER, here, here.row(who), values, state) is refused
        assert refuses(USER, here, here.row(who), values, state, force=True) is False


@pytest.mark.parametrize(
    ("master", "who", "refused"),
    [
        ({"admins": [ANA]}, ANA, True),
        ({"admins": [ANA, BOB]}, ANA, False),
        ({"admins": [OWN, ANA]}, OWN, True),
        ({"rbac": True, "admins": [ANA], "given": [BOB]}, ANA, False),
    ],
)
def test_taking_the_flag(master, who, refused):
    here = Master(**master)
    assert refuses(USER, here, here.row(who), {"admin": False}) is refused
    assert refuses(USER, here, here.row(who), {"admin": False}, force=True) is False


@pytest.mark.parametrize(
    ("master", "left", "refused"),
    [
        ({"rbac": True, "given": [ADMINS], "members": [ANA, BOB]}, ["ana"], False),
        ({"rbac": True, "given": [ADMINS], "members": [ANA, BOB]}, [], True),
        ({"rbac": True, "given": [ADMINS], "members": [ANA, BOB]}, None, True),
        ({"rbac": True, "given": [ADMINS, BOB], "members": [ANA]}, None, False),
        ({"rbac": True, "given": [BOB], "members": [ANA]}, None, False),
        ({"rbac": True, "given": [ADMINS], "members": [ANA, BOB], "inactive": [ANA]}, ["ana"], True),
        ({"rbac": False, "members": [ANA, BOB]}, None, False),
    ],
)
def test_members_of_a_group(master, left, refused):
    """``left``: who stays a member; None: the group is deleted."""
    here = Master(**master)
    current = {"id": ADMINS, "name": "admins", "members": ["ana", "bob"]}
    values, state = ({}, "absent") if left is None else ({"members": left}, "present")
    assert refuses(GROUP, here, current, values, state) is refused
    assert refuses(GROUP, here, current, values, state, force=True) is False


ANA_IS, ADMINS_ARE = {"user": "ana", "role": "ClusterAdmin"}, {"group": "admins", "role": "ClusterAdmin"}


@pytest.mark.parametrize(
    ("given", "taken", "refused"),
    [
        ([ANA], ANA_IS, True),
        ([ANA, BOB], ANA_IS, False),
        ([ANA, ADMINS], ANA_IS, False),
        ([ADMINS], ADMINS_ARE, True),
        ([ADMINS, ANA], ADMINS_ARE, False),
        ([ANA, OWN], {"user": "own", "role": "ClusterAdmin"}, True),
    ],
)
def test_taking_cluster_admin(given, taken, refused):
    here = Master(rbac=True, given=given, members=[BOB])
    more = {"scope": {}, "modes": {"assignments": "remove"}}
    values, current = {"assignments": [taken]}, {"assignments": [taken]}
    assert refuses(ROLE_ASSIGNMENT, here, current, values, **more) is refused
    assert refuses(ROLE_ASSIGNMENT, here, current, values, force=True, **more) is False


@pytest.mark.parametrize(
    ("master", "groups", "refused"),
    [
        ({"rbac": True, "given": [ADMINS], "members": [ANA]}, [], True),
        ({"rbac": True, "given": [ADMINS], "members": [ANA, BOB]}, [], False),
        ({"rbac": True, "given": [ADMINS], "members": [ANA, BOB], "inactive": [BOB]}, [], True),
        ({"rbac": True, "given": [ADMINS, BOB], "members": [ANA]}, [], False),
        ({"rbac": True, "given": [BOB], "members": [ANA]}, [], False),
        ({"rbac": False, "members": [ANA]}, [], False),
    ],
)
def test_leaving_groups(master, groups, refused):
    here = Master(**master)
    current = {"groups": ["admins"]}
    more = {"scope": {"id": ANA, "username": "ana"}, "modes": {"groups": "exact"}}
    assert refuses(USER_GROUPS, here, current, {"groups": groups}, **more) is refused
    assert refuses(USER_GROUPS, here, current, {"groups": groups}, force=True, **more) is False


def test_what_administrators_there_are_is_read_once():
    here = Master(rbac=True, given=[ADMINS], members=[ANA, BOB])
    refuses(GROUP, here, {"id": ADMINS, "name": "admins", "members": ["ana", "bob"]}, {"members": ["ana"]})
    assert sorted(here.asked) == ["/api/v1/groups/40", "/api/v1/master", "user"]
