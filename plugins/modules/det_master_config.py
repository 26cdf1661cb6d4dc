#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_master_config
short_description: Change the log of a Determined master while it runs
version_added: 1.0.0
description:
  - Sets the level of the master's log, and whether its lines have colours. Nothing else of the master's configuration
    can be changed through its API.
  - B(Release 0.38.1 answers such a change with success, and does not make it.) The module reads the configuration
    before and after, and fails with a sentence when the master did not do what it was asked. With O(skip_unsupported)
    it does not fail, and returns that sentence. In both cases it does not report a change.
  - Only administrators may read and change the configuration.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
options:
  log_level:
    description: The least grave level that the master writes to its log.
    type: str
    choices: [trace, debug, info, warning, error, critical]
  log_color:
    description: Whether the lines of the log have colours.
    type: bool
  skip_unsupported:
    description: Whether to succeed if the master does not make the change.
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_master_info
  - module: determined_ai.determined.det_master_log_info
"""

EXAMPLES = r"""
- name: Write more to the log, where the master can do that while it runs
  determined_ai.determined.det_master_config:
    log_level: debug
    skip_unsupported: true
  register: result

- name: Tell where it cannot
  ansible.builtin.debug:
    msg: "{{ 'The level is set.' if result.supported else result.msg }}"

- name: Make sure that the lines of the log have no colours
  determined_ai.determined.det_master_config:
    log_color: false
"""

RETURN = r"""
master_config:
  description: The log of the master's configuration as the master shows it, in check mode as it would be.
  returned: success
  type: dict
  contains:
    # columns of cluster.master_config.LOG
    log_level:
      description: trace, debug, info, warning, error or critical.
      type: str
      returned: always
      sample: "info"
    log_color:
      description: Whether the lines of the log have colours.
      type: bool
      returned: always
      sample: false
    # end of columns
supported:
  description: Whether the master has done, or in check mode would do, all that it was asked.
  returned: success
  type: bool
  sample: true
msg:
  description: What the master did not do.
  returned: when RV(supported) is false
  type: str
requests:
  description: The requests that were sent to change something; in check mode those that would be sent.
  returned: always
  type: list
  elements: str
  sample: ["PATCH /api/v1/master/config"]
diff:
  description: What has changed, before and after.
  returned: when diff mode is on
  type: dict
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.master_config import (
    MASTER_CONFIG,
    change_config,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION

SPEC = CONNECTION + MASTER_CONFIG


def work(call):
    return change_config(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
