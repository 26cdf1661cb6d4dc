# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sums over many rows, by any of their keys, while these are read: memory follows the number of groups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta, timezone
from typing import Any

from ..errors import BadOption

JOIN = "+"
PERIODS = {"day": "%Y-%m-%d", "month": "%Y-%m"}


class Groups:
    """Groupings such as C(owner) or C(day+owner): of each, the sums of the rows with the same values of its keys."""

    def __init__(self, groupings: Any, allowed: Any, sums: Any, ranks: Any = None) -> None:
        """``allowed``: the keys that the rows have; ``sums``: those of them that are added up.

        ``ranks``: {key: its values in their order}, of keys that have one.
        """
        self.ranks = ranks or {}
        self.keys = {grouping: grouping.split(JOIN) for grouping in groupings}
        self.sums = sums
        self.found = {grouping: {} for grouping in groupings}
        self.total = dict.fromkeys(sums, 0)
        for grouping, keys in self.keys.items():
            unknown = [key for key in keys if key not in allowed]
            if unknown:
                hint = f"There are {', '.join(allowed)}, joined by {JOIN}."
                raise BadOption("group_by", grouping, f"this report has no {', '.join(unknown)}.", hint)

    def periods(self) -> Any:
        """Whether a row must be cut at midnight."""
        return any(key in PERIODS for keys in self.keys.values() for key in keys)

    def add(self, row: dict[str, Any]) -> None:
        """Add a row to its group in each grouping; of a key with several values, such as labels, to each of these."""
        for name in self.sums:
            self.total[name] += row[name]
        for grouping, keys in self.keys.items():
            for values in combinations([row[key] for key in keys]):
                group = self.found[grouping].setdefault(values, dict.fromkeys(self.sums, 0))
                for name in self.sums:
                    group[name] += row[name]

    def rows(self) -> dict[str, Any]:
        """{grouping: rows}. In order of time or rank where a key has one, else the largest sum first."""
        return {grouping: self.ordered(keys, self.found[grouping]) for grouping, keys in self.keys.items()}

    def ordered(self, keys: Any, found: Any) -> list[Any]:
        rows = [(values, dict(zip(keys, values), **rounded(group))) for values, group in found.items()]
        ordered = [(place, key) for place, key in enumerate(keys) if key in PERIODS or key in self.ranks]
        largest = self.sums[0]

        def order(item: Any) -> Any:
            values, row = item
            return (
                [self.rank(key, values[place]) for place, key in ordered],
                -row[largest],
                [str(value) for value in values],
            )

        return [row for dummy, row in sorted(rows, key=order)]

    def rank(self, key: Any, value: Any) -> Any:
        return self.ranks[key].index(value) if key in self.ranks else value


def combinations(values: Any) -> Any:
    """All ways to take one of each: a list among the values stands for each of its own."""
    ways = [()]
    for value in values:
        ways = [(*way, one) for way in ways for one in (value if isinstance(value, list) else [value])]
    return ways


def rounded(sums: Any) -> dict[str, Any]:
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in sums.items()}


def cut_at_midnight(start: Any, end: Any) -> Iterator[Any]:
    """(start, end) for each day (UTC) that the time between the two aware datetimes lies in."""
    at = start.astimezone(timezone.utc)
    while at < end:
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        yield at, min(midnight, end)
        at = midnight


def period_keys(time: Any) -> dict[str, Any]:
    return {name: time.strftime(layout) for name, layout in PERIODS.items()}
