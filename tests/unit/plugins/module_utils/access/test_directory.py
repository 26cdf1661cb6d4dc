# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A directory's users and groups, brought to an emulator in this process: what is sent, left alone and refused."""

from __future__ import annotations

import pytest

from tests.unit.plugins.lives.stage import stage

IDENTITY = {"uid": 1014, "user": "ana", "gid": 1014, "group": "ana"}
TEAM = [
    {"username": "ana", "display_name": "Ana R", "agent_user_group": IDENTITY},
    {"username": "bob", "password": "Testing2!"},
]
VISION = [{"name": "vision", "members": ["ana", "bob", "admin"]}]


@pytest.fixture
def here():
    with stage() as found:
        yield found


def sync(here, check=False, **options):
    """One run, and the requests that were sent in it."""
    before = len(here.place.control.journal())
    result = here.run("det_directory", options, check)
    return result, here.place.control.journal()[before:]


def users(here):
    return {one["username"]: one for one in here.ask("GET", "/api/v1/users")["users"]}


def make_users(here, number, active=True):
    for index in range(number):
        user = {"username": f"user-{index:03}", "active": active}
        here.ask("POST", "/api/v1/users", {"user": user, "password": "x"})
    return [{"username": f"user-{index:03}"} for index in range(number)]


def writes(sent):
    return [(one["method"], one["path"]) for one in sent if one["method"] != "GET" and "/search" not in one["path"]]


def test_created_then_unchanged(here):
    wanted = {"users": TEAM, "groups": VISION}
    check, sent = sync(here, True, **wanted)
    assert writes(sent) == []
    real, sent = sync(here, **wanted)
    assert writes(sent) == [("POST", "/api/v1/users"), ("POST", "/api/v1/users"), ("POST", "/api/v1/groups")]
    assert check["changed_ids"] == real["changed_ids"] == ["group vision", "user ana", "user bob"]
    assert check["requests"] == real["requests"] == ["POST /api/v1/users"] * 2 + ["POST /api/v1/groups"]
    assert [(one["name"], one["acts"]) for one in real["users"]] == [
        ("ana", ["user_created"]),
        ("bob", ["user_created"]),
    ]
    assert real["users"][0]["id"] == users(here)["ana"]["id"]
    (group,) = real["groups"]
    assert here.ask("GET", f"/api/v1/groups/{group['id']}")["group"]["users"]
    again, sent = sync(here, **wanted)
    assert (again["changed"], again["unchanged"], writes(sent)) == (False, 3, [])


def test_passwords_are_for_new_users_only_and_never_empty_nor_shown(here):
    result, sent = sync(here, users=TEAM)
    assert "Testing2!" not in str(result)
    assert all("password" not in one["after"] for one in result["users"])
    here.place.log_in("bob", "Testing2!")
    with pytest.raises(AssertionError, match="401"):
        here.place.log_in("ana", "")
    again, sent = sync(here, users=[{"username": "bob", "password": "another"}])
    assert (again["changed"], writes(sent)) == (False, [])


def test_changed_properties_and_members(here):
    sync(here, users=TEAM, groups=VISION)
    changed = [{**TEAM[0], "display_name": "Ana Rossi"}, TEAM[1]]
    result, sent = sync(here, users=changed, groups=[{"name": "vision", "members": ["ana"]}])
    assert [one["after"] for one in result["users"]] == [{"display_name": "Ana Rossi"}]
    assert [one["after"] for one in result["groups"]] == [{"members": ["ana"]}]
    assert [method for method, _path in writes(sent)] == ["PATCH", "PUT"]
    result, _sent = sync(here, groups=[{"name": "vision", "members": ["bob"]}], members_mode="append")
    assert result["groups"][0]["after"] == {"members": ["ana", "bob"]}
    assert not sync(here, groups=[{"name": "vision", "members": ["bob"]}], members_mode="append")[0]["changed"]


def test_missing_are_switched_off_and_protected_ones_stay(here):
    names = make_users(here, 4)
    options = {"users": names[:2], "deactivate_missing": True, "protect": ["admin", "determined", "user-003"]}
    check, sent = sync(here, True, **options)
    assert writes(sent) == []
    result, sent = sync(here, **options)
    assert check["changed_ids"] == result["changed_ids"] == ["user user-002"]
    assert {"user user-003", "user admin"} <= {one["id"] for one in result["skipped_items"]}
    assert [name for name, one in users(here).items() if not one["active"]] == ["user-002"]
    assert "tokens" in result["warnings"][0]
    assert not sync(here, **options)[0]["changed"]


@pytest.mark.parametrize(
    ("gone", "number", "percent", "refused"),
    [(4, 3, 10, True), (4, 4, 10, False), (4, 3, 20, False), (4, 0, 18, True), (3, 3, 0, False)],
)
def test_brake_on_the_share_of_users_that_are_switched_off(here, gone, number, percent, refused):
    """Of 22 active users, admin and determined among them; four are 18.2 %."""
    names = make_users(here, 20)
    options = {
        "users": names[gone:],
        "deactivate_missing": True,
        "max_deactivations": number,
        "max_deactivated_percent": percent,
    }
    check, _sent = sync(here, True, **options)
    result, sent = sync(here, **options)
    assert bool(result.get("failed")) == ("refused" in check) == refused
    assert len(writes(sent)) == (0 if refused else gone)
    # Check mode shows the whole plan all the same.
    assert len(check["changed_ids"]) == gone
    if refused:
        assert f"{gone} of 22 active users would be switched off" in result["msg"]
        assert check["refused"] == result["msg"]


def test_who_is_switched_off_stays_so_unless_told(here):
    (one,) = make_users(here, 1, active=False)
    result, sent = sync(here, users=[one])
    assert (result["changed"], writes(sent)) == (False, [])
    assert "switched off" in result["skipped_items"][0]["reason"]
    assert sync(here, users=[one], reactivate=True)[0]["users"][0]["after"] == {"active": True}
    assert users(here)["user-000"]["active"]
    result, _sent = sync(here, users=[{**one, "active": False}])
    assert result["users"][0]["acts"] == ["user_switched_off"]
    assert not sync(here, users=[{**one, "active": False}, {"username": "never-was", "active": False}])[0]["changed"]


def test_those_who_come_back_are_switched_on_by_one_request(here):
    names = make_users(here, 40, active=False)
    wanted = [{**names[0], "display_name": "First"}, *names[1:]]
    check, _sent = sync(here, True, users=wanted, reactivate=True)
    result, sent = sync(here, users=wanted, reactivate=True)
    # The first has more to change, so that a request of its own does both.
    one = users(here)["user-000"]["id"]
    assert writes(sent) == [("PATCH", f"/api/v1/users/{one}"), ("PATCH", "/api/v1/users")]
    assert check["requests"] == result["requests"] == [f"PATCH /api/v1/users/{one}", "PATCH /api/v1/users"]
    assert len(check["changed_ids"]) == len(result["changed_ids"]) == 40
    assert {tuple(row["acts"]) for row in result["users"][1:]} == {("user_switched_on",)}
    assert all(row["active"] for row in users(here).values())
    assert not sync(here, users=wanted, reactivate=True)[0]["changed"]


def test_switched_on_though_the_answer_was_lost(here):
    names = make_users(here, 3, active=False)
    here.place.control.fault("reset_after", method="PATCH", path="/api/v1/users$")
    result, _sent = sync(here, users=names, reactivate=True)
    assert not result.get("failed"), result["msg"]
    assert all(row["active"] for row in users(here).values())


def test_who_may_not_be_switched_on_fails_alone(here):
    names = make_users(here, 3, active=False)
    ident = users(here)["user-001"]["id"]
    results = [{"id": one["id"], "error": "no" if one["id"] == ident else ""} for one in users(here).values()]
    answer = {"results": [one for one in results if one["id"] >= ident - 1]}
    here.place.control.fault("status", method="PATCH", path="/api/v1/users$", status=200, body=answer)
    result, _sent = sync(here, users=names, reactivate=True)
    assert [(one["id"], one["error"]) for one in result["failed_items"]] == [("user user-001", "no")]


def test_single_sign_on_is_never_taken_for_an_empty_password(here):
    sync(here, users=[{"username": "sso", "remote": True}])
    result, sent = sync(here, users=[{"username": "sso", "remote": False}])
    assert (result["changed"], writes(sent)) == (False, [])
    assert "empty password" in result["skipped_items"][0]["reason"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"users": [{"username": "ana"}, {"username": "ana"}]}, "'ana' is given more than once"),
        ({"users": [{"username": "zoë"}]}, "not ASCII"),
        ({"users": [{"username": "zoe", "display_name": "Zoë"}]}, "not ASCII"),
        ({"users": [], "deactivate_missing": True}, "nobody would be left"),
        ({"users": None, "groups": [{"name": "g", "members": []}]}, "is null"),
        ({"groups": [{"name": "g", "members": ["admin"]}], "deactivate_missing": True}, "needs users"),
        ({"users": TEAM, "groups": [{"name": "g", "members": ["anna"]}]}, "Did you mean 'ana'?"),
        ({"users": TEAM, "groups": [{"name": " ", "members": []}]}, "is empty"),
        ({"users": [{"username": "ana"}], "max_changes": 0}, "1 users and groups would be changed"),
        ({"users": [{"username": "ana"}], "deactivate_missing": True, "protect": []}, "account of this task"),
        ({"users": [{"username": "admin", "admin": False}], "protect": []}, "account of this task"),
    ],
)
def test_what_is_wrong_is_said_before_the_first_write(here, options, said):
    result, sent = sync(here, **options)
    assert said in result["msg"]
    assert writes(sent) == []


def test_last_administrator_stays_in_the_group_that_makes_it_one():
    with stage(rbac=True) as here:
        sync(
            here,
            users=[{"username": "boss", "password": "Testing2!"}],
            groups=[{"name": "admins", "members": ["boss"]}],
        )
        everywhere = {"role": {"roleId": 1}}
        (group,) = here.ask("POST", "/api/v1/groups/search", {"limit": 9, "name": "admins"})["groups"]
        given = [{"groupId": group["group"]["groupId"], "roleAssignment": everywhere}]
        here.ask("POST", "/api/v1/roles/add-assignments", {"groupRoleAssignments": given})
        taken = [{"userId": users(here)["admin"]["id"], "roleAssignment": everywhere}]
        here.ask("POST", "/api/v1/roles/remove-assignments", {"userRoleAssignments": taken})
        here.token = here.place.log_in("boss", "Testing2!")
        result, sent = sync(here, groups=[{"name": "admins", "members": ["admin"]}])
        assert not result.get("failed"), result["msg"]
        here.token = here.place.token
        result, sent = sync(here, groups=[{"name": "admins", "members": []}])
        assert "No active administrator would be left" in result["msg"]
        assert writes(sent) == []


def test_lost_answers_are_settled_by_a_look(here):
    for method, path in (("POST", "/api/v1/users$"), ("POST", "/api/v1/groups$")):
        here.place.control.fault("reset_after", method=method, path=path)
    result, _sent = sync(here, users=TEAM, groups=VISION)
    assert not result.get("failed"), result["msg"]
    assert not sync(here, users=TEAM, groups=VISION)[0]["changed"]


def test_one_that_fails_does_not_keep_the_others(here):
    here.place.control.fault(
        "status", method="POST", path="/api/v1/users$", status=500, body={"error": {"error": "no"}}
    )
    result, _sent = sync(here, users=TEAM, groups=VISION)
    assert result["failed"]
    assert len(result["failed_items"]) == 2
    assert "could not be created" in result["failed_items"][1]["error"]
    assert not sync(here, users=TEAM, groups=VISION)[0].get("failed")


def test_what_can_be_taken_back_is_noted_as_the_single_modules_note_it(here, tmp_path):
    journal = str(tmp_path / "journal")
    sync(here, users=TEAM, groups=VISION)
    made = {one["username"]: one for one in here.ask("GET", "/api/v1/users")["users"]}
    changed = [{**TEAM[0], "display_name": "Ana Rossi"}, {"username": "bob", "active": False}, {"username": "new"}]
    sync(here, users=changed, groups=[{"name": "vision", "members": ["ana"]}], journal=journal)
    back = here.run("det_undo", {"journal": journal})
    assert not back.get("failed"), back
    assert len(back["changed_ids"]) == 3
    assert [one["kind"] for one in back["irreversible_items"]] == ["users"]
    now = users(here)
    assert (now["ana"]["displayName"], now["bob"]["active"], now["new"]["active"]) == ("Ana R", True, True)
    (group,) = here.ask("POST", "/api/v1/groups/search", {"limit": 9, "name": "vision"})["groups"]
    assert group["numMembers"] == 3
    assert made["ana"]["id"] == now["ana"]["id"]
    assert "password" not in (tmp_path / "journal").read_text()


def test_two_thousand_users_in_two_hundred_groups(here):
    """Created with hardly more requests than it has objects, and as wanted with one for each group."""
    people = [{"username": f"user-{index:04}", "display_name": f"User {index}"} for index in range(2000)]
    groups = [
        {"name": f"group-{index:03}", "members": [one["username"] for one in people[index * 10 : index * 10 + 10]]}
        for index in range(200)
    ]
    result, sent = sync(here, users=people, groups=groups)
    assert (len(result["changed_ids"]), len(writes(sent))) == (2200, 2200)
    assert len(sent) <= 2200 * 1.2
    again, sent = sync(here, users=people, groups=groups)
    assert (again["changed"], again["unchanged"]) == (False, 2200)
    assert len(sent) <= 210
