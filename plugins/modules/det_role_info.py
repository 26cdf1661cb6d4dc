#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_role_info
short_description: Read roles of a Determined cluster, and who has them
version_added: 1.0.0
description:
  - Returns the roles that the user may see, with their permissions, and on request all their assignments.
  - Without RBAC the master stores assignments, but they have no effect.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  id:
    description: Id of one role. The task fails when there is none.
    type: int
  name:
    description: Name of one role, with case. The list is empty when there is none.
    type: str
  workspace:
    description:
      - Name of a workspace. Return only the roles that can be given in it. Exclusive with O(workspace_id) and
        O(cluster).
    type: str
  workspace_id:
    description: Id of such a workspace.
    type: int
  cluster:
    description: Return only the roles that can be given in the whole cluster.
    type: bool
  gather:
    description:
      - Additional data to return. V(assignments) are the assignments of these roles to users and groups, in the whole
        cluster and in its workspaces.
    type: list
    elements: str
    choices: [assignments]
    default: []
seealso:
  - module: determined_ai.determined.det_role_assignment
  - module: determined_ai.determined.det_group_info
  - module: determined_ai.determined.det_permission_info
"""

EXAMPLES = r"""
- name: Read what each role allows
  determined_ai.determined.det_role_info:
  register: result

- name: Read the roles that can be given in a workspace
  determined_ai.determined.det_role_info:
    workspace: vision
  register: result

- name: Show them
  ansible.builtin.debug:
    msg: "{{ result.roles | map(attribute='name') }}"

- name: Read who is an administrator of the cluster
  determined_ai.determined.det_role_info:
    name: ClusterAdmin
    gather: [assignments]
  register: result

- name: Show them
  ansible.builtin.debug:
    msg: "{{ result.assignments }}"
"""

RETURN = r"""
roles:
  description: The roles, by name.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of role
    id:
      description: Id.
      type: int
      returned: always
      sample: 5
    name:
      description: Name.
      type: str
      returned: always
      sample: "Editor"
    permissions:
      description: What it permits, in order.
      type: list
      elements: str
      returned: always
      sample: ["CREATE_EXPERIMENT"]
    in_cluster:
      description: Whether it can be given cluster-wide.
      type: bool
      returned: always
      sample: true
    in_workspace:
      description: Whether it can be given in a workspace.
      type: bool
      returned: always
      sample: true
    # end of columns
assignments:
  description: Assignments of these roles to users and groups, by role, workspace, user and group.
  returned: with O(gather=assignments)
  type: list
  elements: dict
  contains:
    role:
      description: Name of the role.
      type: str
      returned: always
      sample: Editor
    user:
      description: User name; null where a group has the role, or where the user is not visible.
      type: str
      returned: always
      sample: ana
    user_id:
      description: Id of the user; null where a group has the role.
      type: int
      returned: always
      sample: 3
    group:
      description: Name of the group; null where a user has the role, or where the group is not visible.
      type: str
      returned: always
      sample: vision
    group_id:
      description: Id of the group; null where a user has the role.
      type: int
      returned: always
      sample: 41
    workspace:
      description: Name of the workspace; null for the whole cluster, or where the workspace is not visible.
      type: str
      returned: always
      sample: vision
    workspace_id:
      description: Id of the workspace; null for the whole cluster.
      type: int
      returned: always
      sample: 7
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.access.assignment_rows import list_assignments
from ansible_collections.determined_ai.determined.plugins.module_utils.access.role_rows import GIVEN_IN, list_roles
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.kind_spec import scope_spec
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.store.store import Store

SPEC = (
    CONNECTION
    + scope_spec(GIVEN_IN)
    + Spec(
        {
            "id": {"type": "int"},
            "name": {"type": "str"},
            "gather": {"type": "list", "elements": "str", "choices": ["assignments"], "default": []},
        },
        mutually_exclusive=(("id", "name"),),
        narrows=("id", "name", "workspace", "workspace_id", "cluster"),
    )
)


def work(call):
    result = {"roles": list_roles(call)}
    if "assignments" in (call.params["gather"] or ()):
        roles = {row["name"]: row["id"] for row in result["roles"]}
        result["assignments"] = list_assignments(Store(call.client), roles)
    return result


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
