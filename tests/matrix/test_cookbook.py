# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ten plays of docs/cookbook.md run as they stand, in check mode and for real, on a made-up cluster."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.matrix.conftest import emulated

PAGE = Path(__file__).parents[2] / "docs" / "cookbook.md"
CONFIG = """
name: cookbook
entrypoint: python3 train.py
environment: {image: fake/train}
searcher: {name: single, metric: validation_loss, max_length: {batches: 20}}
resources: {slots_per_trial: 1}
"""
pytestmark = pytest.mark.needs("seed", "journal")


def read_page() -> tuple[list, dict]:
    """The tasks of all plays, in their order, and the variables of the one file of the page."""
    blocks = re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    parsed = [yaml.safe_load(block) for block in blocks]
    plays = [play for block in parsed if isinstance(block, list) for play in block]
    (variables,) = (block for block in parsed if isinstance(block, dict))
    assert len(plays) == len(re.findall(r"^## \d+\. ", PAGE.read_text("utf-8"), re.MULTILINE)) == 10
    for play in plays:
        assert set(play) <= {"name", "hosts", "gather_facts", "vars_files", "tasks"}
        assert play["hosts"] == "localhost"
    return [task for play in plays for task in play["tasks"]], variables


def test_the_plays_run_in_check_mode_and_for_real(runner, tmp_path):
    tasks, teams = read_page()
    files = {"model/const.yaml": CONFIG, "model/train.py": ""}
    # No systemd runs where the tests do.
    variables = {**teams, "schedule_enable": False, "schedule_scope": "user", "schedule_folder": str(tmp_path)}
    with emulated(experiments=300) as place:
        environ = {"DET_MASTER": place.url, "DET_USER": place.user, "DET_PASS": place.password}
        more = {"defaults": {}, "environ": environ, "variables": variables, "files": files, "secrets": None}
        # What runs there would go on for long.
        place.call("POST", "/api/v1/agents/agent-2/disable", {"drain": False})
        place.call("POST", "/api/v1/agents/agent-2/enable")
        place.call("POST", "/api/v1/experiments/16/archive")
        place.control.forget()
        checked = runner.play(place, tasks, arguments=("--check",), **more).results
        sent = {entry["path"] for entry in place.control.writes()}
        played = runner.play(place, tasks, **more).results
    # Searches are reads, though they are sent as POST.
    assert sent <= {"/api/v1/experiments-search", "/api/v1/runs"}
    assert checked["archived"]["changed_ids"] == played["archived"]["changed_ids"] != []
    # In check mode the agent is enabled still.
    played["enabled"]["changed"] = False
    for name, result in played.items():
        assert result["changed"] == checked[name]["changed"], name
    unchanged = {name for name in played if not played[name]["changed"]}
    assert unchanged == {"workspaces", "held", "used", "enabled"}
