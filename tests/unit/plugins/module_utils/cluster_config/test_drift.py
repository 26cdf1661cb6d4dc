# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What somebody changes by hand is told apart: by class, exactly, and never what the document has only not applied."""

from __future__ import annotations

from copy import deepcopy

import pytest

from .stage import act_of, stage

HOOK = {"url": "https://hooks.example.com/a", "triggers": [{"experiment_state": "ERROR"}]}
DOCUMENT = {
    "version": 1,
    "stack": "s",
    "users": {"ana": {"display_name": "Ana"}, "ben": {}, "cleo": {}},
    "groups": {"exact": {"members": ["ana"]}, "adds": {"members": {"add": ["ana"]}}, "renamed": {}, "loses": {}},
    "workspaces": {
        "vision": {
            "projects": {"edited": {"description": "ours"}, "archived": {}, "pending": {}, "left": {}, "moved": {}},
            "templates": {"deleted": {"config": {"resources": {}}}, "emptied": {"config": {"resources": {"slots": 1}}}},
            "webhooks": {"hook": HOOK, "gone": HOOK},
            "policies": {
                "EXPERIMENT": {"constraints": {"resources": {"max_slots": 8}}},
                "NTSC": {"constraints": {"resources": {"max_slots": 2}}},
            },
            "models": {
                "adds": {"labels": {"add": ["prod"]}, "metadata": {"merge": {"owner": "vision"}}},
                "exact": {"labels": ["prod"], "metadata": {"owner": "vision"}},
            },
            "roles": [{"group": "exact", "role": "Editor"}, {"group": "adds", "role": "Viewer"}],
        },
        "nlp": {"projects": {"inside": {"description": "d"}}},
    },
    "message": {"text": "hello"},
}


def after():
    """The document has moved on meanwhile, without an apply."""
    document = deepcopy(DOCUMENT)
    document["users"]["ana"]["display_name"] = "Ana R"
    projects = document["workspaces"]["vision"]["projects"]
    projects["pending"]["description"] = "new"
    projects["made"] = {}
    del projects["left"]
    document["groups"]["loses"]["members"] = ["cleo"]
    return document


class Ids:
    """The ids of what the document has made, by name."""

    def __init__(self, made):
        get = made.by_hand
        self.users = {one["username"]: one["id"] for one in get("GET", "/api/v1/users")["users"]}
        self.spaces = {one["name"]: one["id"] for one in get("GET", "/api/v1/workspaces")["workspaces"]}
        self.projects = {one["name"]: one["id"] for one in get("GET", "/api/v1/workspaces/0/projects")["projects"]}
        self.hooks = {one["name"]: one["id"] for one in get("GET", "/api/v1/webhooks")["webhooks"]}
        groups = made.client("admin").read("/api/v1/groups/search", {"limit": 500})["groups"]
        self.groups = {one["group"]["name"]: one["group"]["groupId"] for one in groups}


def api(path):
    return "/api/v1/" + path


def edits(ids):
    """(method, path, body) of each edit by hand, and what drift has to say of it: class, address, field."""
    users, groups, projects = ids.users, ids.groups, ids.projects
    space = ids.spaces["vision"]
    vision = "workspaces/vision/"
    user, group, project = "users/{}", "groups/{}", "projects/{}"
    yield ("PATCH", user.format(users["ana"]), {"displayName": "By hand", "active": True}), (
        "conflict", "users/ana", "display_name",
    )  # fmt: skip
    yield ("PATCH", user.format(users["ben"]), {"active": False}), ("changed_by_hand", "users/ben", "active")
    yield ("PUT", group.format(groups["exact"]), {"addUsers": [users["cleo"]]}), (
        "changed_by_hand", "groups/exact", "members",
    )  # fmt: skip
    yield ("PUT", group.format(groups["adds"]), {"addUsers": [users["cleo"]]}), None
    yield ("PUT", group.format(groups["adds"]), {"removeUsers": [users["ana"]]}), (
        "taken_by_hand", "groups/adds", "members",
    )  # fmt: skip
    yield ("PUT", group.format(groups["renamed"]), {"name": "other"}), ("renamed_by_hand", "groups/renamed", "name")
    yield ("POST", "groups", {"name": "foreign"}), ("foreign", "groups/foreign", None)
    yield ("PATCH", project.format(projects["edited"]), {"description": "theirs"}), (
        "changed_by_hand", vision + "projects/edited", "description",
    )  # fmt: skip
    yield ("POST", f"projects/{projects['archived']}/archive", None), (
        "changed_by_hand", vision + "projects/archived", "archived",
    )  # fmt: skip
    yield ("POST", f"workspaces/{space}/projects", {"name": "foreign"}), ("foreign", vision + "projects/foreign", None)
    yield ("DELETE", "templates/deleted", None), ("deleted_by_hand", vision + "templates/deleted", None)
    yield ("PUT", "templates/emptied", {"config": {"resources": {}}, "workspaceId": space}), (
        "changed_by_hand", vision + "templates/emptied", "config",
    )  # fmt: skip
    yield ("PATCH", f"webhooks/{ids.hooks['hook']}", {"url": "https://hooks.example.com/b"}), (
        "changed_by_hand", vision + "webhooks/hook", "url",
    )  # fmt: skip
    yield ("DELETE", f"webhooks/{ids.hooks['gone']}", None), ("deleted_by_hand", vision + "webhooks/gone", None)
    policies = f"config-policies/workspaces/{space}/"
    yield ("DELETE", policies + "NTSC", None), ("deleted_by_hand", vision + "policies/NTSC", None)
    yield ("PUT", policies + "EXPERIMENT", {"configPolicies": '{"constraints": {"resources": {"max_slots": 64}}}'}), (
        "changed_by_hand", vision + "policies/EXPERIMENT", "constraints",
    )  # fmt: skip
    yield ("PATCH", "models/adds", {"labels": ["theirs"], "metadata": {"owner": "vision", "more": 1}}), (
        "taken_by_hand", vision + "models/adds", "labels",
    )  # fmt: skip
    yield ("PATCH", "models/exact", {"metadata": {"owner": "nlp"}}), (
        "changed_by_hand", vision + "models/exact", "metadata",
    )  # fmt: skip
    role = {"groupId": groups["exact"], "roleAssignment": {"role": {"roleId": 5}, "scopeWorkspaceId": space}}
    yield ("POST", "roles/remove-assignments", {"groupRoleAssignments": [role]}), (
        "taken_by_hand", vision + "roles", "assignments",
    )  # fmt: skip
    yield ("PATCH", f"workspaces/{ids.spaces['nlp']}", {"name": "language"}), (
        "renamed_by_hand", "workspaces/nlp", "name",
    )  # fmt: skip
    yield ("POST", "workspaces", {"name": "foreign"}), ("foreign", "workspaces/foreign", None)
    yield ("DELETE", "master/cluster_message", None), ("deleted_by_hand", "message", None)


PENDING = [
    ("pending", "groups/loses", "members"),
    ("pending", "workspaces/vision/projects/left", None),
    ("pending", "workspaces/vision/projects/made", None),
    ("pending", "workspaces/vision/projects/pending", "description"),
]


@pytest.fixture(scope="module")
def rows():
    """The drift before any edit, and after all of them."""
    with stage(rbac=True) as made:
        made.apply(DOCUMENT)
        before = made.plan(after())
        quiet = made.run(after(), mode="drift")
        expected = []
        for (method, path, body), fact in edits(Ids(made)):
            made.by_hand(method, api(path), body)
            expected += [fact] if fact is not None else []
        made.control.forget()
        result = made.run(after(), mode="drift")
        assert made.writes() == []
        yield {"made": made, "before": before, "quiet": quiet, "result": result, "expected": expected}


def facts(drift):
    return sorted(
        ((name, one["address"], one.get("field")) for name, all_of in drift.items() for one in all_of), key=repr
    )


def test_each_edit_is_classified_exactly(rows):
    assert len(rows["expected"]) >= 12
    assert facts(rows["result"]["drift"]) == sorted([*rows["expected"], *PENDING], key=repr)
    assert {name for name, _address, _field in facts(rows["result"]["drift"])} == set(rows["result"]["drift"])


def test_what_is_pending_is_no_alarm(rows):
    quiet = rows["quiet"]
    assert quiet["drift_code"] == 0
    assert not quiet["changed"]
    # Its display name is pending before somebody changes it too.
    assert facts(quiet["drift"]) == sorted([*PENDING, ("pending", "users/ana", "display_name")], key=repr)
    assert rows["before"]["summary"]["change"] == 3


def test_what_is_ours_is_an_alarm(rows):
    assert rows["result"]["drift_code"] == 2
    assert rows["result"]["changed"]


def test_an_apply_mends_all_of_it():
    with stage(rbac=True) as made:
        made.apply(DOCUMENT)
        for (method, path, body), _fact in edits(Ids(made)):
            made.by_hand(method, api(path), body)
        made.apply(DOCUMENT)
        drift = made.run(DOCUMENT, mode="drift")
        assert {name for name, _address, _field in facts(drift["drift"])} == {"foreign"}
        assert drift["drift_code"] == 1
        assert not drift["changed"]


NAMES = {"ana": {"display_name": "Ana"}, "ben": {"display_name": "Ben"}}
TWO_USERS: dict = {"version": 1, "stack": "s", "users": NAMES}


@pytest.mark.parametrize("way", ["keep", "fail", "overwrite"])
def test_ways_with_conflicts(way):
    """What was changed by hand, and what both have changed, in each way."""
    with stage() as made:
        made.apply(TWO_USERS)
        made.by_hand("PATCH", "/api/v1/users/3", {"displayName": "By hand", "active": True})
        made.by_hand("PATCH", "/api/v1/users/4", {"displayName": "By hand too", "active": True})
        moved = deepcopy(TWO_USERS)
        names = {one["id"]: one["username"] for one in made.by_hand("GET", "/api/v1/users")["users"]}
        changed, both = f"users/{names[3]}", f"users/{names[4]}"
        moved["users"][names[4]]["display_name"] = "Document"
        plan = made.plan(moved, on_conflict=way)
        if way == "overwrite":
            reasons = {one["address"]: one["changes"][0]["reason"] for one in plan["plan"]}
            assert reasons == {changed: "changed by hand", both: "both changed"}
            made.apply(moved, on_conflict=way)
            assert made.plan(moved)["plan"] == []
            return
        assert plan["requests"] == []
        assert act_of(plan, changed)["notes"] == ["display_name was changed by hand and is kept."]
        assert act_of(plan, both)["notes"] == ["display_name was changed by hand and is kept."]
        if way == "fail":
            assert "display_name was changed by hand, and on_conflict is fail." in made.refuse(moved, on_conflict=way)
        else:
            made.apply(moved, on_conflict=way)
        # Nothing was settled by that.
        drift = made.run(moved, mode="drift")["drift"]
        assert facts(drift) == [("changed_by_hand", changed, "display_name"), ("conflict", both, "display_name")]
