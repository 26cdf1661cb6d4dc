# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What config policies fix and refuse: the cluster's win over a workspace's."""

from __future__ import annotations

import pytest

from emulator.areas import config_policies
from emulator.call import Call
from emulator.errors import ApiError
from emulator.master import Master, Options


@pytest.fixture
def call() -> Call:
    master = Master(Options())
    return Call(master, master.db.row("select * from users where username = 'admin'"), None)


def put(call: Call, text: str, *, kind: str = "EXPERIMENT", workspace: int | None = 1) -> dict:
    place = {} if workspace is None else {"workspaceId": workspace}
    return config_policies.put(call, {"workloadType": kind, "configPolicies": text, **place})["configPolicies"]


def test_fixed_parts_go_over_what_is_given(call):
    put(call, "invariant_config: {description: here, resources: {priority: 7}}")
    put(call, "invariant_config: {description: everywhere}", workspace=None)
    given = {"name": "x", "description": "mine", "resources": {"slots_per_trial": 2}}
    assert config_policies.with_fixed(call.db, 1, given) == {
        "name": "x",
        "description": "everywhere",
        "resources": {"slots_per_trial": 2, "priority": 7},
    }
    assert config_policies.with_fixed(call.db, 2, given)["resources"] == {"slots_per_trial": 2}


@pytest.mark.parametrize(
    ("resources", "refused"),
    [
        ({"slots_per_trial": 4}, None),
        ({"slots_per_trial": 5}, "requested resources.slots [5] exceeds limit set by admin [4]"),
        ({"max_slots": 5}, "requested resources.max_slots [5]"),
        ({"priority": 10}, None),
        ({"priority": 9}, "requested priority [9] exceeds limit set by admin [10]"),
        ({}, None),
    ],
)
def test_constraints_refuse(call, resources, refused):
    put(call, "constraints: {resources: {max_slots: 8}, priority_limit: 10}")
    put(call, "constraints: {resources: {max_slots: 4}}", workspace=None)
    found = config_policies.violation(call.db, 1, "EXPERIMENT", resources)
    assert found is None if refused is None else found.startswith(refused)


def test_priority_in_the_queue(call):
    put(call, "constraints: {priority_limit: 10}", kind="NTSC")
    assert config_policies.priority_refusal(call.db, 1, "NTSC", 10) is None
    assert config_policies.priority_refusal(call.db, 1, "NTSC", 9) is not None
    assert config_policies.priority_refusal(call.db, 2, "NTSC", 9) is None
    put(call, "invariant_config: {resources: {priority: 50}}", workspace=None)
    assert config_policies.priority_refusal(call.db, 1, "EXPERIMENT", 50) is None
    assert "cannot be modified" in config_policies.priority_refusal(call.db, 1, "EXPERIMENT", 51)


def test_what_contradicts_the_constraints_of_the_cluster_is_refused(call):
    put(call, "constraints: {resources: {max_slots: 4}}", workspace=None)
    with pytest.raises(ApiError, match="workspace invariant_config conflicts with global constraints"):
        put(call, "invariant_config: {resources: {slots_per_trial: 5}}")
    put(call, "constraints: {resources: {max_slots: 8}}")


def test_parts_that_are_null_or_empty_are_kept_apart(call):
    for text, kept in (
        ("{}", {}),
        ("{invariant_config: null, constraints: {}}", {"invariant_config": None, "constraints": {}}),
    ):
        assert put(call, text) == kept
        assert config_policies.get(call, {"workloadType": "EXPERIMENT", "workspaceId": 1}) == {"configPolicies": kept}
    config_policies.delete(call, {"workloadType": "EXPERIMENT", "workspaceId": 1})
    assert config_policies.get(call, {"workloadType": "EXPERIMENT", "workspaceId": 1}) == {"configPolicies": {}}


@pytest.mark.parametrize("text", ["[]", "5", "constraints: 5", "invariant_config: {resources: {slots: 1}}", "a: ["])
def test_what_is_no_policy_is_a_bad_request(call, text):
    with pytest.raises(ApiError) as raised:
        put(call, text)
    assert raised.value.status == 400
