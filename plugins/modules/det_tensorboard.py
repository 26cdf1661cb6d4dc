#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_tensorboard
short_description: Start or stop a TensorBoard of a Determined cluster
version_added: 0.1.0
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
  description: The TensorBoard as the master shows it, in check mode as it would be; null when it is absent.
  returned: success
  type: dict
  sample:
    {"id": "75fac7cb-b463-42cc-9157-ccae6c345a61", "description": "TensorBoard (daily-evolving-skylark)",
     "experiment_ids": [16], "trial_ids": [], "state": "STATE_RUNNING", "workspace_id": 1, "username": "ana",
     "service_address": "/proxy/75fac7cb-b463-42cc-9157-ccae6c345a61/"}
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
