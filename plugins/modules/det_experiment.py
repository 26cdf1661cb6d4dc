#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_experiment
short_description: Manage one experiment of a Determined cluster
version_added: 1.0.0
description:
  - Creates an experiment, changes its properties, puts it into a state, or deletes it.
  - A property whose option is left out is not managed. Null, or an empty value, resets the property if the master
    allows this.
  - For many experiments at once see M(determined_ai.determined.det_experiments).
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.journal
  - determined_ai.determined.wait
options:
  id:
    description: Id of the experiment. Exclusive with O(external_id) and O(key_label).
    type: int
  external_id:
    description:
      - The id that an unmanaged experiment has outside of the cluster. With O(config) the module creates the
        experiment if it does not exist.
    type: str
  key_label:
    description:
      - A label that only this experiment has, such as a commit. With O(config) the module creates an experiment with
        this label if none exists. A second run finds the same experiment.
    type: str
  config:
    description:
      - The experiment's config, as a dict or as YAML text. The config is used to create the experiment, and does not
        change an existing experiment.
      - A text is read as YAML 1.2, as the CLI does, with the Python library C(ruamel.yaml), so that V(1e-3) is a number
        and V(off) a text. A dict is sent as it is; where one of its texts looks like such a number, the task warns.
    type: raw
  model_folder:
    description:
      - Folder with the model code to send. Files that a C(.detignore) in the folder names are left out.
      - Pipes, sockets and devices are left out with a warning, as are links to folders and links that lead out of the
        folder.
      - The limit is 95 MiB. Requires the Python library C(pathspec).
    type: path
  template:
    description: Name of a template that the config is merged into.
    type: str
  parent_id:
    description: Id of an experiment whose model code is used (a fork).
    type: int
  unmanaged:
    description: Create an experiment that the master does not run. The master only stores its results.
    type: bool
    default: false
  state:
    description:
      - V(present) makes sure that it exists, and makes an active one where O(config) is given.
      - V(active) and V(paused) are states of managed experiments, which are made where O(config) is given. With
        O(config) an experiment that has ended counts as what was asked for, however it ended, so that a second run of
        the same task changes nothing; RV(experiment) tells its state. Without, it is an error that it cannot be made
        active again.
      - V(continued) lets one that failed, was canceled or was killed go on from its latest checkpoints. One that is
        under way or completed is left as it is, so that a second run changes nothing unless it has failed again.
      - V(canceled) and V(killed) make sure that it has ended, however it ended.
      - V(archived) and V(unarchived) are possible after its end.
      - V(absent) deletes it with its checkpoints.
    type: str
    choices: [present, absent, archived, unarchived, active, paused, continued, canceled, killed]
    default: present
  name:
    description: Name of the experiment.
    type: str
  description:
    description: Description of the experiment.
    type: str
  notes:
    description: Notes of the experiment, in Markdown.
    type: str
  labels:
    description: All labels of the experiment. Other labels are removed.
    type: list
    elements: str
  labels_add:
    description: Labels to add.
    type: list
    elements: str
  labels_remove:
    description: Labels to remove.
    type: list
    elements: str
  project:
    description: The project that the experiment must be in, written C(workspace/project).
    type: str
  project_id:
    description: Id of the project that the experiment must be in.
    type: int
  max_slots:
    description: Maximum number of slots. Can be changed while the master runs the experiment.
    type: int
  weight:
    description: Weight for the fair share scheduler. Can be changed while the master runs the experiment.
    type: float
  priority:
    description: Priority, 1 to 99. Can be changed while the master runs the experiment.
    type: int
  checkpoint_policy:
    description:
      - How many checkpoints are kept. The three counts are set together; one that is left out is 0.
      - After the end a change makes the master remove checkpoints, in release 0.38.1 by the policy that was set before.
        To remove what a policy does not keep use M(determined_ai.determined.det_checkpoint_gc).
    type: dict
    suboptions:
      save_experiment_best:
        description: Best checkpoints of the experiment.
        type: int
      save_trial_best:
        description: Best checkpoints of each trial.
        type: int
      save_trial_latest:
        description: Latest checkpoints of each trial.
        type: int
  log_retention_days:
    description: Days to keep its logs after its end, V(-1) for ever. Can be set after its end and before it is
      archived.
    type: int
seealso:
  - module: determined_ai.determined.det_experiments
  - module: determined_ai.determined.det_experiment_info
"""

EXAMPLES = r"""
- name: This experiment is archived
  determined_ai.determined.det_experiment:
    id: 16
    state: archived

- name: It is not
  determined_ai.determined.det_experiment:
    id: 16
    state: unarchived

- name: If this one has failed it goes on
  determined_ai.determined.det_experiment:
    id: 16
    state: continued

- name: A run outside of the cluster that keeps its results here
  determined_ai.determined.det_experiment:
    external_id: sweep-7
    project: vision/detr
    config:
      name: sweep 7
      searcher: {name: single, metric: loss}

- name: Train this commit, once
  determined_ai.determined.det_experiment:
    key_label: "commit-{{ lookup('env', 'GIT_SHA') }}"
    project: vision/detr
    model_folder: model
    config: "{{ lookup('file', 'model/const.yaml') }}"
    state: active

- name: Keep the best checkpoint only, and say why
  determined_ai.determined.det_experiment:
    id: 16
    labels_add: [baseline]
    notes: Baseline of the paper.
    checkpoint_policy: {save_experiment_best: 1, save_trial_best: 0, save_trial_latest: 0}
"""

RETURN = r"""
experiment:
  description:
    - The experiment as it is, in check mode as it would be with null for what is not known yet. Null when absent.
    - Its config is long, so M(determined_ai.determined.det_experiment_info) gathers it.
  returned: success
  type: dict
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
requests:
  description: What was sent to change something, in check mode what would be.
  returned: always
  type: list
  elements: str
diff:
  description: The managed properties before and after.
  returned: when diff mode is on
  type: dict
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.journal import JOURNAL
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, WAIT, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.experiments.one_experiment import (
    ensure_experiment,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.experiment import EXPERIMENT

SPEC = (
    CONNECTION
    + JOURNAL
    + WAIT
    + Spec({one.name: dict(one.option) for one in EXPERIMENT.fields})
    + Spec(
        {
            "id": {"type": "int"},
            "external_id": {"type": "str"},
            "key_label": {"type": "str", "no_log": False},
            "config": {"type": "raw"},
            "model_folder": {"type": "path"},
            "template": {"type": "str"},
            "parent_id": {"type": "int"},
            "unmanaged": {"type": "bool", "default": False},
            "state": {"type": "str", "choices": EXPERIMENT.states(), "default": "present"},
            "labels_add": {"type": "list", "elements": "str"},
            "labels_remove": {"type": "list", "elements": "str"},
            "project": {"type": "str"},
        },
        mutually_exclusive=(("id", "external_id", "key_label"), ("project", "project_id"), ("id", "config")),
        required_one_of=(("id", "external_id", "key_label"),),
    )
)


def work(call):
    return ensure_experiment(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
