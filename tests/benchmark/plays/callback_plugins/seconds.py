# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes how long the tasks of a play took, from the start of each to its result, to the file in BENCH_SECONDS."""

from __future__ import annotations

import json
import os
import time

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: seconds
type: aggregate
short_description: Seconds that the tasks of a play took
description: Adds up the time of all tasks, without Ansible's own start.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "seconds"

    def __init__(self):
        super().__init__()
        self.seconds = 0.0
        self.began = 0.0

    def v2_playbook_on_task_start(self, task, is_conditional):
        self.began = time.perf_counter()

    def v2_runner_on_ok(self, result):
        self.seconds += time.perf_counter() - self.began

    def v2_runner_on_skipped(self, result):
        self.v2_runner_on_ok(result)

    def v2_playbook_on_stats(self, stats):
        with open(os.environ["BENCH_SECONDS"], "w", encoding="utf-8") as file:
            json.dump(self.seconds, file)
