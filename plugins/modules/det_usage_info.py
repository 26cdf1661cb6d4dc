#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_usage_info
short_description: Read the usage of a Determined cluster
version_added: 1.0.0
description:
  - Returns the slot hours of a month or of any time, as single rows or added up by user, workspace, pool and others.
  - Also returns the experiments that exist now, with the bytes of their checkpoints.
  - The module adds up rows while it reads them, so it needs little memory for any number of rows.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  report:
    description:
      - V(allocations) returns the slots of tasks of all kinds.
      - V(workloads) returns the work of trials, such as training or pulling images, and, as workload C(agent), how long
        agents were connected.
      - V(daily) returns the master's own sums of trials by day. They do not include today, and include deleted
        experiments.
      - V(experiments) returns the experiments that exist now. O(month), O(since) and O(until) cannot be used with it.
    type: str
    choices: [allocations, workloads, daily, experiments]
    default: allocations
  month:
    description: A month (UTC), such as V(2026-10). For the current month, the part that has passed.
    type: str
  since:
    description: An age, such as V(7d), or a time.
    type: str
  until:
    description: An age or a time. The default is now.
    type: str
  group_by:
    description:
      - Keys to add up by, such as V(owner) or V(day+resource_pool). Each entry returns a list of its own.
      - With O(report=allocations), V(owner), V(workspace), V(resource_pool), V(kind), V(experiment_id), V(day) and
        V(month).
      - With O(report=workloads), V(owner), V(label), V(workload), V(experiment_id), V(day) and V(month).
      - With O(report=daily), V(owner), V(resource_pool), V(label), V(day) and V(month).
      - With O(report=experiments), V(owner), V(workspace), V(project), V(state) and V(age).
      - Rows with several labels count for each label.
      - By default, single rows are returned.
    type: list
    elements: str
    default: []
  price:
    description:
      - The price of a slot hour by pool; V(*) stands for all other pools. Adds C(cost).
      - Only with O(report=allocations), and O(report=daily) by pool.
    type: dict
seealso:
  - module: determined_ai.determined.det_resource_pool_info
  - module: determined_ai.determined.det_report
"""

EXAMPLES = r"""
- name: Read who had how many slot hours in a month, and what they cost
  determined_ai.determined.det_usage_info:
    month: 2026-10
    group_by: [owner, workspace, day+resource_pool]
    price: {gpu-a: 2.10, "*": 0.80}
  register: used

- name: Show it
  ansible.builtin.debug:
    msg: "{{ used.groups.owner | determined_ai.determined.table }}"

- name: Keep it as CSV
  ansible.builtin.copy:
    content: "{{ used.groups.owner | determined_ai.determined.csv }}"
    dest: /tmp/slot-hours-2026-10.csv
    mode: "0644"

- name: Read whose checkpoints are the largest
  determined_ai.determined.det_usage_info:
    report: experiments
    group_by: [owner]
  register: held
"""

RETURN = r"""
usage:
  description: The single rows.
  returned: when O(group_by) is empty
  type: list
  elements: dict
  contains:
    # columns of report.usage_rows.USAGE
    allocation_id:
      description: Id of the allocation.
      type: str
      returned: with O(report=allocations)
      sample: "7.3b4816c9-d684-4002-9731-da0d787bd095.1"
    owner:
      description: Name of the owner; of the workload agent the agent.
      type: str
      returned: except for O(report=daily)
      sample: "ana"
    workspace:
      description: Name of the workspace.
      type: str
      returned: with O(report=allocations) and O(report=experiments)
      sample: "vision"
    project:
      description: Its project, as workspace/project.
      type: str
      returned: with O(report=experiments)
      sample: "vision/detr"
    resource_pool:
      description: Resource pool.
      type: str
      returned: with O(report=allocations)
      sample: "gpu-a"
    kind:
      description: Kind of the task, such as trial or notebook.
      type: str
      returned: with O(report=allocations)
      sample: "trial"
    workload:
      description: What was done, such as training; agent where an agent was there.
      type: str
      returned: with O(report=workloads)
      sample: "training"
    experiment_id:
      description: Id of the experiment; null where it is of none.
      type: int
      returned: with O(report=allocations) and O(report=workloads)
      sample: 7
    labels:
      description: Labels of the experiment.
      type: list
      elements: str
      returned: with O(report=workloads)
      sample: ["baseline"]
    state:
      description: State of the experiment.
      type: str
      returned: with O(report=experiments)
      sample: "COMPLETED"
    age:
      description: How long ago it ended, in words.
      type: str
      returned: with O(report=experiments)
      sample: "7 to 30 days"
    slots:
      description: Number of the slots that were held.
      type: int
      returned: with O(report=allocations) and O(report=workloads)
      sample: 2
    start_time:
      description: When it began, whether in the time or not.
      type: str
      returned: with O(report=allocations) and O(report=workloads)
      sample: "2026-10-03T12:00:00.792Z"
    end_time:
      description: When it ended; null before its end.
      type: str
      returned: with O(report=allocations) and O(report=workloads)
      sample: "2026-10-03T13:00:00.792Z"
    day:
      description: The day.
      type: str
      returned: with O(report=daily)
      sample: "2026-10-03"
    month:
      description: The month.
      type: str
      returned: with O(report=daily)
      sample: "2026-10"
    slot_hours:
      description: Slots times hours within the time.
      type: float
      returned: except for O(report=experiments)
      sample: 2.0
    seconds:
      description: Seconds within the time.
      type: float
      returned: except for O(report=experiments) and O(report=daily)
      sample: 3600.0
    cost:
      description: What the slot hours cost.
      type: float
      returned: with O(price)
      sample: 4.2
    checkpoint_bytes:
      description: Bytes of checkpoints.
      type: int
      returned: with O(report=experiments)
      sample: 1073741824
    experiments:
      description: Number of experiments.
      type: int
      returned: with O(report=experiments)
      sample: 1
    # end of columns
groups:
  description: The sums, by each of O(group_by); the largest first, or in the order of time.
  returned: when O(group_by) is not empty
  type: dict
  sample: {"owner": [{"owner": "ana", "slot_hours": 2.0, "seconds": 3600.0}]}
total:
  description: The sums of all rows.
  returned: success
  type: dict
  contains:
    # columns of report.usage_rows.SUMS
    slot_hours:
      description: Slots times hours within the time.
      type: float
      returned: except for O(report=experiments)
      sample: 2.0
    seconds:
      description: Seconds within the time.
      type: float
      returned: except for O(report=experiments) and O(report=daily)
      sample: 3600.0
    cost:
      description: What the slot hours cost.
      type: float
      returned: with O(price)
      sample: 4.2
    checkpoint_bytes:
      description: Bytes of checkpoints.
      type: int
      returned: with O(report=experiments)
      sample: 1073741824
    experiments:
      description: Number of experiments.
      type: int
      returned: with O(report=experiments)
      sample: 1
    # end of columns
since:
  description: The beginning of the time.
  returned: except for O(report=experiments)
  type: str
until:
  description: Its end.
  returned: except for O(report=experiments)
  type: str
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION
from ansible_collections.determined_ai.determined.plugins.module_utils.report.usage import USAGE, gather_usage

SPEC = CONNECTION + USAGE


def work(call):
    return gather_usage(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
