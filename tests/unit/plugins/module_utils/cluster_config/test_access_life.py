# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may do what after a plan is what its apply brings about, over many made-up documents in a row."""

from __future__ import annotations

import random
from unittest import mock

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config import work
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config.access import (
    names_after,
    read_grants,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config.world import World
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.group import GROUP
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.user import USER
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.workspace import WORKSPACE

from .documents import first_document, next_document
from .stage import stage

STEPS = 12
HOW = {"prune": "owned", "max_deletions": 1000}


def by_name(grants, world, acts=()):
    """{(user, place): roles} of the active users, and {user: rights} where roles do not count."""
    names = names_after(world, acts, (USER, GROUP, WORKSPACE))
    if not grants.enabled:
        found = {names["user", user]: grants.rights_without_roles(user) for user in grants.users}
        return {user: rights for user, rights in found.items() if rights}
    return {
        (names["user", user], place and names["workspace", place]): {way.role for way in ways}
        for user, places in grants.ways().items()
        for place, ways in places.items()
    }


@pytest.mark.parametrize(("rbac", "number"), [(False, 1), (True, 2), (True, 31)])
def test_access_comes_about_as_planned(rbac, number):
    seed = random.Random(number)
    looked = []

    def look(planner, plan):
        looked.append((work_read_access(planner, plan), planner.world, plan.acts))
        return looked[-1][0]

    work_read_access = work.read_access
    held = 0
    with stage(rbac=rbac) as made, mock.patch.object(work, "read_access", look):
        document = first_document(seed, rbac)
        for _step in range(STEPS):
            planned = made.run(document, mode="plan", **HOW)
            access, world, acts = looked[-1]
            expected = by_name(access.after if access is not None else read_grants(world), world, acts)
            if not planned["summary"]["blocked"]:
                made.apply(document, **HOW)
                after = World(made.client("admin"))
                assert by_name(read_grants(after), after) == expected
                held += access is not None
                if access is None:
                    assert "access" not in planned
            document = next_document(document, seed)
    assert held >= 2
