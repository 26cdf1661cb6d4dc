#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_shell
short_description: Start or stop a shell of a Determined cluster
version_added: 1.0.0
description:
  - Starts a shell, to which one connects by SSH, where none with that description waits or runs, and waits until it is
    ready.
  - Or kills it.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.wait
  - determined_ai.determined.launch
  - determined_ai.determined.launch.named
options:
  reveal:
    description:
      - Return its private key, which lets anybody in, too.
      - The result is then hidden in the output, as with C(no_log).
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_task_info
  - module: determined_ai.determined.det_task_cull
"""

EXAMPLES = r"""
- name: A shell, and the key to it
  determined_ai.determined.det_shell:
    description: debugging
    slots: 1
    reveal: true
  register: made

- name: Keep the key
  ansible.builtin.copy:
    dest: "{{ playbook_dir }}/debugging.key"
    content: "{{ made.shell.private_key }}"
    mode: "0600"
  no_log: true

- name: Stop it
  determined_ai.determined.det_shell:
    description: debugging
    state: absent
"""

RETURN = r"""
shell:
  description: The shell, in check mode as it would be; null when it is absent.
  returned: success
  type: dict
  contains:
    # columns of tasks.task_columns.SHELL
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
    public_key:
      description: Public key.
      type: str
      returned: always
      sample: "ssh-rsa AAAA…"
    private_key:
      description: Private key, which lets anybody in; null unless O(reveal) is set.
      type: str
      returned: always
      sample: ""
    addresses:
      description: Where its SSH server is reached.
      type: list
      elements: dict
      returned: always
      contains:
        container_ip:
          description: Address in the container.
          type: str
          returned: always
          sample: "172.17.0.2"
        container_port:
          description: Port in the container.
          type: int
          returned: always
          sample: 3334
        host_ip:
          description: Address of the agent.
          type: str
          returned: always
          sample: "10.0.0.7"
        host_port:
          description: Port of the agent.
          type: int
          returned: always
          sample: 33334
    agent_user_group:
      description: The Unix user and group that it runs as; null where none is set.
      type: dict
      returned: always
      contains:
        uid:
          description: Number of the user.
          type: int
          returned: always
          sample: 1014
        user:
          description: Name of the user.
          type: str
          returned: always
          sample: "ana"
        gid:
          description: Number of the group.
          type: int
          returned: always
          sample: 1014
        group:
          description: Name of the group.
          type: str
          returned: always
          sample: "ana"
    url:
      description: Address of its page in the web UI.
      type: str
      returned: always
      sample: "https://det.example.org/det/shell/7/logs"
    # end of columns
requests:
  description: What was sent to change something, in check mode what would be.
  returned: always
  type: list
  elements: str
  sample: ["POST /api/v1/shells"]
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
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, WAIT
from ansible_collections.determined_ai.determined.plugins.module_utils.tasks.ntsc import (
    LAUNCH,
    NAMED,
    REVEAL,
    ensure_task,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.tasks.task_kinds import SHELL

SPEC = CONNECTION + WAIT + LAUNCH + NAMED + REVEAL
HIDDEN = "reveal"


def work(call):
    return ensure_task(call, SHELL)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
