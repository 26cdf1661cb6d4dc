#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_unmanaged_run
short_description: Report a run outside of a Determined cluster to the cluster
version_added: 1.0.0
description:
  - Keeps the results of a run that happens elsewhere, such as on another cluster or on a device, as an unmanaged
    experiment with a trial. Makes both where they are not there, begins and ends the run, and reports metrics and a
    checkpoint of it.
  - Both are found by the ids that they have outside of the cluster, so that every task and every play can report of the
    same run.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
attributes:
  check_mode:
    support: full
    description: Predicts what would be done, by the plan that the real run carries out, and sends nothing that changes.
  diff_mode:
    support: full
    description: Shows state, hyperparameters, metrics and checkpoint, as far as they change.
  idempotent:
    support: full
    description:
      - A second run changes nothing. With O(state=running) it sends a sign of life each time, which is not a change.
options:
  external_id:
    description: The id that the experiment has outside of the cluster.
    type: str
  experiment_id:
    description: Id of an unmanaged experiment, instead of O(external_id).
    type: int
  run:
    description:
      - The id that the run has outside of the cluster, inside of the experiment with O(external_id).
      - When left out, the only run of the experiment is meant. It is an error when there are several.
    type: str
  config:
    description:
      - Config of the experiment, as a dict or as YAML text. It is used to make the experiment, and does not change one
        that is there. The least is C(searcher) with C(name) and C(metric).
    type: raw
  project:
    description: The project that the experiment is made in, written C(workspace/project).
    type: str
  project_id:
    description: Id of that project.
    type: int
  hparams:
    description: All hyperparameters of the run. Can be changed where O(run) is given.
    type: dict
  state:
    description:
      - V(started) makes sure that the run was begun. One that has ended counts as that, however it ended.
      - V(running) makes sure that it runs, begins one that has ended again, and sends a sign of life. The master takes
        a run that was silent for five minutes for failed.
      - V(completed) and V(errored) end it.
    type: str
    choices: [started, running, completed, errored]
    default: started
  metrics:
    description:
      - What to report. Each value is reported once for its group and steps, since the master would count it twice. A
        value that is there stays, and the task warns where it differs.
      - A run must be begun to report of it, so one that has ended is begun again, and ended again as it was.
    type: list
    elements: dict
    suboptions:
      group:
        description: Group of the metrics, such as V(training), V(validation), or any text without dots.
        type: str
        default: training
      steps_completed:
        description: The steps, mostly batches, after which they were measured.
        type: int
        required: true
      values:
        description: The values by name.
        type: dict
        required: true
  checkpoint:
    description: A checkpoint that the run has written. It is reported once, and not changed when it is there.
    type: dict
    suboptions:
      uuid:
        description: Its uuid, which is also the name of its folder in the storage.
        type: str
        required: true
      resources:
        description: The size in bytes of each of its files, by path. The path of a folder ends with a slash.
        type: dict
      steps_completed:
        description: The steps after which it was written.
        type: int
      metadata:
        description: Its metadata.
        type: dict
      storage:
        description: Where it is, as C(checkpoint_storage) of a config. As the experiment's config says when left out.
        type: dict
notes:
  - Do not give O(metrics) from several tasks at the same time for one run. Each task starts the run again, and the
    master takes metrics of the last beginning only, so they have to try again.
seealso:
  - module: determined_ai.determined.det_run
  - module: determined_ai.determined.det_metrics_info
"""

EXAMPLES = r"""
- name: A run on a device begins
  determined_ai.determined.det_unmanaged_run:
    external_id: edge-fleet
    run: device-17
    project: vision/detr
    config:
      name: edge fleet
      searcher: {name: single, metric: loss}
    hparams: {lr: 0.01}
    state: started

- name: It still runs, and has got so far
  determined_ai.determined.det_unmanaged_run:
    external_id: edge-fleet
    run: device-17
    state: running
    metrics:
      - steps_completed: 100
        values: {loss: 0.7}

- name: It is over, with a validation and a checkpoint
  determined_ai.determined.det_unmanaged_run:
    external_id: edge-fleet
    run: device-17
    state: completed
    metrics:
      - group: validation
        steps_completed: 200
        values: {loss: 0.4, accuracy: 0.9}
    checkpoint:
      uuid: 3f1c2a84-9d5e-4b1a-8f6d-0c7a52e1b9d3
      resources: {model.pt: 1048576}
      steps_completed: 200

- name: Another one has failed
  determined_ai.determined.det_unmanaged_run:
    external_id: edge-fleet
    run: device-18
    state: errored
"""

RETURN = r"""
trial:
  description: The run as a trial. In check mode as it would be, its id null where it is not there yet.
  returned: success
  type: dict
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
requests:
  description: What was sent to change something, in check mode what would be.
  returned: always
  type: list
  elements: str
diff:
  description: What changes of the run, before and after.
  returned: when diff mode is on
  type: dict
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.runs.unmanaged import STATES, ensure_unmanaged

METRICS = {
    "group": {"type": "str", "default": "training"},
    "steps_completed": {"type": "int", "required": True},
    "values": {"type": "dict", "required": True},
}
CHECKPOINT = {
    "uuid": {"type": "str", "required": True},
    "resources": {"type": "dict"},
    "steps_completed": {"type": "int"},
    "metadata": {"type": "dict"},
    "storage": {"type": "dict"},
}
SPEC = CONNECTION + Spec(
    {
        "external_id": {"type": "str"},
        "experiment_id": {"type": "int"},
        "run": {"type": "str"},
        "config": {"type": "raw"},
        "project": {"type": "str"},
        "project_id": {"type": "int"},
        "hparams": {"type": "dict"},
        "state": {"type": "str", "choices": list(STATES), "default": "started"},
        "metrics": {"type": "list", "elements": "dict", "options": METRICS},
        "checkpoint": {"type": "dict", "options": CHECKPOINT},
    },
    mutually_exclusive=(("external_id", "experiment_id"), ("project", "project_id")),
    required_one_of=(("external_id", "experiment_id"),),
    narrows=("run",),
)


def work(call):
    return ensure_unmanaged(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
