# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: age
short_description: How long ago a time is
version_added: 1.0.0
description:
  - Turns a time into whole days, below one day into whole hours, below one hour into whole minutes.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
options:
  _input:
    description: An RFC 3339 time, as the master writes it. Null gives an empty text.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: How long ago it ended
  ansible.builtin.debug:
    msg: "{{ '2026-01-31T12:00:00.000Z' | determined_ai.determined.age }}"
"""

RETURN = r"""
_value:
  description: The age; an empty text for null.
  type: str
  sample: 93d
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.determined_ai.determined.plugins.module_utils.report.cells import readable_age


def age(time: Any) -> str:
    if time is None:
        return ""
    try:
        return readable_age(str(time))
    except ValueError as error:
        raise AnsibleFilterError(f"age: {time!r} is no RFC 3339 time") from error


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"age": age}
