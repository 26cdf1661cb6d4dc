#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_user_setting_info
short_description: Read the own settings of a user on a Determined master
version_added: 1.0.0
description:
  - Returns the settings that the master keeps for the user of the task, those of the web UI and the marks of this
    collection included. The settings of others cannot be read.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  path:
    description: Return only settings of this path.
    type: str
  key:
    description: Return only settings of this key.
    type: str
seealso:
  - module: determined_ai.determined.det_user_setting
"""

EXAMPLES = r"""
- name: Read all settings
  determined_ai.determined.det_user_setting_info:
  register: result

- name: Show where there are any
  ansible.builtin.debug:
    msg: "{{ result.user_settings | map(attribute='path') | unique }}"

- name: Read one setting
  determined_ai.determined.det_user_setting_info:
    path: nightly
    key: last_run
"""

RETURN = r"""
user_settings:
  description: The settings, by path and key.
  returned: success
  type: list
  elements: dict
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
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.access.user_settings import list_settings
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec

SPEC = CONNECTION + Spec({"path": {"type": "str"}, "key": {"type": "str", "no_log": False}}, narrows=("path", "key"))


def work(call):
    return {"user_settings": list_settings(call)}


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
