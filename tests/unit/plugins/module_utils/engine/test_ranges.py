# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that no module takes."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.ranges import RANGES, check_ranges
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption

OPTIONS = {
    "name": {"type": "str"},
    "metadata": {"type": "dict"},
    "select": {"type": "dict", "options": {"limit": {"type": "int"}}},
    **{name: {"type": "float"} for name in RANGES},
}


FROM_ZERO = {
    "confirm_above", "end_batches", "gid", "head", "log_lines", "lower", "max_changes", "max_slots", "min_size",
    "raise", "retry_time", "save_experiment_best", "save_trial_best", "save_trial_latest", "slots",
    "start_batches", "tail", "uid", "wait_timeout", "weight",
}  # fmt: skip
FROM_ONE = {
    "attempts", "chunk_size", "limit", "max_datapoints", "page_size",
}  # fmt: skip
OTHERS = {"connections": (1, 32), "log_retention_days": (-1, 32767), "priority": (1, 99), "timeout": (0.001, None)}


def test_ranges():
    """0 is a value where it means none of something, and none where nothing could come of it."""
    expected = {**dict.fromkeys(FROM_ZERO, (0, None)), **dict.fromkeys(FROM_ONE, (1, None)), **OTHERS}
    assert expected == RANGES


@pytest.mark.parametrize("name", sorted(RANGES))
def test_ends_of_a_range(name):
    least, most = RANGES[name]
    check_ranges(OPTIONS, {name: least})
    with pytest.raises(BadOption, match=f"{name} .*must be"):
        check_ranges(OPTIONS, {name: least - 1})
    if most is not None:
        check_ranges(OPTIONS, {name: most})
        with pytest.raises(BadOption, match="between"):
            check_ranges(OPTIONS, {name: most + 1})


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"select": {"limit": 0}}, r"select\.limit \(0\): must be 1 or more"),
        ({"name": " "}, "name .*must not be empty"),
    ],
)
def test_refused(params, text):
    with pytest.raises(BadOption, match=text):
        check_ranges(OPTIONS, params)


@pytest.mark.parametrize(
    "params",
    [{"name": None}, {"select": None}, {"select": {"limit": None}}, {"metadata": {"name": "", "limit": -1}}],
)
def test_what_is_left_out_and_what_is_the_users_own_is_not_looked_at(params):
    check_ranges(OPTIONS, params)


def test_an_alias_is_no_option_of_its_own():
    check_ranges({"ids": {"type": "list", "aliases": ["id"]}}, {"ids": [1], "id": [1]})
