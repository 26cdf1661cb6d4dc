#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_log_cleanup
short_description: Remove the logs of a Determined cluster that are due
version_added: 1.0.0
description:
  - Asks the master to remove the log lines of all trials that ended longer ago than their days of retention. The master
    also does this on the schedule in its config, if there is one. Removed lines cannot be restored.
  - The days of retention come from M(determined_ai.determined.det_log_retention), from the config of the experiment or
    from the config of the master. Without any of these, logs stay for ever.
  - The module is an action, not a state, so each run sends the request. A second run removes logs that have become due
    in the meantime. If no lines were removed, the task is not changed.
  - Only administrators may use the module.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
attributes:
  check_mode:
    support: partial
    description: Reports that the request would be sent, and is changed.
    details: The number of due lines is not known in advance, so check mode is changed even if none would be removed.
  diff_mode:
    support: none
    description: There is nothing to compare.
  idempotent:
    support: none
    description: Sends the request each time. The task is changed if lines were removed.
notes:
  - The master answers after the removal. With very many lines the removal may take longer than O(timeout), so raise
    O(timeout).
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
