#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_user
short_description: Manage users of a Determined cluster
version_added: 1.0.0
description:
  - Creates users, renames them, changes their properties and passwords, and switches them off and on.
  - The master cannot delete users. O(state=absent) switches a user off, so that the user can no longer log in.
  - A property whose option is left out is not managed.
  - Only administrators may manage users; with RBAC, users who have the permission to administrate users.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.journal
attributes:
  idempotent:
    support: partial
    description: A second run changes nothing.
    details: With O(update_password=always), each run sends the password and counts as a change.
options:
  id:
    description: Id of the user. Exclusive with O(username).
    type: int
  username:
    description: Name that the user logs in with, with case. Exclusive with O(id).
    type: str
  new_username:
    description:
      - Name that the user must have. The module looks for O(username) first and then for O(new_username), so that a
        repeated run changes nothing.
    type: str
  state:
    description:
      - V(present) makes sure that the user exists and is active, unless O(active=false).
      - V(absent) switches the user off. This revokes all of the user's access tokens for good.
    type: str
    choices: [present, absent]
    default: present
  display_name:
    description: Name that the web UI shows. An empty text takes it away.
    type: str
  active:
    description: Whether the user may log in. O(active=false) does the same as O(state=absent) to a user who exists.
    type: bool
  admin:
    description: Whether the user is an administrator. It has no effect on clusters with RBAC, where roles decide.
    type: bool
  remote:
    description:
      - Whether the user logs in by single sign-on only. V(true) removes the password.
      - When it becomes V(false) again, the user has an empty password unless O(password) is given.
    type: bool
  agent_user_group:
    description: The Unix user and group that the tasks of the user run as. The master can change it, but not remove it.
    type: dict
    suboptions:
      uid:
        description: Id of the Unix user.
        type: int
        required: true
      user:
        description: Name of the Unix user.
        type: str
        required: true
      gid:
        description: Id of the Unix group.
        type: int
        required: true
      group:
        description: Name of the Unix group.
        type: str
        required: true
  password:
    description:
      - Password of the user. An empty text means that anybody can log in as this user without a password.
      - O(update_password) says when it is sent. A new password ends the sessions of the user.
    type: str
  update_password:
    description:
      - When to send O(password) to a user who exists already.
      - V(on_create) sends it to new users only.
      - V(if_wrong) tries a login with it, which takes the master over a second, and sends it if the login is refused.
      - V(always) sends it each time, so each run counts as a change.
    type: str
    choices: [on_create, always, if_wrong]
    default: on_create
  allow_lockout:
    description:
      - Make the change although it switches off the user of this task or takes the administrator's right from that
        user, or although no active administrator would be left in the cluster.
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_user_info
  - module: determined_ai.determined.det_group
  - module: determined_ai.determined.det_role_assignment
"""

EXAMPLES = r"""
- name: Create a user, with a password that the user may change later
  determined_ai.determined.det_user:
    username: dora
    display_name: Dora M
    password: "{{ lookup('ansible.builtin.password', '/dev/null', length=20) }}"
  no_log: true

- name: Set the Unix user that the user's tasks run as
  determined_ai.determined.det_user:
    username: dora
    agent_user_group: {uid: 1014, user: dora, gid: 1014, group: dora}

- name: Rename the user
  determined_ai.determined.det_user:
    username: dora
    new_username: dora.m

- name: Make sure that a password works
  determined_ai.determined.det_user:
    username: dora.m
    password: Testing2!
    update_password: if_wrong

- name: Switch the user off
  determined_ai.determined.det_user:
    username: dora.m
    state: absent
"""

RETURN = r"""
user:
  description: The user as the master shows it, in check mode as it would be; null where there never was such a user.
  returned: success
  type: dict
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
requests:
  description: The requests that were sent to change something; in check mode those that would be sent.
  returned: always
  type: list
  elements: str
  sample: ["PATCH /api/v1/users/3"]
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
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.user import USER

SPEC = CONNECTION + kind_spec(USER)


def work(call):
    return ensure(call, USER)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
