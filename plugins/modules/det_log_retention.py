#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_log_retention
short_description: Set how long a Determined cluster keeps the logs of experiments
version_added: 1.0.0
description:
  - Sets the days for which the logs of all trials of a selection of experiments are kept after their end.
  - The master removes due logs on the schedule in its config, or when
    M(determined_ai.determined.det_log_cleanup) asks for it.
  - Sets the same value as O(determined_ai.determined.det_experiments#module:log_retention_days). In addition
    the module returns the remaining days, leaves experiments with a keep label alone, and counts logs that would become
    due at once.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.select
  - determined_ai.determined.guard
options:
  days:
    description: Days after the end, from 0 to 32767, or V(forever).
    type: str
    required: true
  keep_labels:
    description: The days of experiments with one of these labels are never reduced.
    type: list
    elements: str
    default: [keep, gold]
  max_changes:
    description:
      - Fail before the first change if the logs of more experiments than this would become due at once. The default is
        100. Changed experiments whose logs are not due yet do not count.
    type: int
  confirm_above:
    description: Require O(confirm) if the logs of more experiments than this would become due at once.
    type: int
notes:
  - Experiments that have not ended, and archived ones, are skipped, because the master refuses to change them.
  - If the days of a single trial were set, the module still reads only the days of its experiment.
  - The logs of unmanaged trials are never removed, whatever is set.
seealso:
  - module: determined_ai.determined.det_log_cleanup
  - module: determined_ai.determined.det_log_info
"""

EXAMPLES = r"""
- name: Two weeks for the logs of what has failed
  determined_ai.determined.det_log_retention:
    select:
      states: [ERROR]
      archived: false
    days: 14
    max_changes: 500

- name: Keep these logs
  determined_ai.determined.det_log_retention:
    select:
      labels_any: [baseline]
      states: [COMPLETED, CANCELED, ERROR]
    days: forever
"""

RETURN = r"""
changed_ids:
  description: Ids of the experiments that were changed, in check mode those that would be.
  returned: always
  type: list
  elements: int
due_ids:
  description: Those of them whose logs are due now, so that the next clean-up removes them.
  returned: success
  type: list
  elements: int
experiments:
  description:
    - The experiments that were changed, with what was set, and how many whole days remain. Null is for ever.
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
    # columns of logs.log_retention.REMAINING
    remaining_days:
      description: Whole days until its logs are due; null where they never are.
      type: int
      returned: always
      sample: 9
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
  description: The experiments that could not be changed, with id, name, owner, act and error.
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
  description: How many of them were as wanted already.
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
  description: The days before and after.
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
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION
from ansible_collections.determined_ai.determined.plugins.module_utils.logs.log_retention import (
    RETENTION,
    change_retention,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.selection.select import SELECT

SPEC = CONNECTION + SELECT + GUARD + MANY + RETENTION


def work(call):
    return change_retention(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
