#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_agent_info
short_description: Read the agents of a Determined cluster
version_added: 1.0.0
description:
  - Returns the agents that are connected, with their slots and with what runs there, tasks without slots too.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  ids:
    description: Only these, and all of them must be there.
    type: list
    elements: str
    aliases: [id]
  pools:
    description: Only those in these resource pools.
    type: list
    elements: str
  states:
    description:
      - Only those in these states. A V(drained) agent runs nothing any more, a V(draining) one still does.
      - An agent that has just lost its connection looks like a draining or drained one for some 25 seconds, and then is
        not there any more.
    type: list
    elements: str
    choices: [enabled, draining, drained, disabled]
  slots:
    description: Return each slot with its device and its container too.
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_agent
  - module: determined_ai.determined.det_resource_pool_info
"""

EXAMPLES = r"""
- name: What is off
  determined_ai.determined.det_agent_info:
    states: [draining, drained, disabled]
  register: out_of_work

- name: Where eight slots are free
  determined_ai.determined.det_agent_info:
    pools: [default]
  register: found

- name: Show them
  ansible.builtin.debug:
    msg: "{{ found.agents | selectattr('slots_free', 'ge', 8) | map(attribute='id') }}"
"""

RETURN = r"""
agents:
  description: The agents, by id.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of kinds.agent.AGENT_WITH_SLOTS
    id:
      description: Id.
      type: str
      returned: always
      sample: "agent-1"
    state:
      description: One of enabled, draining, drained and disabled.
      type: str
      returned: always
      sample: "enabled"
    enabled:
      description: Whether it takes work.
      type: bool
      returned: always
      sample: true
    draining:
      description: Whether what runs there may go on to its end.
      type: bool
      returned: always
      sample: false
    resource_pools:
      description: Resource pools that it is in.
      type: list
      elements: str
      returned: always
      sample: ["default"]
    version:
      description: Release of the agent.
      type: str
      returned: always
      sample: "0.38.1"
    addresses:
      description: Its addresses.
      type: list
      elements: str
      returned: always
      sample: ["10.0.0.7"]
    registered_time:
      description: When it connected.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00.792Z"
    slot_type:
      description: CPU, CUDA or ROCM; null without slots.
      type: str
      returned: always
      sample: "CUDA"
    slots:
      description: Number of its slots.
      type: int
      returned: always
      sample: 4
    slots_used:
      description: Number of those that are held.
      type: int
      returned: always
      sample: 2
    slots_free:
      description: Number of those that would take a task now.
      type: int
      returned: always
      sample: 2
    slots_disabled:
      description: Number of those that are off.
      type: int
      returned: always
      sample: 0
    tasks:
      description: What runs there.
      type: list
      elements: dict
      returned: always
      contains:
        id:
          description: Id of the task; null where only its container is known.
          type: str
          returned: always
          sample: "3b4816c9-d684-4002-9731-da0d787bd095"
        name:
          description: Name of the task.
          type: str
          returned: always
          sample: "Notebook (exploring)"
        slots:
          description: Number of the slots that it holds.
          type: int
          returned: always
          sample: 2
        containers:
          description: Ids of its containers.
          type: list
          elements: str
          returned: always
          sample: ["a9d5cf7b-53e9-4675-8934-6a95d50451e3"]
    slot_details:
      description: Its slots, by number.
      type: list
      elements: dict
      returned: with O(slots)
      contains:
        id:
          description: Its number.
          type: int
          returned: always
          sample: 3
        state:
          description: One of enabled, draining, drained and disabled.
          type: str
          returned: always
          sample: "enabled"
        enabled:
          description: Whether it takes work.
          type: bool
          returned: always
          sample: true
        draining:
          description: Whether what runs there may go on to its end.
          type: bool
          returned: always
          sample: false
        device:
          description: What the slot is.
          type: dict
          returned: always
          contains:
            id:
              description: Number.
              type: int
              returned: always
              sample: 3
            brand:
              description: What it is.
              type: str
              returned: always
              sample: "NVIDIA A100"
            uuid:
              description: Its own id.
              type: str
              returned: always
              sample: "GPU-8dd3fd1a-4b5e-4a24-b0a6-8ab0ba79bca3"
            type:
              description: CPU, CUDA or ROCM.
              type: str
              returned: always
              sample: "CUDA"
        container_id:
          description: The container that holds the slot; null where none does.
          type: str
          returned: always
          sample: "a9d5cf7b-53e9-4675-8934-6a95d50451e3"
    # end of columns
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.agent_rows import gather_agents
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec

SPEC = CONNECTION + Spec(
    {
        "ids": {"type": "list", "elements": "str", "aliases": ["id"]},
        "pools": {"type": "list", "elements": "str"},
        "states": {"type": "list", "elements": "str", "choices": ["enabled", "draining", "drained", "disabled"]},
        "slots": {"type": "bool", "default": False},
    },
    narrows=("pools", "states"),
    objects=("ids",),
)


def work(call):
    return gather_agents(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
