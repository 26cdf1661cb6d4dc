# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What plans say of who gains and loses access, on an emulator, and what the saying costs."""

from __future__ import annotations

import pytest

from .stage import stage

VIEWER, EDITOR, WORKSPACE_ADMIN = 4, 5, 2


@pytest.fixture(scope="module")
def rbac():
    """ana, ben, carla and dora are Editors of vision and nlp as a group; emil is a Viewer of all."""
    with stage(rbac=True) as made:
        ids = {name: made.user(name) for name in ("ana", "ben", "carla", "dora", "emil")}
        group = made.group("vision", ids["ana"], ids["ben"], ids["carla"], ids["dora"])
        for name in ("vision", "nlp"):
            made.give(EDITOR, group=group, workspace=made.workspace(name))
        made.give(VIEWER, user=ids["emil"])
        yield made


def access_of(result):
    """The sentences of a plan's text."""
    lines = result["diff"]["prepared"].splitlines()
    if "Access:" not in lines:
        assert "access" not in result
        return []
    assert result["access"]
    return [line.strip() for line in lines[lines.index("Access:") + 1 : -1]]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param({"users": {"ana": {"display_name": "Ana"}}}, [], id="a name"),
        pytest.param({"workspaces": {"vision": {"projects": {"detr": {}}}}}, [], id="a project"),
        pytest.param({"users": {"zoe": {}}}, [], id="a user without roles"),
        pytest.param(
            {"groups": {"vision": {"members": ["ana", "emil"]}}},
            [
                "- 3 users lose all access to nlp, vision: ben, carla, dora.",
                "+ emil gains write access to nlp, vision.",
            ],
            id="members",
        ),
        pytest.param(
            {"groups": {"vision": {"members": {"add": ["zoe"]}}}, "users": {"zoe": {}}},
            ["+ zoe gains read and write access to nlp, vision."],
            id="a new member",
        ),
        pytest.param(
            {"groups": {"vision": {"state": "absent"}}},
            ["- 4 users lose all access to nlp, vision: ana, ben, carla and 1 more."],
            id="a group is deleted",
        ),
        pytest.param(
            {"users": {"emil": {"active": False}}}, ["- emil loses all access to the whole cluster."], id="off"
        ),
        pytest.param(
            {"workspaces": {"vision": {"roles": [{"group": "vision", "role": "Viewer"}]}}},
            ["- 4 users lose write access to vision: ana, ben, carla and 1 more."],
            id="less for a group",
        ),
        pytest.param(
            {
                "users": {"zoe": {}},
                "groups": {"new": {"members": ["zoe", "emil"]}},
                "workspaces": {"new": {"roles": [{"group": "new", "role": "Editor"}]}},
            },
            ["+ emil gains write access to new.", "+ zoe gains read and write access to new."],
            id="all of it new",
        ),
        pytest.param(
            {"workspaces": {"nlp": {"from": "vision", "roles": {"add": [{"user": "ben", "role": "WorkspaceAdmin"}]}}}},
            ["+ ben gains workspace administration in nlp."],
            id="to a name that is taken",
        ),
        pytest.param(
            {"workspaces": {"cv": {"from": "vision", "roles": {"add": [{"user": "ben", "role": "WorkspaceAdmin"}]}}}},
            ["+ ben gains workspace administration in cv."],
            id="by its new name",
        ),
        pytest.param(
            {"groups": {"cv": {"from": "vision", "members": {"add": ["emil"]}}}},
            ["+ emil gains write access to nlp, vision."],
            id="a group with a new name",
        ),
        pytest.param({"workspaces": {"nlp": {"state": "archived"}}}, [], id="archived"),
        pytest.param(
            {"workspaces": {"nlp": {"state": "absent"}}},
            ["- 4 users lose all access to nlp: ana, ben, carla and 1 more."],
            id="a workspace is deleted",
        ),
    ],
)
def test_sentences(rbac, document, expected):
    assert access_of(rbac.plan({"version": 1, **document})) == expected


def test_levels_of_less(rbac):
    """Who reads all of the cluster loses only the writing in one workspace."""
    rbac.give(EDITOR, user=rbac.by_hand("GET", "/api/v1/users/emil/by-username")["user"]["id"], workspace=2)
    result = rbac.plan({"version": 1, "workspaces": {"vision": {"roles": [{"group": "vision", "role": "Editor"}]}}})
    assert access_of(result) == ["- emil loses write access to vision."]
    assert result["access"][0]["through"] == [{"role": "Editor", "group": None}]
    assert "VIEW_WORKSPACE" not in result["access"][0]["lost"]


def test_no_request_where_no_act_touches_access(rbac):
    document = {"version": 1, "workspaces": {"vision": {"projects": {"detr": {}}}}}
    rbac.plan(document)
    assert [one for one in rbac.reads() if "roles" in one or "groups" in one or "users?" in one] == []


def test_requests_for_access(rbac):
    """The roles and their assignments, and the members of each group that has some: each once."""
    rbac.plan(
        {"version": 1, "groups": {"vision": {"members": []}}, "roles": {"add": [{"user": "ana", "role": "Viewer"}]}}
    )
    sent = rbac.reads()
    assert sorted(set(sent)) == sorted(sent)
    assert [one for one in sent if "roles" in one] == ["/api/v1/roles/search", "/api/v1/roles/search/by-ids"]


def test_an_apply_tells_what_its_plan_told():
    with stage(rbac=True) as made:
        ana = made.user("ana")
        made.give(EDITOR, group=made.group("vision", ana), workspace=made.workspace("vision"))
        document = {
            "version": 1,
            "users": {"ben": {}},
            "groups": {"vision": {"members": ["ben"]}},
            "workspaces": {"new": {"roles": [{"group": "vision", "role": "Viewer"}]}},
        }
        planned = made.plan(document)
        assert made.apply(document)["access"] == planned["access"]
        assert "access" not in made.plan(document)


def test_a_group_that_gets_its_first_role_has_members():
    with stage(rbac=True) as made:
        made.group("idle", made.user("ana"))
        made.workspace("vision")
        document = {"version": 1, "workspaces": {"vision": {"roles": {"add": [{"group": "idle", "role": "Viewer"}]}}}}
        assert access_of(made.plan(document)) == ["+ ana gains read access to vision."]


def test_who_may_not_see_roles_is_told_nothing():
    """A user who may make workspaces, and nothing else."""
    with stage(rbac=True) as made:
        made.give(3, user=made.user("maker"))
        result = made.plan({"version": 1, "workspaces": {"own": {}}}, account="maker")
        assert not result.get("failed"), result["msg"]
        assert result["requests"] == ["POST /api/v1/workspaces"]


def test_without_rbac_only_accounts_count():
    with stage() as made:
        made.user("ana", admin=True)
        document = {
            "version": 1,
            "users": {"ana": {"admin": False}, "zoe": {}},
            "groups": {"new": {"members": ["ana"]}},
        }
        assert access_of(made.plan(document)) == [
            "- ana loses administration in the whole cluster.",
            "+ zoe gains ordinary access to the whole cluster.",
        ]
        made.plan({"version": 1, "users": document["users"]})
        assert [one for one in made.reads() if "groups" in one or "roles" in one or "workspaces" in one] == []
