# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows of results as text: for tables on a screen, in files and on pages."""

from __future__ import annotations

import math
import re
from datetime import datetime, timezone
from typing import Any

from ..connection.auth import parse_time
from ..model.states import without_prefix
from ..model.web import is_page
from ..targets import terminal_text

UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
AGES = (("d", 86400), ("h", 3600), ("m", 60))
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
# What most people want to see of a row, in this order, where nobody says which columns.
USUAL = (
    "id", "kind", "name", "owner", "workspace", "project", "resource_pool", "resource_pools", "agent_id", "state",
    "slots", "agent_count", "slot_type", "slots_available", "slots_used", "slots_free", "slots_disabled",
    "checkpoint_bytes", "start_time", "end_time", "kill_after",
)  # fmt: skip
WHY = "why"
# What the column is made of.
REASONS = ("act", "error", "reason", "reasons")
FEW = 6
# Fewer of the usual ones than LEAST tell too little; what is shown instead are up to MOST of any keys with one value.
LEAST, MOST = 3, 8
WIDEST = 36
# A part of these is of no use.
IDENT = re.compile(r"(^|[._])(id|uuid)$")


def readable_bytes(count: float) -> str:
    """A number of bytes with three digits or so and a binary unit. ValueError, TypeError for what is no number."""
    size = float(int(count))
    unit = 0
    # 1023.95 and more would be written as 1024.0.
    while size >= 1023.95 and unit < len(UNITS) - 1:
        size, unit = size / 1024, unit + 1
    return f"{size:.0f} B" if unit == 0 else f"{size:.1f} {UNITS[unit]}"


def readable_age(time: Any, now: Any = None) -> str:
    """Whole days, hours or minutes since an RFC 3339 time. ValueError for what is none."""
    seconds = ((now or datetime.now(timezone.utc)) - parse_time(time)).total_seconds()
    for unit, length in AGES:
        if seconds >= length:
            return f"{int(seconds // length)}{unit}"
    return "0m"


def cell(key: str, value: Any) -> str:
    """A value as one line of text, without signs that steer a terminal. The key says what a number counts."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if key.endswith("bytes") and isinstance(value, (int, float)) and math.isfinite(value):
        return readable_bytes(value)
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, (list, tuple)):
        return ", ".join(cell(key, one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{terminal_text(name)}={cell(str(name), one)}" for name, one in value.items())
    text = str(value)
    # A name may look like one too.
    if key.endswith(("state", "states")):
        text = without_prefix(text)
    if TIME.match(text):
        return text[:16].replace("T", " ")
    return terminal_text(text)


def pick(row: dict[str, Any], column: str, why: str = "") -> Any:
    """The value in a column: a key, a path such as C(after.labels), or C(why), which is made of what the row has."""
    if column == WHY and WHY not in row:
        return reason_of(row) or why
    value = row
    for name in column.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def reason_of(row: dict[str, Any]) -> str | None:
    """Why a row is in its table, in words."""
    if row.get("error"):
        return f"{row['act']}: {row['error']}" if row.get("act") else row["error"]
    reasons = row.get("reasons") or ()
    # Rows come from playbooks too, where it may be anything.
    several = reasons if isinstance(reasons, (list, tuple)) else [reasons]
    return row.get("reason") or " and ".join(str(one) for one in several)


def heading(column: str) -> str:
    return column.rpartition(".")[2].replace("_", " ")


def headings(columns: list[str]) -> list[str]:
    """What stands above each column: the last name of its path, or the first where several end in the same name."""
    last = [heading(column) for column in columns]
    return [
        one if last.count(one) == 1 else column.partition(".")[0].replace("_", " ")
        for column, one in zip(columns, last)
    ]


def usual_columns(rows: list[dict[str, Any]]) -> list[str]:
    """The columns to show where nobody says which: all where there are few, else the usual ones that the rows have.

    Where these are hardly any, others with plain values stand beside them.
    """
    names = [name for name in dict.fromkeys(name for row in rows for name in row) if name not in REASONS]
    # Where the page of an object is, is a link of its id on pages and nothing to look at in a table.
    if all(row.get("url") is None or is_page(row["url"]) for row in rows):
        names = [name for name in names if name != "url"]
    columns = names
    if len(names) > FEW:
        columns = [name for name in USUAL if name in names]
        if len(columns) < LEAST:
            plain = [name for name in names if not any(isinstance(row.get(name), (list, tuple, dict)) for row in rows)]
            columns = list(dict.fromkeys([*columns, *plain]))[:MOST]
    return [*columns, WHY] if WHY not in columns and any(reason_of(row) for row in rows) else columns


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def largest_first(rows: list[dict[str, Any]], column: str) -> list[dict[str, Any]]:
    """The rows, those with the largest number in that column first, those without one last."""
    return sorted(rows, key=lambda row: -pick(row, column) if is_number(pick(row, column)) else float("inf"))


def table(
    rows: list[dict[str, Any]],
    columns: list[str] | None = None,
    most: int = 20,
    largest: str | None = None,
    why: str = "",
    now: Any = None,
) -> list[str]:
    """The lines of a table of dicts: a head, at most ``most`` rows, and how many more there are.

    ``columns``: keys, paths or C(why); ``largest``: the column whose largest numbers come first; ``why``: what stands
    in the column C(why) of rows that give no reason. Numbers are aligned to the right. No rows make no lines.
    """
    if not rows:
        return []
    columns = columns or usual_columns(rows)
    shown = (largest_first(rows, largest) if largest else rows)[:most]
    values = [[pick(row, column, why) for column in columns] for row in shown]
    texts = [[on_screen(column, one, now) for column, one in zip(columns, line)] for line in values]
    heads = [cell("", name) for name in headings(columns)]
    last = len(columns) - 1
    lines: list[Any] = [[] for dummy in range(len(texts) + 1)]
    for place, column in enumerate(columns):
        parts = [line[place] for line in [heads, *texts]]
        if place != last and not IDENT.search(column):
            parts = [shortened(part) for part in parts]
        width = max(map(len, parts))
        right = any(is_number(line[place]) for line in values)
        for line, part in zip(lines, parts):
            line.append(part.rjust(width) if right else part.ljust(width))
    lines = ["  ".join(line).rstrip() for line in lines]
    more = len(rows) - len(shown)
    return lines + ([f"… and {more} more"] if more else [])


def shortened(text: str) -> str:
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def on_screen(column: str, value: Any, now: Any) -> str:
    """As ``cell``, but how long ago a time was, which people want to know of what has run or ended."""
    if column.endswith("_time") and isinstance(value, str) and TIME.match(value):
        return readable_age(value, now)
    return cell(column, value)
