#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_login
short_description: Log in to a Determined master, or log out
version_added: 1.0.0
description:
  - Returns a token that the other modules take by their option O(token), best given once by C(module_defaults), or by
    the environment variable E(DET_USER_TOKEN).
  - A token that is given and still valid is returned again, without a login. A login costs the master more than a
    second.
  - The output of a successful task is hidden, since it holds the token. What is registered has it.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
attributes:
  check_mode:
    support: full
    description:
      - A login is made in check mode too, as the tasks behind it need it to read. It changes nothing that is managed.
      - Nobody is logged out in check mode.
  diff_mode:
    support: none
    description: There is nothing to show.
  idempotent:
    support: full
    description: Unchanged while the given token is valid, and when there is nothing to log out.
options:
  user:
    description: Name of the user. Taken from E(DET_USER) when left out.
    type: str
  password:
    description: Password of the user. Taken from E(DET_PASS) when left out.
    type: str
  state:
    description:
      - V(present) returns a valid token.
      - V(absent) ends the session of the token. An access token is not a session and cannot be ended so.
    type: str
    choices: [present, absent]
    default: present
"""

EXAMPLES = r"""
- name: Log in once
  determined_ai.determined.det_login:
    master: "{{ lookup('env', 'DET_MASTER') }}"
    user: "{{ lookup('env', 'DET_USER') }}"
    password: "{{ lookup('env', 'DET_PASS') }}"
  register: det

- name: Use the token in all tasks
  module_defaults:
    group/determined_ai.determined.all:
      master: "{{ lookup('env', 'DET_MASTER') }}"
      token: "{{ det.token }}"
  block:
    - name: Read the workspaces
      determined_ai.determined.det_workspace_info:

    - name: Log out
      determined_ai.determined.det_login:
        state: absent
"""

RETURN = r"""
token:
  description: The token.
  returned: when O(state=present)
  type: str
user:
  description: The user whose token it is.
  returned: when O(state=present)
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
expiry:
  description: When the token ends, RFC 3339; null when it does not say.
  returned: when O(state=present)
  type: str
  sample: "2026-12-01T08:00:00+00:00"
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.connection import auth
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption, NotLoggedIn, Refused
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.user import USER

SPEC = CONNECTION + Spec(
    {
        "user": {"type": "str"},
        "password": {"type": "str", "no_log": True},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    }
)
HIDDEN = True


def work(call):
    return log_in(call) if call.params["state"] == "present" else log_out(call)


def log_in(call):
    client = call.client
    if client.token is None and not client.credentials.can_log_in():
        option = "password" if client.credentials.user else "user"
        if client.credentials.withheld:
            # The refusal says what was not sent, and an address that redirects says where the other master is.
            client.get("/api/v1/me")
        raise BadOption(option, None, "is needed to log in.", "Set it, or DET_USER and DET_PASS.")
    user = client.get("/api/v1/me")["user"]
    wanted = call.params["user"]
    if wanted is not None and user["username"] != wanted:
        if not client.credentials.can_log_in():
            raise BadOption("token", None, "belongs to {}, not to {}.".format(user["username"], wanted))
        user = client.log_in()["user"]
    expiry = auth.expiry(client.token)
    return {
        "changed": client.logins > 0,
        "token": client.token,
        "user": USER.result(USER.row(user, True)),
        "expiry": expiry.isoformat() if expiry else None,
    }


def log_out(call):
    client = call.client
    if client.shared_token() is None:
        return {"changed": False}
    if auth.token_facts(client.token).get("token_type") == "ACCESS_TOKEN":
        raise Refused("An access token cannot be logged out.", "Revoke it instead.")
    try:
        client.get("/api/v1/me", log_in=False)
        if not call.check_mode:
            client.log_out()
    except NotLoggedIn:
        return {"changed": False}
    return {"changed": True, "requests": ["POST /api/v1/auth/logout"]}


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
