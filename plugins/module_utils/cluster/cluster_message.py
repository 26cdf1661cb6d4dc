# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The times of a cluster message, as options give them."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from ..connection.auth import parse_time
from ..engine.call import Call
from ..engine.ensure import Target
from ..errors import BadOption
from ..kinds.cluster_message import CLUSTER_MESSAGE
from ..when import duration, moment, rfc3339


def as_shown(value: datetime) -> str:
    """A time as the master shows it, which leaves out decimals that are none."""
    whole, dummy, decimals = rfc3339(value).rstrip("Z").partition(".")
    kept = decimals.rstrip("0")
    return f"{whole}.{kept}Z" if kept else whole + "Z"


class MessageTarget(Target):
    """The message, with ages and a duration made times."""

    def __init__(self, call: Call) -> None:
        super().__init__(call, CLUSTER_MESSAGE)
        for option in ("start", "end"):
            if self.values.get(option):
                self.values[option] = as_shown(moment(self.values[option], option))

    def read(self) -> None:
        """Read it, and then tell the end by the duration: from the start that is asked for, or that it has."""
        super().read()
        if self.state == "absent":
            return
        now = datetime.now(timezone.utc)
        have = self.current or {}
        if not have and "start" not in self.values:
            self.values["start"] = as_shown(now.replace(microsecond=0))
        start = parse_time(self.values.get("start") or have.get("start") or rfc3339(now))
        if self.call.params["duration"]:
            self.values["end"] = as_shown(start + duration(self.call.params["duration"], "duration"))
        self.check_end(start, now)

    def check_end(self, start: datetime, now: datetime) -> None:
        """The master takes no end that is over; a message that has ended is gone."""
        end: Any = self.values.get("end")
        if end and parse_time(end) <= max(start, now):
            option = "duration" if self.call.params["duration"] else "end"
            raise BadOption(option, end, "the end must be later than the start and than now.")
