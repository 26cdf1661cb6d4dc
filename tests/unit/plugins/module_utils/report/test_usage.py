# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a cluster was used for: the time of a row that counts, and sums by any key."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call, perform
from ansible_collections.determined_ai.determined.plugins.module_utils.report.groups import Groups, cut_at_midnight
from ansible_collections.determined_ai.determined.plugins.module_utils.report.usage import (
    USAGE,
    age,
    gather_usage,
    lines,
)
from hypothesis import given, strategies

HEAD = (
    "allocation_id,task_type,username,workspace_name,experiment_id,slots,start_time,end_time,imagepulling_time,slot_hours,"
    "resource_pool\n"
)
ROWS = (
    "a.1,TRIAL,ana,vision,7,2,2026-09-30T22:00:00Z,2026-10-01T02:00:00Z,0.0,9,gpu-a\n"
    'b.1,NOTEBOOK,"née, ""x""",nlp,,1,2026-10-02T12:00:00Z,2026-10-03T12:00:00Z,0.0,9,default\n'
    "c.1,COMMAND,ana,nlp,,4,,,0.0,0.0,gpu-a\n"
    "d.1,COMMAND,ana,nlp,,4,2026-11-01T00:00:00Z,,0.0,0.0,gpu-a\n"
)
ENTRIES = [
    {"kind": "training", "startTime": "2026-10-01T00:00:00Z", "endTime": "2026-10-01T01:00:00Z", "experimentId": 7,
     "username": "ana", "labels": ["a", "b"], "slots": 2},
    {"kind": "agent", "startTime": "2026-10-01T00:00:00Z", "endTime": None, "username": "node", "slots": 1},
]  # fmt: skip
DAYS = [
    {"periodStart": "2026-10-01", "seconds": 7200.0, "byUsername": {"ana": 3600.0, "ben": 3600.0},
     "byResourcePool": {"p": 7200.0}},
    {"periodStart": "2026-10-02", "seconds": 3600.0, "byUsername": {"ana": 3600.0}, "byResourcePool": {"p": 3600.0}},
]  # fmt: skip
EXPERIMENTS = [
    {"id": 1, "username": "ana", "workspaceName": "v", "projectName": "p", "state": "STATE_COMPLETED",
     "endTime": "2020-01-01T00:00:00Z", "checkpointSize": "5"},
    {"id": 2, "username": "ana", "workspaceName": "v", "projectName": "p", "state": "STATE_ACTIVE"},
]  # fmt: skip


class Master:
    """Answers each report; remembers what was asked."""

    url = "https://det.example.org"

    def __init__(self):
        self.asked, self.writes = [], []

    def secrets(self):
        return []

    @contextmanager
    def download(self, path, accept, **query):
        self.asked.append((path, query))
        text = (HEAD + ROWS).encode()
        yield None, [text[place : place + 7] for place in range(0, len(text), 7)]

    def get(self, path, **query):
        self.asked.append((path, query))
        return {"resourceEntries": DAYS if path.endswith("aggregated") else ENTRIES}

    def read(self, path, body):
        return {"experiments": [{"experiment": one} for one in EXPERIMENTS], "pagination": {"total": 2}}


def ask(**options):
    master = Master()
    given = {"report": "allocations", "month": None, "since": None, "until": None, "group_by": [], "price": None}
    call = Call({**given, **options}, options, True, lambda params, check: master)
    return perform(call, USAGE, gather_usage), master


def test_only_what_lies_in_the_month_counts():
    result, master = ask(month="2026-10")
    found = [(row["owner"], row["seconds"], row["slot_hours"]) for row in result["usage"]]
    assert found == [("ana", 7200, 4), ('née, "x"', 86400, 24)]
    assert result["total"] == {"slot_hours": 28, "seconds": 93600}
    period = {"timestamp_after": "2026-10-01T00:00:00Z", "timestamp_before": "2026-11-01T00:00:01Z"}
    assert master.asked[0] == ("/resources/allocation/allocations-csv", period)


def test_groups():
    groups = ask(month="2026-10", group_by=["resource_pool", "day+resource_pool"], price={"gpu-a": 2, "*": 0.5})[0][
        "groups"
    ]
    assert groups["resource_pool"] == [
        {"resource_pool": "default", "slot_hours": 24, "cost": 12, "seconds": 86400},
        {"resource_pool": "gpu-a", "slot_hours": 4, "cost": 8, "seconds": 7200},
    ]
    assert [(row["day"], row["resource_pool"], row["slot_hours"]) for row in groups["day+resource_pool"]] == [
        ("2026-10-01", "gpu-a", 4), ("2026-10-02", "default", 12), ("2026-10-03", "default", 12),
    ]  # fmt: skip


def test_several_labels_count_each():
    result, dummy = ask(report="workloads", since="2026-10-01", until="2026-10-02", group_by=["label", "workload"])
    assert {row["label"]: row["slot_hours"] for row in result["groups"]["label"]} == {"a": 2, "b": 2, "": 24}
    assert {row["workload"]: row["slot_hours"] for row in result["groups"]["workload"]} == {"training": 2, "agent": 24}
    assert result["total"]["slot_hours"] == 26


def test_daily_sums():
    result, master = ask(report="daily", month="2026-10", group_by=["owner", "month+owner", "day"])
    assert result["groups"]["owner"] == [{"owner": "ana", "slot_hours": 2}, {"owner": "ben", "slot_hours": 1}]
    assert result["groups"]["day"] == [{"day": "2026-10-01", "slot_hours": 2}, {"day": "2026-10-02", "slot_hours": 1}]
    assert master.asked[0][1]["endDate"] == "2026-10-31"
    assert ask(report="daily", month="2026-10", group_by=["resource_pool"], price={"p": 3})[0]["total"]["cost"] == 9
    assert ask(report="daily", month="2026-10")[0]["total"] == {"slot_hours": 3}


def test_experiments():
    result, dummy = ask(report="experiments", group_by=["state+age"])
    assert result["groups"]["state+age"] == [
        {"state": "ACTIVE", "age": "not ended", "checkpoint_bytes": 0, "experiments": 1},
        {"state": "COMPLETED", "age": "over a year", "checkpoint_bytes": 5, "experiments": 1},
    ]
    assert "since" not in result


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "say from when on"),
        ({"month": "2026-13"}, "is no month"),
        ({"month": "2999-01"}, "has not begun"),
        ({"since": "1d", "until": "2d"}, "is not after since"),
        ({"month": "2026-10", "group_by": ["label"]}, "this report has no label. There are owner, workspace"),
        ({"month": "2026-10", "group_by": [""]}, "this report has no"),
        ({"month": "2026-10", "price": {"p": "much"}}, "a price is a number"),
        ({"report": "workloads", "month": "2026-10", "price": {"p": 1}}, "does not tell the pool"),
        ({"report": "daily", "month": "2026-10", "price": {"p": 1}, "group_by": ["owner"]}, "does not tell the pool"),
        (
            {"report": "daily", "month": "2026-10", "group_by": ["owner", "resource_pool"]},
            "one of owner, label and resource_pool",
        ),
        ({"report": "experiments", "month": "2026-10"}, "it has no time"),
    ],
)
def test_what_cannot_be_told(options, said):
    result, dummy = ask(**options)
    assert result["failure"]["code"] == "bad_option"
    assert said in result["msg"]


@pytest.mark.parametrize(
    ("days", "name"),
    [(0, "up to 7 days"), (7, "7 to 30 days"), (89, "30 to 90 days"), (364, "90 days to a year"), (365, "over a year")],
)
def test_age(days, name):
    now = datetime(2026, 11, 1, tzinfo=UTC)
    assert age((now - timedelta(days=days)).isoformat(), now) == name


@given(
    strategies.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 1), timezones=strategies.just(UTC)),
    strategies.timedeltas(timedelta(0), timedelta(days=9)),
)
def test_days_make_up_the_whole(start, length):
    parts = list(cut_at_midnight(start, start + length))
    assert sum((last - first for first, last in parts), timedelta(0)) == length
    assert all(first.date() == (last - timedelta(microseconds=1)).date() for first, last in parts)


@given(strategies.text(alphabet="aé\n"), strategies.integers(1, 5))
def test_lines_of_pieces(text, size):
    whole = text.encode()
    assert "".join(lines(whole[place : place + size] for place in range(0, len(whole), size))) == text


def test_sums_of_groups_are_the_total():
    groups = Groups(["a", "b+a"], ("a", "b"), ("n",))
    for place in range(30):
        groups.add({"a": place % 3, "b": place % 5, "n": place})
    assert {sum(row["n"] for row in rows) for rows in groups.rows().values()} == {groups.total["n"]} == {435}
