#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_task_info
short_description: Read the tasks of a Determined cluster
version_added: 0.1.0
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
    description: Kinds of tasks. All when left out.
    type: list
    elements: str
    choices: [command, notebook, shell, tensorboard, trial, generic, checkpoint_gc]
    default: [command, notebook, shell, tensorboard, trial, generic, checkpoint_gc]
  ids:
    description: Only these.
    type: list
    elements: str
  agents:
    description: Only tasks with a container on one of these agents. Tasks without slots are among them.
    type: list
    elements: str
  older_than:
    description: Only tasks that were started before that, an age such as V(7d), or a time.
    type: str
  ended:
    description: Also commands, notebooks, shells and TensorBoards that have ended. The master lists them for a day.
    type: bool
    default: false
  allocations:
    description: Read the allocations of each task too, at the cost of a request a task.
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

- name: What still runs on an agent
  determined_ai.determined.det_task_info:
    agents: [agent-1]
"""

RETURN = r"""
tasks:
  description:
    - The tasks, the oldest first. Nothing tells whose a generic task or a checkpoint clean-up is.
    - For trials and other tasks of experiments it is known only whether they have a container yet, so their state is
      C(STATE_RUNNING) or C(STATE_QUEUED).
  returned: success
  type: list
  elements: dict
  sample:
    [{"id": "3b4816c9-d684-4002-9731-da0d787bd095", "kind": "notebook", "name": "exploring", "state": "STATE_RUNNING",
      "owner": "ana", "workspace_id": 7, "pool": "default", "slots": 2, "priority": 42, "agents": ["agent-1"],
      "containers": ["a9d5cf7b-53e9-4675-8934-6a95d50451e3"], "start_time": "2026-01-31T12:00:00.792Z",
      "experiment_id": null, "exit_status": ""}]
containers:
  description: The id of the task of each container, for what a metric is known of.
  returned: success
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
  returned: success
  type: int
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
