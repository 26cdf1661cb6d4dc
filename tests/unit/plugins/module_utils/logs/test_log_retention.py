# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.bulk import plan_rows
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption
from ansible_collections.determined_ai.determined.plugins.module_utils.experiments.bulk_acts import describe_experiments
from ansible_collections.determined_ai.determined.plugins.module_utils.experiments.experiments import EXPERIMENTS
from ansible_collections.determined_ai.determined.plugins.module_utils.logs.log_retention import (
    days_of,
    kept,
    remaining,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.model.plan import Wanted

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def row(days=None, state="COMPLETED", ended="2026-01-21T12:00:00Z", labels=(), archived=False, unmanaged=False):
    return {
        "id": 1, "name": "x", "owner": "ana", "project": "w/p", "state": state, "end_time": ended,
        "checkpoint_bytes": 0, "labels": list(labels), "archived": archived, "unmanaged": unmanaged,
        "log_retention_days": days, "url": None,
    }  # fmt: skip


@pytest.mark.parametrize(("text", "days"), [("0", 0), ("14", 14), ("forever", -1), ("Forever", -1), ("-1", -1)])
def test_days(text, days):
    assert days_of(text) == days


@pytest.mark.parametrize("text", ["-2", "32768", "1.5", "14d", "", "never"])
def test_no_days(text):
    with pytest.raises(BadOption, match="days"):
        days_of(text)


@pytest.mark.parametrize(
    ("one", "days", "left"),
    [
        (row(), 14, 4),
        (row(), 10, 0),
        (row(), 3, 0),
        (row(ended="2026-01-31T11:00:00Z"), 1, 0),
        (row(), -1, None),
        (row(unmanaged=True), 3, None),
        (row(ended=None), 3, None),
    ],
)
def test_remaining_days(one, days, left):
    assert remaining(one, days, NOW) == left


@pytest.mark.parametrize(
    ("one", "days", "what"),
    [
        (row(), 14, "changed"),
        (row(14), 14, "unchanged"),
        (row(14, archived=True), 14, "unchanged"),
        (row(archived=True), 14, "log_retention_days cannot be changed: it is archived"),
        (row(state="RUNNING", ended=None), 14, "log_retention_days cannot be changed: it has not ended"),
        (row(30, labels=["keep", "x"]), 14, "label keep"),
        (row(-1, labels=["keep"]), 14, "label keep"),
        (row(labels=["keep"]), 14, "label keep"),
        (row(7, labels=["keep"]), 14, "changed"),
        (row(7, labels=["keep"]), -1, "changed"),
        (row(14, labels=["keep"]), 14, "unchanged"),
        (row(state="DELETE_FAILED"), 14, "changed"),
    ],
)
def test_plan(one, days, what):
    call = SimpleNamespace(params={"keep_labels": ["keep", "gold"]}, client=None)
    wanted = Wanted({"log_retention_days": days})
    many = plan_rows(
        describe_experiments(call),
        [one],
        wanted,
        EXPERIMENTS,
        lambda plans: kept(call, [one.row for one in plans], days),
    )
    if what == "changed":
        (item,) = many.items
        assert (item.before, item.after) == (
            {"log_retention_days": one["log_retention_days"]},
            {"log_retention_days": days},
        )
    elif what == "unchanged":
        assert (many.items, many.skipped, many.unchanged) == ([], [], 1)
    else:
        assert many.skipped[0]["reason"].startswith(what)
        assert not many.items
