#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_webhook_info
short_description: Read webhooks of a Determined cluster
version_added: 1.0.0
description:
  - Returns the webhooks that the user may see and that meet all conditions.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  id:
    description: Id of one webhook. The task fails when there is none.
    type: int
  name:
    description: Return only webhooks of this name, with case.
    type: str

  workspace:
    description: Name of a workspace. Return only its webhooks. Exclusive with O(workspace_id) and O(cluster).
    type: str
  workspace_id:
    description: Id of a workspace. Return only its webhooks.
    type: int
  cluster:
    description: Return only webhooks that are for the whole cluster. Exclusive with O(workspace) and O(workspace_id).
    type: bool
seealso:
  - module: determined_ai.determined.det_webhook
"""

EXAMPLES = r"""
- name: Read all webhooks
  determined_ai.determined.det_webhook_info:
  register: result

- name: Show where each of them delivers to
  ansible.builtin.debug:
    msg: "{{ result.webhooks | items2dict(key_name='name', value_name='url') }}"

- name: Read the webhooks of one workspace
  determined_ai.determined.det_webhook_info:
    workspace: vision
"""

RETURN = r"""
webhooks:
  description: The webhooks.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of webhook
    id:
      description: Id. A webhook that was replaced has another one.
      type: int
      returned: always
      sample: 68
    name:
      description: Name.
      type: str
      returned: always
      sample: "eda"
    workspace_id:
      description: Id of its workspace; 0 where it is for the whole cluster.
      type: int
      returned: always
      sample: 7
    url:
      description: Where it delivers to. Only the host is shown, since the rest may be a secret.
      type: str
      returned: always
      sample: "https://eda.example.com/********"
    type:
      description: Form of what it delivers.
      type: str
      returned: always
      sample: "DEFAULT"
    mode:
      description: "Which experiments it reports: all, or those whose config names it."
      type: str
      returned: always
      sample: "WORKSPACE"
    triggers:
      description: The events that it reports, in order.
      type: list
      elements: dict
      returned: always
      sample: [{"experiment_state": "ERROR"}]
    # end of columns
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.gather import gather
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.kind_spec import scope_spec
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.webhook import WEBHOOK

SPEC = (
    CONNECTION
    + scope_spec(WEBHOOK.scope)
    + Spec(
        {"id": {"type": "int"}, "name": {"type": "str"}},
        mutually_exclusive=(("id", "name"), ("id", "workspace"), ("id", "workspace_id"), ("id", "cluster")),
        narrows=("id", "name", "workspace", "workspace_id", "cluster"),
    )
)


def work(call):
    return {"webhooks": gather(call, WEBHOOK)}


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
