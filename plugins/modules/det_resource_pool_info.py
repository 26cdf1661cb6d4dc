#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_resource_pool_info
short_description: Read the resource pools of a Determined cluster
version_added: 1.0.0
description:
  - Returns the pools with their slots, used and available, and the way that priorities go. On request also which
    workspaces each pool is kept for, or only the pools that one workspace may use.
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
  workspace:
    description:
      - Name of a workspace. Return only the pools that it may use, which are those bound to it and those bound to none.
        Exclusive with O(workspace_id).
    type: str
  workspace_id:
    description: Id of such a workspace.
    type: int
  bindings:
    description: Return the workspaces that each pool is kept for too, at the cost of a request a pool.
    type: bool
    default: false
  stats:
    description: Return also how long jobs have waited on the average, by day.
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_resource_pool_binding
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

- name: Read the pools that one workspace may use
  determined_ai.determined.det_resource_pool_info:
    workspace: vision
"""

RETURN = r"""
resource_pools:
  description: The pools in the order of the master's configuration.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of cluster.pool_rows.POOL
    name:
      description: Name.
      type: str
      returned: always
      sample: "default"
    description:
      description: Description.
      type: str
      returned: always
      sample: "The machines in the cellar"
    type:
      description: How it gets its agents, such as STATIC or AWS; K8S on Kubernetes.
      type: str
      returned: always
      sample: "STATIC"
    location:
      description: Where it is.
      type: str
      returned: always
      sample: "on-prem"
    cluster_name:
      description: Name of the resource manager that it is of.
      type: str
      returned: always
      sample: "default"
    agent_count:
      description: Number of its agents.
      type: int
      returned: always
      sample: 2
    min_agents:
      description: The fewest agents that it keeps.
      type: int
      returned: always
      sample: 0
    max_agents:
      description: The most agents that it may have; 0 where the master makes none.
      type: int
      returned: always
      sample: 0
    slots_available:
      description: Number of the slots that are on or in use, so both a free and a busy one.
      type: int
      returned: always
      sample: 12
    slots_used:
      description: Number of the slots that are held.
      type: int
      returned: always
      sample: 4
    slot_type:
      description: CPU, CUDA or ROCM; UNSPECIFIED without slots.
      type: str
      returned: always
      sample: "CUDA"
    accelerator:
      description: The accelerator that the master's configuration names.
      type: str
      returned: always
      sample: "A100"
    aux_container_capacity:
      description: Number of the tasks without slots that it can run.
      type: int
      returned: always
      sample: 200
    aux_containers_running:
      description: Number of those that run.
      type: int
      returned: always
      sample: 1
    default_compute_pool:
      description: Whether tasks with slots go there unless told.
      type: bool
      returned: always
      sample: true
    default_aux_pool:
      description: Whether tasks without slots go there unless told.
      type: bool
      returned: always
      sample: true
    preemptible:
      description: Whether its agents may be taken away.
      type: bool
      returned: always
      sample: false
    scheduler_type:
      description: Scheduler, such as PRIORITY, FAIR_SHARE or KUBERNETES.
      type: str
      returned: always
      sample: "PRIORITY"
    fitting_policy:
      description: BEST or WORST, for agents that fit better or worse.
      type: str
      returned: always
      sample: "BEST"
    lower_number_first:
      description: Whether a smaller priority goes first.
      type: bool
      returned: always
      sample: true
    default_priority:
      description: Priority of a job that says nothing of it.
      type: int
      returned: always
      sample: 42
    queued_count:
      description: Number of the jobs that wait.
      type: int
      returned: always
      sample: 3
    scheduled_count:
      description: Number of the jobs that run.
      type: int
      returned: always
      sample: 12
    workspaces:
      description: Names of the workspaces that it is kept for, in order; empty where it is open to all.
      type: list
      elements: str
      returned: with O(bindings)
      sample: ["vision"]
    workspace_ids:
      description: Their ids, in order.
      type: list
      elements: int
      returned: with O(bindings)
      sample: [7]
    queued_seconds:
      description: The average wait of the jobs of each day.
      type: list
      elements: dict
      returned: with O(stats)
      contains:
        period_start:
          description: The day.
          type: str
          returned: always
          sample: "2026-01-31"
        seconds:
          description: How long jobs waited on the average.
          type: float
          returned: always
          sample: 4.54
    url:
      description: Address of its page in the web UI.
      type: str
      returned: always
      sample: "https://det.example.org/det/resourcepool/7"
    # end of columns
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.pool_rows import USER, gather_pools
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.kind_spec import scope_spec
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec

SPEC = (
    CONNECTION
    + scope_spec(USER)
    + Spec(
        {
            "names": {"type": "list", "elements": "str", "aliases": ["name"]},
            "bindings": {"type": "bool", "default": False},
            "stats": {"type": "bool", "default": False},
        },
        narrows=("workspace", "workspace_id"),
        objects=("names",),
    )
)


def work(call):
    return gather_pools(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
