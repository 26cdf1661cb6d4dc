#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_cluster_message
short_description: Manage the message that a Determined cluster shows to everybody
version_added: 0.1.0
description:
  - Sets or takes away the message in the web UI and the C(det) CLI, such as a notice of maintenance.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
attributes:
  check_mode:
    support: full
    description: Predicts what would be done, and sends nothing that changes.
  diff_mode:
    support: none
    description: The message is in the result.
  idempotent:
    support: full
    description: A second run changes nothing, until the message has ended.
options:
  state:
    description: Whether there shall be a message.
    type: str
    choices: [present, absent]
    default: present
  text:
    description: The text, of 250 characters at most.
    type: str
  start:
    description:
      - When it begins to be shown, a time such as V(2026-01-31T12:00:00Z). Now when left out, and then a message that
        is there already may have begun at any time.
    type: str
  end:
    description: When it ends, a time. Exclusive with O(duration).
    type: str
  duration:
    description: How long it is shown, such as V(2h) or V(1d12h).
    type: str
"""

EXAMPLES = r"""
- name: Announce a maintenance
  determined_ai.determined.det_cluster_message:
    text: Maintenance on Saturday from 22:00 to 24:00 UTC. Notebooks will be stopped.
    duration: 2d

- name: It is over
  determined_ai.determined.det_cluster_message:
    state: absent
"""

RETURN = r"""
cluster_message:
  description: The message as the master shows it, in check mode as it would be; null when there is none.
  returned: success
  type: dict
  sample:
    {"message": "Maintenance", "start_time": "2026-01-31T12:00:00Z", "end_time": "2026-01-31T14:00:00Z"}
requests:
  description: What was sent to change something, in check mode what would be.
  returned: success
  type: list
  elements: str
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.cluster_message import ensure_message
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec

SPEC = CONNECTION + Spec(
    {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "text": {"type": "str"},
        "start": {"type": "str"},
        "end": {"type": "str"},
        "duration": {"type": "str"},
    },
    mutually_exclusive=(("end", "duration"),),
    required_if=(("state", "present", ("text",)),),
)


def work(call):
    return ensure_message(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
