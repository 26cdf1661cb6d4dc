#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_config_policy_info
short_description: Read config policies of a Determined cluster
version_added: 1.0.0
description:
  - Returns the config policies of one workspace, of the whole cluster, or of the cluster and all its workspaces.
  - A place without a policy is not in the list.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  workspace:
    description: Name of a workspace. Return only its policies. Exclusive with O(workspace_id) and O(cluster).
    type: str
  workspace_id:
    description: Id of a workspace. Return only its policies.
    type: int
  cluster:
    description: Return only the policies of the whole cluster. Exclusive with O(workspace) and O(workspace_id).
    type: bool

  workload_type:
    description:
      - The workloads that the policy is about. V(EXPERIMENT) are experiments, V(NTSC) are notebooks, TensorBoards,
        shells and commands.
      - When left out, the policies for both are returned.
    type: str
    choices: [EXPERIMENT, NTSC]
seealso:
  - module: determined_ai.determined.det_config_policy
"""

EXAMPLES = r"""
- name: Read all policies of the cluster and its workspaces
  determined_ai.determined.det_config_policy_info:
  register: result

- name: Show which workspaces have a policy of their own
  ansible.builtin.debug:
    msg: "{{ result.config_policies | map(attribute='workspace') | select | unique }}"

- name: Read the policies of one workspace for experiments
  determined_ai.determined.det_config_policy_info:
    workspace: vision
    workload_type: EXPERIMENT
"""

RETURN = r"""
config_policies:
  description: The policies, those of the cluster first, then by id of the workspace.
  returned: success
  type: list
  elements: dict
  contains:
    workspace:
      description: Name of the workspace; null for the whole cluster.
      type: str
      returned: always
      sample: vision
    workspace_id:
      description: Id of the workspace; null for the whole cluster.
      type: int
      returned: always
      sample: 7
    workload_type:
      description: The workloads that the policy is about.
      type: str
      returned: always
      sample: EXPERIMENT
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
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.access.policy_rows import list_policies
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.kind_spec import scope_spec
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.config_policy import CONFIG_POLICY

SPEC = (
    CONNECTION
    + scope_spec(CONFIG_POLICY.scope)
    + Spec(
        {"workload_type": {"type": "str", "choices": ["EXPERIMENT", "NTSC"]}},
        narrows=("workspace", "workspace_id", "cluster", "workload_type"),
    )
)


def work(call):
    return {"config_policies": list_policies(call)}


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
