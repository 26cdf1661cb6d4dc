#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_undo
short_description: Take back what other modules did to a Determined cluster
version_added: 1.0.0
description:
  - Reads a journal, which modules write that have the option C(journal), and takes back what can be taken back, the
    newest first. That is what was archived, moved, renamed, labelled, paused, resumed, disabled or switched off, and
    any other property that was changed.
  - The whole plan is made before the first change. Check mode and diff mode show it.
  - An object is changed only as far as it still is as the journal left it. What somebody else has changed since then is
    left alone and listed in RV(skipped_items).
  - What was deleted, killed, made, revoked or removed cannot be taken back, and is listed in RV(irreversible_items).
    A user who is switched on again does not get the revoked access tokens back.
  - What was taken back is noted in the same journal. A second run leaves it alone. An undo is itself undone by naming
    its run in O(runs).
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.guard
  - determined_ai.determined.wait
options:
  journal:
    description:
      - File that modules wrote with their option C(journal). It is read first, and gets a JSON line for each object
        that is brought back.
      - A link is refused.
    required: true
  runs:
    description:
      - The runs to take back, by the ids that RV(runs) lists in check mode. One task is one run.
      - When left out all runs are taken back that were not taken back before. What an undo did is taken back only where
        its run is named here.
    type: list
    elements: str
  since:
    description: Only what was done after this time, or this long ago, such as V(2h) or V(2026-01-31T12:00:00Z).
    type: str
  kinds:
    description: Only objects of these kinds, in the plural as RV(runs[].kinds) has them, such as V(experiments).
    type: list
    elements: str
  objects:
    description: Only these objects, each as kind and id, such as V(experiments/16) or V(slots/agent-1/3).
    type: list
    elements: str
  from_master:
    description:
      - Address of the master as the journal has it. Lines of other masters are left out.
      - When left out it is the address of this task. Set it where the cluster has got another address since then.
    type: str
  max_changes:
    description: Without a bound when left out, as all of it can be undone.
  confirm_above:
    description: It has no meaning here, as all of it can be undone.
seealso:
  - module: determined_ai.determined.det_experiments
"""

EXAMPLES = r"""
- name: Archive what ended long ago, with a journal
  determined_ai.determined.det_experiments:
    select: {ended_before: 90d, archived: false}
    state: archived
    journal: ~/det-journal.jsonl

- name: Show what would be taken back
  determined_ai.determined.det_undo:
    journal: ~/det-journal.jsonl
  check_mode: true
  diff: true
  register: shown

- name: Take back one run, but not more than 500 objects
  determined_ai.determined.det_undo:
    journal: ~/det-journal.jsonl
    runs: ["{{ shown.objects[0].run }}"]
    max_changes: 500

- name: Take back what was done in the last two hours
  determined_ai.determined.det_undo:
    journal: ~/det-journal.jsonl
    since: 2h

- name: Take back what was done to one object
  determined_ai.determined.det_undo:
    journal: ~/det-journal.jsonl
    objects: ["{{ shown.changed_ids[0] }}"]
"""

RETURN = r"""
objects:
  description: The objects that were brought back, in check mode those that would be, the newest act first.
  returned: unless O(details) is V(false)
  type: list
  elements: dict
  contains:
    # columns of undo.undo_rows.CHANGED
    kind:
      description: What it is, in the plural.
      type: str
      returned: always
      sample: "experiments"
    id:
      description: Its id, a number or a text; null of what has none.
      type: raw
      returned: always
      sample: 16
    name:
      description: Its name; null where it has none.
      type: str
      returned: always
      sample: "detr_coco"
    run:
      description: Id of the run that changed it.
      type: str
      returned: always
      sample: "5d41402abc4b"
    acts:
      description: What was done to bring it back, in order; in check mode what would be.
      type: list
      elements: str
      returned: always
      sample: ["unarchived"]
    before:
      description: The properties that change, before the change.
      type: dict
      returned: always
      sample: {"archived": true}
    after:
      description: The same properties after the change.
      type: dict
      returned: always
      sample: {"archived": false}
    # end of columns
changed_ids:
  description: The same objects, each as kind and id.
  returned: always
  type: list
  elements: str
  sample: [experiments/16]
skipped_items:
  description: Objects that were left alone, or of which a property was, with the reason.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of undo.undo_rows.SKIPPED
    kind:
      description: What it is, in the plural.
      type: str
      returned: always
      sample: "experiments"
    id:
      description: Its id, a number or a text; null of what has none.
      type: raw
      returned: always
      sample: 16
    name:
      description: Its name; null where it has none.
      type: str
      returned: always
      sample: "detr_coco"
    run:
      description: Id of the run that changed it.
      type: str
      returned: always
      sample: "5d41402abc4b"
    act:
      description: What was done to it.
      type: str
      returned: always
      sample: "archived"
    reason:
      description: Why it was left alone.
      type: str
      returned: always
      sample: "changed since then: labels"
    # end of columns
irreversible_items:
  description: What the journal has that cannot be taken back.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of undo.undo_rows.FINAL
    kind:
      description: What it is, in the plural.
      type: str
      returned: always
      sample: "experiments"
    id:
      description: Its id, a number or a text; null of what has none.
      type: raw
      returned: always
      sample: 16
    name:
      description: Its name; null where it has none.
      type: str
      returned: always
      sample: "detr_coco"
    run:
      description: Id of the run that changed it.
      type: str
      returned: always
      sample: "5d41402abc4b"
    act:
      description: What was done to it.
      type: str
      returned: always
      sample: "archived"
    reason:
      description: Why that cannot be taken back.
      type: str
      returned: always
      sample: "it was deleted"
    # end of columns
failed_items:
  description: The objects that could not be brought back.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of undo.undo_rows.FAILED
    kind:
      description: What it is, in the plural.
      type: str
      returned: always
      sample: "experiments"
    id:
      description: Its id, a number or a text; null of what has none.
      type: raw
      returned: always
      sample: 16
    name:
      description: Its name; null where it has none.
      type: str
      returned: always
      sample: "detr_coco"
    run:
      description: Id of the run that changed it.
      type: str
      returned: always
      sample: "5d41402abc4b"
    act:
      description: What could not be done to it.
      type: str
      returned: always
      sample: "unarchived"
    error:
      description: Why not.
      type: str
      returned: always
      sample: "the user may not do that"
    # end of columns
runs:
  description: The runs that are meant, the newest first.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of undo.undo_rows.RUNS
    run:
      description: Id of the run, for O(runs).
      type: str
      returned: always
      sample: "5d41402abc4b"
    time:
      description: When it began.
      type: str
      returned: always
      sample: "2026-11-23T23:59:32.123456+00:00"
    kinds:
      description: What it changed, in the plural.
      type: list
      elements: str
      returned: always
      sample: ["experiments"]
    acts:
      description: What it did.
      type: list
      elements: str
      returned: always
      sample: ["archived", "labels"]
    count:
      description: Number of its acts that are meant.
      type: int
      returned: always
      sample: 12
    # end of columns
matched:
  description: How many acts of the journal were meant.
  returned: success
  type: int
unchanged:
  description: How many objects were already as they had been.
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
  sample: 120 objects would be changed, and max_changes is 100.
requests:
  description: What was sent to change something, in check mode what would be.
  returned: always
  type: list
  elements: str
diff:
  description: The properties before and after.
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
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, WAIT
from ansible_collections.determined_ai.determined.plugins.module_utils.undo.undo import UNDO, undo

SPEC = CONNECTION + WAIT + GUARD + MANY + UNDO


def work(call):
    return undo(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
