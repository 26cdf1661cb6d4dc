# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is predicted of one experiment among many, and which are protected."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.bulk import changes, plan_row
from ansible_collections.determined_ai.determined.plugins.module_utils.experiments import experiments
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.experiment import EXPERIMENT
from ansible_collections.determined_ai.determined.plugins.module_utils.model.plan import Wanted

NOTHING = {"labels_add": [], "labels_remove": [], "log_retention_days": None}


def experiment(**more):
    return {
        "id": 1, "state": "COMPLETED", "archived": False, "project_id": 3, "labels": ["a", "b"],
        "log_retention_days": 30, "checkpoint_count": 2, **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "target", "acts", "before", "after"),
    [
        ({}, None, [], {}, {}),
        ({"labels_add": ["a"], "labels_remove": ["z"]}, None, [], {}, {}),
        ({"labels_add": ["c"]}, None, ["labels"], {"labels": ["a", "b"]}, {"labels": ["a", "b", "c"]}),
        ({"labels_remove": ["a"]}, None, ["labels"], {"labels": ["a", "b"]}, {"labels": ["b"]}),
        ({}, 3, [], {}, {}),
        ({}, 4, ["move"], {"project_id": 3}, {"project_id": 4}),
        ({"log_retention_days": 30}, None, [], {}, {}),
        ({"log_retention_days": 0}, None, ["log_retention"], {"log_retention_days": 30}, {"log_retention_days": 0}),
        ({"state": "archived"}, None, ["archived"], {"archived": False}, {"archived": True}),
        ({"state": "unarchived"}, None, [], {}, {}),
        ({"state": "continued"}, None, [], {}, {}),
    ],
)
def test_what_is_predicted(given, target, acts, before, after):
    params = {"state": "present", **NOTHING, **given, "project": None, "project_id": target}
    wanted = experiments.wanted_of(SimpleNamespace(params=params, unmade=()))
    one = plan_row(EXPERIMENT, experiment(), wanted)
    assert (one.acts, *changes(one.plan)) == (acts, before, after)


@pytest.mark.parametrize(
    ("protect", "agents", "count", "kept"),
    [
        (["no_agent"], [], 2, True),
        (["no_agent"], [{"enabled": False}], 2, True),
        (["no_agent"], [{"enabled": False}, {"enabled": True}], 2, False),
        # Without files there is nothing that an agent would have to remove.
        (["no_agent"], [], 0, False),
        ([], [], 2, False),
    ],
)
@pytest.mark.parametrize("state", ["absent", "archived"])
def test_who_is_kept_because_no_agent_is_there(state, protect, agents, count, kept):
    client = SimpleNamespace(get=lambda path: {"/api/v1/agents": {"agents": agents}}[path])
    call = SimpleNamespace(client=client, params={"state": state, "protect": protect})
    reasons = experiments.in_use(call, [experiment(checkpoint_count=count)], None)
    assert set(reasons) == ({1} if kept and state == "absent" else set())


@pytest.mark.parametrize(
    ("more", "acts", "refusal"),
    [
        ({"state": "ERROR"}, ["continued"], None),
        ({"state": "CANCELED"}, ["continued"], None),
        ({"state": "COMPLETED"}, [], None),
        ({"state": "RUNNING"}, [], None),
        ({"state": "PAUSED"}, [], None),
        ({"state": "STOPPING_ERROR"}, [], None),
        ({"state": "DELETING"}, [], None),
        ({"state": "DELETE_FAILED"}, [], "its deletion failed"),
        ({"state": "ERROR", "archived": True}, [], "it is archived"),
        ({"state": "ERROR", "unmanaged": True}, [], "it is unmanaged"),
    ],
)
def test_what_goes_on(more, acts, refusal):
    one = plan_row(EXPERIMENT, experiment(**more), Wanted({}, "continued"))
    assert (one.acts, bool(one.refusal)) == (acts, bool(refusal))
    assert (refusal or "") in (one.refusal or "")
    requests = [(str(step.request), step.request.body) for step in one.plan.steps] if one.plan else []
    assert requests == ([("POST /api/v1/experiments/continue", {"id": 1})] if acts else [])
