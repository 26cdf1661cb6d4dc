# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The master's own log. It lies in memory, so a restart begins a new one."""

from __future__ import annotations

import collections

from .clock import Clock

LINES = 4096


class MasterLog:
    """The last lines; ids count from 1."""

    def __init__(self, clock: Clock):
        self._clock = clock
        self._lines: collections.deque[tuple[int, str, str, int]] = collections.deque(maxlen=LINES)
        self._last = 0

    def add(self, message: str, level: str = "INFO") -> None:
        self._last += 1
        self._lines.append((self._last, message, level, self._clock.now()))

    def after(self, count: int) -> list[tuple[int, str, str, int]]:
        """(id, message, level, moment) of the lines behind the first `count` ones, as far as they are still here."""
        return [line for line in self._lines if line[0] > count]

    def __len__(self) -> int:
        """How many lines there ever were."""
        return self._last
