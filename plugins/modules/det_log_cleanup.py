#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_log_cleanup
short_description: Remove the logs of a Determined cluster that are due
version_added: 0.1.0
description:
  - Lets the master remove the lines of all trials that ended longer ago than their days of retention, which it also
    does by the schedule in its config, where there is one. Removed lines do not come back.
  - What is due is said by M(determined_ai.determined.det_log_retention), by experiments' configs and by the master's
    config. Without any of these logs stay for ever.
  - This is an act and not a state, so it is done each time. A second run removes what has fallen due meanwhile, mostly
    nothing, and is then not changed.
  - It is for administrators.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
attributes:
  check_mode:
    support: partial
    description: Says that the clean-up would be asked for, and is changed.
    details: Nobody can tell how many lines are due, so it is changed also where none would be removed.
  diff_mode:
    support: none
    description: There is nothing to compare.
  idempotent:
    support: none
    description: Asks for the clean-up each time. It is changed when lines were removed.
notes:
  - The master answers when it is done. With very many lines that may take longer than O(timeout), so raise it.
seealso:
  - module: determined_ai.determined.det_log_retention
"""

EXAMPLES = r"""
- name: Remove the logs that are due
  determined_ai.determined.det_log_cleanup:
    timeout: 600
  register: result

- name: Say how many
  ansible.builtin.debug:
    msg: "{{ result.removed_lines }} lines were removed"
"""

RETURN = r"""
removed_lines:
  description: How many lines were removed. Null in check mode.
  returned: success
  type: int
  sample: 48211
requests:
  description: What was sent to change something, in check mode what would be.
  returned: always
  type: list
  elements: str
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION
from ansible_collections.determined_ai.determined.plugins.module_utils.logs.log_retention import clean_up

SPEC = CONNECTION


def work(call):
    return clean_up(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
