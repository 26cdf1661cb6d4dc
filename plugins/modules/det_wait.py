#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_wait
short_description: Wait for a state of experiments, trials, tasks, agents or the master of a Determined cluster
version_added: 0.1.0
description:
  - Waits until all that are named are in one of O(states), and asks at growing distances, up to 5 seconds.
  - However many experiments, trials or agents there are, one request asks for up to 200 at a time. Of many tasks whose
    end is waited for, those that have not ended are seen in one list.
  - Fails at once where a state can no longer come, such as V(COMPLETED) of an experiment that is in error.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
attributes:
  check_mode:
    support: full
    description: Looks once and does not wait, as what is waited for may not have been asked for.
  diff_mode:
    support: N/A
    description: Changes nothing.
  idempotent:
    support: full
    description: Changes nothing.
options:
  experiments:
    description:
      - Ids of experiments. Exactly one of this, O(trials), O(tasks), O(agents) and O(for_master) is needed.
    type: list
    elements: int
    aliases: [experiment]
  trials:
    description: Ids of trials.
    type: list
    elements: int
    aliases: [trial]
  tasks:
    description: Ids of tasks of any kind, those of notebooks, commands and the like.
    type: list
    elements: str
    aliases: [task]
  agents:
    description: Ids of agents.
    type: list
    elements: str
    aliases: [agent]
  for_master:
    description: Wait for the master itself, which may be down meanwhile. Needs no user.
    type: bool
  states:
    description:
      - The states, in any case, of which one must be reached. An unknown one is refused with all that there are.
      - Of experiments and trials C(ended) (the default), C(gone), or a state such as C(COMPLETED), C(PAUSED),
        C(RUNNING). C(ACTIVE) is whatever waits or runs.
      - Of tasks C(ended) (the default), C(ready), C(gone), or the state of the task, such as C(RUNNING), and of generic
        tasks C(PAUSED) and the like.
      - Of agents C(connected) (the default), C(idle) (nothing runs there, tasks without slots neither), C(enabled),
        C(draining), C(drained), C(disabled), C(gone).
    type: list
    elements: str
    aliases: [state]
  return_codes:
    description: Fail as soon as one of O(tasks) ends with another code than these. One that is killed has none.
    type: list
    elements: int
  version:
    description: The version that the master must have.
    type: str
  restarted_since:
    description:
      - The C(master_id) that M(determined_ai.determined.det_master_info) returned. The master must have been started
        anew since.
    type: str
  wait_timeout:
    description: Seconds to wait at most.
    type: float
    default: 300
  log_lines:
    description: How many of the last lines of a log a failure shows, of an experiment those of its newest trial.
    type: int
    default: 0
seealso:
  - module: determined_ai.determined.det_log_info
  - module: determined_ai.determined.det_master_info
"""

EXAMPLES = r"""
- name: Wait for the master, for ten minutes at most
  determined_ai.determined.det_wait:
    for_master: true
    wait_timeout: 600

- name: Start what prepares the data
  determined_ai.determined.det_command:
    description: preprocess today's data
    template: ci
    entrypoint: [python3, preprocess.py]
    wait: false
  register: started

- name: Wait until it has done so, or show why it has not
  determined_ai.determined.det_wait:
    task: "{{ started.command.id }}"
    return_codes: [0]
    wait_timeout: 3600
    log_lines: 20

- name: Look for experiments that have ended
  determined_ai.determined.det_experiment_info:
    select: {states: [COMPLETED], limit: 2}
    fields: [id]
  register: found

- name: Wait until all are completed
  determined_ai.determined.det_wait:
    experiments: "{{ found.experiments | map(attribute='id') }}"
    states: [COMPLETED]
"""

RETURN = r"""
reached:
  description: Whether all are in one of the states. V(false) in check mode only, where nothing is waited for.
  returned: always
  type: bool
waited:
  description: Seconds that it took.
  returned: always
  type: float
experiments:
  description: The experiments as they were when they were last looked at.
  returned: with O(experiments)
  type: list
  elements: dict
  sample: [{"id": 16, "name": "detr_coco", "state": "STATE_COMPLETED", "progress": 1, "reached": true}]
trials:
  description: The trials, with the experiments that they are of.
  returned: with O(trials)
  type: list
  elements: dict
  sample: [{"id": 7, "experiment_id": 16, "state": "STATE_COMPLETED", "reached": true}]
tasks:
  description: The tasks. One that has ended says how.
  returned: with O(tasks)
  type: list
  elements: dict
  sample:
    [{"id": "3b4816c9-d684-4002-9731-da0d787bd095", "type": "TASK_TYPE_COMMAND", "state": "STATE_TERMINATED",
      "return_code": 0, "killed": false, "exit_reason": "resources exited successfully with a zero exit code",
      "reached": true}]
agents:
  description: The agents, with the ids of the tasks that run there.
  returned: with O(agents)
  type: list
  elements: dict
  sample:
    [{"id": "agent-1", "state": "drained", "pools": ["default"], "slots": 4, "slots_used": 0, "version": "0.38.1",
      "tasks": [], "reached": true}]
master:
  description: The master. Its state is C(ready), or says what is not as wanted.
  returned: with O(for_master)
  type: dict
  sample:
    {"id": "http://127.0.0.1:8080", "state": "ready", "version": "0.38.1", "reached": true,
     "master_id": "f1a9fa67-46c5-45fc-829e-d9aeda343795", "cluster_id": "e40f0f34-f118-4c3a-abea-5ec32f6d74e7"}
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
    - The code is C(never_reached) where the state cannot come any more, and C(wait_timeout) where the time was over.
      With O(log_lines) it has log, the last lines.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION
from ansible_collections.determined_ai.determined.plugins.module_utils.health.wait_for import WAIT_FOR, wait_for

SPEC = CONNECTION + WAIT_FOR


def work(call):
    return wait_for(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
