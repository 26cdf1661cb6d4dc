# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a label that bears a day has expired: what is deleted by it cannot be had back."""

from __future__ import annotations

from datetime import date

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.selection.labels import expired
from hypothesis import given, strategies

TODAY = date(2026, 11, 24)

CASES = (
    ("yesterday", {"expires=2026-11-23"}, True),
    ("today is not over", {"expires=2026-11-24"}, False),
    ("tomorrow", {"expires=2026-11-25"}, False),
    ("long ago, among others", {"nightly", "expires=1999-01-01"}, True),
    ("no such label", {"nightly"}, False),
    ("no label at all", set(), False),
    ("the name alone", {"expires"}, False),
    ("no day behind it", {"expires="}, False),
    ("no day", {"expires=soon"}, False),
    ("no day that there is", {"expires=2026-02-30"}, False),
    ("a time", {"expires=2026-01-01T00:00:00Z"}, False),
    ("another name that ends so", {"license-expires=2026-01-01"}, False),
    ("another name that begins so", {"expires-not=2026-01-01"}, False),
    ("another case", {"Expires=2026-01-01"}, False),
    ("two days, both over", {"expires=2026-01-01", "expires=2026-11-23"}, True),
    ("two days, one to come", {"expires=2026-01-01", "expires=2027-01-01"}, False),
    ("a day that is over and no day", {"expires=2026-01-01", "expires=never"}, False),
)


@pytest.mark.parametrize(("labels", "outcome"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_cases(labels, outcome):
    assert expired(labels, "expires", TODAY) is outcome


@given(strategies.sets(strategies.dates().map(lambda day: f"expires={day.isoformat()}"), min_size=1))
def test_the_last_day_counts(labels):
    assert expired(labels, "expires", TODAY) == (max(labels) < f"expires={TODAY.isoformat()}")
