#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_agent
short_description: Drain, disable or enable agents of a Determined cluster, and wait until nothing runs there
version_added: 1.0.0
description:
  - A drained agent takes no new tasks, and running tasks may finish. A disabled agent runs nothing.
  - The module also waits for tasks without slots, such as most TensorBoards.
  - When the master restarts, or an agent stays disconnected, the master forgets that the agent was disabled. The agent
    comes back enabled. If this happens while the module waits, the task fails.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.guard
  - determined_ai.determined.wait
options:
  ids:
    description: Ids of agents. All must be connected, or nothing is done. An empty list selects no agents.
    type: list
    elements: str
    aliases: [id]
  pools:
    description: All agents in these resource pools.
    type: list
    elements: str
  all:
    description: All agents.
    type: bool
    default: false
  state:
    description:
      - V(drained) lets running tasks finish. With O(wait) the module returns when they have ended. A disabled agent
        counts as drained.
      - V(disabled) is refused for an agent with running tasks, unless O(kill) is set.
      - V(enabled) also enables all slots of the agent, including those that
        M(determined_ai.determined.det_slot) has disabled.
    type: str
    choices: [enabled, drained, disabled]
    required: true
  kill:
    description:
      - With V(disabled), kill all tasks on the agents. Experiments return to the queue and run elsewhere or later.
        Commands, notebooks, shells and TensorBoards end.
    type: bool
    default: false
  wait_connected:
    description:
      - Wait for agents of O(ids) that are not connected, for example after the restart of a machine, instead of
        failing. Check mode skips these agents.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until nothing runs on the disabled or drained agents, and until missing agents are connected.
  wait_timeout:
    description: Seconds to wait at most. After a time-out the agents stay disabled or drained.
  max_changes:
    description: The default with O(kill) is 100.
seealso:
  - module: determined_ai.determined.det_agent_info
  - module: determined_ai.determined.det_slot
"""

EXAMPLES = r"""
- name: See what runs in a pool, and would have to end
  determined_ai.determined.det_agent:
    pools: [default]
    state: drained
  check_mode: true
  register: plan

- name: Turn all of it off at once
  determined_ai.determined.det_agent:
    pools: [default]
    state: disabled
    kill: true

- name: Take a node out of work, and wait up to four hours for what runs there
  determined_ai.determined.det_agent:
    id: agent-1
    state: drained
    wait_timeout: 14400

- name: Back to work after its restart
  determined_ai.determined.det_agent:
    id: agent-1
    state: enabled
    wait_connected: true
    wait_timeout: 600

- name: Turn everything on
  determined_ai.determined.det_agent:
    all: true
    state: enabled
"""

RETURN = r"""
agents:
  description:
    - The agents that were changed, in check mode those that would be, with their tasks as they were before.
  returned: unless O(details) is V(false)
  type: list
  elements: dict
  contains:
    # columns of agent
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
    # end of columns
    # columns of engine.bulk_rows.CHANGED
    acts:
      description: What was done to it, in order; in check mode what would be.
      type: list
      elements: str
      returned: always
      sample: ["archived"]
    before:
      description: The properties that change, before the change.
      type: dict
      returned: unless the requested state says all
      sample: {"priority": 42}
    after:
      description: The same properties after the change.
      type: dict
      returned: unless the requested state says all
      sample: {"priority": 10}
    # end of columns
running:
  description:
    - What still runs on the agents that are off, also on those that were off before; in check mode what runs now. Empty
      after the wait, and for the state V(enabled).
  returned: success, and when the wait timed out
  type: list
  elements: dict
  contains:
    # columns of kinds.agent.LEFT
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
    place:
      description: The agent, or the slot as agent/number, that it runs on.
      type: str
      returned: always
      sample: "agent-1"
    # end of columns
changed_ids:
  description: Ids of the agents that were changed.
  returned: always
  type: list
  elements: str
skipped_items:
  description: In check mode the agents that are not there and would be waited for.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of engine.bulk_rows.SKIPPED
    id:
      description: Id, a number or a text as that of the others.
      type: raw
      returned: always
      sample: 16
    name:
      description: Name; null where it has none.
      type: str
      returned: always
      sample: "detr_coco"
    owner:
      description: Name of its owner; null where it has none.
      type: str
      returned: always
      sample: "ana"
    url:
      description: Address of its page in the web UI; null where it has none.
      type: str
      returned: always
      sample: "https://det.example.org/det/experiments/16"
    reason:
      description: Why it was left alone.
      type: str
      returned: always
      sample: "it has not ended (RUNNING)"
    # end of columns
failed_items:
  description: The agents that could not be changed, with id, act and error.
  returned: always
  type: list
  elements: dict
  contains:
    # columns of engine.bulk_rows.FAILED
    id:
      description: Id, a number or a text as that of the others.
      type: raw
      returned: always
      sample: 16
    name:
      description: Name; null where it has none.
      type: str
      returned: always
      sample: "detr_coco"
    owner:
      description: Name of its owner; null where it has none.
      type: str
      returned: always
      sample: "ana"
    url:
      description: Address of its page in the web UI; null where it has none.
      type: str
      returned: always
      sample: "https://det.example.org/det/experiments/16"
    act:
      description: What could not be done to it.
      type: str
      returned: always
      sample: "archived"
    error:
      description: Why not.
      type: str
      returned: always
      sample: "the user may not do that"
    # end of columns
matched:
  description: How many agents were meant.
  returned: success
  type: int
unchanged:
  description: How many of them were as wanted.
  returned: success
  type: int
plan_digest:
  description: Stands for just this plan, for O(confirm).
  returned: success
  type: str
  sample: 5d41402abc4b2a76
refused:
  description:
    - What would make a run for real fail before its first write, such as O(max_changes). Check mode warns of it, and
      shows the whole plan.
  returned: in check mode, where a brake would stop the run
  type: str
  sample: 120 experiments would be changed, and max_changes is 100.
requests:
  description: What was sent to change something, in check mode what would be.
  returned: always
  type: list
  elements: str
diff:
  description: The states before and after.
  returned: when diff mode is on
  type: dict
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.agents import change_agents
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.availability import AVAILABILITY
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.guard import GUARD
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.many import MANY
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, WAIT, Spec

SPEC = (
    CONNECTION
    + WAIT
    + GUARD
    + MANY
    + AVAILABILITY
    + Spec(
        {
            "ids": {"type": "list", "elements": "str", "aliases": ["id"]},
            "pools": {"type": "list", "elements": "str"},
            "all": {"type": "bool", "default": False},
            "wait_connected": {"type": "bool", "default": False},
        },
        mutually_exclusive=(("ids", "pools"),),
        narrows=("pools",),
        objects=("ids",),
    )
)


def work(call):
    return change_agents(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
