#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_log_info
short_description: Read the log of a task or a trial of a Determined cluster
version_added: 1.0.0
description:
  - Returns the lines that meet all conditions, each with its time, level, place and text.
  - The master applies all conditions except O(regex), so only matching lines are sent.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  task:
    description:
      - Id of a task, such as a notebook or a command. Exclusive with O(trial). One of the two is required.
    type: str
  trial:
    description: Id of a trial.
    type: int
  levels:
    description: Only lines of exactly these levels. Exclusive with O(min_level).
    type: list
    elements: str
    choices: [trace, debug, info, warning, error, critical]
  min_level:
    description: Only lines of this level and of higher levels. Lines without a level are left out.
    type: str
    choices: [trace, debug, info, warning, error, critical]
  contains:
    description: Only lines with this text. Upper and lower case are the same.
    type: str
  regex:
    description:
      - Only lines whose text contains a match of this regular expression of Python. The module itself applies the
        expression, so it reads lines that meet the other conditions until enough match.
    type: str
  since:
    description: Only lines after this age, such as V(90m) (ago), or time, such as V(2026-01-31T12:00:00Z).
    type: str
  until:
    description: Only lines before this age or time.
    type: str
  sources:
    description: Only lines that the program (V(task)), its agent or the master wrote.
    type: list
    elements: str
    choices: [master, agent, task]
  streams:
    description: Only lines that a program wrote to these streams.
    type: list
    elements: str
    choices: [stdout, stderr]
  ranks:
    description: Only lines of these ranks, from 0. Lines of the master and of agents have no rank.
    type: list
    elements: int
  agents:
    description: Only lines from these agents.
    type: list
    elements: str
  containers:
    description: Only lines from the containers of these ids.
    type: list
    elements: str
  allocations:
    description: Only lines of these allocations of O(task). A task that was paused or restarted has several.
    type: list
    elements: str
  tail:
    description: Number of lines to return from the end. Without O(tail) and O(head), the last 1000 lines are returned.
    type: int
  head:
    description: Number of lines to return from the beginning.
    type: int
  filters:
    description: Return the values that O(sources), O(streams), O(ranks), O(agents), O(containers) and O(allocations)
      can have.
    type: bool
    default: false
notes:
  - Lines come in the order in which they reached the master, which need not be that of their times.
  - If the master keeps its logs in Elasticsearch, the newest lines may appear a moment later.
seealso:
  - module: determined_ai.determined.det_wait
  - module: determined_ai.determined.det_log_retention
"""

EXAMPLES = r"""
- name: What went wrong in a trial
  determined_ai.determined.det_log_info:
    trial: 7
    min_level: warning
    tail: 50
  register: result

- name: Show it
  ansible.builtin.debug:
    msg: "{{ result.lines | map(attribute='log') }}"

- name: Losses that rank 0 printed in the last two hours
  determined_ai.determined.det_log_info:
    trial: 7
    ranks: [0]
    streams: [stdout]
    since: 2h
    regex: 'loss=\d'

- name: How it began, and what can be asked for
  determined_ai.determined.det_log_info:
    trial: 7
    head: 20
    filters: true
"""

RETURN = r"""
lines:
  description: The lines, the oldest first.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of logs.logs.LINE
    id:
      description: Id; null where the master keeps its logs in Elasticsearch.
      type: int
      returned: always
      sample: 2033
    timestamp:
      description: When it was written.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00.439954Z"
    level:
      description: trace, debug, info, warning, error or critical.
      type: str
      returned: always
      sample: "warning"
    log:
      description: The text.
      type: str
      returned: always
      sample: "a warning"
    message:
      description: The text with time, container, rank and level before it.
      type: str
      returned: always
      sample: "[2026-01-31T12:00:00.439954Z] 865842d5 [rank=0] || WARNING: a warning"
    source:
      description: "What wrote it: master, agent or task."
      type: str
      returned: always
      sample: "task"
    stream:
      description: stdout or stderr; null of a line that no program wrote.
      type: str
      returned: always
      sample: "stderr"
    rank:
      description: Rank of the process; null without one.
      type: int
      returned: always
      sample: 0
    trial_id:
      description: Id of its trial; null where it is of none.
      type: int
      returned: always
      sample: 7
    agent_id:
      description: Id of the agent; null without one.
      type: str
      returned: always
      sample: "agent-2"
    container_id:
      description: Id of the container; null without one.
      type: str
      returned: always
      sample: "865842d5-95ad-42ae-8f68-db48a23158a5"
    allocation_id:
      description: Id of the allocation; null without one.
      type: str
      returned: always
      sample: "7.3b4816c9-d684-4002-9731-da0d787bd095.1"
    # end of columns
count:
  description: How many lines are returned.
  returned: success
  type: int
truncated:
  description: Whether there are more lines that meet the conditions.
  returned: success
  type: bool
filters:
  description: The values that the lines of the whole log have, by the options that take them.
  returned: with O(filters)
  type: dict
  sample: {"sources": ["agent", "master", "task"], "ranks": [0], "agents": ["agent-2"], "streams": ["stderr", "stdout"]}
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION
from ansible_collections.determined_ai.determined.plugins.module_utils.logs.logs import LOGS, gather_logs

SPEC = CONNECTION + LOGS


def work(call):
    return gather_logs(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
