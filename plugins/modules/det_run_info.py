#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_run_info
short_description: Read runs of a Determined cluster
version_added: 0.1.0
description:
  - Returns the runs of a selection, however many, read in windows of ids over several connections.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
  - determined_ai.determined.select.runs
options:
  fields:
    description:
      - Return these properties of each run only, by their names in the result. Keeps the result, and the memory that it
        takes, small.
    type: list
    elements: str
  count:
    description: Return only how many there are.
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_run
  - module: determined_ai.determined.det_metrics_info
"""

EXAMPLES = r"""
- name: The runs with a small learning rate that did well
  determined_ai.determined.det_run_info:
    select:
      project: [vision/*]
      where:
        - {column: hp.lr, operator: "<", value: 0.001}
        - {column: validation.accuracy.max, operator: ">", value: 0.9}
    fields: [id, local_id, hyperparameters, searcher_metric_value]

- name: How many were trained on one dataset
  determined_ai.determined.det_run_info:
    select:
      where:
        - {column: metadata.dataset.name, value: coco}
    count: true
"""

RETURN = r"""
runs:
  description: The runs as the search shows them. Hyperparameters, metrics and metadata are as their users wrote them.
  returned: unless O(count) is set
  type: list
  elements: dict
  sample:
    [{"id": 36, "local_id": "DETR-7", "state": "STATE_COMPLETED", "archived": false, "project_name": "detr",
      "hyperparameters": {"lr": 0.001}, "metadata": {"dataset": {"name": "coco"}}, "searcher_metric_value": 0.21}]
missing_ids:
  description: Those of O(ids) that are not there, or that the user may not see.
  returned: when O(ids) is given
  type: list
  elements: int
count:
  description: How many runs there are.
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
from ansible_collections.determined_ai.determined.plugins.module_utils.runs.run_info import gather_runs
from ansible_collections.determined_ai.determined.plugins.module_utils.selection.run_select import RUN_SELECT

SPEC = (
    CONNECTION
    + RUN_SELECT
    + Spec({"fields": {"type": "list", "elements": "str"}, "count": {"type": "bool", "default": False}})
)


def work(call):
    return gather_runs(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
