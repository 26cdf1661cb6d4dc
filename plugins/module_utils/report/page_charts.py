# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Charts of a report's page as plain data: bars in percent of the longest, each with its value in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .cells import UNITS, heading, is_number, pick
from .page_cells import counted, grouped, page_text, tone_of

# Lying bars, and parts of a bar that have a colour of their own; the others are summed up in a last one.
MOST, MOST_PARTS = 15, 6
OTHERS = "others"
# Below this many values a chart says less than the values themselves.
LEAST = 3
# A bar that is not nothing can be seen, in percent.
THINNEST = 0.5
# Names of categories of these forms are days and months. Days between are shown too, at least this many.
FORMS = ("%Y-%m-%d", "%Y-%m")
FEWEST_DAYS = 7
# Of standing bars this many have room for a value each, and an axis for so many names.
ROOM_FOR_VALUES, ROOM_FOR_NAMES = 8, 5
# The plot of standing bars in percent of its height: room for a value above, for the names of bars below.
TOP, BOTTOM = 12.0, 88.0
CATEGORIES = ("c1", "c2", "c3", "c4", "c5", "c6")


@dataclass(frozen=True)
class Part:
    """``share``, ``start``: its length and where it begins, in percent of the longest bar."""

    name: str
    tone: str
    share: float
    start: float
    text: str


@dataclass(frozen=True)
class Bar:
    name: str
    text: str
    parts: Sequence[Part]


@dataclass(frozen=True)
class Tick:
    """A line of an axis: ``place`` in percent from above, or from the left."""

    place: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Chart:
    """``form``: figures, bars or columns. ``legend``: [(name, tone)], empty where bars have no parts."""

    title: str
    form: str
    bars: Sequence[Bar]
    legend: Sequence[tuple[str, str]] = ()
    ticks: Sequence[Tick] = ()
    names: Sequence[Tick] = ()
    unit: str = ""


class Tones:
    """Which colour a name without a meaning of its own has: the same in all charts of a page."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], str] = {}

    def tone(self, key: str, name: str) -> str:
        meant = tone_of(key, name)
        if meant or name == OTHERS:
            return meant or "others"
        mine = [tone for (other, _name), tone in self.known.items() if other == key]
        return self.known.setdefault((key, name), CATEGORIES[len(mine) % len(CATEGORIES)])


def draw(one: dict[str, Any], tones: Tones) -> Chart | None:
    """The chart of a table with rows and a drawing: category, value, series, upright. None where all numbers are 0."""
    drawing = one["chart"]
    category, value, series = drawing["category"], drawing["value"], drawing.get("series")
    sums = sums_of(one["rows"], category, value, series)
    if not sums:
        return None
    title = one["title"][:1].upper() + one["title"][1:]
    points = sum(bool(number) for parts in sums.values() for number in parts.values())
    if points < LEAST:
        return Chart(title, "figures", bars_of(sums, value, series, category, tones))
    if drawing.get("upright"):
        return columns(title, with_days_between(sums), value, series, tones)
    sums = shortened(sums)
    legend = legend_of(sums, series, tones) if series else ()
    return Chart(title, "bars", bars_of(sums, value, series, category, tones), legend)


Sums = dict  # {name of a bar: {name of a part, empty without a series: number}}


def sums_of(rows: Iterable[Any], category: str, value: str, series: str | None) -> Sums:
    """In the order of the rows."""
    sums: Sums = {}
    for row in rows:
        parts = sums.setdefault(name_of(row, category), {})
        part = name_of(row, series) if series else ""
        parts[part] = parts.get(part, 0) + number_of(row, value)
    order = list(dict.fromkeys(part for parts in sums.values() for part in parts))
    # What is nothing has no bar to look at. Parts follow each other alike in all bars.
    several = {name: {part: parts[part] for part in order if part in parts} for name, parts in sums.items()}
    return fewer_parts({name: parts for name, parts in several.items() if any(parts.values())})


def name_of(row: dict[str, Any], key: str) -> str:
    return page_text(key, pick(row, key)) if pick(row, key) not in (None, "") else f"(no {heading(key)})"


def number_of(row: dict[str, Any], key: str) -> float:
    value = pick(row, key)
    # A figure that is infinite, or less than nothing, has no bar.
    return float(value) if is_number(value) and math.isfinite(value) and value > 0 else 0.0


def fewer_parts(sums: Sums) -> Sums:
    """With the smallest of too many parts in one."""
    totals: dict[str, float] = {}
    for parts in sums.values():
        for name, number in parts.items():
            totals[name] = totals.get(name, 0) + number
    if len(totals) <= MOST_PARTS:
        return sums
    kept = set(sorted(totals, key=lambda name: -totals[name])[: MOST_PARTS - 1])
    return {name: merged(parts, kept) for name, parts in sums.items()}


def merged(parts: dict[str, float], kept: set[str]) -> dict[str, float]:
    few = {name: number for name, number in parts.items() if name in kept}
    rest = sum(number for name, number in parts.items() if name not in kept)
    return {**few, OTHERS: rest} if rest else few


def shortened(sums: Sums) -> Sums:
    """With the last of too many bars in one."""
    if len(sums) <= MOST:
        return sums
    names = list(sums)
    rest: dict[str, float] = {}
    for name in names[MOST - 1 :]:
        for part, number in sums[name].items():
            rest[part] = rest.get(part, 0) + number
    return {**{name: sums[name] for name in names[: MOST - 1]}, f"{len(names) - MOST + 1} {OTHERS}": rest}


def bars_of(sums: Sums, value: str, series: str | None, category: str, tones: Tones) -> list[Bar]:
    longest = max((sum(parts.values()) for parts in sums.values()), default=0) or 1
    return [bar_of(name, parts, value, series, category, longest, tones) for name, parts in sums.items()]


def bar_of(
    name: str, parts: dict[str, float], value: str, series: str | None, category: str, longest: float, tones: Tones
) -> Bar:
    made, start = [], 0.0
    for part, number in parts.items():
        if number:
            share = max(100 * number / longest, THINNEST)
            tone = tones.tone(series, part) if series else tone_of(category, name) or "plain"
            made.append(Part(part, tone, round(share, 2), round(start, 2), counted(value, number)))
            start += share
    return Bar(name, counted(value, sum(parts.values())), made)


def legend_of(sums: Sums, series: str, tones: Tones) -> list[tuple[str, str]]:
    names = dict.fromkeys(name for parts in sums.values() for name, number in parts.items() if number)
    return [(name, tones.tone(series, name)) for name in names]


# Standing bars


def with_days_between(sums: Sums) -> Sums:
    """With the days, or months, on which nothing was, and before the first as many as make a week."""
    for form in FORMS:
        try:
            times = [datetime.strptime(name, form) for name in sums]
        except ValueError:
            continue
        step = timedelta(days=1) if form == FORMS[0] else timedelta(days=31)
        first = min(*times, max(times) - (FEWEST_DAYS - 1) * step)
        names, time = [], first
        while time <= max(times) and len(names) < 1000:
            names.append(time.strftime(form))
            time += timedelta(days=1) if form == FORMS[0] else timedelta(days=32 - time.day)
            time = time if form == FORMS[0] else time.replace(day=1)
        return {name: sums.get(name, {}) for name in names}
    return sums


def columns(title: str, sums: Sums, value: str, series: str | None, tones: Tones) -> Chart:
    highest = max(sum(parts.values()) for parts in sums.values())
    factor, unit = scale(value, highest)
    step = nice_step(highest / factor)
    top = step * math.ceil(highest / factor / step)
    high = (BOTTOM - TOP) / (top * factor)
    bars = []
    for name, parts in sums.items():
        made, below = [], BOTTOM
        for part, number in parts.items():
            if number:
                share = max(number * high, THINNEST)
                below -= share
                tone = tones.tone(series, part) if series else "plain"
                made.append(Part(part, tone, round(share, 2), round(below, 2), counted(value, number)))
        bars.append(Bar(name, grouped(round(sum(parts.values()) / factor, 1)), made))
    ticks = [Tick(round(BOTTOM - step * place * factor * high, 2), grouped(step * place))
             for place in range(round(top / step) + 1)]  # fmt: skip
    legend = legend_of(sums, series, tones) if series else ()
    said = unit.lower() in title.lower()
    return Chart(title, "columns", bars, legend, ticks, names_of(list(sums)), "" if said else unit)


def scale(key: str, highest: float) -> tuple[float, str]:
    """What to divide the numbers by, and what they then count."""
    if not key.endswith("bytes"):
        return 1, heading(key)
    power = 0
    while highest >= 1024 ** (power + 1) and power < len(UNITS) - 1:
        power += 1
    return 1024**power, UNITS[power]


def nice_step(highest: float) -> float:
    """1, 2 or 5 times a power of ten, three to six of which reach the highest."""
    power = 10 ** math.floor(math.log10(highest / 3)) if highest > 0 else 1
    step = next(factor * power for factor in (1, 2, 5, 10) if highest / (factor * power) <= 5)
    return max(step, 0.01)


def names_of(names: list[str]) -> list[Tick]:
    """Some of the names below the bars, evenly, the last among them."""
    count = len(names)
    every = max(1, math.ceil(count / ROOM_FOR_NAMES))
    width = 100 / count
    ticks = []
    for place in range(count - 1, -1, -every):
        middle = width * (place + 0.5)
        anchor = "end" if middle > 94 and count > ROOM_FOR_NAMES else "start" if middle < 6 else "middle"
        edge = 100.0 if anchor == "end" else 0.0 if anchor == "start" else middle
        ticks.append(Tick(round(edge, 2), short_name(names[place]), anchor))
    return ticks[::-1]


def short_name(name: str) -> str:
    """A day without its year; a month as it is."""
    try:
        day = datetime.strptime(name, FORMS[0])
    except ValueError:
        return name[:12]
    return f"{day.day} {day:%b}"


def with_values(chart: Chart) -> set[int]:
    """The standing bars that have their value above them: all of a few, else the highest."""
    if len(chart.bars) <= ROOM_FOR_VALUES:
        return {place for place, one in enumerate(chart.bars) if one.parts}
    return {max(range(len(chart.bars)), key=lambda place: sum(part.share for part in chart.bars[place].parts))}


def numbers_of(one: dict[str, Any]) -> dict[str, Any]:
    """The table of a chart's numbers, below it: only what is drawn."""
    drawing = one["chart"]
    keys = [drawing["category"], drawing.get("series"), drawing["value"]]
    rows = [row for row in one["rows"] if number_of(row, drawing["value"])]
    return {"title": "numbers", "rows": rows, "columns": [key for key in keys if key]}
