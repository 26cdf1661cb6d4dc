#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_job
short_description: Change priority, weight and pool of what waits or runs in a Determined cluster
version_added: 1.0.0
description:
  - A job is an experiment, a command, notebook, shell, TensorBoard or generic task while it waits or runs. What is
    paused or over is skipped; an experiment or a task that there is none of is an error.
  - A smaller number goes first where agents do the work, and the other way round on Kubernetes. O(raise) and O(lower)
    mean the same on both.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.guard
attributes:
  check_mode:
    support: full
    description: Predicts what would be done, by the plan that the real run carries out, and sends nothing that changes.
  diff_mode:
    support: full
    description: Shows the managed properties before and after.
  idempotent:
    support: partial
    description: A second run changes nothing, except for O(raise) and O(lower) from the current priority.
options:
  ids:
    description: Ids of jobs. Every experiment and task has one, as C(jobId).
    type: list
    elements: str
    aliases: [id]
  experiments:
    description: Ids of experiments.
    type: list
    elements: int
  tasks:
    description: Ids of commands, notebooks, shells and TensorBoards.
    type: list
    elements: str
  priority:
    description: The priority, from 1 to 99.
    type: int
  raise:
    description: Go so many steps ahead, to the best priority at most.
    type: int
  lower:
    description: Go back so many steps, to the worst priority at most.
    type: int
  relative_to:
    description:
      - Where O(raise) and O(lower) begin.
      - With V(default) it is the default priority of the pool. A job that is already there or further stays, so that a
        second run changes nothing.
    type: str
    choices: [current, default]
    default: current
  weight:
    description: The share of a job. It counts for the fair share scheduler only.
    type: float
  resource_pool:
    description: Name of the pool to move to. Only experiments can move; they wait there again.
    type: str
seealso:
  - module: determined_ai.determined.det_job_info
"""

EXAMPLES = r"""
- name: This one first
  determined_ai.determined.det_job:
    experiments: [4]
    priority: 10

- name: Ten steps behind what is usual, on any kind of cluster
  determined_ai.determined.det_job:
    experiments: [4, 5]
    lower: 10
    relative_to: default

- name: What is queued
  determined_ai.determined.det_job_info:
    states: [QUEUED]
    types: [EXPERIMENT]
  register: queued

- name: Move all of it where there is room
  determined_ai.determined.det_job:
    ids: "{{ queued.jobs | map(attribute='id') }}"
    resource_pool: default
"""

RETURN = r"""
jobs:
  description: The jobs that were changed, in check mode those that would be, as they were before.
  returned: unless O(details) is V(false)
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
changed_ids:
  description: Ids of the jobs that were changed.
  returned: always
  type: list
  elements: str
skipped_items:
  description: What is in no queue, or cannot be moved, with the reason.
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
  description: The jobs that could not be changed, with id, name, owner, act and error.
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
  description: How many jobs were meant.
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
  description: The properties before and after.
  returned: when diff mode is on
  type: dict
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.jobs import CHANGES, change_jobs
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.queue_rows import JOBS
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.guard import GUARD
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.many import MANY
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION

SPEC = CONNECTION + GUARD + MANY + JOBS + CHANGES


def work(call):
    return change_jobs(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
