# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: bytes
short_description: A number of bytes, readable
version_added: 1.0.0
description:
  - Writes a number of bytes with three digits or so and a binary unit.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
options:
  _input:
    description: The number, also as a text, as the master writes it.
    type: int
    required: true
"""

EXAMPLES = r"""
- name: The size of some checkpoints
  ansible.builtin.debug:
    msg: "{{ 1342177280 | determined_ai.determined.bytes }}"
"""

RETURN = r"""
_value:
  description: The size.
  type: str
  sample: 1.2 GiB
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.determined_ai.determined.plugins.module_utils.report.cells import readable_bytes


def readable(count: Any) -> str:
    try:
        return readable_bytes(count)
    except (TypeError, ValueError, OverflowError) as error:
        raise AnsibleFilterError(f"bytes: {count!r} is no number of bytes") from error


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"bytes": readable}
