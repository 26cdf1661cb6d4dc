#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_template
short_description: Manage templates of configs of a Determined cluster
version_added: 1.0.0
description:
  - Creates, renames, moves, changes and deletes templates, from which experiments and tasks take parts of their config.
  - A property whose option is left out is not managed.
  - A name is unique in the whole cluster. A template has no id.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.journal
options:
  name:
    description: Name of the template, with case. It must not hold a slash.
    type: str
    required: true
  new_name:
    description:
      - Name that the template must have. The module looks for O(name) first and then for O(new_name), so that a
        repeated run changes nothing.
    type: str
  workspace:
    description:
      - Name of the workspace that the template must be in. A template in another workspace is moved there.
      - Without this option and O(workspace_id) a template stays where it is, and a new one goes to the first workspace
        of the cluster, which is called Uncategorized.
    type: str
  workspace_id:
    description: Id of that workspace. Exclusive with O(workspace).
    type: int
  state:
    description:
      - V(present) makes sure that the template exists.
      - V(absent) deletes it. Experiments that were made from it keep their config.
    type: str
    choices: [present, absent]
    default: present
  config:
    description:
      - The whole config, as a dictionary, or as a text in YAML, which is read as the CLI reads it. Configs are compared
        as what they say.
      - A template without O(config) gets an empty config when it is created.
    type: raw
seealso:
  - module: determined_ai.determined.det_template_info
  - module: determined_ai.determined.det_config_policy
  - module: determined_ai.determined.det_experiment
"""

EXAMPLES = r"""
- name: Create a template, or give it this config
  determined_ai.determined.det_template:
    name: four-gpus
    workspace: vision
    config:
      resources:
        slots_per_trial: 4

- name: Take the config from a file
  determined_ai.determined.det_template:
    name: four-gpus
    config: "{{ lookup('ansible.builtin.file', 'four-gpus.yaml') }}"

- name: Rename the template and move it to another workspace
  determined_ai.determined.det_template:
    name: four-gpus
    new_name: one-node
    workspace: archive

- name: Delete the template
  determined_ai.determined.det_template:
    name: one-node
    state: absent
"""

RETURN = r"""
template:
  description: The template as the master shows it, in check mode as it would be; null when it is absent.
  returned: success
  type: dict
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
requests:
  description: The requests that were sent to change something; in check mode those that would be sent.
  returned: always
  type: list
  elements: str
  sample: ["PUT /api/v1/templates/four-gpus"]
diff:
  description: The managed properties before and after.
  returned: when diff mode is on
  type: dict
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.ensure import ensure
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.kind_spec import kind_spec
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.template import TEMPLATE

SPEC = CONNECTION + kind_spec(TEMPLATE)


def work(call):
    return ensure(call, TEMPLATE)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
