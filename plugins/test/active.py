# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: active
short_description: Whether a state is one of work
version_added: 1.0.0
description:
  - Whether what has the state runs, or waits to run. What is paused, stopping or has ended does not.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
options:
  _input:
    description:
      - A state of an experiment, a trial, a run, a job or a task of any kind, such as V(COMPLETED); what
        M(determined_ai.determined.det_api) returns has V(STATE_) before it. A value that is not a state is an error.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: It does not hold any slots
  ansible.builtin.assert:
    that: experiment.state is not determined_ai.determined.active
  vars:
    experiment: {id: 1, state: PAUSED}
"""

RETURN = r"""
_value:
  description: Whether it runs or waits.
  type: bool
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleError
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import DeterminedError
from ansible_collections.determined_ai.determined.plugins.module_utils.health.states import is_active


def active(state: Any) -> bool:
    try:
        return is_active(state)
    except DeterminedError as error:
        raise AnsibleError(f"active: {error.result()['msg']}") from None


class TestModule:
    def tests(self) -> dict[str, Callable[..., bool]]:
        return {"active": active}
