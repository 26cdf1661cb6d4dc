# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a real master answered, replayed against the emulator: every recording has a fresh one in its own set-up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests

from emulator.testing import Control, running
from tests.contract.contract import findings

RECORDED = sorted((Path(__file__).parent / "recorded").glob("*.json"))
# The set-ups of the master that the recordings name.
SETUPS = {"default": {}, "rbac": {"rbac": True}, "agents": {"agents": 4}}


def an_experiment_in_uncategorized(emulator: Control) -> None:
    """The recorded master had some there already, and shows when the last one began."""
    login = {"username": "admin", "password": "Testing1!"}
    token = requests.post(f"{emulator.url}/api/v1/auth/login", json=login, timeout=10).json()["token"]
    requests.post(
        f"{emulator.url}/api/v1/experiments",
        json={"config": "searcher: {name: single, metric: loss}", "unmanaged": True},
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    ).raise_for_status()


PREPARE = {"project": an_experiment_in_uncategorized}


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_emulator_answers_as_recorded(path: Path):
    recording = json.loads(path.read_text(encoding="utf-8"))
    with running(**SETUPS[recording["master"]]) as emulator:
        PREPARE.get(recording["name"], lambda _emulator: None)(emulator)
        assert findings(emulator.url, recording) == []


def test_there_are_recordings_of_every_setup():
    assert {json.loads(path.read_text(encoding="utf-8"))["master"] for path in RECORDED} == set(SETUPS)
