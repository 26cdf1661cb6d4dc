# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which jobs give way when a user holds too many slots."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.determined_ai.determined.plugins.filter.over_limit import of_rows
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.queue_limits import over_limit


def job(ident, slots, user="ana", kind="EXPERIMENT"):
    """The higher the id the younger."""
    facts = {"type": kind, "owner": user, "allocated_slots": slots}
    return {"id": ident, "submission_time": f"2026-01-01T00:00:0{ident}Z", **facts}


@pytest.mark.parametrize(
    ("jobs", "chosen", "fixed"),
    [
        ([job(1, 2), job(2, 2)], [], None),
        ([job(1, 2), job(2, 2), job(3, 2)], [3], 0),
        ([job(3, 2), job(1, 2), job(2, 2)], [3], 0),
        ([job(1, 8), job(2, 1)], [2, 1], 0),
        ([job(1, 4), job(2, 4, kind="NOTEBOOK")], [1], 0),
        ([job(1, 6, kind="COMMAND"), job(2, 4)], [2], 2),
        ([job(1, 4), job(2, 0)], [], None),
        ([job(1, 4), job(2, 4, user="bob")], [], None),
        ([job(1, 9, user="ci")], [], None),
    ],
)
def test_the_youngest_give_way(jobs, chosen, fixed):
    result = over_limit(jobs, 4, ["ci"])
    assert [one["id"] for one in result["jobs"]] == chosen
    assert [one["fixed"] for one in result["users"]] == ([] if fixed is None else [fixed])


def test_why():
    result = over_limit([job(1, 3), job(2, 3)], 4)
    assert result["users"] == [{"name": "ana", "slots": 6, "limit": 4, "over": 2, "fixed": 0}]
    assert result["jobs"][0]["reason"] == "ana holds 6 slots, and may hold 4"


def test_no_jobs_at_all():
    assert over_limit([], 4) == {"users": [], "jobs": []}
    with pytest.raises(AnsibleFilterError, match="list of dictionaries"):
        of_rows("jobs", 4)
