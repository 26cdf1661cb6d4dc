# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ages and times, as users write them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

from .connection.auth import parse_time
from .errors import BadOption

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def duration(text: str, option: str) -> timedelta:
    """A timedelta from such as C(90d) or C(1d12h). Units are s, m, h, d, w."""
    parts = re.findall(r"(\d+)([smhdw])", text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise BadOption(option, text, "is no age.", "Write a number and one of s, m, h, d, w, such as 90d.")
    try:
        return timedelta(**add_up(parts))
    except OverflowError as error:
        raise BadOption(option, text, "is too long ago.") from error


def add_up(parts: list[Any]) -> dict[str, Any]:
    sums = {}
    for number, unit in parts:
        sums[UNITS[unit]] = sums.get(UNITS[unit], 0) + int(number)
    return sums


def moment(text: str, option: str, now: datetime | None = None) -> datetime:
    """An aware datetime from an age (so long before ``now``), or from an RFC 3339 time or date."""
    if re.match(r"\d+[a-z]", text):
        try:
            return (now or datetime.now(timezone.utc)) - duration(text, option)
        except OverflowError as error:
            raise BadOption(option, text, "is too long ago.") from error
    try:
        return parse_time(text)
    except ValueError as error:
        hint = "Write an age such as 90d, or a time such as 2026-01-31 or 2026-01-31T12:00:00Z."
        raise BadOption(option, text, "is neither an age nor a time.", hint) from error


def rfc3339(value: datetime) -> str:
    """The text that the API takes for an aware datetime."""
    return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
