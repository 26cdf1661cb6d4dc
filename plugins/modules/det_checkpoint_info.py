#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_checkpoint_info
short_description: Read checkpoints of a Determined cluster
version_added: 1.0.0
description:
  - Returns checkpoints by their uuids, or those of experiments or trials.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  uuids:
    description: Uuids of the checkpoints.
    type: list
    elements: str
  experiment_ids:
    description: Ids of experiments, for all their checkpoints.
    type: list
    elements: int
  trial_ids:
    description: Ids of trials, for all their checkpoints.
    type: list
    elements: int
  states:
    description: Only checkpoints in these states.
    type: list
    elements: str
    choices: [ACTIVE, COMPLETED, ERROR, DELETED, PARTIALLY_DELETED]
  registered:
    description:
      - Only those that are versions of registered models, or only those that are not. When given, each
        checkpoint has the versions in C(registered_as).
    type: bool
  uses:
    description:
      - Read with each checkpoint what trials reported that say that they began with it, with an additional request for
        each checkpoint.
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_checkpoint
"""

EXAMPLES = r"""
- name: What an experiment holds
  determined_ai.determined.det_checkpoint_info:
    experiment_ids: [16]
    states: [COMPLETED, PARTIALLY_DELETED]
  register: found

- name: How much that is
  ansible.builtin.debug:
    msg: "{{ found.bytes }} bytes in {{ found.checkpoints | length }} checkpoints"
"""

RETURN = r"""
checkpoints:
  description: The checkpoints, without the experiment's config.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of kinds.checkpoint.TOLD
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
    registered_as:
      description: The versions of models that it is registered as, as model:version.
      type: list
      elements: str
      returned: with O(registered)
      sample: ["detr:3"]
    uses:
      description: What trials reported that say that they began with it.
      type: list
      elements: dict
      returned: with O(uses)
      contains:
        trial_id:
          description: Id of the trial that reported.
          type: int
          returned: always
          sample: 36
        group:
          description: Group of the metrics.
          type: str
          returned: always
          sample: "validation"
        batches:
          description: How many batches the trial had trained.
          type: int
          returned: always
          sample: 1000
        time:
          description: When it was reported.
          type: str
          returned: always
          sample: "2026-11-24T00:15:08Z"
        metrics:
          description: The metrics.
          type: dict
          returned: always
          sample: {"loss": 0.21}
    # end of columns
missing_uuids:
  description: Those of O(uuids) that are not there.
  returned: success
  type: list
  elements: str
missing_ids:
  description: Those of O(experiment_ids) or O(trial_ids) that are not there, or that the user may not see.
  returned: success
  type: list
  elements: int
bytes:
  description: Size of all files of the checkpoints that still have any.
  returned: success
  type: int
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.checkpoints.checkpoints import gather_checkpoints
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.checkpoint import STATES

SPEC = CONNECTION + Spec(
    {
        "uuids": {"type": "list", "elements": "str"},
        "experiment_ids": {"type": "list", "elements": "int"},
        "trial_ids": {"type": "list", "elements": "int"},
        "states": {
            "type": "list",
            "elements": "str",
            "choices": list(STATES),
        },
        "registered": {"type": "bool"},
        "uses": {"type": "bool", "default": False},
    },
    mutually_exclusive=(("uuids", "experiment_ids", "trial_ids"),),
    required_one_of=(("uuids", "experiment_ids", "trial_ids"),),
    narrows=("states", "registered"),
    objects=("uuids", "experiment_ids", "trial_ids"),
)


def work(call):
    return gather_checkpoints(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
