# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The movable clock: events in their order, each at its own time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator import clock
from emulator.clock import DAY, SECOND, Clock


def still() -> Clock:
    return Clock(source=lambda: 1_000 * SECOND)


def test_events_happen_in_order_and_at_their_time_when_the_clock_jumps():
    subject, seen = still(), []
    for seconds in (300, 20, 100):
        subject.after(seconds, lambda: seen.append((subject.now() - 1_000 * SECOND) // SECOND))
    subject.advance(7 * 86_400)
    assert seen == [20, 100, 300]
    assert subject.now() == 1_000 * SECOND + 7 * DAY


def test_event_that_an_event_brings_about_happens_in_the_same_jump():
    subject, seen = still(), []

    def again() -> None:
        seen.append(subject.now())
        if len(seen) < 3:
            subject.after(60, again)

    subject.after(60, again)
    subject.advance(3_600)
    assert [moment // SECOND - 1_000 for moment in seen] == [60, 120, 180]


def test_what_is_not_due_waits():
    subject, seen = still(), []
    subject.after(10, lambda: seen.append("late"))
    subject.advance(9)
    assert seen == []
    assert subject.next_due() == 1
    subject.advance(1)
    assert seen == ["late"]
    assert subject.next_due() is None


def test_failing_event_leaves_the_clock_running():
    subject = still()

    def fail() -> None:
        raise RuntimeError("no")

    subject.after(1, fail)
    with pytest.raises(RuntimeError):
        subject.advance(5)
    assert subject.now() == 1_005 * SECOND


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1_500_000, "1970-01-01T00:00:01.500Z"),
        (1_000_001, "1970-01-01T00:00:01.000001Z"),
        (None, None),
    ],
)
def test_text_has_as_many_digits_as_it_needs(moment, shown):
    assert clock.text(moment) == shown


@given(st.integers(min_value=0, max_value=4_000_000_000 * SECOND))
def test_text_and_parse_are_inverse(moment):
    assert clock.parse(clock.text(moment)) == moment


def test_parse_knows_offsets():
    assert clock.parse("2026-11-24T02:00:00+02:00") == clock.parse("2026-11-24T00:00:00Z")


@pytest.mark.parametrize("value", ["tomorrow", "2026-11-24", "2026-11-24T00:00:00"])
def test_parse_refuses(value):
    with pytest.raises(ValueError, match=re.escape(value)):
        clock.parse(value)
