#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_report
short_description: Record what a run did to Determined clusters
version_added: 0.1.0
description:
  - Writes a run of a role as JSON and CSV into the folder of a report.
  - Speaks to no master; it writes files where it runs, which is the controller where the connection is local.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
options:
  path:
    description: The folder of the report. It is made where it is missing.
    type: path
    required: true
  run:
    description: The run to record.
    type: dict
    suboptions:
      role:
        description: Name of the role that ran.
        type: str
        required: true
      host:
        description: The host that it ran on, which stands for the cluster.
        type: str
        required: true
      tables:
        description: What was done with what.
        type: list
        elements: dict
        default: []
        suboptions:
          title:
            description: What was done with the rows.
            type: str
            required: true
          rows:
            description: The rows, as modules return them.
            type: list
            elements: dict
            default: []
          columns:
            description: The keys to show, in their order. The files hold all.
            type: list
            elements: str
          largest:
            description: The key whose largest numbers come first.
            type: str
          why:
            description: Why the rows are in the table, where they give no reason themselves.
            type: str
      lines:
        description: Sentences that sum up the run.
        type: list
        elements: str
        default: []
      figures:
        description: Numbers, the history of which is worth seeing.
        type: dict
        default: {}
      errors:
        description: What went wrong.
        type: list
        elements: str
        default: []
attributes:
  check_mode:
    support: full
    description: Says which files would be written.
  diff_mode:
    support: full
    description: Shows the files.
  idempotent:
    support: partial
    description: A run that is recorded twice is two runs.
"""

EXAMPLES = r"""
- name: Record what a role of your own did
  determined_ai.determined.det_report:
    path: "{{ playbook_dir }}/report"
    run:
      role: my_role
      host: "{{ inventory_hostname }}"
      tables:
        - title: deleted
          rows: [{id: 7, name: resnet, checkpoint_bytes: 1048576}]
      figures: {reclaimed_bytes: 1048576}
"""

RETURN = r"""
run:
  description: The files of the run, JSON and CSV; null where there was none to record.
  returned: success
  type: list
  elements: path
  sample: [/srv/det/runs/20260131T120000.000000Z-localhost-my_role.json]
diff:
  description: The files before and after.
  returned: when diff mode is on
  type: dict
failure:
  description:
    - What went wrong, for machines. Holds code, and where known hint and option.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.report import REPORT, report

SPEC = REPORT


def work(call):
    return report(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
