#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_namespace_info
short_description: Read the Kubernetes namespaces and quotas of workspaces of a Determined cluster
version_added: 1.0.0
description:
  - Returns the Kubernetes clusters of the master, and the namespace and the quota of each workspace in them.
  - B(Only for masters with Kubernetes.) On others the module fails with a sentence, or with O(skip_unsupported) returns
    empty lists and that sentence.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  workspace:
    description: Name of a workspace. Return only its namespaces. Exclusive with O(workspace_id).
    type: str
  workspace_id:
    description: Id of such a workspace.
    type: int
  skip_unsupported:
    description: Whether to succeed on a master without a Kubernetes cluster.
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_namespace_binding
  - module: determined_ai.determined.det_resource_quota
"""

EXAMPLES = r"""
- name: Read the namespaces of all workspaces
  determined_ai.determined.det_namespace_info:
    skip_unsupported: true
  register: result

- name: Show the workspaces without a limit
  ansible.builtin.debug:
    msg: "{{ result.namespaces | rejectattr('quota') | map(attribute='workspace') }}"
"""

RETURN = r"""
clusters:
  description: Names of the Kubernetes clusters of the master.
  returned: success
  type: list
  elements: str
  sample: [k8s-1]
namespaces:
  description: The namespaces, by id of the workspace and by cluster.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of cluster.namespaces.NAMESPACE
    workspace:
      description: Name of the workspace.
      type: str
      returned: always
      sample: "vision"
    workspace_id:
      description: Id of the workspace.
      type: int
      returned: always
      sample: 7
    cluster_name:
      description: Name of the Kubernetes cluster.
      type: str
      returned: always
      sample: "k8s-1"
    namespace:
      description: The namespace that tasks of the workspace run in there.
      type: str
      returned: always
      sample: "vision"
    auto_created:
      description: Whether the master has made the namespace for the workspace.
      type: bool
      returned: always
      sample: false
    quota:
      description: Number of the slots that the workspace may use there; null without a limit.
      type: int
      returned: always
      sample: 16
    # end of columns
default_workspace_ids:
  description: Ids of the workspaces that use the default namespace of a cluster.
  returned: success
  type: list
  elements: int
  sample: [1]
supported:
  description: Whether the master has a Kubernetes cluster.
  returned: success
  type: bool
  sample: true
msg:
  description: What the master does not have.
  returned: when RV(supported) is false
  type: str
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.namespaces import SKIP
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.quotas import PLACE, gather_namespaces
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.kind_spec import scope_spec
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec

SPEC = CONNECTION + scope_spec(PLACE) + Spec(dict(SKIP), narrows=("workspace", "workspace_id"))


def work(call):
    return gather_namespaces(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
