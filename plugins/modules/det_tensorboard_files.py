#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_tensorboard_files
short_description: Remove the TensorBoard files of experiments of a Determined cluster
version_added: 1.0.0
description:
  - Removes what experiments wrote for TensorBoard into the checkpoint storage. Metrics, checkpoints and logs stay. The
    files do not come back.
  - The removal is a task on an agent for each experiment. Where no agent is switched on, experiments are skipped.
  - The master tells nowhere whether an experiment has such files, and a second removal succeeds just as the first. So
    each run asks for it again and is changed. To do it once, give the experiments a label, as the example does.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.select
  - determined_ai.determined.guard
attributes:
  check_mode:
    support: full
    description: Predicts which experiments would be asked for, by the plan that the real run carries out.
  diff_mode:
    support: full
    description: Shows the experiments. Whether there are files before is not known.
  idempotent:
    support: none
    description: Asks for the removal each time, as nothing tells that the files are gone.
options:
  state:
    description: The files must not exist. There is no other state.
    type: str
    choices: [absent]
    default: absent
  keep_labels:
    description: The files of experiments with one of these labels stay.
    type: list
    elements: str
    default: [keep, gold]
  timeout:
    description:
      - Seconds to wait for each answer. The master answers when the clean-up task has ended, which may have to wait for
        an agent and for an image.
    type: float
    default: 600
notes:
  - Experiments that have not ended are skipped, as they may still write such files.
seealso:
  - module: determined_ai.determined.det_tensorboard
  - module: determined_ai.determined.det_checkpoint_gc
"""

EXAMPLES = r"""
- name: See whose TensorBoard files would go
  determined_ai.determined.det_tensorboard_files:
    select:
      states: [ERROR]
      ended_before: 90d
    state: absent
    max_changes: 500
  check_mode: true

- name: Remove the TensorBoard files of what failed long ago, once
  determined_ai.determined.det_tensorboard_files:
    select:
      states: [ERROR]
      ended_before: 30d
      labels_none: [no-tensorboard]
      limit: 3
  register: removed

- name: Mark these experiments
  determined_ai.determined.det_experiments:
    ids: "{{ removed.changed_ids }}"
    labels_add: [no-tensorboard]
"""

RETURN = r"""
changed_ids:
  description: Ids of the experiments whose files were removed, in check mode those whose files would be.
  returned: always
  type: list
  elements: int
experiments:
  description:
    - The same experiments.
    - In check mode also where a brake refuses the plan, so that it can be looked at.
  returned: unless O(details) is V(false)
  type: list
  elements: dict
  contains:
    # columns of experiment: id, name, owner, project, state, end_time, checkpoint_bytes, labels, url
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
    owner:
      description: Name of its owner.
      type: str
      returned: always
      sample: "ana"
    project:
      description: Its project, as workspace/project.
      type: str
      returned: always
      sample: "vision/detr"
    state:
      description: State.
      type: str
      returned: always
      sample: "COMPLETED"
    end_time:
      description: When it ended; null before its end.
      type: str
      returned: always
      sample: "2026-11-24T00:15:08Z"
    checkpoint_bytes:
      description: Bytes of its checkpoints.
      type: int
      returned: always
      sample: 1073741824
    labels:
      description: Labels, in order.
      type: list
      elements: str
      returned: always
      sample: ["baseline"]
    url:
      description: Address of its page in the web UI.
      type: str
      returned: always
      sample: "https://det.example.org/det/experiments/7"
    # end of columns
    # columns of engine.bulk_rows.CHANGED
    acts:
      description: What was done to it, in order; in check mode what would be.
      type: list
      elements: str
      returned: always
      sample: ["archived"]
    before:
      description: The properties that change, before the change.
      type: dict
      returned: unless the requested state says all
      sample: {"priority": 42}
    after:
      description: The same properties after the change.
      type: dict
      returned: unless the requested state says all
      sample: {"priority": 10}
    # end of columns
skipped_items:
  description: The experiments that were left alone, with the reason.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of experiment: id, name, owner, project, state, end_time, checkpoint_bytes, labels, url
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
    owner:
      description: Name of its owner.
      type: str
      returned: always
      sample: "ana"
    project:
      description: Its project, as workspace/project.
      type: str
      returned: always
      sample: "vision/detr"
    state:
      description: State.
      type: str
      returned: always
      sample: "COMPLETED"
    end_time:
      description: When it ended; null before its end.
      type: str
      returned: always
      sample: "2026-11-24T00:15:08Z"
    checkpoint_bytes:
      description: Bytes of its checkpoints.
      type: int
      returned: always
      sample: 1073741824
    labels:
      description: Labels, in order.
      type: list
      elements: str
      returned: always
      sample: ["baseline"]
    url:
      description: Address of its page in the web UI.
      type: str
      returned: always
      sample: "https://det.example.org/det/experiments/7"
    # end of columns
    # columns of engine.bulk_rows.REASON
    reason:
      description: Why it was left alone.
      type: str
      returned: always
      sample: "it has not ended (RUNNING)"
    # end of columns
failed_items:
  description: The experiments whose files could not be removed, or whose task did not end in time.
  returned: always
  type: list
  elements: dict
  contains:
    # columns of engine.bulk_rows.FAILED
    id:
      description: Id, a number or a text as that of the others.
      type: raw
      returned: always
      sample: 16
    name:
      description: Name; null where it has none.
      type: str
      returned: always
      sample: "detr_coco"
    owner:
      description: Name of its owner; null where it has none.
      type: str
      returned: always
      sample: "ana"
    url:
      description: Address of its page in the web UI; null where it has none.
      type: str
      returned: always
      sample: "https://det.example.org/det/experiments/16"
    act:
      description: What could not be done to it.
      type: str
      returned: always
      sample: "archived"
    error:
      description: Why not.
      type: str
      returned: always
      sample: "the user may not do that"
    # end of columns
matched:
  description: How many experiments the selection found.
  returned: success
  type: int
unchanged:
  description: Always V(0), as nothing tells that files are gone.
  returned: success
  type: int
plan_digest:
  description: Stands for just this plan, for O(confirm).
  returned: success
  type: str
  sample: 5d41402abc4b2a76
refused:
  description:
    - What would make a run for real fail before its first write, such as O(max_changes). Check mode warns of it, and
      shows the whole plan.
  returned: in check mode, where a brake would stop the run
  type: str
  sample: 120 experiments would be changed, and max_changes is 100.
requests:
  description: What was sent to change something, in check mode what would be.
  returned: always
  type: list
  elements: str
diff:
  description: A table of the experiments.
  returned: when diff mode is on
  type: dict
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.guard import GUARD
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.many import MANY
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.experiments.experiments import KEPT
from ansible_collections.determined_ai.determined.plugins.module_utils.experiments.tensorboard_files import (
    remove_tensorboard_files,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.selection.select import SELECT

SPEC = (
    CONNECTION
    + SELECT
    + GUARD
    + MANY
    + Spec(
        {
            "state": {"type": "str", "choices": ["absent"], "default": "absent"},
            "keep_labels": {"type": "list", "elements": "str", "default": list(KEPT)},
            "timeout": {"type": "float", "default": 600},
        },
        required_one_of=(("ids", "select"),),
        objects=("keep_labels",),
    )
)


def work(call):
    return remove_tensorboard_files(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
