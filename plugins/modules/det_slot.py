#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_slot
short_description: Drain, disable or enable single slots of an agent of a Determined cluster
version_added: 1.0.0
description:
  - Takes a broken GPU out of service while the other GPUs of its machine stay in use.
  - The change is not permanent. The master enables all slots when the master restarts, when the agent was disconnected
    for long, and when the agent is enabled.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.guard
  - determined_ai.determined.wait
options:
  agent:
    description: Id of the agent.
    type: str
    required: true
  slots:
    description: Numbers of slots. The default is all slots of the agent. An empty list selects none. Null is refused.
    type: list
    elements: int
    aliases: [slot]
  state:
    description:
      - V(drained) lets running tasks finish. With O(wait) the module returns when they have ended. A disabled slot
        counts as drained.
      - V(disabled) is refused for a slot that is in use, unless O(kill) is set.
    type: str
    choices: [enabled, drained, disabled]
    required: true
  kill:
    description:
      - With V(disabled), kill the task that uses the slot, on all its slots. Experiments return to the queue.
    type: bool
    default: false
  wait:
    description: Whether to wait until nothing runs on the disabled or drained slots.
  wait_timeout:
    description: Seconds to wait at most. After a time-out the slots stay disabled or drained.
  max_changes:
    description: The default with O(kill) is 100.
seealso:
  - module: determined_ai.determined.det_agent
"""

EXAMPLES = r"""
- name: A GPU has errors, so nothing new shall run there
  determined_ai.determined.det_slot:
    agent: agent-1
    slot: 3
    state: drained
    wait: false

- name: Turn two off, whatever runs there
  determined_ai.determined.det_slot:
    agent: agent-1
    slots: [2, 3]
    state: disabled
    kill: true

- name: All slots are fine again
  determined_ai.determined.det_slot:
    agent: agent-1
    state: enabled
"""

RETURN = r"""
slots:
  description: The slots that were changed, in check mode those that would be, with their tasks as they were before.
  returned: unless O(details) is V(false)
  type: list
  elements: dict
  contains:
    # columns of slot
    id:
      description: The agent's id and the slot's number.
      type: str
      returned: always
      sample: "agent-1/3"
    agent_id:
      description: Id of the agent.
      type: str
      returned: always
      sample: "agent-1"
    slot:
      description: Number of the slot.
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
    - What still runs on the slots that are off, also on those that were off before; in check mode what runs now. Empty
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
  description: The slots that were changed, each as agent/number.
  returned: always
  type: list
  elements: str
skipped_items:
  description: What was changed by somebody else after the plan was made, with the reason.
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
  description: The slots that could not be changed, with id, act and error.
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
  description: How many slots were meant.
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

from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.agents import change_slots
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
            "agent": {"type": "str", "required": True},
            "slots": {"type": "list", "elements": "int", "aliases": ["slot"]},
        },
        objects=("slots",),
    )
)


def work(call):
    return change_slots(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
