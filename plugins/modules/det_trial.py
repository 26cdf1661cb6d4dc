#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_trial
short_description: Kill trials of a Determined cluster, or set how long their logs are kept
version_added: 1.0.0
description:
  - Kills single trials of a search and leaves the others alone, and sets the log retention of single trials.
  - Trials of unmanaged experiments cannot be killed, as they run elsewhere. They are skipped.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.guard
  - determined_ai.determined.wait
options:
  ids:
    description: Ids of the trials, or of one.
    type: list
    elements: int
    required: true
  state:
    description: V(killed) ends those that have not ended. V(present) changes no state.
    type: str
    choices: [present, killed]
    default: present
  log_retention_days:
    description: Days to keep the logs after the end, V(-1) for ever.
    type: int
seealso:
  - module: determined_ai.determined.det_run
  - module: determined_ai.determined.det_trial_info
"""

EXAMPLES = r"""
- name: Keep the logs of one trial for ever
  determined_ai.determined.det_trial:
    ids: 3
    log_retention_days: -1

- name: The trials of a search that have not ended
  determined_ai.determined.det_trial_info:
    experiment_ids: [16]
    states: [ACTIVE]
  register: found

- name: Kill the older half of them
  determined_ai.determined.det_trial:
    ids: "{{ (found.trials | map(attribute='id') | sort)[: (found.trials | length) // 2] }}"
    state: killed
"""

RETURN = r"""
trials:
  description: The trials that were changed, with what was done to each.
  returned: unless O(details) is V(false)
  type: list
  elements: dict
  contains:
    # columns of trial: id, experiment_id, state, end_time, url
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
    end_time:
      description: When it ended; null before its end.
      type: str
      returned: always
      sample: "2026-11-24T00:15:08Z"
    url:
      description: Address of its page in the web UI.
      type: str
      returned: always
      sample: "https://det.example.org/det/trials/7"
    # end of columns
    name:
      description: Name of its experiment.
      type: str
      returned: always
      sample: detr_coco
    owner:
      description: Name of its owner.
      type: str
      returned: always
      sample: ana
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
  description: Ids of the trials that were changed, in check mode those that would be.
  returned: always
  type: list
  elements: int
skipped_items:
  description: What was left alone although it is not as wanted, with the reason.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of trial: experiment_id, state, end_time
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
    end_time:
      description: When it ended; null before its end.
      type: str
      returned: always
      sample: "2026-11-24T00:15:08Z"
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
  description: What could not be changed.
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
  description: How many trials there are of those that were named.
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
  sample: 120 trials would be changed, and max_changes is 100.
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
from ansible_collections.determined_ai.determined.plugins.module_utils.runs.trials import change_trials

SPEC = (
    CONNECTION
    + WAIT
    + GUARD
    + MANY
    + Spec(
        {
            "ids": {"type": "list", "elements": "int", "required": True},
            "state": {"type": "str", "choices": ["present", "killed"], "default": "present"},
            "log_retention_days": {"type": "int"},
        },
        objects=("ids",),
    )
)


def work(call):
    return change_trials(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
