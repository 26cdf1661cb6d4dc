# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The brakes of modules that act on many objects."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  max_changes:
    description:
      - Fail before the first change when more than this would be changed. Check mode warns instead, and shows the whole
        plan.
      - When left out it is 100 for what cannot be undone (what is deleted, canceled or killed), and without a bound
        otherwise.
    type: int
  confirm:
    description:
      - The RV(plan_digest) that a run in check mode returned. The task fails before the first change when it would now
        change something else than then.
    type: str
  confirm_above:
    description: Demand O(confirm) for what cannot be undone when more than this would be changed.
    type: int
  journal:
    description:
      - File to which a JSON line is added for each object and act, before it is sent and after. Where it cannot be
        written nothing is sent. M(determined_ai.determined.det_undo) takes back what it holds, as far as it can be.
      - Only the owner of the file can read it. A link, or a file of another user, is refused.
    type: path
  chunk_size:
    description:
      - Objects in one request. When left out it is what the master bears well, 1000 for most acts.
      - Objects that are killed, deleted or lose files are read again right before their request, at most 200
        experiments or 500 runs at a time. An object that has changed after the plan was made is left alone and
        reported.
    type: int
  continue_on_error:
    description: Continue with the other chunks after an object failed. The task still fails at the end.
    type: bool
    default: true
  details:
    description:
      - Tell of each object what was done to it, as C(acts), with the properties C(before) and
        C(after) where the state does not say them.
      - Set it to V(false) where the ids and numbers will do. With tens of thousands of objects that saves time and
        memory, since Ansible goes through every value of a result.
    type: bool
    default: true
"""
