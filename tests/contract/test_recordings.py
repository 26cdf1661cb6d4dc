# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a real master answered, replayed against the emulator: every recording has a fresh one in its own set-up. And
whatever state the requests leave it in, an export describes that: planned, nothing is to be done."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config.schema import make_schema

from emulator.testing import running
from tests.contract.contract import findings
from tests.contract.setups import PREPARE, RECORDED, SETUPS
from tests.unit.plugins.module_utils.cluster_config.export_runs import Master


def demand_export(master: Master) -> None:
    found = master.run("export")
    assert "failed" not in found, found
    jsonschema.Draft7Validator(make_schema()).validate(found["config"])
    plan = master.run("plan", config=found["config"], stack="s", adopt="all")
    assert "failed" not in plan, plan
    assert plan["requests"] == []
    assert [act for act in plan["plan"] if act["blocked"]] == []


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_emulator_answers_as_recorded(path: Path):
    recording = json.loads(path.read_text(encoding="utf-8"))
    with running(**SETUPS[recording["master"]]) as emulator:
        PREPARE.get(recording["name"], lambda _emulator: None)(emulator)
        assert findings(emulator.url, recording) == []
        demand_export(Master(emulator))


def test_there_are_recordings_of_every_setup():
    assert {json.loads(path.read_text(encoding="utf-8"))["master"] for path in RECORDED} == set(SETUPS)
