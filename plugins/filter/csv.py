# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: csv
short_description: Rows of a result as CSV
version_added: 1.0.0
description:
  - Writes rows of a result below a line with their keys. Lists and dictionaries become JSON.
  - A text that a spreadsheet would take for a formula has an apostrophe before it.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
options:
  _input:
    description: The rows.
    type: list
    elements: dict
    required: true
  columns:
    description: Which keys, in which order. All that any row has when left out.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: Read who had how many slot hours in a month
  determined_ai.determined.det_usage_info:
    month: 2026-10
    group_by: [owner]
  register: used

- name: Keep it for the accounts
  ansible.builtin.copy:
    content: "{{ used.groups.owner | determined_ai.determined.csv }}"
    dest: /tmp/slot-hours-2026-10.csv
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The text. Of no rows it has the head alone, and nothing where O(columns) is left out too.
  type: str
  sample: |
    owner,slot_hours
    ana,2.0
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.determined_ai.determined.plugins.module_utils.report.report_files import csv_of, keys_of
from ansible_collections.determined_ai.determined.plugins.plugin_utils.rows import demand_rows


def text_of(rows: Any, columns: Any = None) -> str:
    demand_rows(rows, "csv: the rows")
    columns = columns or keys_of(rows)
    return csv_of(rows, columns) if columns else ""


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"csv": text_of}
