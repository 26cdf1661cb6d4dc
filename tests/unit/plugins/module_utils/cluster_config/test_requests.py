# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many requests a document costs: they grow with what is changed, and not with what is there."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config.sections import (
    DEFAULT_POOLS,
    SECTIONS,
)

from emulator.testing import running
from tests.unit.plugins.module_utils.cluster_config.config_runs import SETTINGS, Runs

HOOK = {"url": "https://receiver.invalid/1", "triggers": [{"experiment_state": "ERROR"}]}
RANKS = {one.rank for one in SECTIONS} | set(DEFAULT_POOLS.values())
ROLES = 3
GROUPS = 4
POLICIES = 2


def document():
    """Two hundred objects and the roles in ten workspaces."""
    users = [f"user{number:02}" for number in range(60)]
    workspaces = {
        f"w{number}": {
            "projects": {f"p{one}": {"description": "d"} for one in range(7)},
            "templates": {f"t{number}-{one}": {"config": {"resources": {"slots_per_trial": 2}}} for one in range(2)},
            "models": {f"m{number}-{one}": {"labels": ["a"]} for one in range(2)},
            "webhooks": {"eda": HOOK},
            "roles": [{"user": users[number + one], "role": "Editor"} for one in range(ROLES)],
        }
        for number in range(10)
    }
    for number in range(POLICIES):
        workspaces[f"w{number}"]["policies"] = {"NTSC": {"constraints": {"resources": {"max_slots": 2}}}}
    groups = {f"g{number}": {"members": users[number : number + 5]} for number in range(GROUPS)}
    named = {name: {"display_name": f"User {name}"} for name in users}
    return {"version": 1, "stack": "big", "users": named, "groups": groups, "workspaces": workspaces}


@pytest.fixture(scope="module")
def runs():
    with running(rbac=True) as control:
        yield Runs(control)


def asked(runs):
    return [(one["method"], one["path"]) for one in runs.control.forget()]


def test_all_new_then_unchanged(runs):
    runs.control.forget()
    result = runs.run("apply", document())
    assert "failed" not in result, result
    creates = result["summary"]["create"]
    assert creates == 60 + GROUPS + POLICIES + 10 * (1 + 7 + 2 + 2 + 1)
    sent = asked(runs)
    notes = [one for one in sent if one == ("POST", SETTINGS)]
    assert sent.count(("POST", "/api/v1/roles/add-assignments")) == 1
    # Besides those of the ranks: a flag up and down, and the end.
    assert len(notes) <= 2 * len(RANKS) + 3
    writes = [one for one in sent if one[0] != "GET" and one not in notes and not one[1].endswith(("search", "by-ids"))]
    assert len(writes) == creates + 1

    again = runs.run("apply", document())
    assert (again["changed"], again["summary"]["unchanged"]) == (False, creates + 10)
    seen = asked(runs)
    # The lists, the account and the master; a group with members and a policy are read one by one.
    assert len(seen) <= 25
    assert len(set(seen)) == len(seen)
    assert sum(path.startswith("/api/v1/groups/") and method == "GET" for method, path in seen) == GROUPS
    assert sum("config-policies" in path for _method, path in seen) == POLICIES
