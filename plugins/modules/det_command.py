#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_command
short_description: Run a command in a container of a Determined cluster
version_added: 1.0.0
description:
  - Starts a command where none with that description waits or runs, or kills it.
  - Waits until it runs, or until it has ended, and then fails where its return code is not 0.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.wait
  - determined_ai.determined.launch
  - determined_ai.determined.launch.named
attributes:
  check_mode:
    support: full
    description: Predicts what would be done, and sends nothing that changes.
  diff_mode:
    support: full
    description: Shows what was asked for before and after.
  idempotent:
    support: partial
    description: A second run changes nothing as long as the command has not ended; then it starts another.
options:
  entrypoint:
    description: The program and its arguments.
    type: list
    elements: str
  wait_for:
    description: Whether to wait until it is running, or until it has ended.
    type: str
    choices: [running, end]
    default: running
seealso:
  - module: determined_ai.determined.det_task_info
"""

EXAMPLES = r"""
- name: Run the tests and wait for their end
  determined_ai.determined.det_command:
    description: tests of {{ lookup('env', 'GIT_SHA') }}
    template: ci
    context: "{{ playbook_dir }}/model"
    entrypoint: [python, -m, pytest]
    slots: 1
    wait_for: end
  register: test

- name: What it said
  ansible.builtin.debug:
    var: test.log
"""

RETURN = r"""
command:
  description: The command, in check mode as it would be; null when it is absent.
  returned: success
  type: dict
  contains:
    # columns of tasks.task_columns.COMMAND
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
    url:
      description: Address of its page in the web UI.
      type: str
      returned: always
      sample: "https://det.example.org/det/command/7/logs"
    # end of columns
return_code:
  description: What the program returned; null where it was killed or never ran.
  returned: when it has ended
  type: int
log:
  description: The last lines that the program wrote.
  returned: when it has ended
  type: list
  elements: str
requests:
  description: What was sent to change something, in check mode what would be.
  returned: always
  type: list
  elements: str
  sample: ["POST /api/v1/commands"]
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
from ansible_collections.determined_ai.determined.plugins.module_utils.tasks.ntsc import LAUNCH, NAMED, ensure_task
from ansible_collections.determined_ai.determined.plugins.module_utils.tasks.task_kinds import COMMAND

SPEC = (
    CONNECTION
    + WAIT
    + LAUNCH
    + NAMED
    + Spec(
        {
            "entrypoint": {"type": "list", "elements": "str"},
            "wait_for": {"type": "str", "choices": ["running", "end"], "default": "running"},
        }
    )
)


def work(call):
    return ensure_task(call, COMMAND)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
