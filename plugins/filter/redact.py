# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: redact
short_description: A value without its secrets
version_added: 1.0.0
description:
  - Masks what stands under a name such as C(password), C(HF_TOKEN), C(secret_key) or C(connection_string), in
    structures, in lists of variables and arguments and in lines of text, after an option such as C(--api-key), and what
    looks like a token, a private key, a password or a signature in an address.
  - It masks what it knows. Look at the rest before you give it away.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
options:
  _input:
    description: A text, or any structure.
    type: raw
    required: true
  patterns:
    description: Regular expressions of additional secrets.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: A config that others may see
  ansible.builtin.debug:
    msg: "{{ config | determined_ai.determined.redact(['corp-[0-9]+']) }}"
  vars:
    config:
      environment: {environment_variables: ["HF_TOKEN=hf_abc", "EPOCHS=3"]}
      name: run of corp-4711
"""

RETURN = r"""
_value:
  description: The same with C(********) where there was a secret.
  type: raw
  sample: {"environment": {"environment_variables": ["HF_TOKEN=********", "EPOCHS=3"]}, "name": "run of ********"}
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.determined_ai.determined.plugins.module_utils.logs import redact


def without_secrets(value: Any, patterns: Sequence[str] = ()) -> Any:
    try:
        compiled = [re.compile(pattern) for pattern in patterns]
    except re.error as error:
        raise AnsibleFilterError(f"redact: {error.pattern!r} is no regular expression: {error}") from error
    return redact.redact(value, compiled)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"redact": without_secrets}
