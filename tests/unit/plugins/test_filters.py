# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters, as a template calls them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.determined_ai.determined.plugins.filter.age import age
from ansible_collections.determined_ai.determined.plugins.filter.bytes import readable
from ansible_collections.determined_ai.determined.plugins.filter.csv import text_of
from ansible_collections.determined_ai.determined.plugins.filter.from_now import from_now
from ansible_collections.determined_ai.determined.plugins.filter.gate_problems import gate_problems
from hypothesis import given, strategies


def ago(**time):
    return (datetime.now(UTC) - timedelta(**time)).isoformat()


@pytest.mark.parametrize(("text", "days"), [("0d", 0), ("30d", 30), ("2w", 14), ("1w3d", 10), ("48h", 2)])
def test_from_now(text, days):
    before, after = (datetime.now(UTC) for dummy in range(2))
    expected = {str((moment + timedelta(days=days)).date()) for moment in (before, after)}
    assert from_now(text) in expected


def test_from_now_has_a_format():
    assert from_now("30d", "%Y/%m/%d").replace("/", "-") == from_now("30d")


@pytest.mark.parametrize("text", ["", "30", "d", "soon", "-1d", "1.5d", "9999999999w", None])
def test_from_now_of_no_duration(text):
    with pytest.raises(AnsibleFilterError, match="is no duration"):
        from_now(text)


@pytest.mark.parametrize(
    ("time", "shown"),
    [
        ({"days": 93, "hours": 12}, "93d"),
        ({"hours": 23, "minutes": 30}, "23h"),
        ({"minutes": 59, "seconds": 30}, "59m"),
        ({"seconds": 30}, "0m"),
        ({"days": -1}, "0m"),
    ],
)
def test_age(time, shown):
    assert age(ago(**time)) == shown


def test_age_of_a_time_that_yaml_has_read():
    assert age(datetime.now(UTC) - timedelta(days=3)) == "3d"


def test_no_time_has_no_age():
    assert age(None) == ""


def test_age_of_no_time():
    with pytest.raises(AnsibleFilterError, match="is no RFC 3339 time"):
        age("yesterday")


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1048575, "1.0 MiB"),
        ("1073741824", "1.0 GiB"),
        (1342177280, "1.2 GiB"),
        (2**60, "1024.0 PiB"),
    ],
)
def test_bytes(count, shown):
    assert readable(count) == shown


@pytest.mark.parametrize("count", ["many", None, [], float("inf")])
def test_bytes_of_no_number(count):
    with pytest.raises(AnsibleFilterError, match="is no number of bytes"):
        readable(count)


@given(strategies.integers(0, 2**59))
def test_bytes_are_short(count):
    number, unit = readable(count).split()
    assert float(number) < 1024
    assert unit in ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


@pytest.mark.parametrize(
    ("rows", "columns", "text"),
    [
        ([{"user": "ana", "slot_hours": 2.5}, {"user": "=1+1"}], None, "user,slot_hours\nana,2.5\n'=1+1,\n"),
        ([{"user": "ana", "labels": ["a", "b"]}], ["labels"], 'labels\n"[""a"", ""b""]"\n'),
        ([], ["user"], "user\n"),
        ([], None, ""),
    ],
)
def test_csv(rows, columns, text):
    assert text_of(rows, columns) == text


def test_csv_wants_rows():
    with pytest.raises(AnsibleFilterError, match="list of dictionaries"):
        text_of({"user": "ana"})


def checkpoint(uuid="a", searcher=None, **validation):
    return {"uuid": uuid, "searcher_metric": searcher, "metrics": {"training": {"acc": 9}, "validation": validation}}


BETTER = {"metric": "acc", "better_than_holder": True, "smaller_is_better": False}


@pytest.mark.parametrize(
    ("row", "gate", "others", "problems"),
    [
        (checkpoint(acc=0.9), {"metric": "acc", "min": 0.9, "max": 0.9}, [], []),
        (checkpoint(acc=0.9), {"metric": "acc", "min": "0.91"}, [], ["acc is 0.9, and must be at least 0.91."]),
        (checkpoint(acc=0.9), {"metric": "acc", "max": 0.8}, [], ["acc is 0.9, and must be at most 0.8."]),
        (checkpoint(acc=0), {"metric": "acc", "min": 0}, [], []),
        (checkpoint(searcher=2), {"min": 3}, [], ["the metric of the searcher is 2, and must be at least 3."]),
        (checkpoint(searcher=2), {}, [], []),
        (checkpoint(), {"metric": "acc"}, [], ["The checkpoint a has no validation with acc."]),
        (checkpoint(acc=float("nan")), {"metric": "acc"}, [], ["The checkpoint a has no validation with acc."]),
        (checkpoint(acc=True), {"metric": "acc"}, [], ["The checkpoint a has no validation with acc."]),
        (checkpoint(acc="1"), {"metric": "acc"}, [], ["The checkpoint a has no validation with acc."]),
        ({"uuid": "a", "metrics": None}, {"metric": "acc"}, [], ["The checkpoint a has no validation with acc."]),
        (checkpoint(acc=0.9), BETTER, [], []),
        (checkpoint(acc=0.9), BETTER, [checkpoint("b", acc=0.8)], []),
        (
            checkpoint(acc=0.9), BETTER, [checkpoint("b", acc=0.9), checkpoint("c", acc=0.1)],
            ["acc is 0.9, and must be greater than 0.9 of the checkpoint b."],
        ),
        (
            checkpoint(acc=0.9), {**BETTER, "smaller_is_better": True}, [checkpoint("b", acc=0.8)],
            ["acc is 0.9, and must be smaller than 0.8 of the checkpoint b."],
        ),
        (checkpoint(acc=0.7), {**BETTER, "smaller_is_better": True}, [checkpoint("b", acc=0.8)], []),
        (checkpoint(acc=0.9), {**BETTER, "better_than_holder": False}, [checkpoint("b", acc=1)], []),
        (
            checkpoint(acc=0.9), BETTER, [checkpoint("b")],
            ["The checkpoint b, which holds the label, has no validation with acc to compare with."],
        ),
    ],
)  # fmt: skip
def test_gate(row, gate, others, problems):
    assert gate_problems(row, gate, others) == problems


@pytest.mark.parametrize(
    ("row", "gate", "said"),
    [
        (None, {}, "must be dictionaries"),
        (checkpoint(), [], "must be dictionaries"),
        (checkpoint(acc=1), {"metric": "acc", "least": 1}, "no condition least"),
        (checkpoint(acc=1), {"metric": "acc", "min": "much"}, "min .'much'. is not a number"),
    ],
)
def test_gate_that_is_none(row, gate, said):
    with pytest.raises(AnsibleFilterError, match=said):
        gate_problems(row, gate)
