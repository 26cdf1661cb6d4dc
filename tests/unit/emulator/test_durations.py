# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Durations in Go's words."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from emulator import durations


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("0", 0),
        ("72h", 259_200_000_000),
        ("1h30m", 5_400_000_000),
        ("1.5s", 1_500_000),
        ("-5m", -300_000_000),
        ("250ms", 250_000),
        ("+.5us", 0),
        ("1h0m0.000001s", 3_600_000_001),
    ],
)
def test_parse(text, microseconds):
    assert durations.parse(text) == microseconds


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", 'time: invalid duration ""'),
        ("-", 'time: invalid duration "-"'),
        ("3d", 'time: unknown unit "d" in duration "3d"'),
        ("3", 'time: missing unit in duration "3"'),
        ("h", 'time: invalid duration "h"'),
        ("99999999999h", 'time: invalid duration "99999999999h"'),
    ],
)
def test_what_is_none(text, complaint):
    with pytest.raises(ValueError, match="time: ") as raised:
        durations.parse(text)
    assert str(raised.value) == complaint


@given(strategies.integers(min_value=-(10**14), max_value=10**14))
def test_text_is_read_back(microseconds):
    assert durations.parse(durations.text(microseconds)) == microseconds
