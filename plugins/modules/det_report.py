#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_report
short_description: Record what a run did to Determined clusters
version_added: 1.0.0
description:
  - Writes a run of a role as JSON and CSV into the folder of a report, and a page C(index.html) about all
    runs in that folder. The page needs no network.
  - The page begins with what was done in the last seven days, by the figures C(archived), C(deleted),
    C(reclaimed_bytes) and others of the roles of this collection. It shows the errors of the latest runs, the history
    of C(reclaimed_bytes), the reasons in tables with the title C(kept), and each table that has a C(chart).
  - The key C(url) of a row is the address in the web UI that the id of the row leads to.
  - The module does not connect to a master. It writes files on the machine where it runs, the controller if the
    connection is local.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
options:
  path:
    description: The folder of the report. The module creates the folder if it is missing.
    type: path
    required: true
  run:
    description: The run to record. Without one, only the page is made.
    type: dict
    suboptions:
      role:
        description: Name of the role that ran.
        type: str
        required: true
      host:
        description: The host of the run, which stands for the cluster.
        type: str
        required: true
      master:
        description:
          - Address of the master. The page leads to its web UI, and shows the address where the host is C(localhost).
          - An address that is not valid, or that holds a user or a password, is left out.
        type: str
      tables:
        description: Tables of what was done.
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
            description: The reason for rows that have none.
            type: str
          chart:
            description: Draw the rows as bars in the page.
            type: dict
            suboptions:
              category:
                description: The key that names the bar of a row.
                type: str
                required: true
              value:
                description: The key of its length. A name that ends in C(bytes) gets units.
                type: str
                required: true
              series:
                description: The key that names the part of the bar which a row stands for.
                type: str
              upright:
                description: Bars that stand, for categories that are days or months.
                type: bool
                default: false
      lines:
        description: Sentences that sum up the run.
        type: list
        elements: str
        default: []
      figures:
        description: Numbers whose history the page shows.
        type: dict
        default: {}
      errors:
        description: Errors of the run.
        type: list
        elements: str
        default: []
requirements:
  - jinja2, which comes with ansible-core, for the page. Only a host other than the controller may lack it.
attributes:
  check_mode:
    support: full
    description: Says which files would be written.
  diff_mode:
    support: full
    description: Shows the files, and a digest of the page.
  idempotent:
    support: partial
    description: The page of the same runs is the same. A run that is recorded twice is two runs.
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

- name: Make the page anew, as after files of old runs were removed
  determined_ai.determined.det_report:
    path: "{{ playbook_dir }}/report"
"""

RETURN = r"""
run:
  description: The files of the run, JSON and CSV. Empty where there was none to record.
  returned: success
  type: list
  elements: str
  sample: [/srv/det/runs/20260131T120000.000000Z-localhost-my_role.json]
page:
  description: The page.
  returned: success
  type: str
  sample: /srv/det/index.html
runs:
  description: How many runs it is made of.
  returned: success
  type: int
diff:
  description: The files of the run, and a digest of the page, before and after.
  returned: when diff mode is on
  type: dict
failure:
  description:
    - What went wrong, for machines. Holds code, and where known hint and option.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.report.report import REPORT, report

SPEC = REPORT


def work(call):
    return report(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
