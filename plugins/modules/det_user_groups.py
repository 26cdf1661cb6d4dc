#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_user_groups
short_description: Manage which groups a user of a Determined cluster is in
version_added: 1.0.0
description:
  - Adds a user to groups and removes the user from groups. One request adds the user to all of them, one removes the
    user from all of them, however many groups there are. Either all of a request is done or nothing.
  - M(determined_ai.determined.det_group) manages the members of one group.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.journal
options:
  user:
    description: Name of the user, with case. Exclusive with O(user_id).
    type: str
  user_id:
    description: Id of the user.
    type: int
  groups:
    description:
      - Names of groups. All must be there. O(groups_mode) says what happens to the other groups of the user.
      - An empty list with O(groups_mode=exact) removes the user from all groups that the user of this task may see.
    type: list
    elements: str
  groups_mode:
    description:
      - V(append) adds the user to these groups and keeps the others.
      - V(remove) removes the user from these groups and keeps the others.
      - V(exact) adds the user to these groups and removes the user from all others.
    type: str
    choices: [exact, append, remove]
    default: append
  allow_lockout:
    description: Remove the user from groups although no active administrator would be left in the cluster.
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_group
  - module: determined_ai.determined.det_group_info
  - module: determined_ai.determined.det_user
"""

EXAMPLES = r"""
- name: Create three groups
  determined_ai.determined.det_group:
    name: "{{ item }}"
  loop: [vision, night-shift, gpu-a]

- name: Add a new colleague to three groups
  determined_ai.determined.det_user_groups:
    user: ana
    groups: [vision, night-shift, gpu-a]

- name: Remove a user from one group
  determined_ai.determined.det_user_groups:
    user: ana
    groups: [night-shift]
    groups_mode: remove

- name: Keep a user in just this group
  determined_ai.determined.det_user_groups:
    user: ana
    groups: [vision]
    groups_mode: exact

- name: Remove a user who leaves from all groups
  determined_ai.determined.det_user_groups:
    user: ana
    groups: []
    groups_mode: exact
"""

RETURN = r"""
user_groups:
  description: The groups of the user after the task, in check mode as they would be.
  returned: success
  type: dict
  contains:
    # columns of user_groups
    groups:
      description: Names of the groups that the user is in, in order.
      type: list
      elements: str
      returned: always
      sample: ["vision"]
    # end of columns
requests:
  description: The requests that were sent to change something; in check mode those that would be sent.
  returned: always
  type: list
  elements: str
  sample: ["PATCH /api/v1/users/assignments"]
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
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.user_groups import USER_GROUPS

SPEC = CONNECTION + kind_spec(USER_GROUPS)


def work(call):
    return ensure(call, USER_GROUPS)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
