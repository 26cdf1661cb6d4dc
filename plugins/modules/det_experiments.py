#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_experiments
short_description: Manage many experiments of a Determined cluster at once
version_added: 1.0.0
description:
  - Puts all experiments of a selection into a state, moves them, or changes their labels or log retention.
  - The selection is resolved to ids first. Experiments already in the requested state are not changed. The rest is sent
    to the master's bulk operations, and each experiment has a result of its own.
  - Experiments are deleted in chunks of O(chunk_size), by default 10. One failure makes the request for its chunk fail.
    The experiments of a failed chunk are then tried again one by one.
  - Within one task, experiments are first unarchived, then moved, then labelled, then given their log retention, and
    last put into the state.
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
  state:
    description:
      - V(present) changes no state.
      - V(active), V(paused), V(continued), V(canceled), V(killed), V(archived), V(unarchived) and V(absent) are as in
        M(determined_ai.determined.det_experiment). Experiments are skipped if the master would refuse.
    type: str
    choices: [present, absent, archived, unarchived, active, paused, continued, canceled, killed]
    default: present
  project:
    description: The project that the experiments must be in, written C(workspace/project).
    type: str
  project_id:
    description: Id of the project that the experiments must be in.
    type: int
  labels_add:
    description: Labels to add.
    type: list
    elements: str
  labels_remove:
    description: Labels to remove.
    type: list
    elements: str
  log_retention_days:
    description: Days to keep the logs after the end, V(-1) for ever.
    type: int
  keep_labels:
    description: Experiments with one of these labels are neither archived nor deleted.
    type: list
    elements: str
    default: [keep, gold]
  protect:
    description:
      - Experiments that are left alone. V(registered) are experiments with a checkpoint in the model registry, which
        are neither archived nor deleted.
      - V(no_agent) are experiments with checkpoints while no agent is enabled, which are not deleted, since the
        deletion would wait for one.
      - V(pinned) are experiments in a workspace that the calling user has pinned, which are neither archived nor
        deleted. The creator of a workspace has it pinned.
    type: list
    elements: str
    choices: [registered, no_agent, pinned]
    default: [registered, no_agent]
seealso:
  - module: determined_ai.determined.det_experiment
  - module: determined_ai.determined.det_experiment_info
"""

EXAMPLES = r"""
- name: Archive what ended long ago, and mark when it may be deleted
  determined_ai.determined.det_experiments:
    select:
      states: [COMPLETED, CANCELED, ERROR]
      ended_before: 90d
      archived: false
    state: archived
    labels_add: ["expires={{ '30d' | determined_ai.determined.from_now }}"]

- name: Delete what is marked with a day that is over, if it is no more than 200
  determined_ai.determined.det_experiments:
    select:
      archived: true
      expired_label: expires
    state: absent
    max_changes: 200
    journal: deleted.jsonl

- name: These three are not archived
  determined_ai.determined.det_experiments:
    ids: [16, 17, 18]
    state: unarchived
"""

RETURN = r"""
changed_ids:
  description: Ids of the experiments that were changed, in check mode those that would be.
  returned: always
  type: list
  elements: int
experiments:
  description:
    - The same experiments, with what was done to each.
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
  description: The experiments that were left alone although they are not as wanted, with the reason.
  returned: when the experiments are found
  type: list
  elements: dict
  contains:
    # columns of experiment: project, state, end_time, checkpoint_bytes, labels
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
    # end of columns
    # columns of engine.bulk_rows.SKIPPED
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
    reason:
      description: Why it was left alone.
      type: str
      returned: always
      sample: "it has not ended (RUNNING)"
    # end of columns
failed_items:
  description: The experiments that could not be changed.
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
  returned: when the experiments are found
  type: int
unchanged:
  description: How many of them were as wanted already.
  returned: when the experiments are found
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
totals:
  description: Sums over all changed experiments, also over those that O(details=auto) leaves out.
  returned: success
  type: dict
  contains:
    checkpoint_bytes:
      description: Bytes of their checkpoints.
      type: int
      returned: always
      sample: 1073741824
reclaimed_bytes:
  description: Size of the checkpoints of the deleted experiments.
  returned: success
  type: int
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

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.guard import GUARD
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.many import MANY
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, WAIT, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.experiments.experiments import (
    PROTECT,
    STATES,
    change_experiments,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.selection.select import SELECT

SPEC = (
    CONNECTION
    + WAIT
    + SELECT
    + GUARD
    + MANY
    + PROTECT
    + Spec(
        {
            "state": {"type": "str", "choices": STATES, "default": "present"},
            "project": {"type": "str"},
            "project_id": {"type": "int"},
            "labels_add": {"type": "list", "elements": "str"},
            "labels_remove": {"type": "list", "elements": "str"},
            "log_retention_days": {"type": "int"},
        },
        mutually_exclusive=(("project", "project_id"),),
        required_one_of=(("ids", "select"),),
    )
)


def work(call):
    return change_experiments(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
