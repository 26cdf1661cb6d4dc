# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: older_than
short_description: Whether a time is so long ago
version_added: 1.0.0
description:
  - Compares a time of the master with an age, or with another time.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
positional: _input, age
options:
  _input:
    description: An RFC 3339 time, as the master writes it. Null, as the end of what still runs, is older than nothing.
    type: str
    required: true
  age:
    description: An age such as V(90d), in s, m, h, d or w, or a time such as V(2026-01-31) or V(2026-01-31T12:00:00Z).
    type: str
    required: true
"""

EXAMPLES = r"""
- name: It ended more than three months ago
  ansible.builtin.assert:
    that: experiment.end_time is determined_ai.determined.older_than('90d')
  vars:
    experiment: {id: 1, end_time: '2026-01-31T12:00:00.000Z'}

- name: Of a list, what is so old
  ansible.builtin.debug:
    msg: "{{ ended | selectattr('end_time', 'determined_ai.determined.older_than', '90d') | map(attribute='id') }}"
  vars:
    ended: [{id: 1, end_time: '2026-01-31T12:00:00.000Z'}, {id: 2, end_time: null}]
"""

RETURN = r"""
_value:
  description: Whether it is older.
  type: bool
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleError
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.auth import parse_time
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import DeterminedError
from ansible_collections.determined_ai.determined.plugins.module_utils.when import moment


def older_than(time: Any, age: Any) -> bool:
    if time is None:
        return False
    try:
        return parse_time(str(time)) < moment(str(age), "older_than")
    except DeterminedError as error:
        raise AnsibleError(error.result()["msg"]) from None
    except ValueError as error:
        raise AnsibleError(f"older_than: {time!r} is no RFC 3339 time.") from error


class TestModule:
    def tests(self) -> dict[str, Callable[..., bool]]:
        return {"older_than": older_than}
