# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: bytes
short_description: A number of bytes, readable
version_added: 0.1.0
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

from ansible.errors import AnsibleFilterError

UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def readable(count):
    try:
        size = float(int(count))
    except (TypeError, ValueError) as error:
        raise AnsibleFilterError(f"bytes: {count!r} is no number of bytes") from error
    unit = 0
    # 1023.95 and more would be written as 1024.0.
    while size >= 1023.95 and unit < len(UNITS) - 1:
        size, unit = size / 1024, unit + 1
    return f"{size:.0f} B" if unit == 0 else f"{size:.1f} {UNITS[unit]}"


class FilterModule:
    def filters(self):
        return {"bytes": readable}
