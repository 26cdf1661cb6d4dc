#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_token_info
short_description: Read access tokens of a Determined cluster
version_added: 1.0.0
description:
  - Returns the access tokens that the user may see and that meet all conditions. Sessions are not among them.
  - Values of tokens are never shown.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  user:
    description:
      - Return only tokens of the user of this name. A user who is not an administrator must give their own name.
    type: str
  user_id:
    description: Return only tokens of the user of this id. Exclusive with O(user).
    type: int
  description:
    description: Return only tokens with this description.
    type: str
  ends_within:
    description: Return only tokens that end within this time, such as V(7d).
    type: str
  inactive:
    description: Return tokens that have ended, or were revoked, too.
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_token
"""

EXAMPLES = r"""
- name: Read the tokens that end within a week
  determined_ai.determined.det_token_info:
    ends_within: 7d
  register: result

- name: Show them
  ansible.builtin.debug:
    msg: "{{ result.access_tokens | map(attribute='description') }}"

- name: Read the tokens that a user has and had
  determined_ai.determined.det_token_info:
    user: ana
    inactive: true
"""

RETURN = r"""
access_tokens:
  description: The tokens.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of access_token
    id:
      description: Id.
      type: int
      returned: always
      sample: 148
    description:
      description: Description.
      type: str
      returned: always
      sample: "monitoring"
    user_id:
      description: Id of the user who it stands for.
      type: int
      returned: always
      sample: 3
    expiry_time:
      description: When it ends.
      type: str
      returned: always
      sample: "2026-12-23T23:58:57Z"
    creation_time:
      description: When it was made.
      type: str
      returned: always
      sample: "2026-11-23T23:58:57Z"
    revoked:
      description: Whether it was revoked, which is for good.
      type: bool
      returned: always
      sample: false
    # end of columns
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.access.token_list import list_tokens
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.kind_spec import scope_spec
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.access_token import ACCESS_TOKEN

SPEC = (
    CONNECTION
    + scope_spec(ACCESS_TOKEN.scope)
    + Spec(
        {
            "description": {"type": "str"},
            "ends_within": {"type": "str"},
            "inactive": {"type": "bool", "default": False},
        },
        narrows=("user", "user_id", "description", "ends_within"),
    )
)


def work(call):
    return {"access_tokens": list_tokens(call)}


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
