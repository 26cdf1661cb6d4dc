# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a command and writes what it cost: measure.py FILE COMMAND [ARGUMENT ...].

A program of its own, since the peak memory of a child is at least that of the process it was started from.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36


def main():
    target, *command = sys.argv[1:]
    # Ansible does not wait for all of its workers: on Linux they come to this process, and so into its account.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    began = time.perf_counter()
    code = subprocess.call(command)
    wall = time.perf_counter() - began
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost = {
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        # Of the largest process alone.
        "peak_mib": usage.ru_maxrss / 1024,
    }
    with open(target, "w", encoding="utf-8") as file:
        json.dump(cost, file)
    sys.exit(code)


main()
