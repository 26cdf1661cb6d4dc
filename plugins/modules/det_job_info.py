#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_job_info
short_description: Read the job queues of a Determined cluster
version_added: 1.0.0
description:
  - Returns what waits or runs in the queue of each pool, in the order of the queue, and what each user holds.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  pools:
    description: Names of resource pools. All when left out.
    type: list
    elements: str
  ids:
    description: Only the jobs of these ids, and those that O(experiments) and O(tasks) name.
    type: list
    elements: str
    aliases: [id]
  experiments:
    description: Only the jobs of these experiments, and those that O(ids) and O(tasks) name.
    type: list
    elements: int
  tasks:
    description: Only the jobs of these commands, notebooks, shells and TensorBoards, and those that O(ids) and
      O(experiments) name.
    type: list
    elements: str
  users:
    description: Only jobs of these users.
    type: list
    elements: str
  types:
    description: Only jobs of these types.
    type: list
    elements: str
    choices: [EXPERIMENT, COMMAND, NOTEBOOK, SHELL, TENSORBOARD, GENERIC]
  states:
    description: Only jobs in these states.
    type: list
    elements: str
    choices: [QUEUED, SCHEDULED, SCHEDULED_BACKFILLED]
  stats:
    description: Return for each pool also the counts, and how long jobs have waited on the average, by day.
    type: bool
    default: false
  hidden:
    description:
      - Return jobs that the user may not see too, with their place in the queue, their priority and their slots, but
        without name, owner, experiment, task and time, which are null. Tells how much is ahead of an own job on a
        cluster with RBAC.
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_job
"""

EXAMPLES = r"""
- name: Read the queue of one pool
  determined_ai.determined.det_job_info:
    pools: [default]
    stats: true
  register: queue

- name: Read what is ahead of the own jobs, whoever owns it
  determined_ai.determined.det_job_info:
    pools: [default]
    states: [QUEUED]
    hidden: true
  register: waiting

- name: Show how many slots are asked for
  ansible.builtin.debug:
    msg: "{{ waiting.jobs | map(attribute='requested_slots') | sum }}"

- name: Who holds the most
  ansible.builtin.debug:
    msg: "{{ item.key }} holds {{ item.value.allocated_slots }} slots and waits for {{ item.value.queued }} jobs"
  loop: "{{ queue.users | dict2items }}"
  loop_control: {label: "{{ item.key }}"}
"""

RETURN = r"""
jobs:
  description: The jobs, pool by pool, each in the order of its queue.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of job
    id:
      description: Id.
      type: str
      returned: always
      sample: "e14c7f14-5b01-401a-a209-154cf2953a14"
    type:
      description: EXPERIMENT, COMMAND, NOTEBOOK, SHELL, TENSORBOARD or GENERIC.
      type: str
      returned: always
      sample: "EXPERIMENT"
    name:
      description: Name, that of its experiment or task.
      type: str
      returned: always
      sample: "detr"
    experiment_id:
      description: Id of its experiment; null for a task.
      type: int
      returned: always
      sample: 4
    task_id:
      description: Id of its task; null for an experiment, and for a generic task, of which the queue does not tell.
      type: str
      returned: always
      sample: "3b4816c9-d684-4002-9731-da0d787bd095"
    owner:
      description: Name of its owner.
      type: str
      returned: always
      sample: "ana"
    owner_id:
      description: Id of its owner.
      type: int
      returned: always
      sample: 7
    workspace_id:
      description: Id of its workspace.
      type: int
      returned: always
      sample: 7
    resource_pool:
      description: Resource pool.
      type: str
      returned: always
      sample: "default"
    state:
      description: QUEUED, SCHEDULED or SCHEDULED_BACKFILLED.
      type: str
      returned: always
      sample: "QUEUED"
    jobs_ahead:
      description: Number of the jobs that go before it.
      type: int
      returned: always
      sample: 3
    priority:
      description: Priority.
      type: int
      returned: always
      sample: 42
    weight:
      description: Weight for the fair share scheduler.
      type: float
      returned: always
      sample: 1.0
    requested_slots:
      description: Number of the slots that it asks for.
      type: int
      returned: always
      sample: 8
    allocated_slots:
      description: Number of the slots that it holds.
      type: int
      returned: always
      sample: 0
    progress:
      description: How far it is, from 0 to 1.
      type: float
      returned: always
      sample: 0.5
    preemptible:
      description: Whether the scheduler of its pool may interrupt it.
      type: bool
      returned: always
      sample: true
    submission_time:
      description: When it was started.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00.792Z"
    # end of columns
users:
  description: What each user has among these jobs.
  returned: success
  type: dict
  sample: {"ana": {"jobs": 3, "queued": 1, "allocated_slots": 16, "requested_slots": 24}}
stats:
  description: For each pool, how many jobs wait and run, and the average wait of each day in seconds.
  returned: with O(stats)
  type: dict
  sample:
    {"default": {"queued_count": 3, "scheduled_count": 12,
                 "queued_seconds": [{"period_start": "2026-01-31", "seconds": 4.54}]}}
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.queue_rows import JOBS, gather_jobs
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.job import STATES, TYPES

SPEC = (
    CONNECTION
    + JOBS
    + Spec(
        {
            "pools": {"type": "list", "elements": "str"},
            "users": {"type": "list", "elements": "str"},
            "types": {"type": "list", "elements": "str", "choices": list(TYPES)},
            "states": {"type": "list", "elements": "str", "choices": list(STATES)},
            "stats": {"type": "bool", "default": False},
            "hidden": {"type": "bool", "default": False},
        },
        narrows=("pools", "users", "types", "states"),
    )
)


def work(call):
    return gather_jobs(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
