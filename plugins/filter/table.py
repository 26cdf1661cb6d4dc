# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: table
short_description: Rows of a result as the lines of a table
version_added: 1.0.0
description:
  - Writes a list of dictionaries, such as the results of this collection's modules, as a table for the screen.
  - Numbers of bytes get a unit; times whose key ends in C(_time) become ages; states go without C(STATE_)
    before them. Long texts end in an ellipsis, but ids are whole, and so is the last column.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
options:
  _input:
    description: The rows.
    type: list
    elements: dict
    required: true
  columns:
    description:
      - Keys in their order; a path such as V(after.labels) leads into a value. V(why) stands for what a row has of
        C(error), C(reason) and C(reasons).
      - When left out, the usual ones that the rows have; where these are hardly any, the first eight with plain values.
    type: list
    elements: str
  most:
    description: The most rows to show. How many more there are is said in the last line.
    type: int
    default: 20
  largest:
    description: The column whose largest numbers come first.
    type: str
  why:
    description: What stands in the column V(why) of rows that give no reason.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: See the largest experiments
  determined_ai.determined.det_experiment_info:
    select: {ended_before: 1d}
  register: ended

- name: Show them
  ansible.builtin.debug:
    msg: "{{ ended.experiments | determined_ai.determined.table(columns, largest='checkpoint_bytes') }}"
  vars:
    columns: [id, name, owner, end_time, checkpoint_bytes]
"""

RETURN = r"""
_value:
  description: The lines, the first of which is the head.
  type: list
  elements: str
  sample: ["id  name  owner", " 7  resnet  ana"]
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.determined_ai.determined.plugins.module_utils.report.cells import table
from ansible_collections.determined_ai.determined.plugins.plugin_utils.rows import demand_rows


def lines_of(rows: Any, columns: Any = None, most: int = 20, largest: str | None = None, why: str = "") -> list[str]:
    demand_rows(rows, "table: the rows")
    return table(list(rows), columns, int(most), largest, why)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"table": lines_of}
