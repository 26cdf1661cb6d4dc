# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carrying a plan out where the master does not answer as usual."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.client import Outcome
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.refusals import refusal
from ansible_collections.determined_ai.determined.plugins.module_utils.engine import run
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import WaitTimeout
from ansible_collections.determined_ai.determined.plugins.module_utils.resources.workspace import WORKSPACE

DELETING, READY = "WORKSPACE_STATE_DELETING", "WORKSPACE_STATE_UNSPECIFIED"


class Master:
    """Holds one workspace; loses the answer to its deletion, and shows it in ``states`` from then on."""

    def __init__(self, states):
        self.states = list(states)
        self.writes = []

    def get(self, path, **_query):
        if not self.states:
            raise refusal(404, "NotFound", "workspace '7' not found", "GET", path)
        state = self.states.pop(0)
        return {"workspace": {"id": 7, "name": "w", "archived": False, "state": state, "numProjects": 0}}

    def request(self, method, path, **_more):
        self.writes.append(f"{method} {path}")
        raise Outcome("no answer")


def absent(master):
    params = {"id": 7, "name": None, "new_name": None, "state": "absent", "force": False, "wait_timeout": 5}
    return run.ensure(Call(params, {"id", "state"}, False, lambda *_open: master), WORKSPACE)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(run, "FIRST_POLL", 0.001)


def test_deletion_under_way_is_waited_for():
    master = Master([READY, DELETING, DELETING, DELETING])
    assert absent(master)["workspace"] is None
    assert master.writes == ["DELETE /api/v1/workspaces/7"]


def test_deletion_that_was_done_is_not_sent_again():
    master = Master([READY])
    assert absent(master)["workspace"] is None
    assert master.writes == ["DELETE /api/v1/workspaces/7"]


def test_deletion_that_was_not_done_is_sent_again_once():
    master = Master([READY, READY, READY])
    with pytest.raises(Outcome):
        absent(master)
    assert master.writes == ["DELETE /api/v1/workspaces/7"] * 2


def test_who_waits_says_what_to_do_then():
    with pytest.raises(WaitTimeout, match=r"^Waited 0 s in vain until it is there\.$") as late:
        run.poll(lambda: False, 0, "it is there")
    assert late.value.hint == "It goes on; run again to wait further."
    with pytest.raises(WaitTimeout) as late:
        run.poll(lambda: False, 0, "it is there", "Look there.")
    assert late.value.hint == "Look there."
