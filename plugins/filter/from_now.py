# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: from_now
short_description: The day that is so far ahead
version_added: 1.0.0
description:
  - Turns a duration into the day (UTC) that is so far from now, as in the label C(expires=2026-12-31).
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
positional: format
options:
  _input:
    description: A duration, such as V(30d) or V(1w12h), in s, m, h, d or w.
    type: str
    required: true
  format:
    description: How to write it, as in C(strftime).
    type: str
    default: '%Y-%m-%d'
"""

EXAMPLES = r"""
- name: A label with the day in 30 days
  ansible.builtin.debug:
    msg: "expires={{ '30d' | determined_ai.determined.from_now }}"

- name: A time
  ansible.builtin.debug:
    msg: "{{ '12h' | determined_ai.determined.from_now('%Y-%m-%dT%H:%M:%SZ') }}"
"""

RETURN = r"""
_value:
  description: The day.
  type: str
  sample: "2026-12-31"
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption
from ansible_collections.determined_ai.determined.plugins.module_utils.when import duration


def from_now(text: Any, format: str = "%Y-%m-%d") -> str:  # the name of the option
    try:
        return (datetime.now(UTC) + duration(str(text), "from_now")).strftime(format)
    except (BadOption, OverflowError) as error:
        raise AnsibleFilterError(f"from_now: {text!r} is no duration that can be added to today: {error}") from error


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"from_now": from_now}
