#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_resource_pool_info
short_description: Read the resource pools of a Determined cluster
version_added: 0.1.0
description:
  - Returns the pools with their slots, used and available, and the way that priorities go.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  names:
    description: Only these, and all of them must be there.
    type: list
    elements: str
    aliases: [name]
  bindings:
    description: Return the ids of the workspaces that each pool is kept for too, at the cost of a request a pool.
    type: bool
    default: false
  stats:
    description: Return also how long jobs have waited on the average, by day.
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_agent_info
  - module: determined_ai.determined.det_job_info
"""

EXAMPLES = r"""
- name: Read the pools
  determined_ai.determined.det_resource_pool_info:
    bindings: true
  register: found

- name: Which have free slots, for everybody
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.slots_available - item.slots_used }}"
  loop: "{{ found.resource_pools | rejectattr('workspace_ids') }}"
  loop_control: {label: "{{ item.name }}"}
"""

RETURN = r"""
resource_pools:
  description:
    - The pools in the order of the master's configuration, as it shows them.
    - C(lower_number_first) tells whether a smaller priority goes first.
      C(slots_available) counts slots that are on or in use, so both a free and a busy one.
    - With O(bindings) each has C(workspace_ids), empty for a pool that is open to all, and with O(stats)
      C(queued_seconds).
  returned: success
  type: list
  elements: dict
  sample:
    [{"name": "default", "type": "RESOURCE_POOL_TYPE_STATIC", "num_agents": 2, "slots_available": 12, "slots_used": 4,
      "slot_type": "TYPE_CUDA", "scheduler_type": "SCHEDULER_TYPE_PRIORITY", "default_compute_pool": true,
      "default_aux_pool": true, "aux_container_capacity": 200, "aux_containers_running": 1,
      "stats": {"queued_count": 0, "scheduled_count": 1}, "lower_number_first": true, "default_priority": 42}]
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.queue_rows import gather_pools
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec

SPEC = CONNECTION + Spec(
    {
        "names": {"type": "list", "elements": "str", "aliases": ["name"]},
        "bindings": {"type": "bool", "default": False},
        "stats": {"type": "bool", "default": False},
    },
    objects=("names",),
)


def work(call):
    return gather_pools(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
