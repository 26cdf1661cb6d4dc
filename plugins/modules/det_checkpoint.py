#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_checkpoint
short_description: Delete checkpoints of a Determined cluster, or change their files and metadata
version_added: 1.0.0
description:
  - Deletes checkpoints, removes some of their files, and sets their metadata.
  - A checkpoint that is a version of a registered model is skipped and reported. The master would refuse the whole
    request for it.
  - The removal is a task on an agent. While no agent is there it does not come to an end.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.guard
  - determined_ai.determined.wait
options:
  uuids:
    description: The checkpoints.
    type: list
    elements: str
    required: true
  state:
    description: V(absent) deletes the files. The master keeps the record.
    type: str
    choices: [present, absent]
    default: present
  files_absent:
    description:
      - Patterns of files to remove, in the syntax of Python's glob. V(*), V(?) and V([ab]) stay inside a folder.
      - V(**) between slashes stands for any number of folders, none too; V(**/optimizer*) also fits a file at the top.
      - A name that begins with a dot is only fitted by a pattern with that dot. A folder goes with all that is in it.
    type: list
    elements: str
  metadata:
    description: Metadata that the checkpoints must have. With O(metadata_mode=merge) a null removes a key.
    type: dict
  metadata_mode:
    description: Whether O(metadata) replaces the existing metadata, or is merged into it.
    type: str
    choices: [merge, exact]
    default: merge
seealso:
  - module: determined_ai.determined.det_checkpoint_gc
  - module: determined_ai.determined.det_checkpoint_info
"""

EXAMPLES = r"""
- name: The checkpoints of an experiment
  determined_ai.determined.det_checkpoint_info:
    experiment_ids: [16]
    states: [COMPLETED]
  register: found

- name: Say what they are
  determined_ai.determined.det_checkpoint:
    uuids: "{{ found.checkpoints | map(attribute='uuid') }}"
    metadata: {dataset: coco-2017}

- name: What would be freed without the optimizer's state
  determined_ai.determined.det_checkpoint:
    uuids: "{{ found.checkpoints | map(attribute='uuid') }}"
    files_absent: ["**/optimizer*"]
  check_mode: true

- name: What deleting them would free
  determined_ai.determined.det_checkpoint:
    uuids: "{{ found.checkpoints | map(attribute='uuid') }}"
    state: absent
  check_mode: true
"""

RETURN = r"""
checkpoints:
  description: The checkpoints that were changed, with what was done to each.
  returned: unless O(details) is V(false)
  type: list
  elements: dict
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
  description: Uuids of the checkpoints that were changed, in check mode those that would be.
  returned: always
  type: list
  elements: str
skipped_items:
  description: What was left alone although it is not as wanted, with id, name and reason.
  returned: success
  type: list
  elements: dict
  contains:
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
  description: How many checkpoints were meant.
  returned: success
  type: int
unchanged:
  description: How many of them were as wanted.
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

from ansible_collections.determined_ai.determined.plugins.module_utils.checkpoints.checkpoints import change_checkpoints
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.guard import GUARD
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.many import MANY
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, WAIT, Spec

SPEC = (
    CONNECTION
    + WAIT
    + GUARD
    + MANY
    + Spec(
        {
            "uuids": {"type": "list", "elements": "str", "required": True},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "files_absent": {"type": "list", "elements": "str"},
            "metadata": {"type": "dict"},
            "metadata_mode": {"type": "str", "choices": ["merge", "exact"], "default": "merge"},
        },
        objects=("uuids", "files_absent"),
    )
)


def work(call):
    return change_checkpoints(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
