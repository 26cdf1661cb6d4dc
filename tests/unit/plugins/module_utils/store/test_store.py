# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One object by its name or its id, in lists of any kind."""

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import (
    Ambiguous,
    BadOption,
    Missing,
    NotFound,
    OddAnswer,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.config_policy import CONFIG_POLICY
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.group import GROUP
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.resource_pool_binding import (
    RESOURCE_POOL_BINDING,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.user import USER
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.user_setting import USER_SETTING
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.webhook import WEBHOOK
from ansible_collections.determined_ai.determined.plugins.module_utils.store.store import Store, collection, only_one

HOOKS = [
    {"id": 1, "name": "a", "workspaceId": 0},
    {"id": 2, "name": "a", "workspaceId": 7},
    {"id": 3, "name": "b", "workspaceId": 7},
    {"id": 4, "name": "c", "workspaceId": 7},
    {"id": 5, "name": "c", "workspaceId": 7},
]


class Master:
    url = "https://det.example.org"

    def __init__(self):
        self.asked = []

    def get(self, path, **query):
        self.asked.append(path)
        return {"webhooks": HOOKS}

    def read(self, path, body):
        self.asked.append(body)
        return {"groups": [], "pagination": {"total": 0}}


@pytest.mark.parametrize(
    ("name", "scope", "ids"),
    [("a", None, [1, 2]), ("a", 0, [1]), ("a", 7, [2]), ("b", 0, []), ("c", 7, [4, 5]), ("A", None, [])],
)
def test_of_a_name(name, scope, ids):
    assert [row["id"] for row in Store(Master()).named(WEBHOOK, name, scope)] == ids


def test_one_of_a_name():
    store = Store(Master())
    assert store.one_named(WEBHOOK, "b", 7)["id"] == 3
    assert store.one_named(WEBHOOK, "b", 0) is None
    with pytest.raises(Ambiguous, match=r"2 webhooks have the name 'c': id 4, id 5\."):
        store.one_named(WEBHOOK, "c", 7)


def test_of_an_id():
    store = Store(Master())
    assert store.by_id(WEBHOOK, 4)["name"] == "c"
    with pytest.raises(NotFound, match="There is no webhook 9"):
        store.by_id(WEBHOOK, 9)
    assert store.again(WEBHOOK, {"id": 9, "workspace_id": 7}) is None


def test_names_as_ids():
    master = Master()
    assert Store(master).resolve(GROUP, [], "groups") == {}
    assert master.asked == []
    with pytest.raises(BadOption, match="there is no group 'x'"):
        Store(master).resolve(GROUP, ["x"], "groups")
    with pytest.raises(BadOption, match="there is no group 'x', 'y'"):
        Store(master).resolve(GROUP, ["x", "y"], "groups")
    assert master.asked == [{"name": "x", "offset": 0, "limit": 500}, {"offset": 0, "limit": 500}]


def test_options_select_one_of_several():
    class Settings(Master):
        def get(self, path, **query):
            self.asked.append(path)
            rows = [{"storagePath": "p", "key": key, "value": value} for key, value in (("k", "1"), ("l", "null"))]
            return {"settings": rows} if "setting" in path else {"workspaceIds": []}

    store = Store(Settings())
    assert store.single(USER_SETTING, None, {"path": "p", "key": "k"}) == {"path": "p", "key": "k", "value": 1}
    assert store.single(USER_SETTING, None, {"path": "p", "key": "l"}) == {"path": "p", "key": "l", "value": None}
    assert store.single(USER_SETTING, None, {"path": "q", "key": "k"}) is None
    assert store.single(RESOURCE_POOL_BINDING, None, {"resource_pool": "x y"}) == {"workspaces": []}
    assert store.client.asked[-1] == "/api/v1/resource-pools/x%20y/workspace-bindings"


def test_what_is_in_no_list():
    with pytest.raises(TypeError, match="config_policy is in no list"):
        collection(CONFIG_POLICY)
    with pytest.raises(AssertionError, match="group"):
        Store(Master()).single(dataclasses.replace(GROUP), None, {})


@pytest.mark.parametrize(("rows", "found"), [([], None), ([{"id": 1}], {"id": 1})])
def test_the_only_one(rows, found):
    assert only_one(rows, "things", "it") == found


class Account:
    """Answers for one user by name, and notes what it was asked."""

    url = "https://det.example.org"

    def __init__(self, user):
        self.user = user
        self.asked = []

    def get(self, path, **query):
        self.asked.append((path, query))
        if path.endswith("/by-username"):
            if self.user is None:
                raise Missing(404, "NotFound", "user not found", "GET", path)
            return {"user": self.user}
        return {"users": [self.user], "pagination": {"total": 1}}


ANA = {"id": 7, "username": "ana b", "active": False}


def test_a_name_that_the_master_finds_costs_one_request_for_it_alone():
    master = Account(ANA)
    # One that is switched off is found too.
    assert Store(master).one_named(USER, "ana b")["id"] == 7
    assert Store(master).resolve(USER, ["ana b"], "member") == {"ana b": 7}
    assert master.asked == [("/api/v1/users/ana%20b/by-username", {})] * 2
    assert Store(Account(None)).one_named(USER, "ana b") is None


def test_further_conditions_are_for_the_list():
    master = Account(ANA)
    assert Store(master).named(USER, "ana b", None, {"active": True})[0]["id"] == 7
    assert Store(master).named(USER, "a/b") == []
    assert master.asked == [("/api/v1/users", {"active": True}), ("/api/v1/users", {})]
    Store(master).named(USER, "ana b", None, {"active": None})
    assert master.asked[2:] == [("/api/v1/users/ana%20b/by-username", {})]


def test_the_answer_is_of_the_name_that_was_asked_for():
    with pytest.raises(OddAnswer, match="ana b, which was not asked for"):
        Store(Account(ANA)).one_named(USER, "Ana b")
