#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_master_log_info
short_description: Read lines of the log of a Determined master
version_added: 1.0.0
description:
  - Returns the last or the first lines of the master's own log that meet all conditions, the oldest first.
  - The master keeps only its last lines, some thousands of them, and none from before its start.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  levels:
    description: Return only lines of these levels.
    type: list
    elements: str
    choices: [trace, debug, info, warning, error, critical]
  min_level:
    description: Return only lines of this level or a graver one. Exclusive with O(levels).
    type: str
    choices: [trace, debug, info, warning, error, critical]
  contains:
    description: Return only lines that contain this text, in whatever case.
    type: str
  regex:
    description: Return only lines in which this regular expression matches a part.
    type: str
  after_id:
    description:
      - Return only lines whose id is higher, such as those that came since an earlier run. After a restart of the
        master its ids begin anew.
    type: int
  tail:
    description: Return so many of the last lines. When neither it nor O(head) is given, the last 1000.
    type: int
  head:
    description: Return so many of the first lines. Exclusive with O(tail).
    type: int
seealso:
  - module: determined_ai.determined.det_log_info
  - module: determined_ai.determined.det_master_info
"""

EXAMPLES = r"""
- name: Read what the master complained of
  determined_ai.determined.det_master_log_info:
    min_level: warning
  register: result

- name: Show it
  ansible.builtin.debug:
    msg: "{{ result.lines | map(attribute='message') }}"

- name: Read the last lines
  determined_ai.determined.det_master_log_info:
    tail: 10
  register: seen

- name: Read what came since
  determined_ai.determined.det_master_log_info:
    after_id: "{{ seen.lines[-1].id }}"
"""

RETURN = r"""
lines:
  description: The lines, the oldest first.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of logs.master_log.MASTER_LINE
    id:
      description: Id, higher than those of the lines before; a restart of the master begins anew.
      type: int
      returned: always
      sample: 2033
    timestamp:
      description: When it was written.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00.439954Z"
    level:
      description: trace, debug, info, warning, error or critical.
      type: str
      returned: always
      sample: "warning"
    message:
      description: The text.
      type: str
      returned: always
      sample: "accepting incoming connections"
    # end of columns
count:
  description: How many lines are returned.
  returned: success
  type: int
truncated:
  description: Whether there are more lines that meet the conditions.
  returned: success
  type: bool
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION
from ansible_collections.determined_ai.determined.plugins.module_utils.logs.master_log import (
    MASTER_LOG,
    gather_master_log,
)

SPEC = CONNECTION + MASTER_LOG


def work(call):
    return gather_master_log(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
