#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_experiment_info
short_description: Read experiments of a Determined cluster
version_added: 1.0.0
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
      - Additional data to return, with requests for each experiment.
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
      order: checkpoint_bytes
      descending: true
      limit: 10
    fields: [id, name, owner, checkpoint_bytes]

- name: One, with its trials and checkpoints
  determined_ai.determined.det_experiment_info:
    ids: [16]
    gather: [config, trials, checkpoints]
"""

RETURN = r"""
experiments:
  description:
    - The experiments, with all of this unless O(fields) is set.
  returned: unless O(count) is set
  type: list
  elements: dict
  contains:
    # columns of experiment
    id:
      description: Id.
      type: int
      returned: always
      sample: 16
    name:
      description: Name.
      type: str
      returned: always
      sample: "detr_coco"
    description:
      description: Description.
      type: str
      returned: always
      sample: "Object detection"
    notes:
      description: Notes, Markdown.
      type: str
      returned: always
      sample: ""
    labels:
      description: Labels, in order.
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
      description: Whether it is archived.
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
      sample: "sweep-7"
    owner:
      description: Name of its owner.
      type: str
      returned: always
      sample: "ana"
    owner_id:
      description: Id of its owner.
      type: int
      returned: always
      sample: 3
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
      description: How far it is, from 0 to 1.
      type: float
      returned: always
      sample: 1.0
    trial_count:
      description: Number of its trials.
      type: int
      returned: always
      sample: 8
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
      description: Name of its searcher.
      type: str
      returned: always
      sample: "adaptive_asha"
    searcher_metric:
      description: Metric that its searcher goes by.
      type: str
      returned: always
      sample: "loss"
    forked_from:
      description: Id of the experiment that it was made from; null where there is none.
      type: int
      returned: always
      sample: 12
    job_id:
      description: Id of its job in the queue.
      type: str
      returned: always
      sample: "9cee3d73-7534-420d-a3f5-b8f3402c988c"
    resource_pool:
      description: Resource pool.
      type: str
      returned: always
      sample: "gpu"
    max_slots:
      description: The most slots that it may use.
      type: int
      returned: always
      sample: 8
    weight:
      description: Its weight for the fair share scheduler.
      type: float
      returned: always
      sample: 1.0
    priority:
      description: Its priority.
      type: int
      returned: always
      sample: 42
    checkpoint_policy:
      description: How many checkpoints are kept.
      type: dict
      returned: always
      sample: {"save_experiment_best": 1, "save_trial_best": 1, "save_trial_latest": 1}
    log_retention_days:
      description: Days that its logs are kept after its end; null for the master's own setting.
      type: int
      returned: always
      sample: 30
    url:
      description: Address of its page in the web UI.
      type: str
      returned: always
      sample: "https://det.example.org/det/experiments/7"
    # end of columns
    config:
      description: Its config as the master has completed it.
      type: dict
      returned: when O(gather) has V(config)
      sample: {"searcher": {"name": "single", "metric": "loss"}}
    trials:
      description: Its trials.
      type: list
      elements: dict
      returned: when O(gather) has V(trials)
      contains:
        # columns of trial
        id:
          description: Id, that of its run too.
          type: int
          returned: always
          sample: 36
        experiment_id:
          description: Id of its experiment.
          type: int
          returned: always
          sample: 16
        state:
          description: State.
          type: str
          returned: always
          sample: "COMPLETED"
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
        seconds:
          description: Seconds that it has run.
          type: float
          returned: always
          sample: 960.0
        restarts:
          description: How often it was started again.
          type: int
          returned: always
          sample: 0
        batches:
          description: Batches that it has processed.
          type: int
          returned: always
          sample: 937
        checkpoint_count:
          description: Number of its checkpoints.
          type: int
          returned: always
          sample: 1
        checkpoint_bytes:
          description: Bytes of its checkpoints.
          type: int
          returned: always
          sample: 1073741824
        searcher_metric_value:
          description: The best value of the metric that the searcher goes by.
          type: float
          returned: always
          sample: 0.21
        best_validation:
          description: The best validation; null where there is none.
          type: dict
          returned: always
          contains:
            batches:
              description: Batches that were processed by then.
              type: int
              returned: always
              sample: 937
            time:
              description: When.
              type: str
              returned: always
              sample: "2026-11-24T00:15:08Z"
            metrics:
              description: The metrics, by the names that its users gave them.
              type: dict
              returned: always
              sample: {"loss": 0.21}
        latest_validation:
          description: The latest validation; null where there is none.
          type: dict
          returned: always
          contains:
            batches:
              description: Batches that were processed by then.
              type: int
              returned: always
              sample: 937
            time:
              description: When.
              type: str
              returned: always
              sample: "2026-11-24T00:15:08Z"
            metrics:
              description: The metrics, by the names that its users gave them.
              type: dict
              returned: always
              sample: {"loss": 0.21}
        best_checkpoint:
          description: The best checkpoint; null where there is none.
          type: dict
          returned: always
          contains:
            batches:
              description: Batches that were processed by then.
              type: int
              returned: always
              sample: 937
            time:
              description: When.
              type: str
              returned: always
              sample: "2026-11-24T00:15:08Z"
            uuid:
              description: Uuid.
              type: str
              returned: always
              sample: "1387bb1c-bd0c-41bf-ad13-f191e3174576"
            state:
              description: State.
              type: str
              returned: always
              sample: "COMPLETED"
            bytes:
              description: Size of its files.
              type: int
              returned: always
              sample: 1073741824
            resources:
              description: The size of each of its files, by path.
              type: dict
              returned: always
              sample: {"model.pt": 1073741824}
            metadata:
              description: Its metadata, as users wrote it.
              type: dict
              returned: always
              sample: {"steps_completed": 937}
        warm_start_uuid:
          description: Uuid of the checkpoint that it began with; empty where there is none.
          type: str
          returned: always
          sample: ""
        task_ids:
          description: Ids of its tasks, the latest last.
          type: list
          elements: str
          returned: always
          sample: ["16.f8ee437b-3da9-4d21-ac8a-29807c9edfa4"]
        runner_state:
          description: What its container says that it does.
          type: str
          returned: always
          sample: ""
        log_retention_days:
          description: Days that its logs are kept after its end; null for the master's own setting.
          type: int
          returned: always
          sample: 30
        hparams:
          description: Hyperparameters, by the names that its users gave them.
          type: dict
          returned: always
          sample: {"lr": 0.01}
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
        # columns of kinds.trial.SUMMARIES
        summary_metrics:
          description: What its metrics came to, by group and name.
          type: dict
          returned: always
          sample: {"validation_metrics": {"loss": {"count": 1, "last": 0.21, "max": 0.21, "min": 0.21}}}
        # end of columns
    checkpoints:
      description: Its checkpoints.
      type: list
      elements: dict
      returned: when O(gather) has V(checkpoints)
      contains:
        # columns of checkpoint
        uuid:
          description: Uuid, by which it is known.
          type: str
          returned: always
          sample: "1387bb1c-bd0c-41bf-ad13-f191e3174576"
        state:
          description: ACTIVE, COMPLETED, ERROR, DELETED or PARTIALLY_DELETED.
          type: str
          returned: always
          sample: "COMPLETED"
        experiment_id:
          description: Id of its experiment; null without one.
          type: int
          returned: always
          sample: 16
        trial_id:
          description: Id of its trial; null without one.
          type: int
          returned: always
          sample: 36
        task_id:
          description: Id of the task that made it.
          type: str
          returned: always
          sample: "16.f191e317-4c4d-4b3b-8a39-0a4a39f9c8a4"
        report_time:
          description: When it was reported.
          type: str
          returned: always
          sample: "2026-01-31T12:00:00Z"
        bytes:
          description: Size of its files.
          type: int
          returned: always
          sample: 1073741824
        resources:
          description: The size of each of its files, by path; a folder ends in a slash.
          type: dict
          returned: always
          sample: {"model.pt": 1073741824}
        metadata:
          description: Its metadata, as users wrote it.
          type: dict
          returned: always
          sample: {"steps_completed": 937}
        hparams:
          description: Hyperparameters of its trial.
          type: dict
          returned: always
          sample: {"lr": 0.01}
        searcher_metric:
          description: Value of the metric that the searcher goes by; null where it has no validation.
          type: float
          returned: always
          sample: 0.2
        metrics:
          description: Values of the metrics of its trial then, by group (training, validation) and name.
          type: dict
          returned: always
          sample: {"training": {"loss": 0.31}, "validation": {"loss": 0.2}}
        # end of columns
    metrics:
      description: What the metrics of each trial came to, by its id, group and name.
      type: dict
      returned: when O(gather) has V(metrics)
      sample: {"36": {"validation_metrics": {"loss": {"count": 1, "last": 0.21, "max": 0.21, "min": 0.21}}}}
    log_fields:
      description: The values that the log lines of each trial have, by its id and the name of the field.
      type: dict
      returned: when O(gather) has V(log_fields)
      sample: {"36": {"agent_ids": ["agent-1"], "rank_ids": [0]}}
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
