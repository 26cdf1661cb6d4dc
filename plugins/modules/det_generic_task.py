#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_generic_task
short_description: Start, pause, resume or kill a generic task of a Determined cluster
version_added: 1.0.0
description:
  - Starts a generic task where none of that name waits, runs or is paused, and brings one to a state.
  - The master gives generic tasks no name and lists only those that run. The name is kept in a setting of the calling
    user, so that it holds for this user alone, and until the user's settings are reset.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.wait
attributes:
  check_mode:
    support: full
    description: Predicts what would be done, and sends nothing that changes.
  diff_mode:
    support: full
    description: Shows what was asked for before and after.
  idempotent:
    support: partial
    description: A second run changes nothing as long as the task has not ended; then it starts another.
options:
  id:
    description: Id of a task. Exclusive with O(name).
    type: str
  name:
    description: A name of your own for it.
    type: str
  state:
    description:
      - V(started) starts one where there is none that has not ended, and leaves a paused one paused.
      - V(active) does so too, and resumes a paused one.
      - V(paused) pauses it. It frees its slots, and runs from its beginning when it is resumed.
      - V(absent) kills it, and forgets its name; a paused one is resumed first, since the master cannot kill that.
    type: str
    choices: [started, active, paused, absent]
    default: started
  config:
    description:
      - Its config, a dict or a text in YAML. The options O(entrypoint), O(pool) and O(slots) are put over it.
      - A text is read as YAML 1.2, as the CLI does, with the Python library C(ruamel.yaml).
      - It is used when one is started. One that is there already is not compared with it.
    type: raw
  entrypoint:
    description: The program and its arguments.
    type: list
    elements: str
  pool:
    description: Resource pool. The cluster's default when left out.
    type: str
  slots:
    description: Slots that it needs. V(1) when left out here and in the config.
    type: int
  project:
    description: Its project, written C(workspace/project). The built-in one when left out.
    type: str
  project_id:
    description: Id of its project. Exclusive with O(project).
    type: int
  context:
    description:
      - A folder whose files it gets in its working directory, 95 MiB at most.
      - What a file C(.detignore) in it names is left out. Needs the Python library C(pathspec).
      - Pipes, sockets and devices are left out with a warning, as are links to folders and links that lead out of it.
    type: path
  parent_id:
    description: Id of the task that it belongs to.
    type: str
  inherit_context:
    description: Use the files of O(parent_id).
    type: bool
    default: false
  forked_from:
    description: Id of a task whose config and files it begins with. What O(config) says takes the place of its.
    type: str
  no_pause:
    description: Refuse to be paused.
    type: bool
    default: false
  wait_for:
    description: Whether to wait until one that is V(started) or V(active) is running, or until it has ended.
    type: str
    choices: [running, end]
    default: running
  log_lines:
    description: How many of the last lines of its log a failure shows, or the result of what has ended.
    type: int
    default: 20
seealso:
  - module: determined_ai.determined.det_command
"""

EXAMPLES = r"""
- name: Preprocess, and go on when that is done
  determined_ai.determined.det_generic_task:
    name: preprocess
    project: vision/detr
    entrypoint: ["true"]
    slots: 0
    config: {environment: {environment_variables: ["SHARDS=64"]}}
  register: made

- name: Make room for something else
  determined_ai.determined.det_generic_task:
    name: preprocess
    state: paused

- name: Kill it
  determined_ai.determined.det_generic_task:
    name: preprocess
    state: absent
"""

RETURN = r"""
generic_task:
  description: The task, in check mode as it would be; null when it is absent.
  returned: success
  type: dict
  contains:
    # columns of tasks.task_columns.GENERIC_TASK
    id:
      description: Id.
      type: str
      returned: always
      sample: "3b4816c9-d684-4002-9731-da0d787bd095"
    name:
      description: Name that it was started by; null where the id was given.
      type: str
      returned: always
      sample: "preprocess"
    state:
      description: "ACTIVE, PAUSED, COMPLETED, CANCELED, ERROR, or on its way there: STOPPING_PAUSED and the like."
      type: str
      returned: always
      sample: "ACTIVE"
    start_time:
      description: When it was started.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00.792Z"
    end_time:
      description: When it ended; null before its end.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00.792Z"
    allocations:
      description: Its allocations, the newest first.
      type: list
      elements: dict
      returned: always
      contains:
        id:
          description: Id.
          type: str
          returned: always
          sample: "3b4816c9-d684-4002-9731-da0d787bd095.1"
        state:
          description: QUEUED, WAITING, PULLING, STARTING, RUNNING, TERMINATING or TERMINATED.
          type: str
          returned: always
          sample: "RUNNING"
        ready:
          description: Whether it has said that it is ready.
          type: bool
          returned: always
          sample: true
        slots:
          description: Number of the slots that it holds.
          type: int
          returned: always
          sample: 2
        start_time:
          description: When it was started.
          type: str
          returned: always
          sample: "2026-01-31T12:00:00.792Z"
        end_time:
          description: When it ended; null before its end.
          type: str
          returned: always
          sample: "2026-01-31T12:00:00.792Z"
    # end of columns
return_code:
  description: What the program returned; null where it was killed or never ran.
  returned: when it has ended
  type: int
log:
  description: The last lines that the program wrote.
  returned: when it has ended
  type: list
  elements: str
requests:
  description: What was sent to change something, in check mode what would be.
  returned: always
  type: list
  elements: str
  sample: ["POST /api/v1/generic-tasks", "POST /api/v1/users/setting"]
diff:
  description: What was asked for before and after.
  returned: when diff mode is on
  type: dict
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
    - The code is C(task_failed) where the task ended otherwise than wanted; then it holds also task_id, return_code,
      exit_reason and log.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, WAIT, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.tasks.generic_task import ensure_generic

SPEC = (
    CONNECTION
    + WAIT
    + Spec(
        {
            "id": {"type": "str"},
            "name": {"type": "str"},
            "state": {"type": "str", "choices": ["started", "active", "paused", "absent"], "default": "started"},
            "config": {"type": "raw"},
            "entrypoint": {"type": "list", "elements": "str"},
            "pool": {"type": "str"},
            "slots": {"type": "int"},
            "project": {"type": "str"},
            "project_id": {"type": "int"},
            "context": {"type": "path"},
            "parent_id": {"type": "str"},
            "inherit_context": {"type": "bool", "default": False},
            "forked_from": {"type": "str"},
            "no_pause": {"type": "bool", "default": False},
            "wait_for": {"type": "str", "choices": ["running", "end"], "default": "running"},
            "log_lines": {"type": "int", "default": 20},
        },
        mutually_exclusive=(("id", "name"), ("project", "project_id")),
        required_one_of=(("id", "name"),),
    )
)


def work(call):
    return ensure_generic(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
