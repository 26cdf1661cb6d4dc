# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Places where nothing can be started: archived projects, pools that are not there or not for the workspace."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption, OddAnswer, Refused
from ansible_collections.determined_ai.determined.plugins.module_utils.selection.launching import (
    check_pool,
    check_project,
)

ANSWERS = {
    "/api/v1/projects/1": {"project": {"id": 1, "name": "open", "workspaceId": 7, "archived": False}},
    "/api/v1/projects/2": {"project": {"id": 2, "name": "closed", "workspaceId": 7, "archived": True}},
    "/api/v1/projects/3": {"project": {"id": 3}},
    "/api/v1/workspaces/7/available-resource-pools": {"resourcePools": ["b", "a"]},
    "/api/v1/workspaces/8/available-resource-pools": {"resourcePools": []},
    "/api/v1/resource-pools": {"resourcePools": [{"name": "a"}, {"name": "b"}, {"name": "bound elsewhere"}]},
}


def call(check_mode=False):
    made = SimpleNamespace(
        check_mode=check_mode, client=SimpleNamespace(get=lambda path, **_query: ANSWERS[path]), warned=[]
    )
    made.warn = made.warned.append
    return made


def test_projects():
    assert check_project(call(), 1) == 7
    assert check_project(call(), "(known when made)") is None
    with pytest.raises(Refused, match="'closed', as it is archived"):
        check_project(call(True), 2)
    with pytest.raises(OddAnswer, match="workspaceId"):
        check_project(call(), 3)


@pytest.mark.parametrize("pool", [None, "", "a", "b"])
@pytest.mark.parametrize("check_mode", [False, True])
def test_pools(pool, check_mode):
    made = call(check_mode)
    check_pool(made, pool, 7, "pool")
    check_pool(made, "whatever", None, "pool")
    assert made.warned == []


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_pool_that_is_nowhere(check_mode):
    with pytest.raises(BadOption, match=r"pool .*'gpu-z'.*workspace 7 has no such resource pool") as error:
        check_pool(call(check_mode), "gpu-z", 7, "pool")
    assert error.value.hint == "There are a, b."


def test_a_pool_of_another_workspace():
    with pytest.raises(BadOption, match="workspace 8"):
        check_pool(call(), "bound elsewhere", 8, "pool")
    made = call(check_mode=True)
    check_pool(made, "bound elsewhere", 7, "pool")
    assert "workspace 7 has no such resource pool" in made.warned[0]
