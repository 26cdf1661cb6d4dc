# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be done to a trial, and how lists and reports of metrics are read."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.bulk import changes, plan_row
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.trial import TRIAL
from ansible_collections.determined_ai.determined.plugins.module_utils.model.plan import Wanted
from ansible_collections.determined_ai.determined.plugins.module_utils.runs import trial_info


@pytest.mark.parametrize(
    ("options", "row", "acts", "after"),
    [
        ({}, {"state": "RUNNING"}, [], {}),
        ({"state": "killed"}, {"state": "RUNNING"}, ["killed"], {"state": "CANCELED"}),
        ({"state": "killed"}, {"state": "STOPPING_KILLED"}, ["killed"], {"state": "CANCELED"}),
        ({"state": "killed"}, {"state": "COMPLETED"}, [], {}),
        ({"state": "killed"}, {"state": "ERROR"}, [], {}),
        (
            {"log_retention_days": 0},
            {"state": "ERROR", "log_retention_days": None},
            ["log_retention"],
            {"log_retention_days": 0},
        ),
        ({"log_retention_days": 7}, {"state": "ERROR", "log_retention_days": 7}, [], {}),
        (
            {"log_retention_days": -1, "state": "killed"},
            {"state": "PAUSED", "log_retention_days": 7},
            ["log_retention", "killed"],
            {"log_retention_days": -1, "state": "CANCELED"},
        ),
    ],
)
def test_plan(options, row, acts, after):
    values = {name: value for name, value in options.items() if name != "state"}
    one = plan_row(TRIAL, {"id": 1, **row}, Wanted(values, options.get("state", "present")))
    assert one.acts == acts
    before, changed = changes(one.plan)
    assert changed == after
    assert set(before) == set(after)


@pytest.mark.parametrize(
    ("names", "states"),
    [
        (None, []),
        (["PAUSED", "ERROR"], ["STATE_PAUSED", "STATE_ERROR"]),
        (["ACTIVE"], ["STATE_" + one for one in trial_info.UNDER_WAY]),
    ],
)
def test_states_that_the_list_knows(names, states):
    assert trial_info.database_states(names) == states


@pytest.mark.parametrize(
    ("state", "general"),
    [("QUEUED", "ACTIVE"), ("RUNNING", "ACTIVE"), ("STOPPING_KILLED", "ACTIVE"), ("PAUSED", "PAUSED")],
)
def test_general_state(state, general):
    assert trial_info.general_state({"state": state}) == general


class Pages:
    """A list of 1,201 rows, as the master pages it."""

    def __init__(self):
        self.asked = []

    def get(self, path, offset, limit, **query):
        self.asked.append((offset, limit))
        rows = [{"id": ident} for ident in range(1201)][offset : offset + limit]
        return {"rows": rows, "pagination": {"total": 1201}}


@pytest.mark.parametrize(
    ("most", "count", "asked"),
    [
        (None, 1201, [(0, 500), (500, 500), (1000, 500)]),
        (3, 3, [(0, 3)]),
        (600, 600, [(0, 500), (500, 100)]),
        (5000, 1201, [(0, 500), (500, 500), (1000, 500)]),
    ],
)
def test_pages(most, count, asked):
    client = Pages()
    assert trial_info.paged(client, "/rows", "rows", {}, most) == [{"id": ident} for ident in range(count)]
    assert client.asked == asked


@pytest.mark.parametrize(
    ("metrics", "values"),
    [
        ({"avg_metrics": {"Loss": 1}, "batch_metrics": None}, {"Loss": 1}),
        ({"validation_metrics": {"valLoss": 2}}, {"valLoss": 2}),
        ({"avg_metrics": None}, {}),
    ],
)
def test_values_of_a_report(metrics, values):
    assert trial_info.values({"metrics": metrics}) == values
