# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One config over another, field by field; the recording config-merge shows the whole of it."""

from __future__ import annotations

import pytest

from emulator.errors import ApiError
from emulator.merging import merged


@pytest.mark.parametrize(
    ("over", "base", "result"),
    [
        ({"a": 1}, {"a": 2, "b": 3}, {"a": 1, "b": 3}),
        ({"a": None}, {"a": 2}, {"a": 2}),
        ({"labels": ["a", "b"]}, {"labels": ["b", "c"]}, {"labels": ["a", "b", "c"]}),
        (
            {"bind_mounts": [{"host_path": "/x", "container_path": "/m"}]},
            {"bind_mounts": [{"host_path": "/y", "container_path": "/m"}, {"host_path": "/z", "container_path": "/n"}]},
            {
                "bind_mounts": [
                    {"host_path": "/x", "container_path": "/m"},
                    {"host_path": "/z", "container_path": "/n"},
                ]
            },
        ),
        (
            {"environment": {"environment_variables": {"cpu": ["A=1"]}, "add_capabilities": ["X"]}},
            {"environment": {"environment_variables": {"cpu": ["B=1"], "cuda": ["C"]}, "add_capabilities": ["Y"]}},
            {
                "environment": {
                    "environment_variables": {"cpu": ["B=1", "A=1"], "cuda": ["C"]},
                    "add_capabilities": ["X"],
                }
            },
        ),
        (
            {"log_policies": [{"action": "x", "pattern": "p"}, {"name": "a", "pattern": "p"}]},
            {"log_policies": [{"action": "x", "pattern": "p"}, {"name": "b", "pattern": "p"}]},
            {
                "log_policies": [
                    {"action": "x", "pattern": "p"},
                    {"name": "a", "pattern": "p"},
                    {"name": "b", "pattern": "p"},
                ]
            },
        ),
        (
            {"min_validation_period": {"epochs": 1}},
            {"min_validation_period": {"batches": 5}},
            {"min_validation_period": {"epochs": 1}},
        ),
        (
            {"searcher": {"name": "single"}},
            {"searcher": {"name": "random", "metric": "loss", "max_trials": 3}},
            {"searcher": {"metric": "loss", "name": "single"}},
        ),
        (
            {"searcher": {"metric": "own"}},
            {"searcher": {"name": "random", "metric": "loss", "max_trials": 3}},
            {"searcher": {"metric": "own", "name": "random", "max_trials": 3}},
        ),
        (
            {"hyperparameters": {"lr": {"type": "const", "val": 1}, "n": {"x": {"type": "const", "val": 1}}}},
            {"hyperparameters": {"lr": {"type": "int", "minval": 1}, "n": {"y": {"type": "const", "val": 2}}}},
            {
                "hyperparameters": {
                    "lr": {"type": "const", "val": 1},
                    "n": {"x": {"type": "const", "val": 1}, "y": {"type": "const", "val": 2}},
                }
            },
        ),
    ],
)
def test_field_by_field(over, base, result):
    assert merged(over, base) == result


@pytest.mark.parametrize(
    ("over", "base", "types"),
    [
        ({"entrypoint": "a"}, {"entrypoint": ["b"]}, "[]interface {} into string"),
        ({"data": {"x": {"y": 5}}}, {"data": {"x": {"y": {}}}}, "map[string]interface {} into float64"),
    ],
)
def test_values_of_the_users_own_must_be_of_one_type(over, base, types):
    with pytest.raises(ApiError) as caught:
        merged(over, base)
    assert caught.value.text == f"type mismatch in merge; can't merge {types}"
