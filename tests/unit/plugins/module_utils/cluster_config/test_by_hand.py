# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names and states that somebody, or the document, has changed: what a plan makes of them, and what is drift."""

from __future__ import annotations

import pytest

from emulator.testing import running
from tests.unit.plugins.module_utils.cluster_config.export_runs import Master

ROLES = {"add": [{"user": "ana", "role": "Viewer"}, {"group": "g", "role": "Editor"}]}


def document(**sections):
    return {"version": 1, "stack": "s", **sections}


@pytest.fixture
def master():
    with running(rbac=True) as control:
        yield Master(control)


def apply(master, config, **more):
    found = master.run("apply", config=config, **more)
    assert "failed" not in found, found
    return found


def drift(master, config):
    """{class: [address and field]} of the classes that have any."""
    found = master.run("drift", config=config)
    assert "failed" not in found, found
    rows = {name: [" ".join(row.values()) for row in rows] for name, rows in found["drift"].items()}
    return {name: ones for name, ones in rows.items() if ones}


def id_of(master, kind, name):
    rows = master.client.get(f"/api/v1/{kind}")[kind]
    return next(row["id"] for row in rows if name in (row.get("name"), row.get("username")))


def test_a_rename_leaves_memberships_and_roles_alone(master):
    apply(master, document(users={"ana": {}}, groups={"g": {"members": ["ana"]}}, roles=ROLES))
    after = document(
        users={"eva": {"from": "ana"}},
        groups={"h": {"from": "g", "members": ["eva"]}},
        roles={"add": [{"user": "eva", "role": "Viewer"}, {"group": "h", "role": "Editor"}]},
    )
    found = apply(master, after)
    assert found["requests"] == ["PATCH /api/v1/users/3", "PUT /api/v1/groups/4"]
    assert apply(master, after)["requests"] == []


def test_a_rename_by_hand_is_no_change_of_who_is_a_member(master):
    config = document(users={"ana": {}}, groups={"g": {"members": ["ana"]}}, roles=ROLES)
    apply(master, config)
    master.client.request("PATCH", "/api/v1/users/3", body={"username": "eva", "active": True})
    assert drift(master, config) == {"renamed_by_hand": ["users/ana username"]}


def test_members_that_are_switched_off_are_in_no_group_unless_named(master):
    apply(master, document(users={"ana": {}, "bob": {}}, groups={"g": {"members": ["ana", "bob"]}}))
    master.client.request("PATCH", f"/api/v1/users/{id_of(master, 'users', 'bob')}", body={"active": False})
    assert apply(master, document(users={"ana": {}}, groups={"g": {"members": ["ana"]}}))["requests"] == []
    named = document(users={"ana": {}}, groups={"g": {"members": ["ana", "bob"]}})
    assert apply(master, named)["requests"] == []


def test_an_archived_workspace_is_made_with_what_is_in_it(master):
    inside = {"projects": {"p": {}}, "templates": {"t": {"config": {"a": 1}}}, "models": {"m": {}}}
    config = document(workspaces={"old": {"state": "archived", **inside}})
    assert apply(master, config)["requests"][-1] == "POST /api/v1/workspaces/{id}/archive"
    assert apply(master, config)["requests"] == []


def test_archiving_by_hand_is_drift_and_by_the_document_is_not(master):
    config = document(workspaces={"a": {"default_aux_pool": "default"}, "b": {}})
    apply(master, config)
    place = f"/api/v1/workspaces/{id_of(master, 'workspaces', 'a')}"
    wanted = document(workspaces={"a": {"default_aux_pool": "default", "state": "archived"}, "b": {}})
    assert drift(master, wanted) == {"pending": ["workspaces/a archived"]}
    master.client.request("POST", f"{place}/archive")
    assert drift(master, config) == {"changed_by_hand": ["workspaces/a archived"]}
    assert drift(master, wanted) == {}
    kept = master.run("plan", config=config, on_conflict="keep")
    assert kept["requests"] == []
    assert master.run("plan", config=config, on_conflict="fail")["summary"]["blocked"] == 1
    assert apply(master, config)["requests"] == [f"POST {place}/unarchive"]
    assert drift(master, config) == {}


def test_what_is_new_is_not_taken_for_what_somebody_deleted_elsewhere(master):
    project, policy = {"projects": {"p": {}}}, {"policies": {"NTSC": {"constraints": {"resources": {"max_slots": 2}}}}}
    apply(master, document(workspaces={"a": {**project, **policy}, "b": {}}))
    master.client.request("DELETE", "/api/v1/projects/2")
    master.client.request("DELETE", f"/api/v1/config-policies/workspaces/{id_of(master, 'workspaces', 'a')}/NTSC")
    config = document(workspaces={"a": {**project, **policy}, "b": {**project, **policy}})
    assert drift(master, config) == {
        "deleted_by_hand": ["workspaces/a/policies/NTSC", "workspaces/a/projects/p"],
        "pending": ["workspaces/b/policies/NTSC", "workspaces/b/projects/p"],
    }


def test_adopting_remembers_properties_of_all_ranks(master):
    config = document(workspaces={"a": {"default_aux_pool": "default", "agent_user_group": {"uid": 5, "user": "x"}}})
    apply(master, {**config, "stack": None})
    apply(master, config, adopt="all")
    master.client.request("PATCH", "/api/v1/workspaces/2", body={"agentUserGroup": {"agentUid": 6, "agentUser": "y"}})
    assert drift(master, config) == {"changed_by_hand": ["workspaces/a agent_user_group"]}


def test_what_is_set_at_two_ranks_is_renamed_and_archived_once(master):
    def lab(name, **more):
        return document(workspaces={name: {"default_aux_pool": "default", **more}})

    apply(master, lab("old"))
    assert apply(master, lab("new", **{"from": "old"}))["requests"] == ["PATCH /api/v1/workspaces/2"]
    away = lab("new", state="archived", default_aux_pool="")
    assert apply(master, away)["requests"] == ["PATCH /api/v1/workspaces/2", "POST /api/v1/workspaces/2/archive"]
    back = ["POST /api/v1/workspaces/2/unarchive", "PATCH /api/v1/workspaces/2"]
    assert apply(master, lab("new"))["requests"] == back
    assert apply(master, lab("new"))["requests"] == []


def test_what_is_moved_by_hand_is_told_apart_from_what_the_document_moves(master):
    inside = {"projects": {"p": {}}, "templates": {"t": {"config": {"a": 1}}}}
    config = document(workspaces={"a": inside, "b": {}})
    apply(master, config)
    moved = document(workspaces={"a": {}, "b": {"projects": {"p": {"from": "workspaces/a/projects/p"}},
                                                "templates": {"t": {"config": {"a": 1}}}}})  # fmt: skip
    fields = ["workspaces/b/projects/p workspace_id", "workspaces/b/templates/t workspace_id"]
    assert drift(master, moved) == {"pending": fields}
    place = id_of(master, "workspaces", "b")
    master.client.request("POST", "/api/v1/projects/2/move", body={"destinationWorkspaceId": place})
    master.client.request("PUT", "/api/v1/templates/t", body={"workspaceId": place, "config": {"a": 1}})
    assert drift(master, moved) == {}
    fields = ["workspaces/a/projects/p workspace_id", "workspaces/a/templates/t workspace_id"]
    assert drift(master, config) == {"renamed_by_hand": fields}


def test_the_ledger_learns_what_somebody_has_done_as_the_document_says(master):
    config = document(users={"ana": {"display_name": "Ana"}})
    apply(master, config)
    master.client.request("PATCH", "/api/v1/users/3", body={"displayName": "Eva", "active": True})
    changed = document(users={"ana": {"display_name": "Eva"}})
    assert apply(master, changed)["changed"] is False
    assert drift(master, document(users={"ana": {"display_name": "Ada"}})) == {"pending": ["users/ana display_name"]}
