#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_role_assignment
short_description: Manage which roles users and groups have in a Determined cluster
version_added: 1.0.0
description:
  - Gives roles to users and groups, in one workspace or in the whole cluster, and takes them away.
  - Roles count on clusters with RBAC only. Other masters store the assignments without effect, and the module warns of
    that.
  - The roles are built into the master. M(determined_ai.determined.det_role_info) lists them.
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
    description:
      - Manage the assignments that count in the whole cluster. Exclusive with O(workspace) and O(workspace_id).
    type: bool

  assignments:
    description:
      - Roles of users and groups. O(assignments_mode) says what happens to existing assignments.
      - An empty list with O(assignments_mode=exact) removes all roles that were given in this place.
    type: list
    elements: dict
    suboptions:
      user:
        description: User name. Exclusive with O(assignments[].group).
        type: str
      group:
        description: Name of a group. Exclusive with O(assignments[].user).
        type: str
      role:
        description: Name of a role, such as V(Editor).
        type: str
        required: true
  assignments_mode:
    description:
      - V(append) gives these and keeps the others.
      - V(remove) takes these away and keeps the others.
      - V(exact) gives these and takes all others away that the user of this task may see.
    type: str
    choices: [exact, append, remove]
    default: append
  allow_lockout:
    description:
      - Take roles away although they are those of the user of this task, or although no active administrator would be
        left in the cluster.
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_role_info
  - module: determined_ai.determined.det_group
  - module: determined_ai.determined.det_user
"""

EXAMPLES = r"""
- name: Make a group the editors of a workspace
  determined_ai.determined.det_role_assignment:
    workspace: vision
    assignments:
      - {group: vision, role: Editor}

- name: Let a user view everything in the cluster
  determined_ai.determined.det_role_assignment:
    cluster: true
    assignments:
      - {user: bob, role: Viewer}

- name: Take a role away
  determined_ai.determined.det_role_assignment:
    cluster: true
    assignments:
      - {user: bob, role: Viewer}
    assignments_mode: remove

- name: Allow just these assignments in a workspace, and take all others away
  determined_ai.determined.det_role_assignment:
    workspace: vision
    assignments:
      - {group: vision, role: Editor}
      - {user: ana, role: WorkspaceAdmin}
    assignments_mode: exact
"""

RETURN = r"""
role_assignment:
  description:
    - The assignments of the workspace or of the cluster after the task, in check mode as they would be.
  returned: success
  type: dict
  contains:
    # columns of role_assignment
    assignments:
      description: The users and groups with their roles, in order.
      type: list
      elements: dict
      returned: always
      sample: [{"group": "vision", "role": "Editor"}]
    # end of columns
requests:
  description: The requests that were sent to change something; in check mode those that would be sent.
  returned: always
  type: list
  elements: str
  sample: ["POST /api/v1/roles/add-assignments"]
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
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.role_assignment import ROLE_ASSIGNMENT

SPEC = CONNECTION + kind_spec(ROLE_ASSIGNMENT)


def work(call):
    return ensure(call, ROLE_ASSIGNMENT)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
