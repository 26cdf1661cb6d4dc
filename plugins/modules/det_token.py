#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_token
short_description: Manage access tokens of users of a Determined cluster
version_added: 1.0.0
description:
  - Creates, rotates and revokes access tokens.
  - A token has no name. Its description tells it apart from the other tokens of its user.
  - The master shows the value of a token once, when it makes the token. The module writes it to O(dest), or returns it
    where O(dest) is left out.
  - Without RBAC only administrators may manage tokens, their own ones too.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.journal
options:
  description:
    description: Description of the token.
    type: str
    required: true
  user:
    description:
      - Name of the user who the token stands for. The user of this task where this option and O(user_id) are left out.
    type: str
  user_id:
    description: Id of that user. Exclusive with O(user).
    type: int
  state:
    description:
      - V(present) makes sure that there is a token that works. With O(dest) it makes sure that the file holds it, and
        makes another one where the file does not.
      - V(rotated) does the same, and takes a new token for one that ends within O(renew_before).
      - A new token is made first, tried with a request, and written to O(dest). Then all other tokens of the user with
        this description are revoked.
      - V(absent) revokes all tokens of the user with this description, and leaves O(dest) alone. This cannot be undone.
    type: str
    choices: [present, absent, rotated]
    default: present
  lifespan:
    description:
      - How long a new token works, such as V(72h) or V(30d), or V(max) for as long as the master allows. The master
        decides where this option is left out.
    type: str
  renew_before:
    description: How long before its end a token is rotated.
    type: str
    default: 7d
  revoke_others:
    description:
      - Whether to revoke all other tokens of the user with this description, where O(dest) is given.
      - With V(false) the old token works until a later task revokes it, so that consumers get the new one first.
    type: bool
    default: true
  dest:
    description:
      - File that holds the token and a line end, on the machine that the task runs on. Only its owner may read it.
      - The module replaces the file at once, so that readers see the old token or the new one.
    type: path
seealso:
  - module: determined_ai.determined.det_token_info
  - module: determined_ai.determined.det_login
"""

EXAMPLES = r"""
- name: Create a token for monitoring, and keep it in a file
  determined_ai.determined.det_token:
    user: ci-bot
    description: monitoring
    lifespan: 20d
    dest: /tmp/monitoring.token

- name: Take a new token a week before the old one ends
  determined_ai.determined.det_token:
    user: ci-bot
    description: monitoring
    state: rotated
    lifespan: 20d
    renew_before: 7d
    dest: /tmp/monitoring.token

- name: Take a new token, and let the old one work for the time being
  determined_ai.determined.det_token:
    user: ci-bot
    description: monitoring
    state: rotated
    renew_before: 10d
    dest: /tmp/monitoring.token
    revoke_others: false

- name: Revoke the old one, since the new one has reached every consumer
  determined_ai.determined.det_token:
    user: ci-bot
    description: monitoring
    dest: /tmp/monitoring.token

- name: Create a token, and use its value in this play
  determined_ai.determined.det_token:
    description: this play
    lifespan: 1h
  no_log: true
  register: created

- name: Revoke the tokens
  determined_ai.determined.det_token:
    user: ci-bot
    description: monitoring
    state: absent
"""

RETURN = r"""
access_token:
  description: The token without its value, in check mode as it would be; null when there is none.
  returned: success
  type: dict
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
token:
  description: The value of the token. Set C(no_log) where you use it.
  returned: when the module made the token, and O(dest) is left out
  type: str
requests:
  description: The requests that were sent to change something; in check mode those that would be sent.
  returned: always
  type: list
  elements: str
  sample: ["POST /api/v1/tokens"]
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

from ansible_collections.determined_ai.determined.plugins.module_utils.access.tokens import change_token
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.journal import JOURNAL
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.kind_spec import scope_spec
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.access_token import ACCESS_TOKEN

SPEC = (
    CONNECTION
    + JOURNAL
    + scope_spec(ACCESS_TOKEN.scope)
    + Spec(
        {
            "description": {"type": "str", "required": True},
            "state": {"type": "str", "choices": ["present", "absent", "rotated"], "default": "present"},
            "lifespan": {"type": "str"},
            "renew_before": {"type": "str", "default": "7d"},
            "revoke_others": {"type": "bool", "default": True},
            "dest": {"type": "path"},
        },
        required_if=(("state", "rotated", ("dest",)),),
    )
)


def work(call):
    return change_token(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
