#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_webhook_event
short_description: Send an event to webhooks of a Determined cluster
version_added: 1.0.0
description:
  - Tells the webhooks that an experiment names in its config, under C(integrations.webhooks), that something has
    happened, or sends the test event of one webhook and waits for its receiver.
  - The webhooks need a trigger of the type V(CUSTOM), see M(determined_ai.determined.det_webhook).
  - This is an act and not a state, so it is done each time.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
attributes:
  check_mode:
    support: full
    description: Says what would be sent, and sends nothing.
  diff_mode:
    support: none
    description: There is nothing to compare.
  idempotent:
    support: none
    description: Sends the event each time.
options:
  experiment_id:
    description: Id of the experiment that the event is about. The task warns where it names no webhook.
    type: int
  trial_id:
    description: Id of the trial that the event is about.
    type: int
  title:
    description: What has happened.
    type: str
  description:
    description: More about that.
    type: str
  level:
    description: How bad it is.
    type: str
    choices: [DEBUG, INFO, WARNING, ERROR, CRITICAL]
    default: INFO
  webhook_id:
    description:
      - Id of the webhook to test, instead of O(experiment_id). The task fails if the receiver does not accept the test
        event.
    type: int
notes:
  - Events of an experiment are delivered after the answer, so that the task does not know whether they arrive.
seealso:
  - module: determined_ai.determined.det_webhook
"""

EXAMPLES = r"""
- name: Tell the team that the gate of an experiment was missed
  determined_ai.determined.det_webhook_event:
    experiment_id: 16
    title: Accuracy below 0.9
    description: The model is not promoted.
    level: WARNING

- name: Read the webhooks
  determined_ai.determined.det_webhook_info:
  register: found

- name: See what a test of each would send
  determined_ai.determined.det_webhook_event:
    webhook_id: "{{ item.id }}"
  check_mode: true
  loop: "{{ found.webhooks }}"
  loop_control: {label: "{{ item.name }}"}
"""

RETURN = r"""
requests:
  description: What was sent, in check mode what would be.
  returned: always
  type: list
  elements: str
  sample: ["POST /api/v1/webhooks/custom"]
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.access.webhook_events import LEVELS, send_event
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec

SPEC = CONNECTION + Spec(
    {
        "experiment_id": {"type": "int"},
        "trial_id": {"type": "int"},
        "title": {"type": "str"},
        "description": {"type": "str"},
        "level": {"type": "str", "choices": list(LEVELS), "default": "INFO"},
        "webhook_id": {"type": "int"},
    },
    mutually_exclusive=(
        ("experiment_id", "webhook_id"),
        ("trial_id", "webhook_id"),
        ("title", "webhook_id"),
        ("description", "webhook_id"),
    ),
    required_one_of=(("experiment_id", "webhook_id"),),
)


def work(call):
    return send_event(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
