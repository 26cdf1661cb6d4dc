#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_notebook
short_description: Start or stop a JupyterLab notebook of a Determined cluster
version_added: 0.1.0
description:
  - Starts a JupyterLab notebook where none with that description waits or runs, and waits until it is ready.
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
      - Return its address with the token that lets anybody in.
      - The result is then hidden in the output, as with C(no_log).
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_task_info
  - module: determined_ai.determined.det_task_cull
"""

EXAMPLES = r"""
- name: A notebook with two GPUs
  determined_ai.determined.det_notebook:
    description: exploring
    workspace: vision
    slots: 2
    config: {idle_timeout: 8h}
  register: made

- name: Where it is
  ansible.builtin.debug:
    msg: "{{ made.notebook.service_address }}"

- name: Stop it
  determined_ai.determined.det_notebook:
    description: exploring
    workspace: vision
    state: absent
"""

RETURN = r"""
notebook:
  description:
    - The notebook as the master shows it, in check mode as it would be; null when it is absent.
    - Its address is without the token that lets anybody in, unless O(reveal) is set.
  returned: success
  type: dict
  sample:
    {"id": "ba7e86b1-c78a-4196-a4b1-e8131258b9db", "description": "exploring", "state": "STATE_RUNNING",
     "workspace_id": 7, "username": "ana", "resource_pool": "default",
     "service_address": "/proxy/ba7e86b1-c78a-4196-a4b1-e8131258b9db/"}
requests:
  description: What was sent to change something, in check mode what would be.
  returned: always
  type: list
  elements: str
  sample: ["POST /api/v1/notebooks"]
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
from ansible_collections.determined_ai.determined.plugins.module_utils.tasks.task_kinds import NOTEBOOK

SPEC = CONNECTION + WAIT + LAUNCH + NAMED + REVEAL
HIDDEN = "reveal"


def work(call):
    return ensure_task(call, NOTEBOOK)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
