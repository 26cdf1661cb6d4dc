#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_config_policy
short_description: Manage config policies of a Determined cluster
version_added: 1.0.0
description:
  - Sets and deletes what the configs of experiments, or of notebooks, TensorBoards, shells and commands, must contain
    or must keep to, in one workspace or in the whole cluster.
  - A policy of the cluster takes precedence over that of a workspace.
  - A property whose option is left out keeps its value. Null, or an empty dictionary, takes it away.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.journal
options:
  workspace:
    description: Name of the workspace. Exclusive with O(workspace_id) and O(cluster).
    type: str
  workspace_id:
    description: Id of the workspace.
    type: int
  cluster:
    description: Manage the policy of the whole cluster. Exclusive with O(workspace) and O(workspace_id).
    type: bool

  workload_type:
    description:
      - The workloads that the policy is about. V(EXPERIMENT) are experiments, V(NTSC) are notebooks, TensorBoards,
        shells and commands.
    type: str
    choices: [EXPERIMENT, NTSC]
    required: true

  state:
    description:
      - V(present) makes sure that the policy is as the options say.
      - V(absent) deletes the policy.
    type: str
    choices: [present, absent]
    default: present
  invariant_config:
    description:
      - A part of an experiment config that every new experiment gets, whatever its own config says.
      - For O(workload_type=EXPERIMENT) only. It is replaced as a whole.
    type: dict
  constraints:
    description:
      - What a config must keep to, such as C(resources.max_slots) and C(priority_limit). The master refuses others.
      - It is replaced as a whole.
    type: dict
seealso:
  - module: determined_ai.determined.det_config_policy_info
"""

EXAMPLES = r"""
- name: Limit the experiments of a workspace to 8 slots
  determined_ai.determined.det_config_policy:
    workspace: vision
    workload_type: EXPERIMENT
    constraints:
      resources: {max_slots: 8}

- name: Set the number of restarts for all experiments of the workspace, and keep the limit
  determined_ai.determined.det_config_policy:
    workspace: vision
    workload_type: EXPERIMENT
    invariant_config:
      max_restarts: 2

- name: Limit notebooks and shells in the whole cluster
  determined_ai.determined.det_config_policy:
    cluster: true
    workload_type: NTSC
    constraints:
      resources: {max_slots: 1}

- name: Delete the policy of the workspace
  determined_ai.determined.det_config_policy:
    workspace: vision
    workload_type: EXPERIMENT
    state: absent
"""

RETURN = r"""
config_policy:
  description: The policy as the master shows it, in check mode as it would be; null when it is absent.
  returned: success
  type: dict
  contains:
    # columns of config_policy
    invariant_config:
      description: What each new config gets, whatever it says itself.
      type: dict
      returned: always
      sample: {"max_restarts": 2}
    constraints:
      description: The limits that a config must keep to.
      type: dict
      returned: always
      sample: {"resources": {"max_slots": 4}}
    # end of columns
requests:
  description: The requests that were sent to change something; in check mode those that would be sent.
  returned: always
  type: list
  elements: str
  sample: ["PUT /api/v1/config-policies/workspaces/7/EXPERIMENT"]
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
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.config_policy import CONFIG_POLICY

SPEC = CONNECTION + kind_spec(CONFIG_POLICY)


def work(call):
    return ensure(call, CONFIG_POLICY)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
