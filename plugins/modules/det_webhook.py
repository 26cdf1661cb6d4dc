#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_webhook
short_description: Manage webhooks of a Determined cluster
version_added: 1.0.0
description:
  - Creates, changes and deletes webhooks, of one workspace or of the whole cluster.
  - The master can change nothing but the address of a webhook. For any other change, this module deletes the webhook
    and creates it again with all its properties, so it gets another id.
  - A property whose option is left out is not managed.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.journal
options:
  id:
    description: Id of the webhook. Exclusive with O(name).
    type: int
  name:
    description:
      - Name of the webhook, with case. Exclusive with O(id).
      - A name is unique in its workspace only, so O(name) needs O(workspace), O(workspace_id) or O(cluster).
    type: str
  new_name:
    description:
      - Name that the webhook must have. The module looks for O(name) first and then for O(new_name), so that a repeated
        run changes nothing.
    type: str

  workspace:
    description: Name of the workspace. Exclusive with O(workspace_id) and O(cluster).
    type: str
  workspace_id:
    description: Id of the workspace.
    type: int
  cluster:
    description: The webhook is, or must be, for the whole cluster. Exclusive with O(workspace) and O(workspace_id).
    type: bool

  state:
    description:
      - V(present) makes sure that the webhook exists.
      - V(absent) deletes it.
    type: str
    choices: [present, absent]
    default: present

  url:
    description:
      - Address that the master delivers to, of C(http) or C(https). Needed to create a webhook.
      - Results and diffs show the host and a fingerprint only, since the rest of an address may be a secret.
    type: str
  type:
    description:
      - Form of what the master delivers, JSON of Determined's own (V(DEFAULT)) or a message for Slack (V(SLACK)).
      - A new webhook is V(DEFAULT) when the option is left out.
    type: str
    choices: [DEFAULT, SLACK]
  mode:
    description:
      - With V(WORKSPACE), the webhook is for all experiments of its workspace, or of the cluster.
      - With V(SPECIFIC), the webhook is for experiments whose config names it.
      - A new webhook is V(WORKSPACE) when the option is left out.
    type: str
    choices: [WORKSPACE, SPECIFIC]
  triggers:
    description:
      - What the webhook tells of. Needed to create a webhook. Each trigger has one of the suboptions.
    type: list
    elements: dict
    suboptions:
      experiment_state:
        description: An experiment changes to this state, such as V(COMPLETED), V(ERROR) or V(CANCELED).
        type: str
      task_log:
        description: A line of a task's log matches this regular expression.
        type: str
      custom:
        description: The code of an experiment sends an event of its own. For O(mode=SPECIFIC) only.
        type: bool
  triggers_mode:
    description:
      - V(exact) makes O(triggers) the only triggers.
      - V(append) adds O(triggers) and keeps the others.
      - V(remove) removes O(triggers) and keeps the others.
    type: str
    choices: [exact, append, remove]
    default: exact
seealso:
  - module: determined_ai.determined.det_webhook_info
"""

EXAMPLES = r"""
- name: Report failed experiments of a workspace
  determined_ai.determined.det_webhook:
    name: failures
    workspace: vision
    url: https://hooks.example.com/determined
    triggers:
      - experiment_state: ERROR

- name: Report canceled experiments too. The webhook gets another id
  determined_ai.determined.det_webhook:
    name: failures
    workspace: vision
    triggers:
      - experiment_state: CANCELED
    triggers_mode: append

- name: Change the address that the webhook delivers to
  determined_ai.determined.det_webhook:
    name: failures
    workspace: vision
    url: https://hooks.example.com/determined/2

- name: Tell a Slack channel of all experiments of the cluster that end
  determined_ai.determined.det_webhook:
    name: ended
    cluster: true
    url: https://hooks.slack.example.com/services/T0/B0
    type: SLACK
    triggers:
      - experiment_state: COMPLETED
      - experiment_state: ERROR

- name: Delete the webhook of the workspace
  determined_ai.determined.det_webhook:
    name: failures
    workspace: vision
    state: absent
"""

RETURN = r"""
webhook:
  description: The webhook as the master shows it, in check mode as it would be; null when it is absent.
  returned: success
  type: dict
  contains:
    # columns of webhook
    id:
      description: Id. A webhook that was replaced has another one.
      type: int
      returned: always
      sample: 68
    name:
      description: Name.
      type: str
      returned: always
      sample: "eda"
    workspace_id:
      description: Id of its workspace; 0 where it is for the whole cluster.
      type: int
      returned: always
      sample: 7
    url:
      description: Where it delivers to. Only the host is shown, since the rest may be a secret.
      type: str
      returned: always
      sample: "https://eda.example.com/********"
    type:
      description: Form of what it delivers.
      type: str
      returned: always
      sample: "DEFAULT"
    mode:
      description: "Which experiments it reports: all, or those whose config names it."
      type: str
      returned: always
      sample: "WORKSPACE"
    triggers:
      description: The events that it reports, in order.
      type: list
      elements: dict
      returned: always
      sample: [{"experiment_state": "ERROR"}]
    # end of columns
requests:
  description: The requests that were sent to change something; in check mode those that would be sent.
  returned: always
  type: list
  elements: str
  sample: ["PATCH /api/v1/webhooks/68"]
diff:
  description: The managed properties before and after.
  returned: when diff mode is on
  type: dict
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.ensure import ensure
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.kind_spec import kind_spec
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.webhook import WEBHOOK

SPEC = CONNECTION + kind_spec(WEBHOOK)


def work(call):
    return ensure(call, WEBHOOK)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
