# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lives of what decides on access: users, groups, roles, policies, webhooks, and the message to everybody."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager

from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.webhook_parts import (
    decode_triggers,
    hide_url,
)

from tests.matrix.cases import Case, Step, plain
from tests.matrix.place import Place, fresh, gone_after


@contextmanager
def user_names(place: Place):
    names = {"name": fresh("u"), "renamed": fresh("v")}
    try:
        yield names
    finally:
        switch_off(place, *names.values())


def switch_off(place: Place, *names: str) -> None:
    for one in place.call("GET", "/api/v1/users")["users"]:
        if one["username"] in names and one["active"]:
            place.call("PATCH", f"/api/v1/users/{one['id']}", {"active": False})


def unix_identity(seen: dict | None) -> dict | None:
    names = {"agentUid": "uid", "agentUser": "user", "agentGid": "gid", "agentGroup": "group"}
    return {names[key]: value for key, value in seen.items()} if seen else None


IDENTITY = {"uid": 5, "user": "ana", "gid": 6, "group": "staff"}
# A login and a logout are what it takes to see whether a password is right.
TRIAL = 2
USER = Case(
    module="det_user",
    kind="user",
    path="/api/v1/users/{id}",
    world=user_names,
    steps=(
        Step("create", {"username": "{name}", "password": "first-Secret1"}, reads=1),
        Step("change", {"username": "{name}", "display_name": "{name} R", "agent_user_group": IDENTITY}, reads=1),
        Step("password", {"username": "{name}", "password": "other-Secret2", "update_password": "if_wrong"}, 1 + TRIAL),
        Step("admin", {"username": "{name}", "admin": True}, reads=1),
        Step("no admin", {"username": "{name}", "admin": False}, reads=1),
        Step("reset", {"username": "{name}", "display_name": None}, reads=1),
        Step("rename", {"username": "{name}", "new_username": "{renamed}"}, reads=2),
        Step("off", {"username": "{renamed}", "state": "absent"}, reads=1),
        Step("on again", {"username": "{renamed}"}, reads=1),
        Step("off by option", {"username": "{renamed}", "active": False}, reads=1),
    ),
    shown={
        **plain("id", "username", "active", "admin"),
        "display_name": lambda seen: seen["displayName"],
        "agent_user_group": lambda seen: unix_identity(seen["agentUserGroup"]),
        "password": None,
    },
)


@contextmanager
def two_users(place: Place):
    names = {"name": fresh("g"), "renamed": fresh("h"), "ana": fresh("ana"), "bob": fresh("bob"), "ws": fresh("ws")}
    with gone_after(place, names["ws"]):
        for one in ("ana", "bob"):
            place.call("POST", "/api/v1/users", {"user": {"username": names[one], "active": True}})
        names["workspace"] = place.call("POST", "/api/v1/workspaces", {"name": names["ws"]})["workspace"]["id"]
        try:
            yield names
        finally:
            remove_groups(place, names["name"], names["renamed"])
            switch_off(place, names["ana"], names["bob"])


def remove_groups(place: Place, *names: str) -> None:
    for name in names:
        for one in place.call("POST", "/api/v1/groups/search", {"name": name, "limit": 500})["groups"]:
            place.call("DELETE", f"/api/v1/groups/{one['group']['groupId']}")


GROUP = Case(
    module="det_group",
    kind="group",
    path="/api/v1/groups/{id}",
    world=two_users,
    steps=(
        Step("create", {"name": "{name}", "members": ["{ana}"]}, reads=2),
        Step("append", {"name": "{name}", "members": ["{bob}"], "members_mode": "append"}, reads=2),
        Step("remove", {"name": "{name}", "members": ["{ana}"], "members_mode": "remove"}, reads=2),
        Step("exact", {"name": "{name}", "members": ["{ana}"]}, reads=2),
        Step("empty", {"name": "{name}", "members": []}, reads=2),
        Step("rename", {"name": "{name}", "new_name": "{renamed}", "members": ["{ana}", "{bob}"]}, reads=3),
        Step("delete", {"name": "{renamed}", "state": "absent"}, reads=1),
    ),
    shown={
        "id": lambda seen: seen["groupId"],
        "name": lambda seen: seen["name"],
        "members": lambda seen: sorted(one["username"] for one in seen["users"]),
    },
)


@contextmanager
def user_and_groups(place: Place):
    """A user and three groups, of which the first has no member."""
    with user_names(place) as names:
        found = {"user": names["name"], "one": fresh("g"), "two": fresh("g"), "three": fresh("g")}
        made = place.call("POST", "/api/v1/users", {"user": {"username": found["user"], "active": True}})["user"]
        groups = {}
        try:
            for key in ("one", "two", "three"):
                body = {"name": found[key], "addUsers": [] if key == "one" else [made["id"]]}
                groups[found[key]] = place.call("POST", "/api/v1/groups", body)["group"]["groupId"]
            yield {**found, "user_id": made["id"]}
        finally:
            for ident in groups.values():
                place.call("DELETE", f"/api/v1/groups/{ident}")


MEMBERSHIPS = Case(
    module="det_user_groups",
    kind="user_groups",
    path="/api/v1/users/{user_id}",
    world=user_and_groups,
    pick=lambda answer, _world: answer,
    steps=(
        Step("join", {"user": "{user}", "groups": ["{one}"]}, reads=2),
        Step("leave", {"user": "{user}", "groups": ["{one}", "{two}"], "groups_mode": "remove"}, reads=2),
        Step("exact", {"user": "{user}", "groups": ["{two}", "{one}"], "groups_mode": "exact"}, reads=2),
        Step("leave all", {"user": "{user}", "groups": [], "groups_mode": "exact"}, reads=2),
    ),
    # No GET tells the groups of a user; tests/unit/plugins/module_utils/kinds/test_user_groups.py searches for them.
    shown={"groups": None},
)


def pairs(seen: dict) -> list[dict]:
    """Who has which role in a workspace, in the order of the module."""
    users = {one["id"]: one["username"] for one in seen["usersAssignedDirectly"]}
    groups = {one["groupId"]: one["name"] for one in seen["groups"]}
    found = []
    for one in seen["assignments"]:
        role = one["role"]["name"]
        found += [{"user": users[given["userId"]], "role": role} for given in one["userRoleAssignments"]]
        found += [{"group": groups[given["groupId"]], "role": role} for given in one["groupRoleAssignments"]]
    return sorted(found, key=lambda pair: repr(sorted(pair.items())))


@contextmanager
def members_of_a_workspace(place: Place):
    with two_users(place) as names:
        place.call("POST", "/api/v1/groups", {"name": names["name"]})
        yield names


VIEWER, EDITOR = {"user": "{ana}", "role": "Viewer"}, {"group": "{name}", "role": "Editor"}
ROLES = Case(
    module="det_role_assignment",
    kind="role_assignment",
    path="/api/v1/roles/workspace/{workspace}",
    world=members_of_a_workspace,
    pick=lambda answer, _world: answer,
    steps=(
        Step("give", {"workspace": "{ws}", "assignments": [VIEWER, EDITOR]}, reads=2),
        Step("add", {"workspace": "{ws}", "assignments": [{"user": "{bob}", "role": "Editor"}]}, reads=2),
        Step("take", {"workspace": "{ws}", "assignments": [VIEWER], "assignments_mode": "remove"}, reads=2),
        Step(
            "exact",
            {"workspace": "{ws}", "assignments": [EDITOR], "assignments_mode": "exact", "allow_lockout": True},
            reads=2,
        ),
    ),
    shown={"assignments": pairs},
)

MOST, LIMIT = {"resources": {"max_slots": 4}}, {"resources": {"max_slots": 8}, "priority_limit": 10}
AT = {"workspace": "{ws}", "workload_type": "EXPERIMENT"}
POLICY = Case(
    module="det_config_policy",
    kind="config_policy",
    path="/api/v1/config-policies/workspaces/{workspace}/EXPERIMENT",
    world=two_users,
    pick=lambda answer, _world: answer["configPolicies"] or None,
    steps=(
        Step("set", {**AT, "constraints": MOST}, reads=2),
        Step("change", {**AT, "constraints": LIMIT}, reads=2),
        Step("add the other part", {**AT, "invariant_config": {"description": "by policy"}}, reads=2),
        Step("take a part away", {**AT, "constraints": None}, reads=2),
        Step("delete", {**AT, "state": "absent"}, reads=2),
    ),
    shown={
        "constraints": lambda seen: seen.get("constraints"),
        "invariant_config": lambda seen: seen.get("invariant_config"),
    },
)


def by_name(answer: dict, world: dict) -> dict | None:
    found = [one for one in answer["webhooks"] if one["name"] in (world["name"], world["renamed"])]
    assert len(found) <= 1
    return found[0] if found else None


HOOK = {"workspace": "{ws}", "name": "{name}"}
URL = "https://receiver.invalid/hooks/"
ON_ERROR = {"experiment_state": "ERROR"}
WEBHOOK = Case(
    module="det_webhook",
    kind="webhook",
    path="/api/v1/webhooks",
    world=two_users,
    pick=by_name,
    steps=(
        Step("create", {**HOOK, "url": URL + "one", "type": "DEFAULT", "triggers": [ON_ERROR]}, reads=2),
        Step("other address", {**HOOK, "url": URL + "two"}, reads=2),
        Step("another trigger", {**HOOK, "triggers": [{"task_log": "CUDA error"}], "triggers_mode": "append"}, reads=2),
        Step("one trigger", {**HOOK, "triggers": [ON_ERROR]}, reads=2),
        Step("slack", {**HOOK, "type": "SLACK"}, reads=2),
        Step("custom", {**HOOK, "mode": "SPECIFIC", "triggers": [{"custom": True}]}, reads=2),
        Step("rename", {**HOOK, "new_name": "{renamed}"}, reads=3),
        Step("delete", {"workspace": "{ws}", "name": "{renamed}", "state": "absent"}, reads=2),
    ),
    shown={
        **plain("id", "name"),
        "url": lambda seen: hide_url(seen["url"]),
        "type": lambda seen: seen["webhookType"].removeprefix("WEBHOOK_TYPE_"),
        "mode": lambda seen: seen["mode"].removeprefix("WEBHOOK_MODE_"),
        "triggers": lambda seen: decode_triggers(seen["triggers"]),
    },
)


@contextmanager
def no_message(place: Place):
    path = "/api/v1/master/cluster_message"
    place.call("DELETE", path)
    try:
        yield {"text": fresh("message")}
    finally:
        place.call("DELETE", path)


MESSAGE = Case(
    module="det_cluster_message",
    kind="cluster_message",
    path="/api/v1/master/cluster_message",
    world=no_message,
    pick=lambda answer, _world: answer.get("clusterMessage"),
    steps=(
        Step("set", {"text": "{text}", "start": "2999-01-01T00:00:00Z", "end": "2999-01-02T00:00:00Z"}, reads=1),
        Step("another text", {"text": "{text}, another"}, reads=1),
        Step("later", {"end": "2999-01-03T00:00:00Z"}, reads=1),
        Step("endless", {"end": None}, reads=1),
        Step("delete", {"state": "absent"}, reads=1),
    ),
    shown={
        "text": lambda seen: seen["message"],
        "start": lambda seen: seen["startTime"],
        "end": lambda seen: seen.get("endTime"),
    },
)

ACCESS = {
    "user": USER,
    "group": GROUP,
    "role assignment": ROLES,
    "user groups": MEMBERSHIPS,
    "config policy": POLICY,
    "webhook": WEBHOOK,
    "cluster message": MESSAGE,
}


@contextmanager
def user_with_a_file(place: Place):
    """A user, and a path where a token may go."""
    with user_names(place) as names, tempfile.TemporaryDirectory() as folder:
        place.call("POST", "/api/v1/users", {"user": {"username": names["name"], "active": True}})
        yield {**names, "dest": f"{folder}/token"}


def active_tokens(answer: dict, _world: dict) -> dict | None:
    """What is left of the tokens of the user: the last one, with the ids of all."""
    rows = answer["tokenInfo"]
    return {**rows[-1], "ids": [one["id"] for one in rows]} if rows else None


WHOSE = {"user": "{name}", "description": "{renamed}"}
FILE = {**WHOSE, "dest": "{dest}"}
ACCESS["token"] = Case(
    module="det_token",
    kind="access_token",
    path="/api/v1/tokens?username={name}",
    world=user_with_a_file,
    pick=active_tokens,
    steps=(
        Step("create", {**WHOSE, "lifespan": "2h"}, reads=2),
        Step("deliver", {**FILE, "lifespan": "1d"}, reads=3),
        Step("rotate", {**FILE, "state": "rotated", "renew_before": "2d", "lifespan": "9d"}, reads=3),
        Step("revoke", {**WHOSE, "state": "absent"}, reads=2),
    ),
    shown={"ids": lambda seen: seen["ids"], **plain("description"), "lifespan": None, "dest": None},
)
