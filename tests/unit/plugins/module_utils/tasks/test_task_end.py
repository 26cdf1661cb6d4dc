# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a task ended, from what the master keeps of it."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.tasks.task_end import (
    is_over,
    is_ready,
    read_reason,
)

KILLED = {"return_code": None, "killed": True}
CODE = "allocation failed: resources failed with non-zero exit code: container failed with non-zero exit code: 1"
PULL = "allocation failed: task failed without an associated exit code: pulling container image: pull access denied"


@pytest.mark.parametrize(
    ("reason", "wanted"),
    [
        (
            "allocation stopped early after all resources exited: resources exited successfully with a zero exit code",
            {"return_code": 0, "killed": False},
        ),
        (f"{CODE} (exit code 1)", {"return_code": 1, "killed": False}),
        (f"{CODE} (exit code 137)", {"return_code": 137, "killed": False}),
        (PULL, {"return_code": None, "killed": False}),
        ("allocation killed after all resources exited: resources were killed", KILLED),
        ("allocation aborted after exit before start: user requested kill", KILLED),
        ("allocation failed: skilled program failed (exit code 3)", {"return_code": 3, "killed": False}),
        ("", {"return_code": None, "killed": False}),
    ],
)
def test_reason(reason, wanted):
    assert read_reason(reason) == wanted


@pytest.mark.parametrize(
    ("allocations", "reports", "ready"),
    [
        ([], True, False),
        ([{"state": "QUEUED"}], False, False),
        ([{"state": "RUNNING"}], True, False),
        ([{"state": "RUNNING", "ready": True}], True, True),
        ([{"state": "RUNNING"}], False, True),
        # The newest is the first.
        ([{"state": "QUEUED"}, {"state": "RUNNING", "ready": True}], True, False),
    ],
)
def test_ready(allocations, reports, ready):
    assert is_ready({"allocations": allocations}, reports) is ready


def test_terminated_without_an_end_is_not_over_yet():
    assert not is_over({"end_time": None, "allocations": [{"state": "TERMINATED"}]})
    assert is_over({"end_time": "2026-01-31T12:00:00Z", "allocations": []})
