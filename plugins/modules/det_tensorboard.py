#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_tensorboard
short_description: Start or stop a TensorBoard of a Determined cluster
version_added: 1.0.0
description:
  - Starts a TensorBoard of experiments or trials where none of just these waits or runs, and waits until it is ready.
  - Or kills it.
  - The master gives it a description of its own making, so that it is found by what it shows.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.wait
  - determined_ai.determined.launch
options:
  experiment_ids:
    description: Ids of the experiments that it shows.
    type: list
    elements: int
  trial_ids:
    description: Ids of the trials that it shows.
    type: list
    elements: int
seealso:
  - module: determined_ai.determined.det_task_info
"""

EXAMPLES = r"""
- name: A TensorBoard of an experiment
  determined_ai.determined.det_tensorboard:
    experiment_ids: [16]
    config: {idle_timeout: 1h}
  register: made

- name: Where it is
  ansible.builtin.debug:
    msg: "{{ made.tensorboard.service_address }}"

- name: Stop it
  determined_ai.determined.det_tensorboard:
    experiment_ids: [16]
    state: absent
"""

RETURN = r"""
tensorboard:
  description: The TensorBoard, in check mode as it would be; null when it is absent.
  returned: success
  type: dict
  contains:
    # columns of tasks.task_columns.TENSORBOARD
    id:
      description: Id.
      type: str
      returned: always
      sample: "3b4816c9-d684-4002-9731-da0d787bd095"
    description:
      description: Description, by which it is found.
      type: str
      returned: always
      sample: "exploring"
    state:
      description: QUEUED, WAITING, PULLING, STARTING, RUNNING, TERMINATING or TERMINATED.
      type: str
      returned: always
      sample: "RUNNING"
    owner:
      description: Name of its owner.
      type: str
      returned: always
      sample: "ana"
    owner_id:
      description: Id of its owner.
      type: int
      returned: always
      sample: 3
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
    start_time:
      description: When it was started.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00.792Z"
    container_id:
      description: Id of its container; null without one.
      type: str
      returned: always
      sample: "a9d5cf7b-53e9-4675-8934-6a95d50451e3"
    exit_status:
      description: How it ended, in the master's words; empty before its end.
      type: str
      returned: always
      sample: ""
    job_id:
      description: Id of its job in the queue.
      type: str
      returned: always
      sample: "e14c7f14-5b01-401a-a209-154cf2953a14"
    service_address:
      description: Where it is reached, below the master's address.
      type: str
      returned: always
      sample: "/proxy/3b4816c9-d684-4002-9731-da0d787bd095/"
    experiment_ids:
      description: Ids of the experiments that it shows.
      type: list
      elements: int
      returned: always
      sample: [16]
    trial_ids:
      description: Ids of the trials that it shows.
      type: list
      elements: int
      returned: always
      sample: [36]
    url:
      description: Address of its page in the web UI.
      type: str
      returned: always
      sample: "https://det.example.org/det/tensor-board/7/logs"
    # end of columns
requests:
  description: What was sent to change something, in check mode what would be.
  returned: always
  type: list
  elements: str
  sample: ["POST /api/v1/tensorboards"]
diff:
  description: What was asked for before and after.
  returned: when diff mode is on
  type: dict
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
    - The code is C(task_failed) where the task ended otherwise than wanted; then it holds also task_id, return_code,
      exit_reason and log.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, WAIT, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.tasks.ntsc import LAUNCH, ensure_task
from ansible_collections.determined_ai.determined.plugins.module_utils.tasks.task_kinds import TENSORBOARD

SPEC = (
    CONNECTION
    + WAIT
    + LAUNCH
    + Spec(
        {
            "experiment_ids": {"type": "list", "elements": "int"},
            "trial_ids": {"type": "list", "elements": "int"},
        },
        mutually_exclusive=(("id", "experiment_ids"), ("id", "trial_ids")),
        required_one_of=(("id", "experiment_ids", "trial_ids"),),
        narrows=("experiment_ids", "trial_ids"),
    )
)


def work(call):
    return ensure_task(call, TENSORBOARD)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
