# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ages and times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption
from ansible_collections.determined_ai.determined.plugins.module_utils.when import duration, moment, rfc3339
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90d", timedelta(days=90)),
        ("1d12h", timedelta(days=1, hours=12)),
        ("2w", timedelta(weeks=2)),
        ("0s", timedelta()),
        ("1h1h", timedelta(hours=2)),
        ("5m30s", timedelta(minutes=5, seconds=30)),
    ],
)
def test_duration(text, expected):
    assert duration(text, "o") == expected


@pytest.mark.parametrize("text", ["", "90", "d", "-1d", "1.5d", "1y", "90 d", "1d ", "1D", "1dx", "9" * 20 + "d"])
def test_no_duration(text):
    with pytest.raises(BadOption) as error:
        duration(text, "select.ended_before")
    assert error.value.msg.startswith("select.ended_before")
    assert repr(text) in error.value.msg


@given(st.dictionaries(st.sampled_from("smhdw"), st.integers(0, 10**4), min_size=1))
def test_a_duration_is_the_sum_of_its_parts(parts):
    text = "".join(f"{number}{unit}" for unit, number in parts.items())
    seconds = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
    assert duration(text, "o").total_seconds() == sum(number * seconds[unit] for unit, number in parts.items())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90d", NOW - timedelta(days=90)),
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T12:00:00Z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31T12:00:00+02:00", datetime(2026, 1, 31, 10, tzinfo=UTC)),
        ("2026-01-31T12:00:00.123456789Z", datetime(2026, 1, 31, 12, 0, 0, 123456, tzinfo=UTC)),
        ("2026-01-31T12:00:00.5Z", datetime(2026, 1, 31, 12, 0, 0, 500000, tzinfo=UTC)),
    ],
)
def test_moment(text, expected):
    assert moment(text, "o", NOW) == expected


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "31.01.2026", "", "2026-01-31T25:00:00Z", "999999d"])
def test_no_moment(text):
    with pytest.raises(BadOption) as error:
        moment(text, "select.ended_before", NOW)
    assert repr(text) in error.value.msg


@given(st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.timezones()))
def test_what_is_sent_is_the_same_moment(value):
    assert moment(rfc3339(value), "o") == value.astimezone(UTC)
