#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_task_info
short_description: Read the tasks of a Determined cluster
version_added: 1.0.0
description:
  - Returns what waits or runs, of all kinds and of all users, with its owner, its agents and its containers.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
  - determined_ai.determined.tasks
options:
  kinds:
    description: Kinds of tasks to return. The default is all.
    type: list
    elements: str
    choices: [command, notebook, shell, tensorboard, trial, generic, checkpoint_gc]
    default: [command, notebook, shell, tensorboard, trial, generic, checkpoint_gc]
  ids:
    description: Only tasks with these ids.
    type: list
    elements: str
  agents:
    description: Only tasks with a container on one of these agents, including tasks without slots.
    type: list
    elements: str
  older_than:
    description: Only tasks that were started before this age, such as V(7d), or time.
    type: str
  ended:
    description: Also commands, notebooks, shells and TensorBoards that have ended. The master lists them for a day.
    type: bool
    default: false
  allocations:
    description: Also read the allocations of each task, with one request for each task.
    type: bool
    default: false
  accelerators:
    description: Also read which GPUs each task has or had, with one request for each task.
    type: bool
    default: false
  count:
    description:
      - Return no tasks, but how many commands, notebooks, shells and TensorBoards of all users run. The master tells
        this in one small answer. Tasks that the user may not see are counted too. Cannot be combined with other
        conditions.
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_task_cull
"""

EXAMPLES = r"""
- name: Who holds what
  determined_ai.determined.det_task_info:
    kinds: [notebook, shell]
    older_than: 1d
  register: found

- name: Show it
  ansible.builtin.debug:
    msg: "{{ item.owner }} has {{ item.slots }} slots on {{ item.agents | join(', ') }}: {{ item.name }}"
  loop: "{{ found.tasks }}"
  loop_control: {label: "{{ item.id }}"}

- name: Count the running tasks, for a chart or an alarm
  determined_ai.determined.det_task_info:
    count: true
  register: running

- name: Show the number of notebooks
  ansible.builtin.debug:
    msg: "{{ running.counts.notebook }} notebooks run"

- name: What still runs on an agent
  determined_ai.determined.det_task_info:
    agents: [agent-1]
"""

RETURN = r"""
tasks:
  description: The tasks, the oldest first.
  returned: unless O(count)
  type: list
  elements: dict
  contains:
    # columns of tasks.task_columns.TASK_TOLD
    id:
      description: Id.
      type: str
      returned: always
      sample: "3b4816c9-d684-4002-9731-da0d787bd095"
    kind:
      description: command, notebook, shell, tensorboard, trial, generic or checkpoint_gc.
      type: str
      returned: always
      sample: "notebook"
    name:
      description: Name, that of a notebook and the like its description.
      type: str
      returned: always
      sample: "exploring"
    state:
      description:
        - State. For trials, generic tasks and checkpoint clean-ups it is known only whether they have a container
          yet, so theirs is RUNNING or QUEUED.
      type: str
      returned: always
      sample: "RUNNING"
    owner:
      description: Name of its owner; null for a generic task and a checkpoint clean-up, of which nothing tells it.
      type: str
      returned: always
      sample: "ana"
    owner_id:
      description: Id of its owner; null where the name is.
      type: int
      returned: always
      sample: 3
    workspace_id:
      description: Id of its workspace; null where the owner is.
      type: int
      returned: always
      sample: 7
    resource_pool:
      description: Resource pool.
      type: str
      returned: always
      sample: "default"
    slots:
      description: Number of the slots that it asks for.
      type: int
      returned: always
      sample: 2
    priority:
      description: Priority; null of one that has ended.
      type: int
      returned: always
      sample: 42
    agents:
      description: Ids of the agents that it runs on.
      type: list
      elements: str
      returned: always
      sample: ["agent-1"]
    containers:
      description: Ids of its containers.
      type: list
      elements: str
      returned: always
      sample: ["a9d5cf7b-53e9-4675-8934-6a95d50451e3"]
    start_time:
      description: When it was started.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00.792Z"
    experiment_id:
      description: Id of its experiment; null where it is of none.
      type: int
      returned: always
      sample: 16
    exit_status:
      description: How it ended, in the master's words; empty before its end.
      type: str
      returned: always
      sample: ""
    url:
      description:
        - Address of the page of its logs in the web UI, or of that of its experiment; null of a generic task.
      type: str
      returned: always
      sample: "https://det.example.org/det/experiments/7"
    accelerators:
      description: The GPUs that its containers had, the newest allocation first; empty where none was told.
      type: list
      elements: dict
      returned: with O(accelerators)
      contains:
        allocation_id:
          description: Id of the allocation.
          type: str
          returned: always
          sample: "3b4816c9-d684-4002-9731-da0d787bd095.1"
        container_id:
          description: Id of the container.
          type: str
          returned: always
          sample: "a9d5cf7b-53e9-4675-8934-6a95d50451e3"
        node:
          description: Name of the machine.
          type: str
          returned: always
          sample: "node07"
        type:
          description: What it is.
          type: str
          returned: always
          sample: "NVIDIA A100"
        uuids:
          description: Uuids of the accelerators.
          type: list
          elements: str
          returned: always
          sample: ["GPU-6d1d8f2c"]
    allocations:
      description: Its allocations, the newest first.
      type: list
      elements: dict
      returned: with O(allocations)
      contains:
        id:
          description: Id.
          type: str
          returned: always
          sample: "3b4816c9-d684-4002-9731-da0d787bd095.1"
        state:
          description: QUEUED, WAITING, PULLING, STARTING, RUNNING, TERMINATING or TERMINATED.
          type: str
          returned: always
          sample: "RUNNING"
        ready:
          description: Whether it has said that it is ready.
          type: bool
          returned: always
          sample: true
        slots:
          description: Number of the slots that it holds.
          type: int
          returned: always
          sample: 2
        start_time:
          description: When it was started.
          type: str
          returned: always
          sample: "2026-01-31T12:00:00.792Z"
        end_time:
          description: When it ended; null before its end.
          type: str
          returned: always
          sample: "2026-01-31T12:00:00.792Z"
    # end of columns
containers:
  description: The id of the task of each container, for what a metric is known of.
  returned: unless O(count)
  type: dict
  sample: {"a9d5cf7b-53e9-4675-8934-6a95d50451e3": "3b4816c9-d684-4002-9731-da0d787bd095"}
missing_ids:
  description: Those of O(ids) that are of no task that is listed and meets the other conditions.
  returned: with ids
  type: list
  elements: str
  sample: []
slots:
  description: The slots that those with a container hold.
  returned: unless O(count)
  type: int
counts:
  description: How many tasks of each kind run.
  returned: with O(count)
  type: dict
  sample: {"command": 3, "notebook": 12, "shell": 0, "tensorboard": 4}
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.tasks.task_info import gather_tasks
from ansible_collections.determined_ai.determined.plugins.module_utils.tasks.task_rows import ALL_KINDS, FILTERS

SPEC = (
    CONNECTION
    + FILTERS
    + Spec(
        {
            "kinds": {"type": "list", "elements": "str", "choices": ALL_KINDS, "default": ALL_KINDS},
            "ids": {"type": "list", "elements": "str"},
            "agents": {"type": "list", "elements": "str"},
            "older_than": {"type": "str"},
            "ended": {"type": "bool", "default": False},
            "allocations": {"type": "bool", "default": False},
            "accelerators": {"type": "bool", "default": False},
            "count": {"type": "bool", "default": False},
        },
        narrows=("kinds", "agents", "older_than"),
        objects=("ids",),
    )
)


def work(call):
    return gather_tasks(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
