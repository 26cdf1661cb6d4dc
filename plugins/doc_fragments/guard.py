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
      - Fail before the first change if more objects than this would be changed. Check mode warns instead, and shows the
        whole plan.
      - The default for changes that cannot be undone (delete, cancel, kill) is 100. For other changes there is no
        limit by default.
    type: int
  confirm:
    description:
      - The RV(plan_digest) that a run in check mode returned. The task fails before the first change if the plan has
        changed since.
    type: str
  confirm_above:
    description: Require O(confirm) for changes that cannot be undone, if more objects than this would be changed.
    type: int
  journal:
    description:
      - File for a journal, with a JSON line for each object and act, before the request and after its answer. If the
        file cannot be written, nothing is sent. M(determined_ai.determined.det_undo) reverts the acts in the file as
        far as possible.
      - Only the owner of the file can read it. A link, or a file of another user, is refused.
    type: path
  chunk_size:
    description:
      - Number of objects in one request. The default suits the master and is 1000 for most acts.
      - Objects that are killed, deleted or lose files are read again right before their request, at most 200
        experiments or 500 runs at a time. An object that has changed after the plan was made is left alone and
        reported. If this option is set, each request has a look of its own, and no other request is under way.
    type: int
  connections:
    description:
      - Number of requests at the same time, from 1 to 32, where the master has no request for many objects, and for
        requests that delete experiments or checkpoints.
      - With O(chunk_size) or O(continue_on_error=false) chunks are deleted one after the other.
    type: int
    default: 4
  continue_on_error:
    description: Continue with the other chunks after an object failed. The task still fails at the end.
    type: bool
    default: true
  details:
    description:
      - Return for each object what was done to it, as C(acts), with the properties C(before) and
        C(after) if the state does not say them.
      - V(auto) returns every object if no more than 1000 are changed. Above that, the result has the ids of all objects
        and the 100 largest objects, because Ansible processes and keeps every value of a result. Objects that failed or
        were left alone are always returned.
      - V(true) returns every object. V(false) returns only ids and numbers.
      - Unless this is V(true), RV(requests) has no more than 1000 requests, and then the number of the others.
    type: str
    choices: [auto, 'true', 'false']
    default: auto
  rows_file:
    description:
      - File for the objects that O(details=auto) leaves out. All changed objects are written into the file, a JSON line
        each. Nothing is written if the result has every object, or in check mode.
    type: path
"""
