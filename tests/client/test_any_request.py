# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests of all kinds, made from the document: the emulator never fails in a way that nobody foresaw.

The examples are few and the same in each run. What succeeds is understood by the official client too.
"""

from __future__ import annotations

import contextlib
import re

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case

from emulator import openapi, routes
from emulator.testing import running
from tests.client.bindings import complaints
from tests.client.documents import closed

EXAMPLES = 6
# What waits for others to come is not waited for.
PATIENCE = 1
ROUTER = routes.router()
STREAMS = {row.operation for row in ROUTER.table if row.stream}


def operations() -> dict:
    """What schemathesis makes requests of, by operation id; it wants no dots in the names of a path."""
    document = closed(openapi.document(ROUTER.table, ROUTER.chapters))
    document["paths"] = {re.sub(r"(\w)\.(\w)", r"\1_\2", path): item for path, item in document["paths"].items()}
    for item in document["paths"].values():
        for operation in item.values():
            for parameter in operation["parameters"]:
                if parameter["in"] == "path":
                    parameter["name"] = parameter["name"].replace(".", "_")
    found = (result.ok() for result in schemathesis.openapi.from_dict(document).get_all_operations())
    return {operation.definition.raw["operationId"]: operation for operation in found}


OPERATIONS = operations()


def aim(case: Case) -> None:
    """Nearer to what is there: ids are small; and nobody follows a log that goes on."""
    for name, value in case.path_parameters.items():
        if isinstance(value, int):
            case.path_parameters[name] = value % 25
    case.query.pop("follow", None)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_nothing_unforeseen(operation: str):
    # Every other one with role based access control.
    rbac = list(OPERATIONS).index(operation) % 2 == 1
    misunderstood = []
    login = {"username": "admin", "password": "Testing1!"}
    with running(experiments=20, agents=4, rbac=rbac) as emulator, requests.Session() as session:
        token = session.post(f"{emulator.url}/api/v1/auth/login", json=login, timeout=10).json()["token"]

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(OPERATIONS[operation].as_strategy())
        def ask(case: Case) -> None:
            aim(case)
            case.headers["Authorization"] = f"Bearer {token}"
            # A stream that is broken off in its midst is told as a lost connection.
            gone = (requests.Timeout, requests.ConnectionError) if operation in STREAMS else (requests.Timeout,)
            with contextlib.suppress(*gone):
                answer = case.call(base_url=emulator.url, session=session, timeout=PATIENCE)
                if answer.status_code == 200 and operation not in STREAMS:
                    misunderstood.extend(complaints(operation, answer.json()))

        ask()
        assert emulator.errors() == []
        assert misunderstood == []
