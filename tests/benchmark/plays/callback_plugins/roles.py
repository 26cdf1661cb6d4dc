# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes when the tasks of each tag began, and when all ended, to the file in BENCH_ROLES: [[tag, time], …]."""

from __future__ import annotations

import json
import os
import time

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: roles
type: aggregate
short_description: When each role began
description: Tells roles apart by their tags.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "roles"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self):
        super().__init__()
        self.began = [["", 0.0]]

    def v2_playbook_on_task_start(self, task, is_conditional):
        tag = ", ".join(task.tags)
        if tag != self.began[-1][0]:
            self.began.append([tag, time.time()])

    def v2_playbook_on_stats(self, stats):
        with open(os.environ["BENCH_ROLES"], "w", encoding="utf-8") as file:
            json.dump([*self.began[1:], ["", time.time()]], file)
