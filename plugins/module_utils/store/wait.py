# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one way to wait: ask again at growing distances, until it is so or the time is over."""

from __future__ import annotations

import time
from typing import Callable

from ..errors import WaitTimeout

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0
GOES_ON = "It goes on; run again to wait further."


def poll(done: Callable[[], bool], timeout: float, what: str, hint: str = GOES_ON) -> None:
    """Call ``done`` until it is true, at growing distances; WaitTimeout after ``timeout`` seconds.

    ``what``: what is waited for, as the end of "timed out after 300 s waiting until …". ``hint``: what to do then; the
    usual one is true of what was asked of the master before the wait.
    """
    deadline = time.monotonic() + timeout
    pause = FIRST_PAUSE
    while not done():
        left = deadline - time.monotonic()
        if left <= 0:
            raise WaitTimeout(f"Timed out after {timeout:g} s waiting until {what}.", hint)
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, LONGEST_PAUSE)
