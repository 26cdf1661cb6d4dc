# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The journal: on the disk before anything is sent, one record a line whatever came before, private."""

from __future__ import annotations

import json
import os
import stat

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.engine import journal as journals
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.journal import Journal
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption, DeterminedError


def test_journal(tmp_path):
    path = tmp_path / "journal"
    for phase in ("intent", "done"):
        with Journal(str(path)) as journal:
            journal.write(phase, "experiments", "archived", [{"id": 1}, {"id": 2}])
            # Before anything is sent it must be on the disk.
            assert path.read_text().endswith("\n")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(one["phase"], one["act"], one["id"]) for one in lines] == [
        ("intent", "archived", 1), ("intent", "archived", 2), ("done", "archived", 1), ("done", "archived", 2),
    ]  # fmt: skip
    assert all("time" in one for one in lines)


def test_no_journal():
    with Journal(None) as journal:
        journal.write("intent", "experiments", "archived", [{"id": 1}])


def test_journal_that_cannot_be_opened():
    with pytest.raises(BadOption, match=r"journal .*'/no/such/j'.*cannot be written"), Journal("/no/such/j"):
        pass


def test_full_disk():
    with (
        pytest.raises(DeterminedError, match="journal /dev/full cannot be written") as error,
        Journal("/dev/full") as one,
    ):
        one.write("intent", "experiments", "archived", [{"id": 1}])
    assert error.value.failure()["code"] == "journal"


def readable(path):
    """The records of a journal, without the lines that are none."""
    found = []
    for line in path.read_text().split("\n"):
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


@pytest.mark.parametrize("half", ['{"time": "2026', "x", '{"time": "2026-01-01T00:00:00+00:00"}'])
def test_half_a_line_of_an_earlier_run(tmp_path, half):
    path = tmp_path / "journal"
    path.write_text('{"id": 0}\n' + half)
    with Journal(str(path)) as journal:
        journal.write("intent", "experiments", "archived", [{"id": 1}, {"id": 2}])
        journal.write("done", "experiments", "archived", [{"id": 1}])
    lines = path.read_text().splitlines()
    assert lines[:2] == ['{"id": 0}', half]
    assert [json.loads(line)["id"] for line in lines[2:]] == [1, 2, 1]


def test_half_a_line_of_another_run_at_the_same_time(tmp_path):
    path = tmp_path / "journal"
    with Journal(str(path)) as journal:
        journal.write("intent", "experiments", "archived", [{"id": 1}])
        with path.open("a") as other:
            other.write('{"half": ')
        journal.write("done", "experiments", "archived", [{"id": 1}])
    assert [one["phase"] for one in readable(path)] == ["intent", "done"]


@pytest.mark.parametrize("name", ["a\nb", "a\u2028b", "a\x85b", "caf\udce9", "\x1b[31m"])
def test_odd_names_stay_in_their_line(tmp_path, name):
    path = tmp_path / "journal"
    with Journal(str(path)) as journal:
        journal.write("intent", "experiments", "archived", [{"id": 1, "name": name}])
    assert [one["name"] for one in readable(path)] == [name]
    assert path.read_text().count("\n") == 1


def test_a_journal_is_private(tmp_path):
    path = tmp_path / "journal"
    mask = os.umask(0)
    try:
        for _again in range(2):
            with Journal(str(path)) as journal:
                journal.write("intent", "experiments", "archived", [{"id": 1}])
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            path.chmod(0o666)
    finally:
        os.umask(mask)


@pytest.mark.parametrize("make", [lambda path: path.symlink_to("precious"), os.mkfifo, os.mkdir])
def test_a_journal_that_is_no_file(tmp_path, make):
    (tmp_path / "precious").write_text("precious")
    make(tmp_path / "journal")
    with pytest.raises(BadOption, match="cannot be written: it is"), Journal(str(tmp_path / "journal")):
        pass
    assert (tmp_path / "precious").read_text() == "precious"


def test_every_line_is_on_the_disk_before_the_next_step(tmp_path, monkeypatch):
    """As it is synced: size of the file at each call of fsync."""
    path, synced, fsync = tmp_path / "journal", [], os.fsync

    def watched(handle):
        fsync(handle)
        synced.append(os.fstat(handle).st_size)

    monkeypatch.setattr(journals.os, "fsync", watched)
    with Journal(str(path)) as journal:
        for phase in ("intent", "done"):
            journal.write(phase, "experiments", "archived", [{"id": 1}])
            assert synced[-1] == path.stat().st_size
    assert len(synced) == 2


def test_a_line_is_on_the_disk_before_anything_is_sent(tmp_path, monkeypatch):
    path, synced = tmp_path / "journal", []

    def note(handle):
        synced.append(path.read_text().count("\n"))

    monkeypatch.setattr(os, "fsync", note)
    with Journal(str(path)) as journal:
        journal.write("intent", "experiments", "act", [{"id": 1}, {"id": 2}])
        journal.write("done", "experiments", "act", [{"id": 1}])
    assert synced == [2, 3]
