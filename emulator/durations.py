# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Durations as the master writes them: 72h, 1h30m, 250ms, -5m."""

from __future__ import annotations

import json
import re

_MICROSECONDS = {
    "ns": 0.001,
    "us": 1,
    "µs": 1,
    "μs": 1,
    "ms": 1_000,
    "s": 1_000_000,
    "m": 60_000_000,
    "h": 3_600_000_000,
}
_LONGEST = 2**63 // 1000


def parse(text: str) -> int:
    """Microseconds of a duration; ValueError with the words of Go's parser."""
    invalid = ValueError(f"time: invalid duration {json.dumps(text, ensure_ascii=False)}")
    sign = -1 if text[:1] == "-" else 1
    rest = text[1:] if text[:1] in ("-", "+") else text
    if rest == "0":
        return 0
    if not rest:
        raise invalid
    total = 0.0
    while rest:
        found = re.match(r"(\d+\.?\d*|\.\d+)([^\d.]*)", rest)
        if not found:
            raise invalid
        number, unit = found.groups()
        quoted = json.dumps(text, ensure_ascii=False)
        if not unit:
            raise ValueError(f"time: missing unit in duration {quoted}")
        if unit not in _MICROSECONDS:
            raise ValueError(f"time: unknown unit {json.dumps(unit, ensure_ascii=False)} in duration {quoted}")
        total += float(number) * _MICROSECONDS[unit]
        rest = rest[found.end() :]
    if total >= _LONGEST:
        raise invalid
    return sign * round(total)


def text(micros: int) -> str:
    """How Go writes a duration: 1h30m0s, 250ms, -5s."""
    if not micros:
        return "0s"
    sign, rest = ("-", -micros) if micros < 0 else ("", micros)
    if rest < 1000:
        return f"{sign}{rest}µs"
    if rest < 1_000_000:
        return f"{sign}{rest / 1000:.6f}".rstrip("0").rstrip(".") + "ms"
    minutes, micros_left = divmod(rest, 60_000_000)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{micros_left / 1_000_000:.6f}".rstrip("0").rstrip(".") + "s"
    return sign + (f"{hours}h{minutes}m" if hours else f"{minutes}m" if minutes else "") + seconds
