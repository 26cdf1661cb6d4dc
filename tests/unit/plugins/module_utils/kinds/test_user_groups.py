# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The groups of one user: one request for all that are joined, one for all that are left."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.user_groups import USER_GROUPS
from ansible_collections.determined_ai.determined.plugins.module_utils.model.call import Later
from ansible_collections.determined_ai.determined.plugins.module_utils.model.plan import Wanted, make_plan

from tests.unit.plugins.lives.stage import stage

IDS = {f"g{number}": number for number in range(1, 31)}
PATH = "/api/v1/users/assignments"


def sent(have, groups, mode="append", scope=None):
    wanted = Wanted(
        {"groups": groups},
        scope=scope or {"id": 7, "username": "ana"},
        modes={"groups": mode},
        find=lambda _kind, name: IDS[name],
    )
    plan = make_plan(USER_GROUPS, {"groups": have}, wanted)
    return [(step.request.method, step.request.path, step.request.body) for step in plan.steps]


def joins(*ids):
    return "PATCH", PATH, {"userIds": [7], "addGroups": list(ids)}


def leaves(*ids):
    return "PATCH", PATH, {"userIds": [7], "removeGroups": list(ids)}


@pytest.mark.parametrize(
    ("have", "groups", "mode", "requests"),
    [
        (["g1"], ["g3", "g2", "g1"], "append", [joins(2, 3)]),
        (["g1"], ["g1"], "append", []),
        (["g1", "g2", "g3"], ["g3", "g1", "g5"], "remove", [leaves(1, 3)]),
        (["g1", "g2"], ["g3"], "exact", [joins(3), leaves(1, 2)]),
        (["g1", "g2"], [], "exact", [leaves(1, 2)]),
        (["g1", "g2"], None, "exact", [leaves(1, 2)]),
        (sorted(IDS), [], "exact", [leaves(*(IDS[name] for name in sorted(IDS)))]),
    ],
)
def test_requests(have, groups, mode, requests):
    assert sent(have, groups, mode) == requests


def test_a_user_who_is_still_to_be_made():
    (request,) = sent([], ["g1"], scope=Later("user", "new"))
    assert request == ("PATCH", PATH, {"userIds": [Later("user", "new")], "addGroups": [1]})


@pytest.fixture
def here():
    with stage() as found:
        ident = found.ask("POST", "/api/v1/users", {"user": {"username": "ana", "active": True}})["user"]["id"]
        for number in range(1, 31):
            found.ask("POST", "/api/v1/groups", {"name": f"g{number}", "addUsers": [ident] if number > 5 else []})
        found.user_id = ident
        yield found


def groups_of(here):
    found = here.ask("POST", "/api/v1/groups/search", {"userId": here.user_id, "limit": 500})["groups"]
    return {one["group"]["name"] for one in found}


def run(here, check=False, module="det_user_groups", **options):
    """A result, and its requests without the login."""
    before = len(here.place.control.journal())
    result = here.run(module, options, check)
    asked = [(one["method"], one["path"]) for one in here.place.control.journal()[before:]]
    return result, [one for one in asked if "/auth/" not in one[1]]


def test_leaving_all_groups_costs_the_same_however_many_there_are(here):
    check, _asked = run(here, True, user="ana", groups=[], groups_mode="exact")
    result, asked = run(here, user="ana", groups=[], groups_mode="exact")
    assert not result.get("failed"), result
    assert groups_of(here) == set()
    assert check["requests"] == result["requests"] == [f"PATCH {PATH}"]
    # By det_group it would be 25 tasks of three requests each.
    assert len(asked) <= 10
    again, asked = run(here, user="ana", groups=[], groups_mode="exact")
    assert (again["changed"], len(asked)) == (False, 2)


def test_a_lost_answer_is_settled_by_a_look(here):
    for _time in (1, 2):
        here.place.control.fault("reset_after", method="PATCH", path=f"{PATH}$")
    result, _asked = run(here, user="ana", groups=["g1", "g6"], groups_mode="exact")
    assert not result.get("failed"), result
    assert groups_of(here) == {"g1", "g6"}


def test_taken_back(here, tmp_path):
    journal = str(tmp_path / "journal")
    before = groups_of(here)
    run(here, user="ana", groups=["g1", "g6"], groups_mode="exact", journal=journal)
    assert groups_of(here) == {"g1", "g6"}
    back, _asked = run(here, module="det_undo", journal=journal)
    assert not back.get("failed"), back
    assert groups_of(here) == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"user": "ana", "groups": ["g31"]}, "there is no such group"),
        ({"user": "Ana", "groups": ["g1"]}, "There is no user 'Ana'"),
        ({"user_id": 99, "groups": ["g1"]}, "There is no user 99"),
    ],
)
def test_what_is_not_there(here, options, said):
    result, asked = run(here, **options)
    assert said in result["msg"]
    assert not [one for one in asked if one[0] == "PATCH"]
