# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows as text, and as a table for the screen."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.determined_ai.determined.plugins.filter.table import lines_of
from ansible_collections.determined_ai.determined.plugins.module_utils.report.cells import (
    cell,
    pick,
    table,
    usual_columns,
)
from hypothesis import given, strategies

NOW = datetime(2026, 2, 1, tzinfo=UTC)
ROWS = [
    {"id": 7, "name": "resnet", "end_time": "2026-01-30T12:00:00Z", "checkpoint_bytes": 1024, "reason": "gold"},
    {"id": 12, "name": "bert", "end_time": None, "checkpoint_bytes": 2048, "labels": ["a"]},
]


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("name", None, ""),
        ("name", "two\nlines \x1b[31mred", "two lines  [31mred"),
        ("enabled", True, "yes"),
        ("checkpoint_bytes", 1536, "1.5 KiB"),
        ("slot_hours", 2.0, "2.00"),
        ("slots", 1000, "1000"),
        ("labels", ["a", "b"], "a, b"),
        ("figures", {"reclaimed_bytes": 1024, "killed": 2}, "reclaimed_bytes=1.0 KiB, killed=2"),
        ("state", "STATE_RUNNING", "RUNNING"),
        ("after.task_state", "GENERIC_TASK_STATE_STOPPING_PAUSED", "STOPPING_PAUSED"),
        ("states", ["STATE_ERROR", "draining"], "ERROR, draining"),
        ("name", "STATE_OF_THE_ART", "STATE_OF_THE_ART"),
        ("kill_after", "2026-01-31T12:34:56.789Z", "2026-01-31 12:34"),
    ],
)
def test_cell(key, value, shown):
    assert cell(key, value) == shown


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ({"reason": "has a label gold"}, "has a label gold"),
        ({"reasons": ["old", "idle"]}, "old and idle"),
        ({"reasons": "old"}, "old"),
        ({"reasons": 1}, "1"),
        ({"error": "refused", "act": "delete"}, "delete: refused"),
        ({"error": "refused"}, "refused"),
        ({"why": "given"}, "given"),
        ({}, "else"),
    ],
)
def test_why(row, shown):
    assert pick(row, "why", "else") == shown


def test_path_leads_into_a_value():
    assert pick({"after": {"labels": ["x"]}}, "after.labels") == ["x"]
    assert pick({"after": None}, "after.labels") is None


def test_table_of_chosen_columns():
    columns = ["id", "name", "end_time", "checkpoint_bytes", "why"]
    assert table(ROWS, columns, largest="checkpoint_bytes", why="old", now=NOW) == [
        "id  name    end time  checkpoint bytes  why",
        "12  bert                       2.0 KiB  old",
        " 7  resnet  1d                 1.0 KiB  gold",
    ]


def test_table_counts_what_it_leaves_out():
    lines = table([{"id": place} for place in range(25)])
    assert (len(lines), lines[-1]) == (22, "… and 5 more")


def test_columns_of_the_same_last_name_are_told_apart():
    rows = [{"id": 7, "before": {"days": 90}, "after": {"days": 30}}]
    assert table(rows, ["id", "before.days", "after.days"]) == ["id  before  after", " 7      90     30"]
    assert table(rows, ["after.days"]) == ["days", "  30"]


def test_what_is_cut_says_so_and_ids_are_whole():
    ident = "340.ece02f52-48da-4222-92d7-c2c6a05d7894"
    rows = [{"id": ident, "task_id": ident, "name": "n" * 37, "owner": "o" * 36, "why": "w" * 80}]
    (dummy, line) = table(rows)
    assert line.split() == [ident, ident, "n" * 35 + "…", "o" * 36, "w" * 80]


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        (ROWS, ["id", "name", "end_time", "checkpoint_bytes", "labels", "why"]),
        ([{"a": 1}, {"b": 2}], ["a", "b"]),
        ([dict.fromkeys("abcdefghi", 1)], list("abcdefgh")),
        ([dict.fromkeys(["name", "id", "state", *"abcdefg"], 1)], ["id", "name", "state"]),
        ([{"l": [], **dict.fromkeys(["id", "name", *"abcdefghi"], 1)}], ["id", "name", *"abcdef"]),
        (
            [dict.fromkeys(["name", "type", "slots_used", "slots_available", "stats", "slot_type", "agent_count"], 1)],
            ["name", "agent_count", "slot_type", "slots_available", "slots_used"],
        ),
        ([{"id": 1, "act": "delete", "error": "refused"}], ["id", "why"]),
    ],
)
def test_usual_columns(rows, columns):
    assert usual_columns(rows) == columns


def test_filter_wants_rows():
    with pytest.raises(AnsibleFilterError, match="list of dictionaries"):
        lines_of("text")


# The keys that the table looks at are among them, and not by luck only.
@given(
    strategies.lists(
        strategies.dictionaries(
            strategies.sampled_from(["id", "act", "error", "reason", "reasons", "why", "state"])
            | strategies.text(min_size=1),
            strategies.text() | strategies.integers() | strategies.lists(strategies.text(), max_size=2),
        )
    )
)
def test_any_rows_make_single_lines(rows):
    assert all("\n" not in line for line in table(rows))
