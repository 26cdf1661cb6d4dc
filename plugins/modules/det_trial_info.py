#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_trial_info
short_description: Read trials of a Determined cluster
version_added: 0.1.0
description:
  - Returns trials by their ids, or those of experiments, and on demand their metrics, workloads and checkpoints.
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
      - batches_processed
      - duration
      - restarts
      - checkpoint_size
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
      - What to read besides. All but V(summary) costs requests for each trial.
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
    - With O(gather) also summary_metrics, training_metrics and validation_metrics (lists of batches, time, metrics),
      workloads, checkpoints, remaining_log_days (V(-1) for ever, null where it is not known yet).
  returned: success
  type: list
  elements: dict
  sample:
    [{"id": 36, "experiment_id": 16, "state": "STATE_COMPLETED", "hparams": {"lr": 0.01}, "restarts": 0,
      "total_batches_processed": 937, "checkpoint_count": 1, "total_checkpoint_size": "1073741824"}]
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
