#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_master_info
short_description: Read what a Determined master says of itself
version_added: 0.1.0
description:
  - Returns version, ids, features and the message of the cluster, and on request its config and the last lines of its
    log.
  - Without O(gather) it needs no user, so it can wait for a master that starts.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  gather:
    description:
      - What to read besides. V(config) is for administrators; the key that signs webhooks, which the master shows, is
        taken out of it. V(logs) are lines of the master's log.
    type: list
    elements: str
    choices: [config, logs, telemetry]
    default: []
  log_lines:
    description: How many of the last lines of the log.
    type: int
    default: 100
"""

EXAMPLES = r"""
- name: Wait for the master
  determined_ai.determined.det_master_info:
  register: result
  until: result is success
  retries: 10
  delay: 3

- name: Its version
  ansible.builtin.debug:
    msg: "{{ result.master.version }}"

- name: Errors in its log
  determined_ai.determined.det_master_info:
    gather: [logs]
    log_lines: 1000
  register: result

- name: Show them
  ansible.builtin.debug:
    msg: "{{ result.logs | selectattr('level', 'eq', 'LOG_LEVEL_ERROR') | map(attribute='message') }}"
"""

RETURN = r"""
master:
  description: What the master says of itself.
  returned: success
  type: dict
  sample:
    {"version": "0.38.1", "cluster_id": "e40f0f34-f118-4c3a-abea-5ec32f6d74e7", "rbac_enabled": false,
     "master_id": "f1a9fa67-46c5-45fc-829e-d9aeda343795", "strict_job_queue_control": false}
config:
  description: The master's config, with its own keys.
  returned: with O(gather=config)
  type: dict
logs:
  description: The last lines of its log.
  returned: with O(gather=logs)
  type: list
  elements: dict
  sample: [{"id": 7, "level": "LOG_LEVEL_INFO", "message": "starting", "timestamp": "2026-01-31T12:00:00Z"}]
telemetry:
  description: Whether it reports its use.
  returned: with O(gather=telemetry)
  type: dict
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.model.present import present

SPEC = CONNECTION + Spec(
    {
        "gather": {
            "type": "list",
            "elements": "str",
            "choices": ["config", "logs", "telemetry"],
            "default": [],
        },
        "log_lines": {"type": "int", "default": 100},
    }
)


def work(call):
    client, gather = call.client, call.params["gather"]
    result = {"changed": False, "master": present(client.get("/api/v1/master", log_in=False))}
    if "config" in gather:
        result["config"] = client.get("/api/v1/master/config")["config"]
        result["config"].get("webhooks", {}).pop("signing_key", None)
    if "logs" in gather:
        lines = client.lines("/api/v1/master/logs", offset=-call.params["log_lines"])
        result["logs"] = present([line["logEntry"] for line in lines])
    if "telemetry" in gather:
        result["telemetry"] = present(client.get("/api/v1/master/telemetry", log_in=False))
    return result


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
