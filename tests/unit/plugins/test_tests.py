# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tests, as a template calls them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from ansible.errors import AnsibleError
from ansible_collections.determined_ai.determined.plugins.test.active import active
from ansible_collections.determined_ai.determined.plugins.test.older_than import older_than
from ansible_collections.determined_ai.determined.plugins.test.terminal import terminal


def ago(**time):
    return (datetime.now(UTC) - timedelta(**time)).isoformat()


def test_states():
    assert terminal("STATE_COMPLETED") is True
    assert terminal("STATE_RUNNING") is False
    assert active("STATE_RUNNING") is True
    assert active("STATE_PAUSED") is False


@pytest.mark.parametrize("test", [terminal, active])
def test_what_is_no_state(test):
    with pytest.raises(AnsibleError, match="no such state"):
        test({"state": "STATE_ACTIVE"})


@pytest.mark.parametrize(
    ("time", "age", "older"),
    [
        ({"days": 91}, "90d", True),
        ({"days": 89}, "90d", False),
        ({"days": 8}, "1w", True),
        ({"days": -1}, "0d", False),
        ({"days": 1}, "2020-01-01", False),
        ({"days": 1}, "2999-01-01T12:00:00Z", True),
    ],
)
def test_older_than(time, age, older):
    assert older_than(ago(**time), age) is older


def test_what_has_no_time_is_not_old():
    assert older_than(None, "0d") is False


@pytest.mark.parametrize(("time", "age"), [("yesterday", "90d"), (ago(days=1), "old"), (ago(days=1), "9999999999w")])
def test_older_than_of_no_time(time, age):
    with pytest.raises(AnsibleError, match="older_than"):
        older_than(time, age)
