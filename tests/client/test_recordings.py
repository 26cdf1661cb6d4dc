# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests of the recordings: the official client understands what the emulator answers to them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emulator import routes
from emulator.testing import running
from tests.client.bindings import complaints
from tests.contract import contract
from tests.contract.setups import PREPARE, RECORDED, SETUPS

ROUTER = routes.router()


def results(row: routes.Route, answer: dict) -> list[dict]:
    """What a client makes objects of: the answer, or each result of a stream."""
    if not row.stream:
        return [answer]
    return [line["result"] for line in answer.get("stream", ()) if "result" in line]


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_client_understands(path: Path, monkeypatch: pytest.MonkeyPatch):
    recording = json.loads(path.read_text(encoding="utf-8"))
    found = []
    send = contract.send

    def sent(session, url, step, names, receiver=None):
        status, answer = send(session, url, step, names, receiver)
        method, where = contract.fill(step["do"], names).split(" ", 1)
        row = ROUTER.find(method, where.partition("?")[0].strip("/").split("/"))
        if row and row.operation and status == 200:
            found.extend(line for result in results(row, answer) for line in complaints(row.operation, result))
        return status, answer

    monkeypatch.setattr(contract, "send", sent)
    with running(**SETUPS[recording["master"]]) as emulator:
        PREPARE.get(recording["name"], lambda _emulator: None)(emulator)
        contract.play(emulator.url, recording, lambda *_answer: None)
        assert found == []
        assert emulator.errors() == []
