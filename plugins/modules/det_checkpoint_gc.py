#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_checkpoint_gc
short_description: Keep only the best or latest checkpoints of experiments that have ended
version_added: 1.0.0
description:
  - Removes the checkpoints that a policy does not keep, of all experiments of a selection.
  - The module first asks the master which checkpoints the policy does not keep, so check mode lists exactly these
    checkpoints and their bytes. Only these are deleted. Versions of registered models are never deleted.
  - The experiment's own policy stays as it is.
  - Experiments that have not ended are skipped, and so are those with a keep label.
  - The removal is a task on an agent. Without a connected agent the removal does not end.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.select
  - determined_ai.determined.guard
  - determined_ai.determined.wait
options:
  save_experiment_best:
    description: Best checkpoints of the experiment to keep.
    type: int
    default: 1
  save_trial_best:
    description: Best checkpoints of each trial to keep.
    type: int
    default: 1
  save_trial_latest:
    description: Latest checkpoints of each trial to keep.
    type: int
    default: 1
  min_size:
    description:
      - Minimum number of bytes to free for an experiment. Other experiments are left alone.
      - An experiment whose checkpoints are smaller in total counts as unchanged, without a request.
    type: int
  recheck_after:
    description:
      - How long, such as V(90d), to remember which experiments have nothing to remove, so that later runs need no
        request for each of them. If absent, the module asks the master about each experiment and remembers nothing.
      - The module looks at an experiment again when the policy, its checkpoints, their size, its end or its registered
        checkpoints have changed, and at the latest after this time. If the memory is lost, only the requests get more.
      - The memory is in the settings of the calling account, some 13 bytes for each experiment. Check mode reads the
        memory and does not write it.
    type: str
  keep_labels:
    description: Experiments with one of these labels are left alone.
    type: list
    elements: str
    default: [keep, gold]
  list_checkpoints:
    description:
      - List the removed checkpoints of each experiment. The list can be long. With V(false) only numbers are returned.
    type: bool
    default: true
notes:
  - O(max_changes), O(confirm_above) and the plan count checkpoints, not experiments.
seealso:
  - module: determined_ai.determined.det_checkpoint
"""

EXAMPLES = r"""
- name: What keeping the best checkpoint only would free
  determined_ai.determined.det_checkpoint_gc:
    select:
      ended_before: 14d
      where:
        - {column: checkpointSize, operator: ">", value: 1000000}
    save_experiment_best: 1
    save_trial_best: 0
    save_trial_latest: 0
    max_changes: 100000
  check_mode: true
  register: gc

- name: In figures
  ansible.builtin.debug:
    msg: "{{ gc.reclaimed_bytes }} bytes in {{ gc.experiments | length }} experiments"
"""

RETURN = r"""
experiments:
  description: The experiments that lose checkpoints, how many, and with O(list_checkpoints) which.
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
    # columns of checkpoints.checkpoint_gc.LOST
    removed_checkpoints:
      description: Number of the checkpoints that it loses.
      type: int
      returned: always
      sample: 1
    reclaimed_bytes:
      description: Size of their files.
      type: int
      returned: always
      sample: 200
    checkpoints:
      description: These checkpoints.
      type: list
      elements: dict
      returned: with O(list_checkpoints)
      contains:
        uuid:
          description: Uuid.
          type: str
          returned: always
          sample: "1387bb1c-bd0c-41bf-ad13-f191e3174576"
        bytes:
          description: Size of its files.
          type: int
          returned: always
          sample: 200
        trial_id:
          description: Id of its trial.
          type: int
          returned: always
          sample: 36
        steps_completed:
          description: Batches that the trial had done.
          type: int
          returned: always
          sample: 10
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
changed_ids:
  description: Ids of the experiments that were changed, in check mode those that would be.
  returned: always
  type: list
  elements: int
registered:
  description: The registered checkpoints of these experiments, which stay whatever the policy says.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of checkpoints.checkpoint_gc.STAYING
    id:
      description: Id of the experiment.
      type: int
      returned: always
      sample: 16
    name:
      description: Name of the experiment.
      type: str
      returned: always
      sample: "detr_coco"
    owner:
      description: Name of its owner.
      type: str
      returned: always
      sample: "ana"
    uuid:
      description: Uuid of the checkpoint.
      type: str
      returned: always
      sample: "1387bb1c-bd0c-41bf-ad13-f191e3174576"
    reason:
      description: Why it stays.
      type: str
      returned: always
      sample: "registered as detr:3"
    # end of columns
skipped_items:
  description:
    - What was left alone although it is not as wanted, with id, name and reason.
    - What O(min_size) spares has C(would_free_bytes) too.
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
    # columns of checkpoints.checkpoint_gc.SPARED
    would_free_bytes:
      description: What would be freed.
      type: int
      returned: where that is less than O(min_size)
      sample: 200
    # end of columns
    # columns of engine.bulk_rows.REASON
    reason:
      description: Why it was left alone.
      type: str
      returned: always
      sample: "it has not ended (RUNNING)"
    # end of columns
failed_items:
  description: What could not be changed, with id, name, act and error.
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
  description: How many of them lose no checkpoint.
  returned: success
  type: int
known:
  description:
    - How many experiments with checkpoints needed no request, as their counts or an earlier run say that they lose no
      checkpoint, or too few bytes.
  returned: success
  type: int
plan_digest:
  description: Stands for just this plan, for O(confirm).
  returned: success
  type: str
refused:
  description:
    - What would make a run for real fail before its first write, such as O(max_changes). Check mode warns of it, and
      shows the whole plan.
  returned: in check mode, where a brake would stop the run
  type: str
  sample: 120 experiments would be changed, and max_changes is 100.
totals:
  description: Sums over all experiments that lose checkpoints, also over those that O(details=auto) leaves out.
  returned: success
  type: dict
  contains:
    removed_checkpoints:
      description: Number of the checkpoints that they lose.
      type: int
      returned: always
      sample: 12
reclaimed_bytes:
  description: Size of the files that were removed, in check mode of those that would be.
  returned: success
  type: int
requests:
  description: What was sent to change something, in check mode what would be.
  returned: always
  type: list
  elements: str
diff:
  description: A table of the objects before and after.
  returned: when diff mode is on
  type: dict
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.checkpoints.checkpoint_gc import collect
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.guard import GUARD
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.many import MANY
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, WAIT, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.selection.select import SELECT

SPEC = (
    CONNECTION
    + WAIT
    + SELECT
    + GUARD
    + MANY
    + Spec(
        {
            "save_experiment_best": {"type": "int", "default": 1},
            "save_trial_best": {"type": "int", "default": 1},
            "save_trial_latest": {"type": "int", "default": 1},
            "list_checkpoints": {"type": "bool", "default": True},
            "min_size": {"type": "int"},
            "recheck_after": {"type": "str"},
            "keep_labels": {"type": "list", "elements": "str", "default": ["keep", "gold"]},
        },
        required_one_of=(("ids", "select"),),
        narrows=("min_size",),
        objects=("keep_labels",),
    )
)


def work(call):
    return collect(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
