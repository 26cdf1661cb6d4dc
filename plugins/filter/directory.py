# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: directory
short_description: Users and groups from a CSV text, a list, or the result of an LDAP search
version_added: 1.0.0
description:
  - Makes the options C(users) and C(groups) of M(determined_ai.determined.det_directory) of what a directory holds.
  - Display names lose the marks of their letters, since the master takes ASCII characters only.
  - A row that cannot be understood is an error, since a user who is left out may be switched off.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
positional: groups
options:
  _input:
    description:
      - The users. A CSV text with a header, a list of dictionaries, or the C(results) of
        C(community.general.ldap_search).
      - The usual columns are C(username), C(display_name), C(active), C(admin), C(remote), C(uid), C(user), C(gid),
        C(group) and C(groups), of which only the first is needed.
      - The Unix user and group are taken where all four parts of them are there.
      - Rows with a C(dn) are those of LDAP, where C(uid) is the name and C(cn) the display name.
    type: raw
    required: true
  groups:
    description:
      - The groups, in the same forms, with the columns C(name) and C(members), in LDAP C(cn) and C(member).
      - Members are user names, or distinguished names of the users. In one text they have semicolons between them.
      - When left out, the column C(groups) of the users says who is in which group.
    type: raw
  users_map:
    description:
      - Columns by property, where they are not the usual ones, such as C(username -> sAMAccountName). The empty text
        takes a property out.
      - A column C(userAccountControl) for C(active) is read as Active Directory means it. C(inactive) is the property
        for a column that says the opposite, such as C(nsAccountLock).
    type: dict
  groups_map:
    description: The same for the columns of the groups, such as C(members -> memberUid).
    type: dict
  defaults:
    description: Values by property of users whose row has none, such as C(remote -> true) or C(group -> staff).
    type: dict
  unknown_members:
    description: What to do about members of groups that are not among the users.
    type: str
    choices: [fail, ignore]
    default: fail
"""

EXAMPLES = r"""
- name: Take users and their groups from a file with the columns username, display_name and groups
  determined_ai.determined.det_directory:
    users: "{{ directory.users }}"
    groups: "{{ directory.groups }}"
  vars:
    directory: "{{ lookup('ansible.builtin.file', 'users.csv') | determined_ai.determined.directory }}"
"""

RETURN = r"""
_value:
  description: The lists C(users) and C(groups).
  type: dict
  sample: {"users": [{"username": "ana"}], "groups": [{"name": "vision", "members": ["ana"]}]}
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.determined_ai.determined.plugins.module_utils.access.directory_source import (
    WrongRow,
    read_directory,
)


def directory(users: Any, groups: Any = None, **options: Any) -> dict[str, Any]:
    try:
        return read_directory(users, groups, **options)
    except WrongRow as error:
        raise AnsibleFilterError(f"directory: {error}") from None


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"directory": directory}
