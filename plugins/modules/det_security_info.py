#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_security_info
short_description: Look for what lets more people into a Determined cluster than it should
version_added: 1.0.0
description:
  - Looks for default accounts with an empty or a well-known password, administrators, users who have not logged in for
    long, old access tokens, resource pools that are open to all workspaces, webhooks, and a master without TLS.
  - Returns findings with a severity and a remedy, as M(determined_ai.determined.det_health_info) does. The filter
    P(determined_ai.determined.sarif#filter) makes SARIF of them.
  - The task succeeds whatever it finds, also when the master cannot be reached. It fails where it is asked in a wrong
    way, or by nobody that the master knows.
  - Changes nothing. It tries to log in as each of O(accounts), which takes the master over a second for each password,
    and ends the session at once.
  - An administrator sees all of it. For others a check that the master refuses is the finding C(check_failed).
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  checks:
    description: What to look at.
    type: list
    elements: str
    choices: [transport, accounts, admins, users, tokens, pools, webhooks]
    default: [transport, accounts, admins, users, tokens, pools, webhooks]
  accounts:
    description:
      - Names of users whose passwords are tried. The finding is C(default_password).
      - The finding C(default_account) is that C(determined), which all users share, is active.
    type: list
    elements: str
    default: [admin, determined]
  passwords:
    description:
      - Additional passwords to try. The empty one, which the accounts have after an installation, is always tried.
    type: list
    elements: str
  admins_expected:
    description:
      - Names of the users who should be administrators. Of others who are it is the finding C(unexpected_admin).
      - All administrators are listed as the finding C(admins) in any case.
    type: list
    elements: str
  stale_after:
    description:
      - How long users may not have logged in, such as V(90d). The finding is C(stale_user).
      - Of users who never logged in the last change of the account counts.
    type: str
    default: 90d
  exempt_users:
    description: Names of users, such as accounts of machines, for whom O(stale_after) does not count.
    type: list
    elements: str
  tokens_older_than:
    description:
      - How old access tokens may be, such as V(90d). The finding is C(old_token).
      - Nothing tells when a token was last used.
    type: str
    default: 90d
  webhook_hosts:
    description: Hosts that webhooks may deliver to. Of others it is the finding C(unexpected_webhook).
    type: list
    elements: str
  severities:
    description:
      - Severities of findings, V(info), V(unknown), V(warning) or V(critical), where they should not be the usual ones.
      - C(default_password), C(unexpected_admin) and C(master_unreachable) are V(critical). C(admins), C(no_roles) and
        C(webhook_of_cluster) are V(info), C(check_failed), where a check could not be made, is V(unknown). The others,
        also C(open_pool), C(plain_http) and C(webhook_plain_http), are V(warning).
    type: dict
seealso:
  - module: determined_ai.determined.det_health_info
  - module: determined_ai.determined.det_user
  - plugin: determined_ai.determined.sarif
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Look for what is open
  determined_ai.determined.det_security_info:
    passwords: [determined]
    admins_expected: [admin]
    exempt_users: [ci-bot]
    severities: {open_pool: info}
  register: audit

- name: Show what to do about the gravest
  ansible.builtin.debug:
    msg: "{{ item.subject }}: {{ item.what }}. {{ item.remedy }}"
  loop: "{{ audit.findings[:3] }}"
  loop_control: {label: "{{ item.code }}"}

- name: List users who have not logged in for half a year
  determined_ai.determined.det_security_info:
    checks: [users]
    stale_after: 26w
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
  sample: "DETERMINED CRITICAL - user admin: anybody can log in with the empty password | admins=1;;;0"
figures:
  description: What was counted, by name.
  returned: success
  type: dict
  sample: {"users": 12, "admins": 2, "stale_users": 1, "tokens": 4, "old_tokens": 0, "open_pools": 1, "webhooks": 2}
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
master:
  description: Address of the master that was looked at.
  returned: success
  type: str
  sample: https://det.example.com
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION
from ansible_collections.determined_ai.determined.plugins.module_utils.health.security import SECURITY, gather_security

SPEC = CONNECTION + SECURITY


def work(call):
    return gather_security(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
