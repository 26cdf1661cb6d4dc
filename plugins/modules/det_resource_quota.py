#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_resource_quota
short_description: Manage the Kubernetes resource quotas of workspaces of a Determined cluster
version_added: 1.0.0
description:
  - Sets how many slots the tasks of a workspace may use in a Kubernetes cluster. The workspace must have a namespace of
    its own there, see M(determined_ai.determined.det_namespace_binding).
  - The master has no call that takes a quota away.
  - B(Only for masters with Kubernetes.) On others the module fails with a sentence, or with O(skip_unsupported) changes
    nothing and returns that sentence.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
options:
  workspace:
    description: Name of the workspace. Exclusive with O(workspace_id).
    type: str
  workspace_id:
    description: Id of the workspace.
    type: int
  cluster_name:
    description: Name of the Kubernetes cluster. Needed where the master has several.
    type: str
  quota:
    description: Number of the slots.
    type: int
    required: true
  skip_unsupported:
    description: Whether to succeed without a change on a master without a Kubernetes cluster.
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_namespace_info
  - module: determined_ai.determined.det_namespace_binding
"""

EXAMPLES = r"""
- name: Let the tasks of a workspace use no more than 16 slots
  determined_ai.determined.det_resource_quota:
    workspace: vision
    quota: 16
    skip_unsupported: true
"""

RETURN = r"""
resource_quota:
  description: The quota as the master shows it, in check mode as it would be; null without Kubernetes.
  returned: success
  type: dict
  contains:
    # columns of cluster.quotas.QUOTA
    workspace_id:
      description: Id of the workspace; null where it is still to be made.
      type: int
      returned: always
      sample: 7
    cluster_name:
      description: Name of the Kubernetes cluster.
      type: str
      returned: always
      sample: "k8s-1"
    quota:
      description: Number of the slots that the workspace may use there; null without a limit.
      type: int
      returned: always
      sample: 16
    # end of columns
requests:
  description: The requests that were sent to change something; in check mode those that would be sent.
  returned: always
  type: list
  elements: str
  sample: ["POST /api/v1/workspaces/7/set-resource-quota"]
diff:
  description: The quota before and after.
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

from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.namespaces import SKIP
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.quotas import PLACE, manage_quota
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.kind_spec import scope_spec
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec

SPEC = (
    CONNECTION
    + scope_spec(PLACE, required=True)
    + Spec(
        {"cluster_name": {"type": "str"}, "quota": {"type": "int", "required": True}, **SKIP}, narrows=("cluster_name",)
    )
)


def work(call):
    return manage_quota(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
