# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of the API's operations the emulator answers; whatever else is asked gets what a master says to the unknown."""

from __future__ import annotations

import pytest
import requests
from ansible_collections.determined_ai.determined.plugins.module_utils.api import operations

from emulator import routes, shapes
from emulator.testing import running

# Operation id: why it is left out. All 260 are answered.
LEFT_OUT: dict[str, str] = {}

ANSWERED = {row.operation: (row.method, row.path) for row in routes.router().table if row.operation}


def test_every_operation_is_answered_or_left_out_for_a_reason():
    of_the_api = {name: (found.method, found.path) for name, found in operations.OPERATIONS.items()}
    assert len(of_the_api) == 260
    assert len(LEFT_OUT) <= 30
    assert all(LEFT_OUT.values())
    assert {name: where for name, where in of_the_api.items() if name not in LEFT_OUT} == ANSWERED


def test_every_answer_is_described():
    assert set(shapes.answers()) == set(ANSWERED)
    known = shapes.shapes()
    used = [*known.values(), *shapes.answers().values()]
    named = {field.kind for fields in used for field in fields if field.kind[0].isupper()}
    assert set(known) <= named


@pytest.mark.parametrize(
    ("where", "status"),
    [
        ("GET /api/v1/nothing", 501),
        ("PATCH /api/v1/experiments", 501),
        ("POST /api/v1/agents/agent-1/explode", 501),
        ("GET /nothing", 401),
    ],
)
def test_unknown_is_answered_as_a_master_does(where: str, status: int):
    method, path = where.split()
    with running() as emulator:
        assert requests.request(method, emulator.url + path, timeout=10).status_code == status
