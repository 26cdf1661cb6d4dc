#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_namespace_binding
short_description: Manage the Kubernetes namespaces that tasks of workspaces of a Determined cluster run in
version_added: 1.0.0
description:
  - Binds workspaces to a namespace of a Kubernetes cluster, or lets the master make namespaces for them.
  - A workspace without a namespace of its own in a cluster uses the default namespace of that cluster.
  - B(Only for masters with Kubernetes.) On others the module fails with a sentence, or with O(skip_unsupported) changes
    nothing and returns that sentence.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
options:
  workspaces:
    description: Names of the workspaces.
    type: list
    elements: str
    required: true
    aliases: [workspace]
  state:
    description:
      - V(present) makes sure that the workspaces have the namespace, or one of their own.
      - V(absent) takes the namespaces from the workspaces, so that they use the default one of the cluster. What the
        master has made stays in Kubernetes.
    type: str
    choices: [present, absent]
    default: present
  cluster_name:
    description:
      - Name of the Kubernetes cluster. Needed where the master has several, unless O(auto_create) is set, which then is
        for all clusters.
    type: str
  namespace:
    description: Name of the namespace, which must be there. Exclusive with O(auto_create).
    type: str
  auto_create:
    description: Whether the master makes a namespace for each of the workspaces.
    type: bool
    default: false
  skip_unsupported:
    description: Whether to succeed without a change on a master without a Kubernetes cluster.
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_namespace_info
  - module: determined_ai.determined.det_resource_quota
"""

EXAMPLES = r"""
- name: Let tasks of a workspace run in a namespace that is there
  determined_ai.determined.det_namespace_binding:
    workspace: vision
    namespace: team-vision
    skip_unsupported: true

- name: Have namespaces made for some workspaces, in all clusters
  determined_ai.determined.det_namespace_binding:
    workspaces: [vision, archive]
    auto_create: true
    skip_unsupported: true

- name: Let tasks of a workspace run in the default namespace of a cluster again
  determined_ai.determined.det_namespace_binding:
    workspace: vision
    cluster_name: k8s-1
    state: absent
    skip_unsupported: true
"""

RETURN = r"""
namespaces:
  description:
    - The namespaces of the workspaces as the master shows them. In check mode as they would be, with a null for a name
      that the master chooses.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of cluster.namespaces.BINDING
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
    # end of columns
requests:
  description: The requests that were sent to change something; in check mode those that would be sent.
  returned: always
  type: list
  elements: str
  sample: ["POST /api/v1/workspaces/7/namespace-bindings"]
diff:
  description: The namespaces that change, by workspace and cluster, before and after.
  returned: when diff mode is on
  type: dict
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

from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.namespaces import (
    NAMESPACE_BINDING,
    manage_bindings,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION

SPEC = CONNECTION + NAMESPACE_BINDING


def work(call):
    return manage_bindings(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
