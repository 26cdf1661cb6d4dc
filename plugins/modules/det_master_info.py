#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_master_info
short_description: Read what a Determined master says of itself
version_added: 1.0.0
description:
  - Returns version, ids, features and the message of the cluster, and on request its config.
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
      - Additional data to return. V(config) is for administrators. The key that signs webhooks is
        removed from it.
    type: list
    elements: str
    choices: [config, telemetry]
    default: []
seealso:
  - module: determined_ai.determined.det_master_config
  - module: determined_ai.determined.det_master_log_info
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

- name: Read its config
  determined_ai.determined.det_master_info:
    gather: [config]
  register: result

- name: Show where it keeps checkpoints
  ansible.builtin.debug:
    var: result.config.checkpoint_storage
"""

RETURN = r"""
master:
  description: What the master says of itself.
  returned: success
  type: dict
  contains:
    # columns of cluster.master_rows.MASTER
    version:
      description: Release.
      type: str
      returned: always
      sample: "0.38.1"
    master_id:
      description: Another after each start.
      type: str
      returned: always
      sample: "f1a9fa67-46c5-45fc-829e-d9aeda343795"
    cluster_id:
      description: Id of the cluster.
      type: str
      returned: always
      sample: "e40f0f34-f118-4c3a-abea-5ec32f6d74e7"
    cluster_name:
      description: Name of the cluster; empty without one.
      type: str
      returned: always
      sample: "cellar"
    product:
      description: Product; UNSPECIFIED for the open one.
      type: str
      returned: always
      sample: "UNSPECIFIED"
    branding:
      description: Whose name and signs the web UI shows.
      type: str
      returned: always
      sample: "determined"
    has_custom_logo:
      description: Whether it has a logo of its own.
      type: bool
      returned: always
      sample: false
    rbac_enabled:
      description: Whether roles decide on what users may do.
      type: bool
      returned: always
      sample: false
    strict_job_queue_control:
      description: Whether only some accounts may change the queue.
      type: bool
      returned: always
      sample: false
    user_management_enabled:
      description: Whether users can be changed here.
      type: bool
      returned: always
      sample: true
    telemetry_enabled:
      description: Whether it reports its use.
      type: bool
      returned: always
      sample: false
    external_login_uri:
      description: Where users log in elsewhere; empty without such a place.
      type: str
      returned: always
      sample: ""
    external_logout_uri:
      description: Where users log out elsewhere; empty without such a place.
      type: str
      returned: always
      sample: ""
    sso_providers:
      description: Names of the services for single sign-on.
      type: list
      elements: str
      returned: always
      sample: ["okta"]
    feature_switches:
      description: Features that are switched on.
      type: list
      elements: str
      returned: always
      sample: ["rp_binding"]
    # end of columns
config:
  description: The master's config, with its own keys.
  returned: with O(gather=config)
  type: dict
telemetry:
  description: Whether it reports its use.
  returned: with O(gather=telemetry)
  type: dict
  contains:
    # columns of cluster.master_rows.TELEMETRY
    enabled:
      description: Whether it reports its use.
      type: bool
      returned: always
      sample: false
    segment_key:
      description: Key that it reports with; empty without one.
      type: str
      returned: always
      sample: ""
    # end of columns
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.master_rows import gather_master
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec

SPEC = CONNECTION + Spec(
    {"gather": {"type": "list", "elements": "str", "choices": ["config", "telemetry"], "default": []}}
)


def work(call):
    return gather_master(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
