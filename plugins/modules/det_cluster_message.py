#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_cluster_message
short_description: Manage the message that a Determined cluster shows to everybody
version_added: 1.0.0
description:
  - Sets or takes away the message in the web UI and the C(det) CLI, such as a notice of maintenance.
  - A second run changes nothing until the message has ended. An option that is left out keeps what the message has.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.journal
options:
  state:
    description: V(present) sets the message, V(absent) takes it away.
    type: str
    choices: [present, absent]
    default: present
  text:
    description: The text, of 250 characters at most. A new message needs one.
    type: str
  start:
    description:
      - When the message begins to be shown, a time such as V(2026-01-31T12:00:00Z). A new message begins now when the
        option is left out.
    type: str
  end:
    description: When the message ends, a time. Null takes the end away. Exclusive with O(duration).
    type: str
  duration:
    description: How long the message is shown from its start on, such as V(2h) or V(1d12h).
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
  contains:
    # columns of cluster_message
    text:
      description: The text.
      type: str
      returned: always
      sample: "Maintenance on Saturday"
    start:
      description: When it begins to be shown.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00Z"
    end:
      description: When it ends; null where it has no end.
      type: str
      returned: always
      sample: "2026-01-31T14:00:00Z"
    created:
      description: When it was set.
      type: str
      returned: always
      sample: "2026-01-30T09:12:00Z"
    # end of columns
requests:
  description: What was sent to change something, in check mode what would be.
  returned: always
  type: list
  elements: str
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

from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.cluster_message import MessageTarget
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.ensure import ensure
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.kind_spec import kind_spec
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.cluster_message import CLUSTER_MESSAGE

SPEC = CONNECTION + kind_spec(CLUSTER_MESSAGE) + Spec({"duration": {"type": "str"}}, (("end", "duration"),))


def work(call):
    return ensure(call, CLUSTER_MESSAGE, MessageTarget(call))


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
