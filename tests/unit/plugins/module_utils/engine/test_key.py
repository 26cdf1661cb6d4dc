# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The name that an object shall have."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.ensure import Target
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.workspace import WORKSPACE


def target(**given):
    params = {**dict.fromkeys(WORKSPACE.options()), "state": "present", **given}
    return Target(Call(params, set(given), False, lambda *_open: None), WORKSPACE)


@pytest.mark.parametrize(
    ("given", "values"),
    [
        ({}, {}),
        ({"id": 7}, {}),
        ({"name": "a"}, {"name": "a"}),
        ({"name": None, "id": 7}, {}),
        ({"name": "a", "new_name": None}, {"name": "a"}),
        ({"name": "a", "new_name": "b"}, {"name": "b"}),
        ({"id": 7, "new_name": "b"}, {"name": "b"}),
        ({"name": "a", "pinned": False}, {"name": "a", "pinned": False}),
        ({"name": "a", "default_aux_pool": None}, {"name": "a", "default_aux_pool": None}),
    ],
)
def test_what_is_wanted(given, values):
    assert target(**given).values == values


@pytest.mark.parametrize(
    ("given", "option"),
    [({"name": ""}, "name"), ({"name": " \t"}, "name"), ({"name": "a", "new_name": ""}, "new_name"),
     ({"id": 7, "new_name": " "}, "new_name")],
)  # fmt: skip
def test_a_name_that_came_out_empty(given, option):
    with pytest.raises(BadOption, match=rf"^{option} .*is empty") as caught:
        target(**given)
    assert (caught.value.facts["option"], caught.value.hint) == (option, "Give the name of the workspace.")
