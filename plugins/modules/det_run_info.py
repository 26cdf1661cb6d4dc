#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_run_info
short_description: Read runs of a Determined cluster
version_added: 1.0.0
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
    fields: [id, local_id, hparams, searcher_metric_value]

- name: How many were trained on one dataset
  determined_ai.determined.det_run_info:
    select:
      where:
        - {column: metadata.dataset.name, value: coco}
    count: true
"""

RETURN = r"""
runs:
  description: The runs, with all of this unless O(fields) is set.
  returned: unless O(count) is set
  type: list
  elements: dict
  contains:
    # columns of run
    id:
      description: Id, that of its trial too.
      type: int
      returned: always
      sample: 36
    local_id:
      description: Its id inside of its project.
      type: str
      returned: always
      sample: "DETR-7"
    name:
      description: Name of its experiment.
      type: str
      returned: always
      sample: "detr_coco"
    description:
      description: Description of its experiment.
      type: str
      returned: always
      sample: "Object detection"
    labels:
      description: Labels of its experiment, in order.
      type: list
      elements: str
      returned: always
      sample: ["baseline"]
    state:
      description: State.
      type: str
      returned: always
      sample: "COMPLETED"
    archived:
      description: Whether it, or its experiment, is archived.
      type: bool
      returned: always
      sample: false
    parent_archived:
      description: Whether its project or its workspace is archived.
      type: bool
      returned: always
      sample: false
    unmanaged:
      description: Whether the master only keeps its results.
      type: bool
      returned: always
      sample: false
    external_id:
      description: Its id outside of the cluster; null where it has none.
      type: str
      returned: always
      sample: "sweep-7-1"
    owner_id:
      description: Id of its owner.
      type: int
      returned: always
      sample: 3
    experiment_id:
      description: Id of its experiment.
      type: int
      returned: always
      sample: 16
    multi_trial:
      description: Whether its experiment has many trials.
      type: bool
      returned: always
      sample: false
    project:
      description: Its project, as workspace/project.
      type: str
      returned: always
      sample: "vision/detr"
    project_id:
      description: Id of its project.
      type: int
      returned: always
      sample: 12
    workspace:
      description: Name of its workspace.
      type: str
      returned: always
      sample: "vision"
    workspace_id:
      description: Id of its workspace.
      type: int
      returned: always
      sample: 7
    start_time:
      description: When it began.
      type: str
      returned: always
      sample: "2026-11-23T23:59:32Z"
    end_time:
      description: When it ended; null before its end.
      type: str
      returned: always
      sample: "2026-11-24T00:15:08Z"
    duration:
      description: Seconds from its beginning to its end.
      type: int
      returned: always
      sample: 960
    progress:
      description: How far its experiment is, from 0 to 1.
      type: float
      returned: always
      sample: 1.0
    checkpoint_count:
      description: Number of its checkpoints.
      type: int
      returned: always
      sample: 12
    checkpoint_bytes:
      description: Bytes of its checkpoints.
      type: int
      returned: always
      sample: 1073741824
    searcher_type:
      description: Name of the searcher.
      type: str
      returned: always
      sample: "adaptive_asha"
    searcher_metric:
      description: Metric that the searcher goes by.
      type: str
      returned: always
      sample: "loss"
    searcher_metric_value:
      description: The best value of that metric; null where there is none.
      type: float
      returned: always
      sample: 0.21
    resource_pool:
      description: Resource pool.
      type: str
      returned: always
      sample: "gpu"
    log_retention_days:
      description: Days that its logs are kept after its end; null where the master does not tell.
      type: int
      returned: always
      sample: 30
    hparams:
      description: Hyperparameters, by the names that its users gave them.
      type: dict
      returned: always
      sample: {"lr": 0.001}
    summary_metrics:
      description: What its metrics came to, by group and name.
      type: dict
      returned: always
      sample: {"validation_metrics": {"loss": {"count": 1, "last": 0.21, "max": 0.21, "min": 0.21}}}
    metadata:
      description: Metadata, as its users wrote them; null where there are none.
      type: dict
      returned: always
      sample: {"dataset": {"name": "coco"}}
    url:
      description: Address of its page in the web UI.
      type: str
      returned: always
      sample: "https://det.example.org/det/trials/7"
    # end of columns
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
