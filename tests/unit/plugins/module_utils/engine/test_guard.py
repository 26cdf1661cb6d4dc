# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Brakes."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.guard import brake, digest
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import Refused
from hypothesis import given
from hypothesis import strategies as st

plans = st.lists(st.tuples(st.integers(), st.lists(st.sampled_from(["archived", "labels"])), st.dictionaries(
    st.sampled_from("ab"), st.integers())))  # fmt: skip


@given(plans, plans)
def test_the_digest_stands_for_the_plan(one, other):
    assert (digest(one) == digest(other)) == (one == other)


CASES = [
    ("no bound", {}, 10**6, False, None),
    ("just as many", {"max_changes": 3}, 3, True, None),
    ("one too many", {"max_changes": 3}, 4, False, "4 things would be changed, and max_changes is 3."),
    ("nothing allowed", {"max_changes": 0}, 1, False, "max_changes is 0."),
    ("deleting has a bound", {}, 101, True, "max_changes is 100."),
    ("which may be raised", {"max_changes": 500}, 101, True, None),
    ("confirmed", {"confirm": "plan", "confirm_above": 1}, 5, True, None),
    ("another plan", {"confirm": "other"}, 5, False, "The plan is plan, and confirm is other"),
    ("unconfirmed", {"confirm_above": 4}, 5, True, "give its plan_digest as confirm: plan."),
    ("few need no confirmation", {"confirm_above": 5}, 5, True, None),
    ("only deleting needs it", {"confirm_above": 1}, 5, False, None),
]


@pytest.mark.parametrize(
    ("params", "count", "deletes", "said"), [one[1:] for one in CASES], ids=[one[0] for one in CASES]
)
def test_brake(params, count, deletes, said):
    params = {"max_changes": None, "confirm": None, "confirm_above": None, **params}
    if said is None:
        brake(params, "things", count, "plan", deletes)
        return
    with pytest.raises(Refused) as error:
        brake(params, "things", count, "plan", deletes)
    assert said in error.value.result()["msg"]
    assert error.value.failure()["plan_digest"] == "plan"
