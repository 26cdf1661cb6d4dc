# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a journal says: lines of others, lines that are none, acts that failed, acts that were taken back."""

from __future__ import annotations

import json

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption
from ansible_collections.determined_ai.determined.plugins.module_utils.undo import entries
from ansible_collections.determined_ai.determined.plugins.module_utils.undo.entries import Choice, read_journal

MASTER = "http://master:8080"
ALL = dict.fromkeys(("runs", "since", "kinds", "objects", "from_master"))


def line(number=1, run="a", phase="intent", **more) -> dict:
    head = {"time": "2026-01-01T00:00:00+00:00", "run": run, "master": MASTER, "phase": phase, "kind": "users"}
    values = {"before": {"x": 1}, "after": {"x": 2}} if phase == "intent" else {"error": None}
    return {**head, "act": "change", "id": number, "name": "n", **values, **more}


def read(tmp_path, *lines):
    path = tmp_path / "journal"
    path.write_text("".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in lines))
    return read_journal(str(path))


def meant(tmp_path, *lines, **options):
    choice = Choice({**ALL, **options}, MASTER)
    return [(one.run, one.id) for one in read(tmp_path, *lines).entries if choice.fits(one)]


def test_an_act_whose_end_is_not_told_counts_and_one_that_failed_does_not(tmp_path):
    failed = line(2, phase="done", error="no")
    assert meant(tmp_path, line(1), line(2), line(3), line(1, phase="done"), failed) == [("a", 1), ("a", 3)]


def test_what_is_made_gets_its_id_between_the_two_lines(tmp_path):
    made = line(None, act="create", before={}, after={"x": 1})
    assert meant(tmp_path, made, line(7, phase="done", act="create", error="no")) == []
    assert meant(tmp_path, made, line(7, phase="done", act="create")) == [("a", None)]


@pytest.mark.parametrize(
    "bad",
    [
        "{", "[]", "1", '"x"', "\x00", '{"phase": "intent"}', line(run=1), line(before=[]), line(after=None),
        line([1]), line({}), line(keys=[1]), line(time="yesterday"), line(time=1), line(kind=None), line(name=1),
        line(undoes=1), line(scope="1"),
    ],
)  # fmt: skip
def test_lines_that_are_none_are_counted(tmp_path, bad):
    reading = read(tmp_path, bad, line())
    assert (len(reading.entries), reading.unreadable) == (1, 1)


def test_a_line_without_end_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(entries, "LONGEST_LINE", 400)
    reading = read(tmp_path, "x" * 1000, line())
    assert (len(reading.entries), reading.unreadable) == (1, 3)


def test_what_was_taken_back_is_not_meant_again(tmp_path):
    back = line(run="b", before={"x": 2}, after={"x": 1}, undoes="a")
    forth = line(run="c", undoes="b")
    assert meant(tmp_path, line(), back) == []
    assert meant(tmp_path, line(), back, runs=["b"]) == [("b", 1)]
    assert meant(tmp_path, line(), back, forth) == [("a", 1)]
    # Just the property, the object and the run that it names.
    two = line(before={"x": 1, "y": 1}, after={"x": 2, "y": 2})
    assert meant(tmp_path, two, back) == [("a", 1)]
    assert meant(tmp_path, line(2), back) == [("a", 2)]
    assert meant(tmp_path, line(run="d"), back) == [("d", 1)]
    assert meant(tmp_path, line(), line(run="b", before={"x": 2}, after={"x": 1}, undoes="a"),
                 line(phase="done", run="b", error="no")) == [("a", 1)]  # fmt: skip


def test_values_are_compared_as_json(tmp_path):
    assert meant(tmp_path, line(before={"x": 1}, after={"x": True})) == [("a", 1)]
    assert meant(tmp_path, line(before={"x": 1, "id": 1}, after={"x": 1, "id": 1})) == []


def test_options_narrow_down(tmp_path):
    lines = [line(1), line(2, run="b", kind="agents"), line("a/1", run="b", kind="slots"), line(3, master="http://o")]
    assert meant(tmp_path, *lines) == [("a", 1), ("b", 2), ("b", "a/1")]
    assert meant(tmp_path, *lines, runs=["b"]) == [("b", 2), ("b", "a/1")]
    assert meant(tmp_path, *lines, kinds=["agents", "users"]) == [("a", 1), ("b", 2)]
    assert meant(tmp_path, *lines, objects=["slots/a/1"]) == [("b", "a/1")]
    assert meant(tmp_path, *lines, from_master="http://o") == [("a", 3)]
    assert meant(tmp_path, *lines, since="2025-12-31") == [("a", 1), ("b", 2), ("b", "a/1")]
    assert meant(tmp_path, *lines, since="2026-01-02") == []


def test_a_file_that_cannot_be_read(tmp_path):
    (tmp_path / "real").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for path in (tmp_path / "link", tmp_path / "none", tmp_path):
        with pytest.raises(BadOption, match=r"^journal .* cannot be read"):
            read_journal(str(path))
