# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: over_limit
short_description: Find users with more slots than a limit allows, and the jobs to pause
version_added: 1.0.0
description:
  - Chooses the youngest experiments of each user over O(limit), until the rest is within the limit. Only experiments
    are chosen, because only these can be paused.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
positional: limit, exempt
options:
  _input:
    description: Jobs as M(determined_ai.determined.det_job_info) returns them.
    type: list
    elements: dict
    required: true
  limit:
    description: Slots that a user may hold.
    type: int
    required: true
  exempt:
    description: Names of users to whom the limit does not apply.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Read the queue
  determined_ai.determined.det_job_info:
    pools: [default]
  register: queue

- name: See who holds more than 16 slots
  ansible.builtin.debug:
    msg: "{{ (queue.jobs | determined_ai.determined.over_limit(16, ['ci-bot'])).users }}"
"""

RETURN = r"""
_value:
  description:
    - In C(users) those who are over the limit, with their slots, by how many these are too many, and in C(fixed) by how
      many they would be even if all experiments gave way.
    - In C(jobs) the jobs that would have to give way, with the reason.
  type: dict
  sample: {"users": [{"name": "ana", "slots": 20, "limit": 16, "over": 4, "fixed": 0}], "jobs": []}
"""

from collections.abc import Callable, Collection
from typing import Any

from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.queue_limits import over_limit
from ansible_collections.determined_ai.determined.plugins.plugin_utils.rows import demand_rows


def of_rows(jobs: Any, limit: Any, exempt: Collection[str] = ()) -> dict[str, Any]:
    demand_rows(jobs, "over_limit: the jobs")
    return over_limit(jobs, int(limit), exempt)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"over_limit": of_rows}
