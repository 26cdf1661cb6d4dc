# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a search would try: the numbers are those of the master's own algorithm."""

from __future__ import annotations

import pytest

from emulator.areas import hp_search
from emulator.call import Call
from emulator.errors import ApiError
from emulator.master import Master

CALL = Call(Master(), None, None)
ASHA = {"name": "adaptive_asha", "metric": "loss", "time_metric": "batches"}


def trials(searcher: dict, hyperparameters: dict | None = None) -> list[tuple[int, int | None]]:
    """(count, length, None for the longest) of each kind of trial."""
    config = {"searcher": {"metric": "loss", **searcher}, "hyperparameters": hyperparameters or {}}
    summary = hp_search.preview(CALL, {"config": config})["summary"]
    return [(trial["count"], trial["unit"].get("value")) for trial in summary["trials"]]


@pytest.mark.parametrize(
    ("searcher", "expected"),
    [
        # Two brackets, of 2 and of 1 rungs: 6 and 2 trials.
        ({"max_trials": 8, "max_time": 64}, [(5, 16), (3, 64)]),
        # Of 3 and of 2 rungs: 7 trials, of which 2 and then 1 go on, and 3, of which 1 goes on.
        ({"max_trials": 10, "max_time": 900, "max_rungs": 10, "divisor": 3}, [(5, 100), (3, 300), (2, 900)]),
        ({"max_trials": 16, "max_time": 64, "mode": "aggressive"}, [(12, 4), (3, 16), (1, 64)]),
        ({"max_trials": 8, "max_time": 64, "bracket_rungs": [1]}, [(8, 64)]),
        ({"max_trials": 1, "max_time": 1}, [(1, 1)]),
    ],
)
def test_trials_that_are_stopped(searcher: dict, expected: list):
    assert trials({**ASHA, **searcher}) == expected


def test_all_modes_come_to_all_trials():
    for mode in ("conservative", "standard", "aggressive"):
        found = trials({**ASHA, "max_trials": 50, "max_time": 1000, "mode": mode})
        assert sum(count for count, dummy in found) == 50


def test_trials_that_run_to_their_end():
    grid = {"lr": {"type": "categorical", "vals": [1, 2, 3]}, "n": 5}
    assert trials({"name": "single"}) == [(1, None)]
    assert trials({"name": "random", "max_trials": 7}) == [(7, None)]
    assert trials({"name": "grid"}, grid) == [(3, None)]
    assert trials({"name": "grid"}) == [(0, None)]


@pytest.mark.parametrize(
    ("searcher", "status", "text"),
    [
        ({"metric": None}, 400, "invalid searcher configuration: config is invalid or incomplete: <config>: name is a"),
        ({"name": "custom"}, 500, "invalid experiment configuration: the 'custom' searcher has been removed"),
        ({**ASHA, "time_metric": None, "max_trials": 2}, 500, "invalid experiment configuration: the `adaptive_asha`"),
        (
            {"name": "async_halving", "max_trials": 2, "num_rungs": 1, "max_time": 5, "time_metric": "x"},
            500,
            "invalid searcher configuration",
        ),
    ],
)
def test_what_is_refused(searcher: dict, status: int, text: str):
    with pytest.raises(ApiError) as refused:
        trials(searcher)
    assert refused.value.status == status
    assert refused.value.text.startswith(text)
