#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_group_info
short_description: Read groups of users of a Determined cluster
version_added: 1.0.0
description:
  - Returns the groups that the user may see and that meet all conditions.
  - The hidden groups that the master keeps for single users are not among them.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  id:
    description: Id of one group. The task fails when there is none.
    type: int
  name:
    description: Name of one group, with case. The list is empty when there is none.
    type: str
  member:
    description: Return only groups that this user is a member of, by user name.
    type: str
  details:
    description:
      - Return the members of each group too, with an additional request for each group.
      - The members are always returned where O(id) or O(name) names one group.
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_group
  - module: determined_ai.determined.det_role_info
"""

EXAMPLES = r"""
- name: Read all groups with their members
  determined_ai.determined.det_group_info:
    details: true
  register: result

- name: Show the groups that have no members
  ansible.builtin.debug:
    msg: "{{ result.groups | rejectattr('members') | map(attribute='name') }}"

- name: Read the groups of a user
  determined_ai.determined.det_group_info:
    member: ana
"""

RETURN = r"""
groups:
  description: The groups.
  returned: success
  type: list
  elements: dict
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
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.gather import gather
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.group import GROUP
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.user import USER
from ansible_collections.determined_ai.determined.plugins.module_utils.store.store import Store

SPEC = CONNECTION + Spec(
    {
        "id": {"type": "int"},
        "name": {"type": "str"},
        "member": {"type": "str"},
        "details": {"type": "bool", "default": False},
    },
    mutually_exclusive=(("id", "name"), ("id", "member")),
    narrows=("id", "name", "member"),
)


def work(call):
    member, query = call.params["member"], {}
    if "member" in call.given:
        query["userId"] = Store(call.client).resolve(USER, [member], "member")[member]
    return {"groups": gather(call, GROUP, query, details=call.params["details"])}


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
