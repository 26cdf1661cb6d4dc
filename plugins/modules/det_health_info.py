#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_health_info
short_description: Find problems of a Determined cluster
version_added: 1.0.0
description:
  - Finds agents that are lost or disabled, slots that should be disabled or enabled, deletions that failed or hang,
    jobs that wait too long, images that cannot be pulled, and unmanaged experiments that nobody ends.
  - Returns findings with a severity and a remedy, and an exit status and a line in the format of monitoring plugins.
  - The task succeeds with any findings, even if the master cannot be reached. The task fails if an option is wrong or
    the login fails.
  - For a cluster of any size, a run takes some 15 requests, plus one for each resource pool and for each of the last
    failed trials in O(images_sample).
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  checks:
    description: Checks to run.
    type: list
    elements: str
    choices: [master, agents, deletions, queue, images, unmanaged]
    default: [master, agents, deletions, queue, images, unmanaged]
  master_version:
    description: The version that the master should have. The finding is C(master_version).
    type: str
  agents_expected:
    description: Ids of the agents that should be connected. The finding is C(agent_missing).
    type: list
    elements: str
  agents_off:
    description: Ids of agents that may be disabled. Other disabled agents are the finding C(agent_off).
    type: list
    elements: str
  quarantine:
    description:
      - Numbers of slots that should be disabled, by agent. The master forgets disabled slots when it restarts.
      - The findings are C(slot_not_off), and C(slot_off) for others.
    type: dict
  deleting_over:
    description:
      - Maximum age of the clean-up task of a deletion. The findings are C(deleting), and C(delete_failed) for failed
        deletions.
    type: str
    default: 2h
  queued_over:
    description:
      - Maximum time that a job may wait. The finding is C(queue_stuck), and C(pool_without_slots) if no slot of its
        pool takes work.
    type: str
    default: 12h
  image_failures:
    description: Number of failed pulls of an image for the finding C(image_pull).
    type: int
    default: 3
  images_within:
    description: Period in which failed pulls count. For notebooks and other tasks the master keeps at most a day.
    type: str
    default: 1d
  images_sample:
    description: Number of failed trials, the latest first, whose logs are searched for failed pulls.
    type: int
    default: 20
  silent_over:
    description:
      - Age of unmanaged experiments that do not run and have not ended. The finding is C(silent_run).
      - The master itself ends running ones that report nothing for some minutes.
    type: str
    default: 1d
  severities:
    description:
      - Severities of findings, V(info), V(unknown), V(warning) or V(critical), that replace the defaults.
      - C(agent_missing), C(pool_without_slots) and C(master_unreachable) are V(critical), C(agent_version) is V(info),
        C(check_failed), if a check could not run, is V(unknown). The others are V(warning).
    type: dict
  limit:
    description: Maximum number of ids in one finding.
    type: int
    default: 100
notes:
  - An agent that has just lost its connection shows as draining or drained for some 25 seconds before it is missing.
  - The API does not tell of a licence.
seealso:
  - module: determined_ai.determined.det_wait
  - module: determined_ai.determined.det_agent
"""

EXAMPLES = r"""
- name: Look for what is wrong
  determined_ai.determined.det_health_info:
    agents_expected: [agent-1, agent-2, agent-4]
    agents_off: [agent-3]
    quarantine: {agent-1: [3]}
    queued_over: 6h
    severities: {delete_failed: info}
  register: health

- name: Show it
  ansible.builtin.debug:
    msg: "{{ health.text }}"

- name: What to do about the gravest
  ansible.builtin.debug:
    msg: "{{ item.subject }}: {{ item.what }}. {{ item.remedy }}"
  loop: "{{ health.findings[:3] }}"
  loop_control: {label: "{{ item.code }}"}

- name: Is anything being deleted for too long
  determined_ai.determined.det_health_info:
    checks: [deletions]
    deleting_over: 30m
"""

RETURN = r"""
findings:
  description: What is wrong, the gravest first.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of health.health.FINDING
    severity:
      description: critical, warning, unknown or info.
      type: str
      returned: always
      sample: "critical"
    code:
      description: What is wrong, for machines.
      type: str
      returned: always
      sample: "agent_missing"
    subject:
      description: With what.
      type: str
      returned: always
      sample: "agent agent-4"
    what:
      description: What is wrong, for people.
      type: str
      returned: always
      sample: "not connected"
    remedy:
      description: What to do.
      type: str
      returned: always
      sample: "See to its machine and to its agent's log."
    ids:
      description:
        - "Ids of the first of the objects that it is about: of experiments, agents, slots (agent/number) or jobs;
          of image_pull those of tasks and trials."
      type: list
      elements: raw
      returned: always
      sample: ["agent-4", 16]
    count:
      description: Number of all these objects.
      type: int
      returned: always
      sample: 1
    # end of columns
severity:
  description: That of the gravest finding, V(info) without any.
  returned: success
  type: str
  sample: critical
exit_status:
  description: What a monitoring plugin exits with, 0 OK, 1 warning, 2 critical, 3 unknown.
  returned: success, and where the master knows nobody of that name or token
  type: int
  sample: 2
text:
  description: What a monitoring plugin prints, with the figures as performance data.
  returned: success, and where the master knows nobody of that name or token
  type: str
  sample: "DETERMINED CRITICAL - agent agent-4: not connected | agents=3;;;0 agents_missing=1;;;0"
figures:
  description: What was counted, by name.
  returned: success
  type: dict
  sample: {"agents": 3, "agents_missing": 1, "agents_off": 0, "slots": 12, "slots_used": 8, "slots_off": 0}
counts:
  description: How many findings there are of each severity.
  returned: success
  type: dict
  contains:
    # columns of health.health.COUNTS
    info:
      description: Number of the findings that are info.
      type: int
      returned: always
      sample: 0
    unknown:
      description: Number of the findings that are unknown.
      type: int
      returned: always
      sample: 0
    warning:
      description: Number of the findings that are warning.
      type: int
      returned: always
      sample: 0
    critical:
      description: Number of the findings that are critical.
      type: int
      returned: always
      sample: 0
    # end of columns
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION
from ansible_collections.determined_ai.determined.plugins.module_utils.health.health import HEALTH, gather_health

SPEC = CONNECTION + HEALTH


def work(call):
    return gather_health(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
