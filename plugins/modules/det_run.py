#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_run
short_description: Manage many runs of a Determined cluster at once
version_added: 1.0.0
description:
  - Puts all runs of a selection into a state, moves them to a project, or sets their metadata. A run is a trial, seen
    as a row of its project's table.
  - Runs already in the requested state are not changed. Changes that the master would refuse are skipped and reported.
    The rest is sent to the master's bulk operations, and each run has a result of its own.
  - Within one task, runs are first unarchived, then moved, then given their metadata, and last put into the state.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.select.runs
  - determined_ai.determined.guard
  - determined_ai.determined.wait
options:
  state:
    description:
      - V(present) changes no state. V(archived) and V(unarchived) hide and show runs that have ended. V(killed) kills
        runs that have not ended, and waits for their end.
      - V(paused) and V(active) act on the whole experiment, so they are for experiments of one trial.
      - V(absent) deletes the record, its metrics and its logs at once. Files of checkpoints stay in the storage, see
        O(protect), and so does the experiment.
    type: str
    choices: [present, absent, archived, unarchived, active, paused, killed]
    default: present
  project:
    description: The project that the runs must be in, written C(workspace/project).
    type: str
  project_id:
    description: Id of the project that the runs must be in.
    type: int
  whole_experiments:
    description:
      - The master moves experiments with all their runs. Unless this is set, a run is skipped when its experiment
        has other runs that are not selected.
    type: bool
    default: false
  metadata:
    description:
      - Metadata that the runs must have. With O(metadata_mode=merge) a null removes a key.
    type: dict
  metadata_mode:
    description: Whether O(metadata) replaces the existing metadata, or is merged into it by its outer keys.
    type: str
    choices: [merge, exact]
    default: merge
  keep_labels:
    description: Runs whose experiment has one of these labels are neither archived nor deleted.
    type: list
    elements: str
    default: [keep, gold]
  protect:
    description:
      - Runs that are not deleted. V(checkpoints) are runs with checkpoints, whose files would become unreachable.
    type: list
    elements: str
    choices: [checkpoints]
    default: [checkpoints]
seealso:
  - module: determined_ai.determined.det_run_info
  - module: determined_ai.determined.det_trial
  - module: determined_ai.determined.det_experiments
"""

EXAMPLES = r"""
- name: Put away the runs of a sweep that came to nothing
  determined_ai.determined.det_run:
    select:
      experiment_ids: [16]
      states: [ERROR, CANCELED]
    state: archived

- name: Say what the runs of a project were trained on
  determined_ai.determined.det_run:
    select:
      project: [vision/detr]
    metadata: {dataset: {name: coco, year: 2017}}

- name: See which runs would be deleted
  determined_ai.determined.det_run:
    select:
      project: ["*/*"]
      ended_before: 400d
      archived: true
    state: absent
    max_changes: 100000
  check_mode: true
"""

RETURN = r"""
runs:
  description: The runs that were changed, with what was done to each.
  returned: unless O(details) is V(false)
  type: list
  elements: dict
  contains:
    # columns of run: id, local_id, name, experiment_id, project, state, end_time, checkpoint_bytes, labels, url
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
    experiment_id:
      description: Id of its experiment.
      type: int
      returned: always
      sample: 16
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
      description: Labels of its experiment, in order.
      type: list
      elements: str
      returned: always
      sample: ["baseline"]
    url:
      description: Address of its page in the web UI.
      type: str
      returned: always
      sample: "https://det.example.org/det/trials/7"
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
  description: Ids of the runs that were changed, in check mode those that would be.
  returned: always
  type: list
  elements: int
skipped_items:
  description: Runs that were left alone although they are not as wanted, with the reason.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of run: local_id, experiment_id, project, state, end_time, checkpoint_bytes, labels
    local_id:
      description: Its id inside of its project.
      type: str
      returned: always
      sample: "DETR-7"
    experiment_id:
      description: Id of its experiment.
      type: int
      returned: always
      sample: 16
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
      description: Labels of its experiment, in order.
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
  description: The runs that could not be changed.
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
  description: How many runs the selection found.
  returned: success
  type: int
unchanged:
  description: How many of them were as wanted already.
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
  sample: 120 runs would be changed, and max_changes is 100.
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

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.guard import GUARD
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.many import MANY
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, WAIT, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.runs.runs import RUN_PROTECT, STATES, change_runs
from ansible_collections.determined_ai.determined.plugins.module_utils.selection.run_select import RUN_SELECT

SPEC = (
    CONNECTION
    + WAIT
    + RUN_SELECT
    + GUARD
    + MANY
    + RUN_PROTECT
    + Spec(
        {
            "state": {"type": "str", "choices": list(STATES), "default": "present"},
            "project": {"type": "str"},
            "project_id": {"type": "int"},
            "whole_experiments": {"type": "bool", "default": False},
            "metadata": {"type": "dict"},
            "metadata_mode": {"type": "str", "choices": ["merge", "exact"], "default": "merge"},
        },
        mutually_exclusive=(("project", "project_id"),),
        required_one_of=(("ids", "select"),),
    )
)


def work(call):
    return change_runs(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
