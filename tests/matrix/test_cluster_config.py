# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role cluster_config refuses what it cannot work with, and alarms on nothing else than drift.

Its playbooks run in test_guide.py."""

from __future__ import annotations

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.roles import refusals

pytestmark = pytest.mark.needs("journal")
ROLE = "determined_ai.determined.cluster_config"
MEMBER = "{version: 1, groups: {vision: {members: [nobody]}}}"


def test_what_cannot_work_is_refused_before_anything_is_written(runner, tmp_path):
    document = tmp_path / "cluster.yml"
    document.write_text(MEMBER)
    src = {"cluster_config_src": str(document)}
    cases = [
        ({}, "cluster_config_src: is required."),
        ({"cluster_config_mode": "export"}, "cluster_config_dest: is required."),
        ({"cluster_config_scr": "a"}, "The nearest is cluster_config_src."),
        ({"cluster_config_src": str(tmp_path / "none.yml")}, "cluster_config_src"),
        ({**src, "cluster_config_only": []}, "cluster_config_only"),
        ({**src, "cluster_config_mode": "apply", "cluster_config_against": str(document)}, "goes with mode=plan"),
        ({**src, "cluster_config_mode": "restore_drill"}, "could not be rebuilt"),
    ]
    with emulated() as place:
        refusals(runner, place, ROLE, {}, cases)


def test_what_the_document_has_not_applied_yet_raises_no_alarm(runner, tmp_path):
    document = tmp_path / "cluster.yml"
    document.write_text("{version: 1, stack: s, groups: {vision: {}}}")
    steps = [
        {"name": "Role", "ansible.builtin.include_role": {"name": ROLE}},
        {"name": "Show", "ansible.builtin.debug": {"var": "cluster_config_result"}, "register": "shown"},
    ]
    variables = {"cluster_config_src": str(document), "cluster_config_mode": "drift", "cluster_config_alarm_on": "any"}
    with emulated() as place:
        played = runner.play(place, steps, variables=variables)
    drift = played.results["shown"]["cluster_config_result"]["drift"]
    assert drift["pending"] == [{"address": "groups/vision"}]
