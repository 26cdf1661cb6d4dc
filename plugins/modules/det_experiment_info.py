#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_experiment_info
short_description: Read experiments of a Determined cluster
version_added: 0.1.0
description:
  - Returns the experiments of a selection, however many, read in windows of ids over several connections.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
  - determined_ai.determined.select
options:
  fields:
    description:
      - Return these properties of each experiment only, by their names in the result. Keeps the result, and the memory
        that it takes, small.
    type: list
    elements: str
  count:
    description: Return only how many there are.
    type: bool
    default: false
  gather:
    description:
      - What to read besides, with requests for each experiment.
      - V(config) is in the list already, and is left out of it unless it is named here.
      - V(log_fields) are the values that its trials' logs can be filtered by.
    type: list
    elements: str
    choices: [config, trials, checkpoints, metrics, log_fields]
    default: []
seealso:
  - module: determined_ai.determined.det_experiments
"""

EXAMPLES = r"""
- name: How many ended more than 90 days ago
  determined_ai.determined.det_experiment_info:
    select:
      ended_before: 90d
      archived: false
    count: true

- name: The ten largest
  determined_ai.determined.det_experiment_info:
    select:
      order: checkpoint_size
      descending: true
      limit: 10
    fields: [id, name, username, checkpoint_size]

- name: One, with its trials and checkpoints
  determined_ai.determined.det_experiment_info:
    ids: [16]
    gather: [config, trials, checkpoints]
"""

RETURN = r"""
experiments:
  description:
    - The experiments as the master lists them, without their config.
    - With O(gather) also config, trials, checkpoints, metrics (names and last values by trial) and log_fields.
  returned: unless O(count) is set
  type: list
  elements: dict
  sample:
    [{"id": 16, "name": "detr_coco", "state": "STATE_COMPLETED", "archived": false, "labels": ["baseline"],
      "username": "ana", "project_name": "detr", "workspace_name": "vision", "checkpoint_size": "1073741824"}]
missing_ids:
  description: Those of O(ids) that are not there, or that the user may not see.
  returned: when O(ids) is given
  type: list
  elements: int
count:
  description: How many experiments there are.
  returned: success
  type: int
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.experiments.experiment_info import (
    gather_experiments,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.selection.select import SELECT

SPEC = (
    CONNECTION
    + SELECT
    + Spec(
        {
            "fields": {"type": "list", "elements": "str"},
            "count": {"type": "bool", "default": False},
            "gather": {
                "type": "list",
                "elements": "str",
                "choices": ["config", "trials", "checkpoints", "metrics", "log_fields"],
                "default": [],
            },
        }
    )
)


def work(call):
    return gather_experiments(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
