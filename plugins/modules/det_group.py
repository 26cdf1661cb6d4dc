#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_group
short_description: Manage groups of users of a Determined cluster
version_added: 1.0.0
description:
  - Creates, renames and deletes groups, and manages their members.
  - A property whose option is left out is not managed.
  - Only administrators may change groups; with RBAC, users who have the permission to update groups.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.journal
options:
  id:
    description: Id of the group. Exclusive with O(name).
    type: int
  name:
    description: Name of the group, with case. Exclusive with O(id).
    type: str
  new_name:
    description:
      - Name that the group must have. The module looks for O(name) first and then for O(new_name), so that a repeated
        run changes nothing.
    type: str

  state:
    description:
      - V(present) makes sure that the group exists.
      - V(absent) deletes it, together with its role assignments. Its users stay.
    type: str
    choices: [present, absent]
    default: present

  members:
    description:
      - User names. O(members_mode) says what they are to the members that the group has.
      - An empty list with O(members_mode=exact) removes all members.
    type: list
    elements: str
  members_mode:
    description:
      - V(exact) makes O(members) the only members.
      - V(append) adds O(members) and keeps the others.
      - V(remove) removes O(members) and keeps the others.
    type: str
    choices: [exact, append, remove]
    default: exact
  allow_lockout:
    description:
      - Make the change although no active administrator would be left in the cluster. This concerns clusters with RBAC,
        where members of a group may be administrators by a role of that group.
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_group_info
  - module: determined_ai.determined.det_user
  - module: determined_ai.determined.det_role_assignment
"""

EXAMPLES = r"""
- name: Create a group with two members, and remove all others from it
  determined_ai.determined.det_group:
    name: annotators
    members: [ana, bob]

- name: Add a user to the group
  determined_ai.determined.det_group:
    name: annotators
    members: [cleo]
    members_mode: append

- name: Remove a user from the group
  determined_ai.determined.det_group:
    name: annotators
    members: [bob]
    members_mode: remove

- name: Rename the group
  determined_ai.determined.det_group:
    name: annotators
    new_name: labelling

- name: Delete the group
  determined_ai.determined.det_group:
    name: labelling
    state: absent
"""

RETURN = r"""
group:
  description: The group as the master shows it, in check mode as it would be; null when it is absent.
  returned: success
  type: dict
  contains:
    # columns of group
    id:
      description: Id.
      type: int
      returned: always
      sample: 41
    name:
      description: Name.
      type: str
      returned: always
      sample: "vision"
    members:
      description: User names of its members, in order. Lists leave them out.
      type: list
      elements: str
      returned: when the object itself was read
      sample: ["ana", "bob"]
    # end of columns
requests:
  description: The requests that were sent to change something; in check mode those that would be sent.
  returned: always
  type: list
  elements: str
  sample: ["PUT /api/v1/groups/41"]
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
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.group import GROUP

SPEC = CONNECTION + kind_spec(GROUP)


def work(call):
    return ensure(call, GROUP)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
