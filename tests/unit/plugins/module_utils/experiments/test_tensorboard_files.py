# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose TensorBoard files may go, and what is said where the answer does not come."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.client import OutcomeUnknown
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.many import Item
from ansible_collections.determined_ai.determined.plugins.module_utils.experiments import tensorboard_files

ROW = {"id": 16, "state": "COMPLETED", "labels": ["a"], "archived": False, "end_time": "2026-01-31T12:00:00Z"}


class Client:
    def __init__(self, answers=(), error=None):
        self.answers, self.error, self.asked = dict(answers), error, []

    def get(self, path):
        return self.answers[path]

    def request(self, method, path, repeatable):
        self.asked.append((method, path, repeatable))
        if self.error:
            raise self.error
        return {}


class Call:
    def __init__(self, client):
        self.client = client
        self.params = {"keep_labels": ["keep"]}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"state": "ERROR"}, None),
        ({"archived": True}, None),
        ({"state": "DELETE_FAILED"}, None),
        ({"state": "RUNNING"}, "it has not ended (RUNNING) and may still write them"),
        ({"state": "PAUSED"}, "it has not ended (PAUSED) and may still write them"),
        ({"state": "DELETING"}, "it is being deleted, with these files"),
        ({"labels": ["keep"]}, "label keep"),
    ],
)
def test_whose_files_stay(changes, reason):
    assert tensorboard_files.refusal({**ROW, **changes}, ["keep"]) == reason


@pytest.mark.parametrize(
    ("agents", "there"),
    [
        ([], False),
        ([{"id": "a", "enabled": False}], False),
        ([{"id": "a", "enabled": False}, {"id": "b", "enabled": True}], True),
    ],
)
def test_an_agent_that_is_switched_on(agents, there):
    assert tensorboard_files.has_agent(Call(Client({"/api/v1/agents": {"agents": agents}}))) is there


def test_asked_for_once():
    client = Client()
    tensorboard_files.remove(Call(client), Item(16, ROW, [], {}, {}))
    assert client.asked == [("DELETE", "/api/v1/experiments/16/tensorboard-files", False)]


def test_an_answer_that_does_not_come():
    client = Client(error=OutcomeUnknown("DELETE x: no answer.", "Run again.", request="DELETE x"))
    with pytest.raises(OutcomeUnknown, match=r"DELETE x: no answer\. The clean-up task .* Raise timeout") as caught:
        tensorboard_files.remove(Call(client), Item(16, ROW, [], {}, {}))
    assert caught.value.failure()["request"] == "DELETE x"


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (None, "there is no such experiment any more"),
        ({}, None),
        ({"labels": ["a", "keep"]}, "label keep"),
        ({"labels": ["b"]}, "its labels got b, its labels lost a"),
        ({"state": "RUNNING"}, "it has not ended (RUNNING) and may still write them"),
    ],
)
def test_a_look_right_before(monkeypatch, now, reason):
    rows = {} if now is None else {16: {**ROW, **now}}
    monkeypatch.setattr(tensorboard_files, "read_experiments", lambda call, ids: rows)
    found = tensorboard_files.look_again(Call(Client()), [Item(16, ROW, [], {}, {})])
    assert found == ({16: reason} if reason else {})
