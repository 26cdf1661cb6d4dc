#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_user_info
short_description: Read users of a Determined cluster
version_added: 1.0.0
description:
  - Returns the users of the cluster that meet all conditions.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  id:
    description: Id of one user. The task fails when there is none. Exclusive with all other conditions.
    type: int
  username:
    description: Name that one user logs in with, with case. The list is empty when there is none.
    type: str
  active:
    description: Return only users who may log in, or only users who are switched off.
    type: bool
  admin:
    description: Return only administrators, or only other users. It says nothing on clusters with RBAC.
    type: bool
seealso:
  - module: determined_ai.determined.det_user
  - module: determined_ai.determined.det_group_info
  - module: determined_ai.determined.det_role_info
"""

EXAMPLES = r"""
- name: Read the users who may log in
  determined_ai.determined.det_user_info:
    active: true
  register: result

- name: Show those who have not logged in for a year
  ansible.builtin.debug:
    msg: "{{ idle | map(attribute='username') }}"
  vars:
    idle: "{{ result.users | selectattr('last_login', 'determined_ai.determined.older_than', '365d') }}"
"""

RETURN = r"""
users:
  description: The users.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of user
    id:
      description: Id.
      type: int
      returned: always
      sample: 3
    username:
      description: Name to log in with.
      type: str
      returned: always
      sample: "ana"
    display_name:
      description: Name that the web UI shows; empty where there is none.
      type: str
      returned: always
      sample: "Ana R"
    active:
      description: Whether the user may log in.
      type: bool
      returned: always
      sample: true
    admin:
      description: Whether the user is an administrator; without meaning where RBAC is on.
      type: bool
      returned: always
      sample: false
    remote:
      description: Whether the user logs in by single sign-on only.
      type: bool
      returned: always
      sample: false
    agent_user_group:
      description: The Unix user and group that the user's tasks run as; null where none is set.
      type: dict
      returned: always
      sample: {"uid": 1014, "user": "ana", "gid": 1014, "group": "ana"}
    last_login:
      description: When the user last logged in; null before the first time.
      type: str
      returned: always
      sample: "2026-11-23T23:59:32Z"
    modified:
      description: When the user was changed last.
      type: str
      returned: always
      sample: "2026-11-23T23:59:32Z"
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
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.user import USER

SPEC = CONNECTION + Spec(
    {
        "id": {"type": "int"},
        "username": {"type": "str"},
        "active": {"type": "bool"},
        "admin": {"type": "bool"},
    },
    mutually_exclusive=(("id", "username"), ("id", "active"), ("id", "admin")),
    narrows=("id", "username", "active", "admin"),
)


def work(call):
    query = {name: call.params[name] for name in ("active", "admin")}
    return {"users": gather(call, USER, query)}


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
