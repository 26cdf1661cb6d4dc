#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_template_info
short_description: Read templates of configs of a Determined cluster
version_added: 1.0.0
description:
  - Returns the templates that the user may see and that meet all conditions.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  name:
    description: Name of one template, with case. The list is empty when there is none.
    type: str
  workspace:
    description: Return only templates of the workspace of this name.
    type: str
  workspace_id:
    description: Return only templates of the workspace of this id. Exclusive with O(workspace).
    type: int
seealso:
  - module: determined_ai.determined.det_template
"""

EXAMPLES = r"""
- name: Read all templates
  determined_ai.determined.det_template_info:
  register: result

- name: Show the templates that ask for more than eight slots
  ansible.builtin.debug:
    msg: "{{ result.templates | selectattr('config.resources.slots_per_trial', 'defined')
      | selectattr('config.resources.slots_per_trial', 'gt', 8) | map(attribute='name') }}"

- name: Read the templates of a workspace
  determined_ai.determined.det_template_info:
    workspace: vision
"""

RETURN = r"""
templates:
  description: The templates.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of template
    name:
      description: Name.
      type: str
      returned: always
      sample: "bert-large"
    workspace_id:
      description: Id of its workspace.
      type: int
      returned: always
      sample: 7
    config:
      description: The config that experiments and tasks get from it.
      type: dict
      returned: always
      sample: {"resources": {"slots_per_trial": 4}}
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
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.template import TEMPLATE

SPEC = (
    CONNECTION
    + scope_spec(TEMPLATE.scope)
    + Spec({"name": {"type": "str"}}, narrows=("name", "workspace", "workspace_id"))
)


def work(call):
    return {"templates": gather(call, TEMPLATE)}


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
