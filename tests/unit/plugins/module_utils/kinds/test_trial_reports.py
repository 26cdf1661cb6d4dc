# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports of trials that began with something: validations stand under a name of their own."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.trial_reports import read_uses


@pytest.mark.parametrize(
    ("group", "metrics"),
    [
        ("training", {"avg_metrics": {"loss": 1}, "batch_metrics": None}),
        ("validation", {"validation_metrics": {"loss": 1}}),
        ("mine", {"avg_metrics": {"loss": 1}}),
    ],
)
def test_values(group, metrics):
    row = {"trialId": 3, "group": group, "totalBatches": 10, "endTime": "t", "metrics": metrics, "trialRunId": 1}
    client = SimpleNamespace(get=lambda path: {"metrics": [row]} if path == "/x" else None)
    assert read_uses(client, "/x") == [
        {"trial_id": 3, "group": group, "batches": 10, "time": "t", "metrics": {"loss": 1}}
    ]
