#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_trial_info
short_description: Read trials of a Determined cluster
version_added: 1.0.0
description:
  - Returns trials by their ids, or those of experiments, and on request their metrics, workloads and checkpoints.
  - Lists are read in pages, several trials at a time.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  ids:
    description: Ids of the trials, or of one.
    type: list
    elements: int
  experiment_ids:
    description: Ids of experiments, for all their trials.
    type: list
    elements: int
  states:
    description: Only trials in these states. V(ACTIVE) is what waits for its slots, starts, runs or is being stopped.
    type: list
    elements: str
    choices: [ACTIVE, PAUSED, COMPLETED, CANCELED, ERROR]
  order:
    description: Order of the trials of an experiment. By a metric the better ones come first.
    type: str
    choices:
      - id
      - start_time
      - end_time
      - state
      - best_validation_metric
      - latest_validation_metric
      - batches
      - duration
      - restarts
      - checkpoint_bytes
    default: id
  descending:
    description: The other way round.
    type: bool
    default: false
  limit:
    description: Take no more than this many of each experiment.
    type: int
  gather:
    description:
      - Additional data to return. All but V(summary) cost requests for each trial.
      - V(summary) is count, last, least, greatest and mean of each metric; V(training) and V(validation) are all
        reports of that group; V(workloads) is training, validation and checkpoints by batches; V(log_days) is how many
        days the logs will still be kept.
    type: list
    elements: str
    choices: [summary, training, validation, workloads, checkpoints, log_days]
    default: []
seealso:
  - module: determined_ai.determined.det_trial
  - module: determined_ai.determined.det_metrics_info
"""

EXAMPLES = r"""
- name: The three best trials of a search, with their checkpoints
  determined_ai.determined.det_trial_info:
    experiment_ids: [16]
    order: best_validation_metric
    limit: 3
    gather: [checkpoints]

- name: How one trial went
  determined_ai.determined.det_trial_info:
    ids: 3
    gather: [summary, validation, workloads]
"""

RETURN = r"""
trials:
  description:
    - The trials, those of an experiment in the wanted order.
  returned: success
  type: list
  elements: dict
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
    summary_metrics:
      description: What its metrics came to, by group and name.
      type: dict
      returned: when O(gather) has V(summary)
      sample: {"validation_metrics": {"loss": {"count": 1, "last": 0.21, "max": 0.21, "min": 0.21}}}
    training_metrics:
      description: All reports of training, by batches.
      type: list
      elements: dict
      returned: when O(gather) has V(training)
      sample: [{"batches": 937, "time": "2026-11-24T00:15:08Z", "metrics": {"loss": 0.21}}]
    validation_metrics:
      description: All validations, by batches.
      type: list
      elements: dict
      returned: when O(gather) has V(validation)
      sample: [{"batches": 937, "time": "2026-11-24T00:15:08Z", "metrics": {"loss": 0.21}}]
    workloads:
      description: Trainings, validations and checkpoints, by batches.
      type: list
      elements: dict
      returned: when O(gather) has V(workloads)
      contains:
        # columns of kinds.trial_parts.WORKLOAD
        training:
          description: A training.
          type: dict
          returned: of a training
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
        validation:
          description: A validation.
          type: dict
          returned: of a validation
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
        checkpoint:
          description: A checkpoint.
          type: dict
          returned: of a checkpoint
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
        # end of columns
    checkpoints:
      description: Its checkpoints, as in M(determined_ai.determined.det_checkpoint_info).
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
    remaining_log_days:
      description: How many days the logs will still be kept; V(-1) for ever, null where it is not known yet.
      type: int
      returned: when O(gather) has V(log_days)
      sample: 7
missing_ids:
  description: Those of O(ids) or O(experiment_ids) that are not there, or that the user may not see.
  returned: success
  type: list
  elements: int
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.runs.trial_info import (
    GATHER,
    ORDERS,
    STATES,
    gather_trials,
)

SPEC = CONNECTION + Spec(
    {
        "ids": {"type": "list", "elements": "int"},
        "experiment_ids": {"type": "list", "elements": "int"},
        "states": {"type": "list", "elements": "str", "choices": list(STATES)},
        "order": {"type": "str", "choices": list(ORDERS), "default": "id"},
        "descending": {"type": "bool", "default": False},
        "limit": {"type": "int"},
        "gather": {"type": "list", "elements": "str", "choices": list(GATHER), "default": []},
    },
    mutually_exclusive=(("ids", "experiment_ids"),),
    required_one_of=(("ids", "experiment_ids"),),
    narrows=("states", "limit"),
    objects=("ids", "experiment_ids"),
)


def work(call):
    return gather_trials(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
