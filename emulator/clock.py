# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator's time: a clock that can be moved, and what is to happen later on it.

Times are integers, microseconds since 1970 (UTC), in the store and everywhere in the code; `text` and `parse` are the
two ends at the API.
"""

from __future__ import annotations

import datetime
import functools
import heapq
import itertools
import re
import time
from collections.abc import Callable

SECOND = 1_000_000
DAY = 86_400 * SECOND
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_TEXT = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$")


def text(moment: int | None) -> str | None:
    """RFC 3339 in UTC with as many digits (0, 3, 6) as the moment needs; None stays None."""
    if moment is None:
        return None
    seconds, micros = divmod(moment, SECOND)
    day, second = divmod(seconds, 86_400)
    whole = f"{_date(day)}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
    if not micros:
        return whole + "Z"
    return f"{whole}.{micros // 1000:03d}Z" if micros % 1000 == 0 else f"{whole}.{micros:06d}Z"


@functools.lru_cache(maxsize=4096)
def _date(day: int) -> str:
    """The date so many days after the first of 1970: few days, and many times in each."""
    tm = time.gmtime(day * 86_400)
    return f"{tm[0]:04d}-{tm[1]:02d}-{tm[2]:02d}"


def parse(value: str) -> int:
    """Microseconds of an RFC 3339 time; ValueError if it is none."""
    found = _TEXT.match(value)
    if not found:
        raise ValueError(value)
    *date, fraction, sign, hours, minutes = found.groups()
    year, month, day, hour, minute, second = map(int, date)
    moment = datetime.datetime(year, month, day, hour, minute, second, tzinfo=datetime.UTC) - _EPOCH
    micros = (moment.days * 86_400 + moment.seconds) * SECOND + int((fraction or "0").ljust(6, "0")[:6])
    if sign:
        shift = (int(hours) * 60 + int(minutes)) * 60 * SECOND
        micros += -shift if sign == "+" else shift
    return micros


class Clock:
    """now(), movable; events run when they are due, in order, each at its own moment also when the clock jumps."""

    def __init__(self, source: Callable[[], int] = lambda: time.time_ns() // 1000):
        self._source = source
        self._offset = 0
        self._frozen: int | None = None
        self._order = itertools.count()
        self._events: list[tuple[int, int, Callable[[], None]]] = []
        self.on_change: Callable[[], None] = lambda: None

    def now(self) -> int:
        return self._frozen if self._frozen is not None else self._source() + self._offset

    def advance(self, seconds: float) -> None:
        """Move the clock forward and let happen what falls due on the way."""
        self._offset += round(seconds * SECOND)
        self.run_due()

    def after(self, seconds: float, event: Callable[[], None]) -> None:
        """Let event() happen so many seconds from now."""
        heapq.heappush(self._events, (self.now() + round(seconds * SECOND), next(self._order), event))
        self.on_change()

    def forget(self) -> None:
        """Let nothing happen any more of what was to come."""
        self._events.clear()

    def next_due(self) -> float | None:
        """Seconds until the next event, None if there is none."""
        return max(0.0, (self._events[0][0] - self.now()) / SECOND) if self._events else None

    def run_due(self) -> None:
        """Run the events that are due; also those that they bring about, if these are due too."""
        if self._frozen is not None:
            return
        until = self.now()
        try:
            while self._events and self._events[0][0] <= until:
                due, _order, event = heapq.heappop(self._events)
                self._frozen = due
                event()
        finally:
            self._frozen = None
