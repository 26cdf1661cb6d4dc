# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a command and writes what it cost: measure.py FILE COMMAND [ARGUMENT ...].

A program of its own, since the peak memory of a child is at least that of the process it was started from.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def main():
    target, *command = sys.argv[1:]
    began = time.perf_counter()
    process = subprocess.Popen(command)
    dummy, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    cost = {
        "wall": wall,
        # With all children that were waited for; the peak is that of the largest process alone.
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak_mib": usage.ru_maxrss / 1024,
    }
    with open(target, "w", encoding="utf-8") as file:
        json.dump(cost, file)
    sys.exit(os.waitstatus_to_exitcode(status))


main()
