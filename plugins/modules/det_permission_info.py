#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_permission_info
short_description: Read what a user or a group may do in a Determined cluster, and where
version_added: 1.0.0
description:
  - Returns the roles of one user or group with the places that they count in, and what these roles permit there. When
    neither O(username) nor O(group) is given, those of the user of the task.
  - Only who may assign roles sees those of other users, and of groups without being a member.
  - Without RBAC the master stores roles, but they have no effect. The module warns of that.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  username:
    description: Name of a user. The roles that the user has through groups are returned too. Exclusive with O(group).
    type: str
  group:
    description: Name of a group.
    type: str
  permission:
    description: Name of a permission, such as C(CREATE_EXPERIMENT). RV(allowed) tells whether the user or group has it.
    type: str
  workspace:
    description: Name of the workspace that RV(allowed) is about; when left out, the whole cluster.
    type: str
seealso:
  - module: determined_ai.determined.det_role_info
  - module: determined_ai.determined.det_role_assignment
"""

EXAMPLES = r"""
- name: Read what the user of the task may do
  determined_ai.determined.det_permission_info:
  register: own

- name: Show what is permitted in the whole cluster
  ansible.builtin.debug:
    msg: "{{ own.permissions | selectattr('cluster') | map(attribute='name') }}"

- name: Read which roles somebody has, and how
  determined_ai.determined.det_permission_info:
    username: ana
  register: result

- name: Show it in words
  ansible.builtin.debug:
    var: result.sentences

- name: See whether the members of a group may start experiments in a workspace
  determined_ai.determined.det_permission_info:
    group: vision
    permission: CREATE_EXPERIMENT
    workspace: vision
  register: may
"""

RETURN = r"""
rbac_enabled:
  description: Whether roles decide on what users may do on this master.
  returned: success
  type: bool
  sample: true
assignments:
  description: The roles that the user or group has, by name and place.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of access.permission_rows.HELD
    role:
      description: Name of the role.
      type: str
      returned: always
      sample: "Editor"
    role_id:
      description: Id of the role.
      type: int
      returned: always
      sample: 5
    workspace:
      description: Name of the workspace; null for the whole cluster, or where it is not visible.
      type: str
      returned: always
      sample: "vision"
    workspace_id:
      description: Id of the workspace; null for the whole cluster.
      type: int
      returned: always
      sample: 7
    group:
      description:
        - Name of the group by which O(username) has the role; null for the user itself and without O(username).
      type: str
      returned: always
      sample: "vision"
    group_id:
      description: Id of that group.
      type: int
      returned: always
      sample: 41
    # end of columns
permissions:
  description: What these roles permit, by name.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of access.permission_rows.PERMITTED
    name:
      description: The permission.
      type: str
      returned: always
      sample: "CREATE_EXPERIMENT"
    cluster:
      description: Whether it counts in the whole cluster.
      type: bool
      returned: always
      sample: false
    workspaces:
      description: Names of additional workspaces where the permission applies, in order.
      type: list
      elements: str
      returned: always
      sample: ["vision"]
    workspace_ids:
      description: Ids of these workspaces, in order.
      type: list
      elements: int
      returned: always
      sample: [7]
    roles:
      description: Names of the roles that permit it, in order.
      type: list
      elements: str
      returned: always
      sample: ["Editor"]
    # end of columns
sentences:
  description: RV(assignments) in words.
  returned: success
  type: list
  elements: str
  sample: ["ana has the role Editor in the workspace vision, as a member of the group vision."]
allowed:
  description:
    - Whether O(permission) is given in O(workspace), or in the whole cluster. Null where roles have no effect.
  returned: when O(permission) is given
  type: bool
  sample: true
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.access.permission_rows import gather_permissions
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec

SPEC = CONNECTION + Spec(
    {
        "username": {"type": "str"},
        "group": {"type": "str"},
        "permission": {"type": "str"},
        "workspace": {"type": "str"},
    },
    mutually_exclusive=(("username", "group"),),
    required_by={"workspace": ("permission",)},
    narrows=("username", "group", "permission", "workspace"),
)


def work(call):
    return gather_permissions(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
