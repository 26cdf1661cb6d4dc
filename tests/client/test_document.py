# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The OpenAPI document, the Swagger page and its login by cookie, as far as plain HTTP shows them.

`make swagger-check` looks at the page in a browser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from jsonschema import Draft4Validator
from openapi_spec_validator import OpenAPIV2SpecValidator

from emulator import openapi, routes
from emulator.testing import Control, running
from tests.client.documents import closed, with_nulls

RECORDED = Path(__file__).parents[1] / "contract" / "recorded"
ROUTER = routes.router()


@pytest.fixture(scope="module")
def emulator() -> Iterator[Control]:
    with running(experiments=20) as control:
        yield control


@pytest.fixture(scope="module")
def document(emulator: Control) -> dict:
    return requests.get(f"{emulator.url}/api/v1/api.swagger.json", timeout=10).json()


def test_document_is_valid(document):
    assert list(OpenAPIV2SpecValidator(document).iter_errors()) == []


def test_document_has_every_operation_of_the_table(document):
    described = {
        operation["operationId"]: f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert described == {row.operation: f"{row.method} {row.path}" for row in ROUTER.table if row.operation}


@pytest.mark.parametrize("path", sorted(RECORDED.glob("*.json")), ids=lambda path: path.stem)
def test_document_describes_what_a_master_answered(path: Path):
    document = with_nulls(closed(openapi.document(ROUTER.table, ROUTER.chapters)))
    for step in json.loads(path.read_text(encoding="utf-8"))["steps"]:
        method, where = step["do"].split(" ", 1)
        row = ROUTER.find(method, where.partition("?")[0].strip("/").split("/"))
        # What a recording leaves out stands in it as a text.
        if row is None or not row.operation or step["status"] != 200 or step.get("drop"):
            continue
        schema = document["paths"][row.path][method.lower()]["responses"]["200"]["schema"]
        answers = step["answer"].get("stream", []) if row.stream else [step["answer"]]
        validator = Draft4Validator({**schema, "definitions": document["definitions"]})
        for answer in answers:
            assert [(step["do"], error.message) for error in validator.iter_errors(answer)] == []


def test_page_and_what_it_needs_are_there_without_login(emulator):
    page = requests.get(f"{emulator.url}/docs/rest-api/", timeout=10)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert '<meta charset="utf-8">' in page.text
    needed = re.findall(r'(?:src|href)="(/[^"]+)"|url: "(.*?)"', page.text)
    assert len(needed) == 3
    for path in map("".join, needed):
        answer = requests.get(emulator.url + path, timeout=10)
        assert (answer.status_code, len(answer.content) > 100_000) == (200, True), path


def test_login_by_cookie_as_the_page_does_it(emulator):
    browser = requests.Session()
    listed = f"{emulator.url}/api/v1/experiments"
    assert browser.get(listed, timeout=10).status_code == 401
    login = {"username": "admin", "password": "Testing1!"}
    browser.post(f"{emulator.url}/api/v1/auth/login", json=login, timeout=10).raise_for_status()
    number = browser.get(f"{listed}?archived=false&states=STATE_COMPLETED", timeout=10).json()["experiments"][0]["id"]
    assert browser.post(f"{listed}/{number}/archive", timeout=10).status_code == 200
    assert browser.get(f"{listed}/{number}", timeout=10).json()["experiment"]["archived"]
    browser.post(f"{emulator.url}/api/v1/auth/logout", timeout=10)
    assert browser.get(listed, timeout=10).status_code == 401
