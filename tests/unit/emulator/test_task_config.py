# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Configs of interactive tasks: as strict as the master's decoder, filled in the same way."""

from __future__ import annotations

import re

import pytest

from emulator import task_config


@pytest.mark.parametrize(
    ("config", "error"),
    [
        ({"bogus": 1}, 'json: unknown field "bogus"'),
        ({"resources": {"bogus": 1}}, 'json: unknown field "bogus"'),
        (
            {"entrypoint": "x"},
            "json: cannot unmarshal string into Go struct field CommandConfig.entrypoint of type []string",
        ),
        (
            {"resources": {"slots": 1.5}},
            "json: cannot unmarshal number 1.5 into Go struct field ResourcesConfig.resources.slots of type int",
        ),
        ({"idle_timeout": "10x"}, 'error parsing duration: time: unknown unit "x" in duration "10x"'),
    ],
)
def test_wrong_config_is_refused_in_the_masters_words(config, error):
    with pytest.raises(ValueError, match=re.escape(error)) as refused:
        task_config.check(config)
    assert str(refused.value) == error


def test_layers_are_laid_over_the_defaults():
    filled = task_config.fill(
        {"environment": {"image": "template/image", "environment_variables": ["A=1"]}, "resources": {"slots": 2}},
        {"environment": {"environment_variables": {"cpu": ["B=2"]}}, "idle_timeout": "90m"},
    )
    assert filled["environment"]["image"]["cuda"] == "template/image"
    assert filled["environment"]["environment_variables"]["cpu"] == ["A=1", "B=2"]
    assert filled["resources"]["slots"] == 2
    assert filled["resources"]["priority"] == 42
    assert filled["idle_timeout"] == "1h30m0s"


def test_defaults_are_not_changed_by_use():
    task_config.fill({"environment": {"image": {"cpu": "mine"}}})
    assert task_config.fill()["environment"]["image"]["cpu"] != "mine"


def test_every_problem_of_a_filled_config_is_told():
    config = task_config.fill({"entrypoint": ["x"], "notebook_idle_type": "never", "resources": {"priority": 100}})
    problem = task_config.invalid(config)
    assert problem.startswith("Check Failed! 2 errors found:")
    assert "100 is not less than or equal to 99" in problem
