# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which object a message is about."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.config_policy import CONFIG_POLICY
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.group import GROUP
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.role_assignment import ROLE_ASSIGNMENT
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.user_setting import USER_SETTING
from ansible_collections.determined_ai.determined.plugins.module_utils.model.plan import Plan, Wanted
from ansible_collections.determined_ai.determined.plugins.module_utils.store.send import name_with_place

VISION, NTSC = {"id": 7, "name": "vision"}, {"workload_type": "NTSC"}


@pytest.mark.parametrize(
    ("kind", "wanted", "name"),
    [
        (GROUP, Wanted(), "group 'g' (id 4)"),
        (ROLE_ASSIGNMENT, Wanted(scope={}), "role assignment of the whole cluster"),
        (ROLE_ASSIGNMENT, Wanted(scope=VISION), "role assignment of workspace 'vision' (id 7)"),
        (CONFIG_POLICY, Wanted(scope=VISION, keys=NTSC), "config policy NTSC of workspace 'vision' (id 7)"),
        (USER_SETTING, Wanted(keys={"path": "p/q", "key": "k"}), "user setting p/q k"),
        (CONFIG_POLICY, Wanted(scope={}, keys=NTSC), "config policy NTSC of the whole cluster"),
    ],
)
def test_what_has_no_name_is_told_by_its_place(kind, wanted, name):
    row = {"id": 4, "name": "g"} if kind.key else {}
    assert name_with_place(Plan(kind, wanted=wanted), row) == name
