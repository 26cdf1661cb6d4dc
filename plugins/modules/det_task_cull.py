#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_task_cull
short_description: Stop old or idle notebooks, shells, commands and TensorBoards of a Determined cluster
version_added: 1.0.0
description:
  - Kills tasks that are older than an age, or idle according to a list of containers. Any monitoring system can supply
    the list. The master does not report how busy a task is.
  - With O(warn_before), a first run only marks tasks and returns the owners to warn. A later run kills the tasks that
    are still candidates after that time. A task used again within that time is no longer a candidate, and its owner
    gets a new warning later.
  - The marks are settings of the calling user, one for each task. Use a separate account for automation. If the
    settings of that account are reset, the marks are lost, and all owners are warned again.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.tasks
  - determined_ai.determined.guard
  - determined_ai.determined.wait
options:
  kinds:
    description: Kinds of tasks to select.
    type: list
    elements: str
    choices: [command, notebook, shell, tensorboard]
    default: [notebook, shell]
  older_than:
    description: An age since the start, such as V(7d), or a time.
    type: str
  idle_containers:
    description:
      - Ids of idle containers. A task is idle if all its containers are in the list. A task that waits for its first
        container is never idle.
      - An empty list means that no container is idle.
    type: list
    elements: str
  match:
    description: Whether a task must be old and idle (V(all)), or one of both (V(any)), if both conditions are given.
    type: str
    choices: [all, any]
    default: all
  warn_before:
    description:
      - Time between the warning and the kill, such as V(60m). By default there is no warning.
      - The time begins with the first run that finds the task, so run the module at least as often as this time.
    type: str
  exempt_users:
    description: Names of users whose tasks stay.
    type: list
    elements: str
    default: []
  exempt_descriptions:
    description: Regular expressions. A task stays if its description contains a match.
    type: list
    elements: str
    default: []
  ledger:
    description: Name of the marks. Schedules with different rules need different names.
    type: str
    default: cull
  max_changes:
    description:
      - Fail before the first change if more tasks than this would be killed. Warnings do not count.
      - The default is 100.
seealso:
  - module: determined_ai.determined.det_task_info
"""

EXAMPLES = r"""
- name: Warn of notebooks and shells that are a week old, and kill them a day later
  determined_ai.determined.det_task_cull:
    older_than: 7d
    warn_before: 1d
    exempt_users: [ci-bot]
    exempt_descriptions: ["^keep:"]
  register: culled

- name: Whom to tell
  ansible.builtin.debug:
    msg: "{{ item.key }}: {{ item.value.warned | map(attribute='name') | join(', ') }}"
  loop: "{{ culled.owners | dict2items }}"
  loop_control: {label: "{{ item.key }}"}

- name: Kill what is idle
  determined_ai.determined.det_task_cull:
    kinds: [notebook]
    idle_containers: [a9d5cf7b-53e9-4675-8934-6a95d50451e3]
"""

RETURN = r"""
tasks:
  description:
    - The tasks that were warned of, killed, or whose mark was taken away, with what was done to each and why.
    - In check mode those that would be, also where a brake refuses the plan.
  returned: unless O(details) is V(false)
  type: list
  elements: dict
  contains:
    # columns of tasks.task_cull.CULLED
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
    reasons:
      description: Why it is to go; of one that has ended, that it has.
      type: list
      elements: str
      returned: always
      sample: ["older than 7d"]
    kill_after:
      description: When the time of its warning is over; null where it is not warned.
      type: str
      returned: always
      sample: "2026-02-08T12:00:00.000000Z"
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
waiting:
  description: The tasks that an earlier run has warned of and whose time has not come.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of tasks.task_cull.CULLED
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
    reasons:
      description: Why it is to go; of one that has ended, that it has.
      type: list
      elements: str
      returned: always
      sample: ["older than 7d"]
    kill_after:
      description: When the time of its warning is over; null where it is not warned.
      type: str
      returned: always
      sample: "2026-02-08T12:00:00.000000Z"
    # end of columns
owners:
  description: The tasks of each owner, as lists warned, killed and waiting.
  returned: success
  type: dict
  sample: {"ana": {"warned": [{"name": "exploring", "kill_after": "2026-02-08T12:00:00.000000Z"}]}}
warned_ids:
  description: Ids of the tasks that were warned of.
  returned: success
  type: list
  elements: str
killed_ids:
  description: Ids of the tasks that were killed.
  returned: success
  type: list
  elements: str
changed_ids:
  description: Ids of all tasks that anything was done to.
  returned: always
  type: list
  elements: str
skipped_items:
  description: The candidates that are exempt, with the reason.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of tasks.task_cull.SPARED
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
    reasons:
      description: Why it is to go; of one that has ended, that it has.
      type: list
      elements: str
      returned: always
      sample: ["older than 7d"]
    kill_after:
      description: When the time of its warning is over; null where it is not warned.
      type: str
      returned: always
      sample: "2026-02-08T12:00:00.000000Z"
    reason:
      description: Why it is left alone.
      type: str
      returned: always
      sample: "user ci-bot is exempt"
    # end of columns
failed_items:
  description: The tasks that could not be warned of or killed, with id, name, owner, act and error.
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
  description: How many tasks were looked at.
  returned: success
  type: int
unchanged:
  description: Number of tasks that stay as they are.
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
  description: The marks and states before and after.
  returned: when diff mode is on
  type: dict
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.guard import GUARD
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.many import MANY
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, WAIT
from ansible_collections.determined_ai.determined.plugins.module_utils.tasks.task_cull import CULL, cull

SPEC = CONNECTION + WAIT + GUARD + MANY + CULL


def work(call):
    return cull(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
