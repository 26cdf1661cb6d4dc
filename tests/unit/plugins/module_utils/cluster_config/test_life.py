# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan lists is what an apply sends, and afterwards nothing is left: over many made-up documents in a row.

CONFIG_STEPS sets how many steps each life has."""

from __future__ import annotations

import os
import random

import pytest

from emulator.testing import running
from tests.unit.plugins.module_utils.cluster_config.config_runs import Runs, shapes
from tests.unit.plugins.module_utils.cluster_config.documents import first_document, next_document

STEPS = int(os.environ.get("CONFIG_STEPS", "10"))
HOW = {"prune": "owned", "max_deletions": 1000}


def refused(result):
    """Why a plan may not be applied, as a made-up document can ask for what cannot be: {address: why}."""
    return {act["address"]: act["blocked"] for act in result["plan"] if act["blocked"]}


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("roles", [False, True], ids=["without roles", "with roles"])
def test_life(number, roles):
    seed = random.Random(number)
    with running(rbac=roles) as control:
        runs = Runs(control)
        document = first_document(seed, roles)
        for _step in range(STEPS):
            follow(runs, document)
            document = next_document(document, seed)


def follow(runs, document):
    planned = runs.run("plan", document, **HOW)
    assert "failed" not in planned, planned
    assert runs.sent() == []
    if refused(planned):
        applied = runs.run("apply", document, **HOW)
        assert applied["failed"]
        assert runs.sent() == []
        return
    applied = runs.run("apply", document, **HOW)
    assert "failed" not in applied, (applied, document)
    assert applied["plan_digest"] == planned["plan_digest"]
    assert shapes(planned["requests"]) == shapes(runs.sent())
    assert applied["requests"] == planned["requests"]
    again = runs.run("apply", document, **HOW)
    assert (again["changed"], again["requests"], again["plan"]) == (False, [], []), again
    assert runs.sent() == []
    drift = runs.run("drift", document, **HOW)
    assert drift["drift_code"] == 0, drift["drift"]
    runs.sent()
