#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_task_cull
short_description: End old or idle notebooks, shells, commands and TensorBoards of a Determined cluster
version_added: 0.1.0
description:
  - Kills tasks that are older than an age, or idle according to a list of containers. Any monitoring can give that; the
    master itself does not tell how busy a task is.
  - With O(warn_before), a first run only marks them and returns whom to warn. A later run kills those that still are
    candidates when that time is over. Who has used a task again meanwhile keeps it, and is warned anew the next time.
  - The marks are settings of the calling user, one a task. An account for automation alone is the place for them, since
    they are lost where the user resets the settings; then the warning is given again.
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
    description: Kinds of tasks.
    type: list
    elements: str
    choices: [command, notebook, shell, tensorboard]
    default: [notebook, shell]
  older_than:
    description: An age since the start, such as V(7d), or a time.
    type: str
  idle_containers:
    description:
      - Ids of the containers that are idle. A task is idle where all its containers are among them, so one that waits
        for its first container never is.
      - An empty list means that none is idle.
    type: list
    elements: str
  match:
    description: Whether a task must be old and idle, or either, where both are given.
    type: str
    choices: [all, any]
    default: all
  warn_before:
    description:
      - Time between the warning and the kill, such as V(60m). Without it there is no warning.
      - It runs from the first run that found the task, so run the module at least as often as that.
    type: str
  exempt_users:
    description: Names of users whose tasks stay.
    type: list
    elements: str
    default: []
  exempt_descriptions:
    description: Regular expressions. A task with a description that one of them fits anywhere stays.
    type: list
    elements: str
    default: []
  ledger:
    description: Name of the marks. Two schedules with other rules need names of their own.
    type: str
    default: cull
  max_changes:
    description:
      - Fail before the first change when more tasks than this would be killed. Warnings do not count.
      - It is 100 when left out.
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
  returned: when O(details) is true
  type: list
  elements: dict
  sample:
    [{"id": "3b4816c9-d684-4002-9731-da0d787bd095", "kind": "notebook", "name": "exploring", "owner": "ana",
      "workspace_id": 7, "pool": "default", "slots": 2, "start_time": "2026-01-31T12:00:00.792Z",
      "reasons": ["older than 7d"], "kill_after": "2026-02-08T12:00:00.000000Z", "acts": ["warned"],
      "before": {"mark": null}, "after": {"mark": "warned"}}]
waiting:
  description: The tasks that an earlier run has warned of and whose time has not come.
  returned: success
  type: list
  elements: dict
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
failed_items:
  description: The tasks that could not be warned of or killed, with id, name, owner, act and error.
  returned: always
  type: list
  elements: dict
matched:
  description: How many tasks were looked at.
  returned: success
  type: int
unchanged:
  description: How many of them are to be left as they are.
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
