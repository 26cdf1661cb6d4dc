# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: sarif
short_description: Findings as SARIF, which code hosts and security dashboards read
version_added: 1.0.0
description:
  - Makes a document of SARIF 2.1.0, with one result for each finding.
  - A finding has the same fingerprint in each run, so that a dashboard knows it again.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
positional: master
options:
  _input:
    description:
      - The C(findings) of M(determined_ai.determined.det_security_info) or M(determined_ai.determined.det_health_info).
    type: list
    elements: dict
    required: true
  master:
    description: Address of the master that the findings are about. A user and a password in it are left out.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Look for what is open
  determined_ai.determined.det_security_info:
    checks: [users, pools]
  register: audit

- name: Show it as SARIF
  ansible.builtin.debug:
    msg: "{{ audit.findings | determined_ai.determined.sarif('https://det.example.com') | to_json }}"
"""

RETURN = r"""
_value:
  description: The document.
  type: dict
  sample: {"version": "2.1.0", "runs": []}
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.determined_ai.determined.plugins.module_utils.connection.secrets import hide_user_info
from ansible_collections.determined_ai.determined.plugins.module_utils.report.sarif import to_sarif
from ansible_collections.determined_ai.determined.plugins.plugin_utils.rows import demand_rows


def sarif(findings: Any, master: str) -> dict[str, Any]:
    demand_rows(findings, "sarif: the findings")
    return to_sarif(findings, hide_user_info(str(master)))


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"sarif": sarif}
