# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: search_filter
short_description: Conditions as the filter of a search of experiments or runs
version_added: 1.0.0
description:
  - Turns conditions, written as in C(select.where) of M(determined_ai.determined.det_experiments), into the JSON text
    that the operations C(SearchExperiments) and C(SearchRuns) take as C(filter).
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
positional: of
options:
  _input:
    description:
      - Conditions that must all hold, at least one. Each has C(column), C(operator) (C(=) when left out) and, but with
        C(isEmpty) and C(notEmpty), C(value). The column decides whether a text that is a number is compared as one.
      - A condition may also be C(any_of) or C(all_of) with a list of conditions, which must not be empty.
      - For C(startTime) and C(endTime) the value is a time, or an age such as V(90d).
    type: list
    elements: dict
    required: true
  of:
    description: What is searched.
    type: str
    choices: [experiments, runs]
    default: experiments
  show_archived:
    description: Whether archived ones are found too.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Experiments that began three months ago or are called a baseline
  determined_ai.determined.det_api:
    operation_id: SearchExperiments
    body:
      limit: 10
      filter: "{{ conditions | determined_ai.determined.search_filter(show_archived=false) }}"
  vars:
    conditions:
      - any_of:
          - {column: startTime, operator: '<', value: 90d}
          - {column: name, operator: contains, value: baseline}
  register: found

- name: Runs of a low loss
  determined_ai.determined.det_api:
    operation_id: SearchRuns
    body:
      limit: 10
      filter: "{{ low | determined_ai.determined.search_filter('runs') }}"
  vars:
    low: [{column: validation.loss.min, operator: '<', value: 0.2}]
  register: runs
"""

RETURN = r"""
_value:
  description:
    - The filter, with a blank before it. Of a text that begins with a brace, Ansible before 2.19 makes a dictionary.
  type: str
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import DeterminedError
from ansible_collections.determined_ai.determined.plugins.module_utils.selection.conditions import filter_text

SEARCHED = ("experiments", "runs")


def search_filter(conditions: Any, of: str = "experiments", show_archived: bool = True) -> str:
    if of not in SEARCHED:
        raise AnsibleFilterError(f"search_filter: {of!r} cannot be searched, but {' and '.join(SEARCHED)} can.")
    try:
        return " " + filter_text(conditions, of == "runs", show_archived)
    except DeterminedError as error:
        raise AnsibleFilterError(f"search_filter: {error.result()['msg']}") from None


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"search_filter": search_filter}
