#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_user_setting
short_description: Manage the own settings of a user on a Determined master
version_added: 1.0.0
description:
  - The master keeps settings for each user, each under a path and a key. The web UI keeps its own there. A user manages
    only the own settings, so the module manages those of the user of the task.
  - A value is anything that JSON can hold. Values are compared by what they say, whatever way the master writes them.
  - The modules M(determined_ai.determined.det_task_cull) and M(determined_ai.determined.det_generic_task) keep marks
    among the settings of their user. The module changes these marks only with O(force).
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.journal
options:
  path:
    description: Path of the setting. Needed unless O(state=reset).
    type: str
  key:
    description: Key of the setting at its path. Needed unless O(state=reset).
    type: str
  state:
    description:
      - V(present) makes sure that the setting has the O(value).
      - V(absent) removes the setting.
      - V(reset) removes all settings of the user, also those that the web UI keeps.
    type: str
    choices: [present, absent, reset]
    default: present
  value:
    description:
      - The value, such as a text, a number, a list or a dictionary. Null removes the setting.
      - A text is stored as a text. What is written as JSON in a text can be given through the filter C(from_json).
    type: raw
  force:
    description: Whether marks of this collection may be changed and removed too.
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_user_setting_info
  - module: determined_ai.determined.det_task_cull
"""

EXAMPLES = r"""
- name: Keep a value for later plays
  determined_ai.determined.det_user_setting:
    path: nightly
    key: last_run
    value: {finished: true, archived: 12}

- name: Remove it
  determined_ai.determined.det_user_setting:
    path: nightly
    key: last_run
    state: absent

- name: Remove all settings of the user, those of the web UI too
  determined_ai.determined.det_user_setting:
    state: reset
"""

RETURN = r"""
user_setting:
  description: The setting as the master shows it, in check mode as it would be; null when it is absent.
  returned: success
  type: dict
  contains:
    # columns of user_setting
    path:
      description: Path.
      type: str
      returned: always
      sample: "team/defaults"
    key:
      description: Key.
      type: str
      returned: always
      sample: "theme"
    value:
      description: Value.
      type: raw
      returned: always
      sample: {"dark": true}
    # end of columns
requests:
  description: The requests that were sent to change something; in check mode those that would be sent.
  returned: always
  type: list
  elements: str
  sample: ["POST /api/v1/users/setting"]
diff:
  description: The value before and after; with O(state=reset) all settings before.
  returned: when diff mode is on
  type: dict
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.access.user_settings import manage_settings
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.kind_spec import kind_spec
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.user_setting import USER_SETTING

STATE = {"type": "str", "choices": [*USER_SETTING.states(), "reset"], "default": "present"}
SPEC = (
    CONNECTION
    + kind_spec(USER_SETTING)
    + Spec(
        {"state": STATE},
        required_if=(("state", "present", ("path", "key")), ("state", "absent", ("path", "key"))),
    )
)


def work(call):
    return manage_settings(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
