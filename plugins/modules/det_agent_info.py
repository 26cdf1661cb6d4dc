#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_agent_info
short_description: Read the agents of a Determined cluster
version_added: 0.1.0
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
  description:
    - The agents, by id. C(slots_free) are those that would take a task now, so none of an agent that is off.
    - With O(slots) each has C(slot_details) too.
  returned: success
  type: list
  elements: dict
  sample:
    [{"id": "agent-1", "state": "enabled", "enabled": true, "draining": false, "pools": ["default"],
      "version": "0.38.1", "addresses": ["10.0.0.7"], "registered_time": "2026-01-31T12:00:00.792Z",
      "slot_type": "TYPE_CUDA", "slots": 4, "slots_used": 2, "slots_free": 2, "slots_disabled": 0,
      "tasks": [{"id": "3b4816c9-d684-4002-9731-da0d787bd095", "name": "Notebook (exploring)", "slots": 2,
                 "containers": ["a9d5cf7b-53e9-4675-8934-6a95d50451e3"]}]}]
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
