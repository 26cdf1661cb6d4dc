#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_resource_pool_binding
short_description: Manage which workspaces a resource pool of a Determined cluster is kept for
version_added: 1.0.0
description:
  - Binds a resource pool to workspaces. Other workspaces cannot use the pool as long as it is bound to one.
  - The module sends only what differs, first what is added, then what is removed. It does not use the call of the
    master that replaces all bindings, because that call loses all of them when a workspace is not there any more.
  - A default pool of the cluster is open to all workspaces, and cannot be bound.
  - Bindings to workspaces that the user of the task may not see are neither shown nor removed.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.journal
options:
  resource_pool:
    description: Name of the resource pool.
    type: str
    required: true
  workspaces:
    description:
      - Names of workspaces. O(workspaces_mode) says what they are to those that the pool is bound to.
      - Null, or an empty list, with V(exact) removes all bindings, for which O(allow_open) is needed.
    type: list
    elements: str
  workspaces_mode:
    description:
      - V(exact) makes O(workspaces) the only ones that the pool is bound to, V(append) binds the pool to them too, and
        V(remove) removes the bindings to them.
    type: str
    choices: [exact, append, remove]
    default: exact
  allow_open:
    description: Whether the last binding may be removed. A pool without a binding is open to all workspaces.
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_resource_pool_info
  - module: determined_ai.determined.det_workspace
"""

EXAMPLES = r"""
- name: Keep a pool for one workspace
  determined_ai.determined.det_resource_pool_binding:
    resource_pool: gpu-a
    workspaces: [vision]

- name: Let another workspace use the pool too
  determined_ai.determined.det_resource_pool_binding:
    resource_pool: gpu-a
    workspaces: [archive]
    workspaces_mode: append

- name: Let the first workspace use the pool no more
  determined_ai.determined.det_resource_pool_binding:
    resource_pool: gpu-a
    workspaces: [vision]
    workspaces_mode: remove

- name: Open the pool to all workspaces
  determined_ai.determined.det_resource_pool_binding:
    resource_pool: gpu-a
    workspaces: []
    allow_open: true
"""

RETURN = r"""
resource_pool_binding:
  description: The bindings of the pool as the master shows them, in check mode as they would be.
  returned: success
  type: dict
  contains:
    # columns of resource_pool_binding
    workspaces:
      description: "Names of the workspaces that the pool is kept for, in order; none: it is open to all."
      type: list
      elements: str
      returned: always
      sample: ["nlp", "vision"]
    # end of columns
requests:
  description: The requests that were sent to change something; in check mode those that would be sent.
  returned: always
  type: list
  elements: str
  sample: ["POST /api/v1/resource-pools/gpu-a/workspace-bindings"]
diff:
  description: The bindings before and after.
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
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.resource_pool_binding import (
    RESOURCE_POOL_BINDING,
)

SPEC = CONNECTION + kind_spec(RESOURCE_POOL_BINDING)


def work(call):
    return ensure(call, RESOURCE_POOL_BINDING)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
