#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_wait
short_description: Wait for a state of experiments, trials, tasks, agents or the master of a Determined cluster
version_added: 1.0.0
description:
  - Waits until all named objects are in one of O(states). The module polls at increasing intervals, up to 5 seconds.
  - One request asks for up to 200 experiments, trials or agents. To wait for the end of many tasks, the module reads
    one list of running tasks.
  - Fails at once if a state can no longer be reached, such as V(COMPLETED) of an experiment that is in error.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
attributes:
  check_mode:
    support: full
    description: Reads once and does not wait, because an earlier task may not have made the change.
  diff_mode:
    support: N/A
    description: Changes nothing.
  idempotent:
    support: full
    description: Changes nothing.
options:
  experiments:
    description:
      - Ids of experiments. Exactly one of O(experiments), O(trials), O(tasks), O(agents) and O(for_master) is required.
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
    description: Wait for the master itself, which may be down in the meantime. No login is needed.
    type: bool
  states:
    description:
      - The states, in upper or lower case. Each object must reach one of them. An unknown state is refused, with a list
        of all states.
      - Of experiments and trials C(ended) (the default), C(gone), or a state such as C(COMPLETED), C(PAUSED),
        C(RUNNING). C(ACTIVE) is any waiting or running state.
      - Of tasks C(ended) (the default), C(ready), C(gone), or the state of the task, such as C(RUNNING), and of generic
        tasks C(PAUSED) and the like.
      - Of agents C(connected) (the default), C(idle) (nothing runs there, not even tasks without slots), C(enabled),
        C(draining), C(drained), C(disabled), C(gone).
    type: list
    elements: str
    aliases: [state]
  return_codes:
    description: Fail as soon as one of O(tasks) ends with another code than these. A killed task has no code.
    type: list
    elements: int
  master_version:
    description: The version that the master must have.
    type: str
  restarted_since:
    description:
      - The C(master_id) that M(determined_ai.determined.det_master_info) returned. The master must have been
        restarted since.
    type: str
  wait_timeout:
    description: Seconds to wait at most.
    type: float
    default: 300
  log_lines:
    description:
      - Number of lines from the end of the log to return on failure. For an experiment, the log of its newest trial.
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
  contains:
    # columns of health.waited_rows.WAITED_EXPERIMENT
    id:
      description: Id.
      type: int
      returned: always
      sample: 16
    name:
      description: Name.
      type: str
      returned: always
      sample: "detr_coco"
    state:
      description: State; null of one that is not there.
      type: str
      returned: always
      sample: "COMPLETED"
    progress:
      description: How far it is, from 0 to 1.
      type: float
      returned: always
      sample: 1.0
    # end of columns
    # columns of health.waited_rows.REACHED
    reached:
      description: Whether it is in one of the states.
      type: bool
      returned: always
      sample: true
    # end of columns
trials:
  description: The trials, with the experiments that they are of.
  returned: with O(trials)
  type: list
  elements: dict
  contains:
    # columns of health.waited_rows.WAITED_TRIAL
    id:
      description: Id.
      type: int
      returned: always
      sample: 7
    experiment_id:
      description: Id of its experiment.
      type: int
      returned: always
      sample: 16
    state:
      description: State; null of one that is not there.
      type: str
      returned: always
      sample: "COMPLETED"
    # end of columns
    # columns of health.waited_rows.REACHED
    reached:
      description: Whether it is in one of the states.
      type: bool
      returned: always
      sample: true
    # end of columns
tasks:
  description: The tasks. One that has ended says how.
  returned: with O(tasks)
  type: list
  elements: dict
  contains:
    # columns of health.waited_rows.WAITED_TASK
    id:
      description: Id.
      type: str
      returned: always
      sample: "3b4816c9-d684-4002-9731-da0d787bd095"
    kind:
      description: Its kind, such as notebook or trial; null where one list showed all that have not ended.
      type: str
      returned: always
      sample: "command"
    state:
      description: State of its newest allocation; null of one that is not there.
      type: str
      returned: always
      sample: "TERMINATED"
    task_state:
      description: State of a generic task itself; null of another.
      type: str
      returned: always
      sample: "ACTIVE"
    return_code:
      description: What its program returned; null before its end, and where it was killed or never ran.
      type: int
      returned: always
      sample: 0
    killed:
      description: Whether it was killed; null before its end.
      type: bool
      returned: always
      sample: false
    exit_reason:
      description: How it ended, in the master's words; null before its end.
      type: str
      returned: always
      sample: "resources exited successfully with a zero exit code"
    # end of columns
    # columns of health.waited_rows.REACHED
    reached:
      description: Whether it is in one of the states.
      type: bool
      returned: always
      sample: true
    # end of columns
agents:
  description: The agents.
  returned: with O(agents)
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
    # columns of health.waited_rows.REACHED
    reached:
      description: Whether it is in one of the states.
      type: bool
      returned: always
      sample: true
    # end of columns
master:
  description: The master.
  returned: with O(for_master)
  type: dict
  contains:
    # columns of health.waited_rows.WAITED_MASTER
    id:
      description: Its address.
      type: str
      returned: always
      sample: "http://127.0.0.1:8080"
    state:
      description: ready, unreachable, or what is not as wanted.
      type: str
      returned: always
      sample: "ready"
    version:
      description: Release.
      type: str
      returned: always
      sample: "0.38.1"
    master_id:
      description: Another after each start.
      type: str
      returned: always
      sample: "f1a9fa67-46c5-45fc-829e-d9aeda343795"
    cluster_id:
      description: Id of the cluster.
      type: str
      returned: always
      sample: "e40f0f34-f118-4c3a-abea-5ec32f6d74e7"
    error:
      description: Why it cannot be reached; null where it can.
      type: str
      returned: always
      sample: "connection refused"
    # end of columns
    # columns of health.waited_rows.REACHED
    reached:
      description: Whether it is in one of the states.
      type: bool
      returned: always
      sample: true
    # end of columns
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
