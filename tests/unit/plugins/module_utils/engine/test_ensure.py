# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carrying a plan out where the master does not answer as usual."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.client import OutcomeUnknown
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.refusals import refusal
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.ensure import ensure
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import (
    Invalid,
    Refused,
    Taken,
    WaitTimeout,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.group import GROUP
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.role_assignment import ROLE_ASSIGNMENT
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.user import USER
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.webhook import WEBHOOK
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.workspace import WORKSPACE
from ansible_collections.determined_ai.determined.plugins.module_utils.store import wait

DELETING, READY = "WORKSPACE_STATE_DELETING", "WORKSPACE_STATE_UNSPECIFIED"
FAILED = "WORKSPACE_STATE_DELETE_FAILED"
WARNING = "There is no workspace 'w' yet; it is made to be archived."


class Master:
    """Holds one workspace; loses the answer to its deletion, and shows it in ``states`` from then on."""

    url = "https://det.example.org"

    def __init__(self, states, loses=True):
        self.states = list(states)
        self.loses = loses
        self.writes = []

    def get(self, path, **_query):
        if path == "/api/v1/webhooks":
            return {"webhooks": []}
        if not self.states:
            raise refusal(404, "NotFound", "workspace '7' not found", "GET", path)
        state = self.states.pop(0)
        text = 'violates foreign key constraint "w" on table "webhooks"' if state == FAILED else ""
        return {"workspace": {"id": 7, "name": "w", "archived": False, "state": state, "errorMessage": text}}

    def request(self, method, path, **_more):
        self.writes.append(f"{method} {path}")
        if self.loses:
            raise OutcomeUnknown("no answer")
        return {}


def run(master, kind, check_mode=False, **params):
    options = {**dict.fromkeys(kind.options()), "wait_timeout": 5, "force": False, "state": "present", **params}
    for scope in (kind.scope,) if kind.scope else ():
        options = {scope.by_name: None, scope.by_id: None, scope.cluster: None, **options}
    for field in kind.fields:
        options.setdefault(field.name + "_mode", None)
        options[field.name + "_mode"] = options[field.name + "_mode"] or field.mode
    return ensure(Call(options, set(params), check_mode, lambda *_open: master), kind)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(wait, "FIRST_PAUSE", 0.001)


def test_deletion_under_way_is_waited_for():
    master = Master([READY, DELETING, DELETING, DELETING])
    assert run(master, WORKSPACE, id=7, state="absent")["workspace"] is None
    assert master.writes == ["DELETE /api/v1/workspaces/7"]


def test_deletion_that_was_done_is_not_sent_again():
    master = Master([READY])
    assert run(master, WORKSPACE, id=7, state="absent")["workspace"] is None
    assert master.writes == ["DELETE /api/v1/workspaces/7"]


def test_deletion_that_was_not_done_is_sent_again_once():
    master = Master([READY, READY, READY])
    with pytest.raises(OutcomeUnknown):
        run(master, WORKSPACE, id=7, state="absent")
    assert master.writes == ["DELETE /api/v1/workspaces/7"] * 2


def test_deletion_that_fails_says_what_holds_it():
    with pytest.raises(Refused, match=r"workspace 'w' \(id 7\): its deletion failed: .* Delete its webhooks"):
        run(Master([READY, DELETING, FAILED], loses=False), WORKSPACE, id=7, state="absent")


class Registry:
    """Answers one list, refuses or loses what is written by ``answers``, one for each write."""

    url = "http://127.0.0.1:9"

    def __init__(self, path, rows, answers):
        self.path, self.rows, self.answers = path, rows, list(answers)
        self.writes = []
        self.sent = []

    def get(self, path, **_query):
        if path == self.path:
            return {path.rpartition("/")[2]: self.rows}
        return {"workspaces": [{"id": 3, "name": "w"}]}

    def read(self, path, _body):
        return {"groups": self.rows, "pagination": {"total": len(self.rows)}}

    def request(self, method, path, body=None, **_more):
        self.sent.append((method, body))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            answer(self)
        return {"webhook": {"id": 9}}


def test_a_name_that_is_taken_by_what_cannot_be_seen():
    registry = Registry(
        "/x", [], [refusal(409, "AlreadyExists", "Error creating group g: row already exists", "P", "/x")]
    )
    with pytest.raises(Taken) as taken:
        run(registry, GROUP, name="g")
    assert taken.value.msg.startswith("Create group 'g' failed: ")
    assert "may not see" in taken.value.hint


def test_a_relation_in_a_workspace_that_is_still_to_be_made_is_empty():
    result = run(Registry("/x", [], []), ROLE_ASSIGNMENT, check_mode=True, workspace="later", assignments=[])
    assert (result["changed"], result["role_assignment"]) == (False, {"assignments": []})


HOOK = {"id": 5, "name": "h", "workspaceId": 3, "url": "https://h/1", "webhookType": "WEBHOOK_TYPE_DEFAULT",
        "mode": "WEBHOOK_MODE_WORKSPACE",
        "triggers": [{"triggerType": "TRIGGER_TYPE_TASK_LOG", "condition": {"regex": "x"}}]}  # fmt: skip
NEW = {**HOOK, "id": 9, "webhookType": "WEBHOOK_TYPE_SLACK"}
WANTED = {"name": "h", "workspace": "w", "type": "SLACK"}


def holds(*rows):
    def change(registry):
        registry.rows = list(rows)

    return change


def test_a_replacement_that_is_refused_restores_the_old_one():
    refused = refusal(400, "InvalidArgument", "valid url required", "POST", "/api/v1/webhooks")
    registry = Registry("/api/v1/webhooks", [HOOK], [holds(), refused, holds({**HOOK, "id": 6})])
    with pytest.raises(Invalid, match="valid url required"):
        run(registry, WEBHOOK, **WANTED)
    assert [method for method, _body in registry.sent] == ["DELETE", "POST", "POST"]
    assert registry.sent[-1][1]["webhookType"] == "WEBHOOK_TYPE_DEFAULT"
    assert registry.sent[-1][1]["url"] == "https://h/1"


def test_a_replacement_whose_answer_is_lost_keeps_what_the_old_one_had():
    registry = Registry("/api/v1/webhooks", [HOOK], [holds(), OutcomeUnknown("no answer"), holds(NEW)])
    result = run(registry, WEBHOOK, **WANTED)
    assert result["webhook"]["type"] == "SLACK"
    assert registry.sent[-1][1]["url"] == "https://h/1"
    assert registry.sent[-1][1]["triggers"] == HOOK["triggers"]


def test_a_replacement_that_was_made_though_its_answer_is_lost_is_not_made_twice():
    def made_and_lost(registry):
        registry.rows = [NEW]
        raise OutcomeUnknown("no answer")

    registry = Registry("/api/v1/webhooks", [HOOK], [holds(), made_and_lost])
    assert run(registry, WEBHOOK, **WANTED)["webhook"]["id"] == 9
    assert [method for method, _body in registry.sent] == ["DELETE", "POST"]


def test_check_mode_shows_every_key_of_what_would_be_made():
    result = run(Registry("/x", [], []), GROUP, check_mode=True, name="g")
    assert result["group"] == {"id": None, "name": "g", "members": None}


@pytest.mark.parametrize(("state", "tried"), [("absent", 0), ("present", 1)])
def test_a_password_is_tried_only_where_it_would_be_sent(state, tried):
    ana = {"id": 2, "username": "ana", "active": True, "admin": False, "remote": False}

    class Users(Registry):
        def get(self, path, **_query):
            return {"user": ana} if path == "/api/v1/users/ana/by-username" else super().get(path)

        def accepts_password(self, _user, _password):
            self.sent.append("login")
            return True

    users = Users("/api/v1/users", [ana], [])
    run(users, USER, check_mode=True, username="ana", password="p", update_password="if_wrong", state=state,
        allow_lockout=True)  # fmt: skip
    assert users.sent == ["login"] * tried


def test_who_waits_says_what_to_do_then():
    with pytest.raises(WaitTimeout, match=r"^Timed out after 0 s waiting until it is there\.$") as late:
        wait.poll(lambda: False, 0, "it is there")
    assert late.value.hint == "It goes on; run again to wait further."
    with pytest.raises(WaitTimeout) as late:
        wait.poll(lambda: False, 0, "it is there", "Look there.")
    assert late.value.hint == "Look there."


class Empty:
    """Holds no workspace, and makes what it is told to."""

    url = "https://det.example.org"

    def get(self, path, **_query):
        return {"workspaces": [], "pagination": {"offset": 0, "limit": 500, "startIndex": 0, "endIndex": 0, "total": 0}}

    def request(self, method, path, **_more):
        return {"workspace": {"id": 7, "name": "w", "archived": False, "state": READY, "errorMessage": ""}}


@pytest.mark.parametrize(("state", "warned"), [("present", []), ("archived", [WARNING]), ("unarchived", [])])
def test_a_name_with_a_slip_would_make_another(state, warned):
    master, warnings = Empty(), []
    options = {**dict.fromkeys(WORKSPACE.options()), "wait_timeout": 5, "force": False, "state": state, "name": "w"}
    call = Call(options, {"name", "state"}, True, lambda *_open: master)
    call.warn = warnings.append
    assert ensure(call, WORKSPACE)["changed"]
    assert warnings == warned
