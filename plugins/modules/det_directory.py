#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_directory
short_description: Bring users and groups of a Determined cluster in line with a directory
version_added: 1.0.0
description:
  - Creates, changes and switches off users, and creates groups and changes their members, all in one task.
  - Users and groups are read once. The whole plan is made and held against the brakes before the first change.
  - Users and groups that are as wanted cost no request, but for one request for each group that is listed.
  - Groups that are not listed are left alone. No group is deleted.
  - New users come before groups, and users are switched off last.
  - Only administrators may manage users and groups; with RBAC, users who have these permissions.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.guard
options:
  users:
    description:
      - The users of the directory. A property that is left out, or null, is not managed.
    type: list
    elements: dict
    suboptions:
      username:
        description: Name that the user logs in with, with case.
        type: str
        required: true
      display_name:
        description: Name that the web UI shows. The master takes ASCII characters only.
        type: str
      active:
        description: V(false) switches the user off, and creates no user. O(reactivate) is for the other way.
        type: bool
      admin:
        description: Whether the user is an administrator. It has no effect on clusters with RBAC, where roles decide.
        type: bool
      remote:
        description: Whether the user logs in by single sign-on only. It is not set from V(true) to V(false).
        type: bool
      agent_user_group:
        description: The Unix user and group that the tasks of the user run as.
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
          - Password of a new user. It is never sent to a user who exists.
          - A new user without this option gets a random password that nobody knows, unless the user is remote. With an
            empty password anybody could log in as that user.
        type: str
  groups:
    description: The groups of the directory.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the group, with case.
        type: str
        required: true
      members:
        description: User names. Each must be in O(users), or exist already.
        type: list
        elements: str
        required: true
  members_mode:
    description:
      - V(exact) makes the members of the directory the only members of each listed group.
      - V(append) adds them and keeps the others.
    type: str
    choices: [exact, append]
    default: exact
  reactivate:
    description:
      - Whether to switch on users of O(users) who are switched off. Otherwise they are skipped, as somebody may have
        switched them off for a reason.
    type: bool
    default: false
  deactivate_missing:
    description:
      - Whether to switch off users who are not in O(users). This revokes all of their access tokens for good.
      - Accounts for machines are users too. Name them in O(protect), or in O(users).
    type: bool
    default: false
  protect:
    description: Names of users who are never changed nor switched off. Their memberships of groups are managed.
    type: list
    elements: str
    default: [admin, determined]
  max_deactivations:
    description:
      - Fail before the first change when more users than this would be switched off, and more than
        O(max_deactivated_percent) of the active ones.
    type: int
    default: 3
  max_deactivated_percent:
    description:
      - The share of the active users, in percent, that may be switched off beyond O(max_deactivations).
    type: float
    default: 10
  allow_lockout:
    description:
      - Make the changes although they switch off the user of this task or take the administrator's right from that
        user, or although no active administrator would be left in the cluster.
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_user
  - module: determined_ai.determined.det_group
  - plugin: determined_ai.determined.directory
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Create two users and their group
  determined_ai.determined.det_directory:
    users:
      - {username: ana, display_name: Ana R, agent_user_group: {uid: 1014, user: ana, gid: 1014, group: ana}}
      - {username: bob, display_name: Bob S}
    groups:
      - {name: vision, members: [ana, bob]}

- name: Switch off whoever is not in a CSV file any more
  determined_ai.determined.det_directory:
    users: "{{ directory.users }}"
    groups: "{{ directory.groups }}"
    deactivate_missing: true
    protect: [admin, determined, ci-bot]
    max_deactivations: 50
  vars:
    directory: "{{ lookup('ansible.builtin.file', 'users.csv') | determined_ai.determined.directory }}"
"""

RETURN = r"""
users:
  description: The users that were changed, in check mode those that would be.
  returned: unless O(details) is V(false)
  type: list
  elements: dict
  contains:
    # columns of access.directory_rows.ENTRY
    id:
      description: Id; null where it is, or in check mode would be, still to be created.
      type: int
      returned: always
      sample: 3
    name:
      description: Name of the user or group.
      type: str
      returned: always
      sample: "ana"
    # end of columns
    # columns of engine.bulk_rows.CHANGED
    acts:
      description: What was done to it, in order; in check mode what would be.
      type: list
      elements: str
      returned: always
      sample: ["archived"]
    before:
      description: The properties that change, before the change.
      type: dict
      returned: unless the requested state says all
      sample: {"priority": 42}
    after:
      description: The same properties after the change.
      type: dict
      returned: unless the requested state says all
      sample: {"priority": 10}
    # end of columns
groups:
  description: The groups that were changed, in check mode those that would be.
  returned: unless O(details) is V(false)
  type: list
  elements: dict
  contains:
    # columns of access.directory_rows.ENTRY
    id:
      description: Id; null where it is, or in check mode would be, still to be created.
      type: int
      returned: always
      sample: 3
    name:
      description: Name of the user or group.
      type: str
      returned: always
      sample: "ana"
    # end of columns
    # columns of engine.bulk_rows.CHANGED
    acts:
      description: What was done to it, in order; in check mode what would be.
      type: list
      elements: str
      returned: always
      sample: ["archived"]
    before:
      description: The properties that change, before the change.
      type: dict
      returned: unless the requested state says all
      sample: {"priority": 42}
    after:
      description: The same properties after the change.
      type: dict
      returned: unless the requested state says all
      sample: {"priority": 10}
    # end of columns
changed_ids:
  description: What was changed, such as V(user ana) and V(group vision).
  returned: always
  type: list
  elements: str
  sample: ["group vision", "user ana"]
skipped_items:
  description: Users who are left alone, with the reason.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of engine.bulk_rows.SKIPPED
    id:
      description: Id, a number or a text as that of the others.
      type: raw
      returned: always
      sample: 16
    name:
      description: Name; null where it has none.
      type: str
      returned: always
      sample: "detr_coco"
    owner:
      description: Name of its owner; null where it has none.
      type: str
      returned: always
      sample: "ana"
    url:
      description: Address of its page in the web UI; null where it has none.
      type: str
      returned: always
      sample: "https://det.example.org/det/experiments/16"
    reason:
      description: Why it was left alone.
      type: str
      returned: always
      sample: "it has not ended (RUNNING)"
    # end of columns
failed_items:
  description: What could not be changed. The id is such as V(user ana).
  returned: always
  type: list
  elements: dict
  contains:
    # columns of engine.bulk_rows.FAILED
    id:
      description: Id, a number or a text as that of the others.
      type: raw
      returned: always
      sample: 16
    name:
      description: Name; null where it has none.
      type: str
      returned: always
      sample: "detr_coco"
    owner:
      description: Name of its owner; null where it has none.
      type: str
      returned: always
      sample: "ana"
    url:
      description: Address of its page in the web UI; null where it has none.
      type: str
      returned: always
      sample: "https://det.example.org/det/experiments/16"
    act:
      description: What could not be done to it.
      type: str
      returned: always
      sample: "archived"
    error:
      description: Why not.
      type: str
      returned: always
      sample: "the user may not do that"
    # end of columns
matched:
  description: How many users and groups were meant.
  returned: success
  type: int
unchanged:
  description: How many of them were as wanted.
  returned: success
  type: int
plan_digest:
  description: Stands for just this plan, for O(confirm).
  returned: success
  type: str
  sample: 5d41402abc4b2a76
refused:
  description:
    - What would make a run for real fail before its first write, such as O(max_deactivations). Check mode warns of it,
      and shows the whole plan.
  returned: in check mode, where a brake would stop the run
  type: str
  sample: 12 of 40 active users would be switched off (30 %), which is more than max_deactivations (3) and more than …
requests:
  description: The requests that were sent to change something; in check mode those that would be sent.
  returned: always
  type: list
  elements: str
  sample: ["POST /api/v1/users", "PUT /api/v1/groups/41"]
diff:
  description: The properties before and after.
  returned: when diff mode is on
  type: dict
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.access.directory import sync_directory
from ansible_collections.determined_ai.determined.plugins.module_utils.access.directory_wish import DIRECTORY
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.guard import GUARD
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.many import MANY
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION

SPEC = CONNECTION + GUARD + MANY + DIRECTORY


def work(call):
    return sync_directory(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
