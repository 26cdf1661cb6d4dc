# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ctrl-C in the middle of a deletion: the journal tells what was done, and a second run finishes."""

from __future__ import annotations

import json
import os
import signal

import pytest

from tests.matrix.place import until
from tests.matrix.playbook import task
from tests.matrix.worlds import ended, listed

COUNT = 12


@pytest.mark.needs("clock", "faults")
@pytest.mark.parametrize("in_process", [True, False], ids=["in process", "as a module"])
def test_interrupt(own, runner, tmp_path, in_process):
    journal = tmp_path / "journal"
    with ended(own, COUNT) as world:
        # The master does the first half at once; the seventh deletion takes longer than anybody waits.
        own.control.fault("outcome", on="experiment.delete", skip=COUNT // 2, count=None, seconds=3600)
        options = {"ids": world["ids"], "state": "absent", "chunk_size": 1, "journal": str(journal)}
        process, _folder = runner.start(own, [task("det_experiments", options)], in_process=in_process)
        until(lambda: len(lines(journal, "intent")) == COUNT // 2 + 1)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=60) != 0

        done = [one["id"] for one in lines(journal, "done")]
        assert done == world["ids"][: COUNT // 2]
        left = {row["id"]: row["state"] for row in listed(own, world["project"])}
        assert sorted(left) == world["ids"][COUNT // 2 :]
        assert lines(journal, "intent")[-1]["id"] == world["ids"][COUNT // 2]

        # The deletion that was under way ends by itself, the others are taken up.
        own.control.no_faults()
        own.control.advance(3600)
        played = runner.play(own, [task("det_experiments", options, register="second")], in_process=in_process)
        assert set(played.results["second"]["changed_ids"]) <= set(world["ids"][COUNT // 2 :])
        until(lambda: not listed(own, world["project"]))
        assert [one for one in lines(journal, "done") if one["error"]] == []


def lines(journal, phase) -> list:
    """The journal's lines of a phase; the last one may be half written yet."""
    if not journal.exists():
        return []
    whole = journal.read_text().rpartition("\n")[0].splitlines()
    return [one for one in map(json.loads, whole) if one["phase"] == phase]
