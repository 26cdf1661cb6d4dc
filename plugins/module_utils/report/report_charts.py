# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Charts of a report: tables of dicts as bars, for plotly.js in the page."""

from __future__ import annotations

import math
import textwrap
import traceback
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from ..targets import html_text
from .cells import UNITS, cell, heading, is_number, pick

try:
    import plotly.graph_objects as figures  # charts that need no server and no network
    from plotly.offline import get_plotlyjs
except ImportError:
    PLOTLY_ERROR = traceback.format_exc()
else:
    PLOTLY_ERROR = None

# Each stands out against white and against black, and from its neighbours for those who see few colours.
COLOURS = ("#2a78d6", "#c97700", "#1f9e77", "#c2467f", "#7d63c9", "#80868f", "#b5533c", "#2592a3")
MOST = 15
OTHERS = "others"
# Letters in a line of a label, so that the bars have room on a phone too.
LINE = 22
# How long a day and a month are that names of these forms stand for, and how many of them are seen at least.
LENGTHS, LEAST = {"%Y-%m-%d": timedelta(days=1), "%Y-%m": timedelta(days=30)}, 7
# Pixels of a bar beside one or two lines of label, of the legend, of all around the bars, of a chart of standing ones.
BARS, LEGEND, AROUND, UPRIGHT = (26, 36), 40, 90, 320


@lru_cache(maxsize=1)
def plotly_script() -> Any:
    """The text of plotly.js."""
    return get_plotlyjs()


def chart(rows: list[Any], category: str, value: str, series: str | None = None, upright: bool = False) -> Any:
    """The figure of one bar for each category as {data, layout} in JSON, or None where all numbers are 0.

    ``category``, ``value``, ``series``: the keys of what names a bar, its length, and its parts. ``upright``: bars that
    stand, for days or months; else lying ones, in the order of the rows, the last of too many in one.
    """
    points = [(name_of(row, category), name_of(row, series) if series else "", number(row, value)) for row in rows]
    if not any(length for dummy, dummy, length in points):
        return None
    names = list(dict.fromkeys(name for name, dummy, dummy in points))
    if not upright and len(names) > MOST:
        kept = set(names[: MOST - 1])
        points = [(name if name in kept else OTHERS, part, length) for name, part, length in points]
        names = [*names[: MOST - 1], OTHERS]
    sums = {}
    for name, part, length in points:
        bars = sums.setdefault(part, dict.fromkeys(names, 0))
        bars[name] += length
    highest = max(sum(bars[name] for bars in sums.values()) for name in names)
    factor, unit = scale(value, highest)
    figure = figures.Figure()
    for place, (part, bars) in enumerate(sums.items()):
        figure.add_trace(bars_of(names, bars, part, factor, unit, upright, COLOURS[place % len(COLOURS)]))
    figure.layout = layout(names, unit, bool(series), upright)
    figure.layout.template = None
    return figure.to_json()


def name_of(row: dict[str, Any], key: Any) -> Any:
    return cell(key, pick(row, key)) or "none"


def number(row: dict[str, Any], key: Any) -> Any:
    value = pick(row, key)
    # A figure that is infinite has no bar.
    return value if is_number(value) and math.isfinite(value) else 0


def scale(key: Any, highest: Any) -> Any:
    """What to divide the numbers by, and what they then count."""
    if not key.endswith("bytes"):
        return 1, heading(key)
    power = 0
    while highest >= 1024 ** (power + 1) and power < len(UNITS) - 1:
        power += 1
    return 1024**power, UNITS[power]


def bars_of(names: Any, bars: Any, part: Any, factor: Any, unit: Any, upright: Any, colour: Any) -> Any:
    """One series. The library reads entities in texts, so names are escaped as in HTML."""
    lengths = [bars[name] / factor for name in names]
    shown = [html_text(name) for name in names]
    places = shown if upright else list(range(len(names)))
    return figures.Bar(
        x=places if upright else lengths,
        y=lengths if upright else places,
        orientation="v" if upright else "h",
        name=html_text(textwrap.shorten(part, LINE, placeholder="…")),
        customdata=shown,
        hovertemplate=("%{customdata}: %{y:,.4~g} " if upright else "%{customdata}: %{x:,.4~g} ")
        + html_text(unit)
        + f"<extra>{html_text(part)}</extra>",
        marker_color=colour,
        width=thickness(names) if upright else None,
    )


def wrapped(name: str) -> Any:
    """A label in two lines at most."""
    lines = textwrap.wrap(name, LINE, max_lines=2, placeholder=" …")
    return "<br>".join(html_text(line) for line in lines)


def times(names: Any) -> Any:
    """The beginnings of days (2026-10-31) or months (2026-10), None where they are neither."""
    form = "%Y-%m" if all(len(name) == len("2026-10") for name in names) else "%Y-%m-%d"
    try:
        return [datetime.strptime(name, form) for name in names], LENGTHS[form]
    except ValueError:
        return None, None


def standing(names: Any) -> dict[str, Any]:
    """The axis below standing bars: of days or months, on which a single one is no wall, or of any names."""
    moments, length = times(names)
    if moments is None:
        return {"type": "category"}
    first, last = min(moments), max(moments)
    first = min(first, last - (LEAST - 1) * length)
    ends = [(first - length / 2).isoformat(), (last + length / 2).isoformat()]
    return {"type": "date", "tickangle": 0, "nticks": 6, "range": ends}


def thickness(names: Any) -> Any:
    """Of a standing bar, in milliseconds; None leaves it to the library."""
    length = times(names)[1]
    return length and 0.7 * length / timedelta(milliseconds=1)


def layout(names: Any, unit: Any, parted: Any, upright: Any) -> dict[str, Any]:
    """Room for the labels whatever the width; the page adds the colours of its text."""
    texts = [wrapped(name) for name in names]
    room = BARS[any("<br>" in text for text in texts)]
    numbers = {"title": {"text": html_text(unit)}, "rangemode": "tozero", "automargin": True, "fixedrange": True}
    labels: dict[str, Any] = {"automargin": True, "fixedrange": True, "showgrid": False, "zeroline": False}
    if upright:
        labels.update(standing(names))
    else:
        labels.update(tickmode="array", tickvals=list(range(len(names))), ticktext=texts, autorange="reversed")
    return {
        "barmode": "stack",
        "bargap": 0.3,
        "height": UPRIGHT if upright else AROUND + room * len(names) + LEGEND * parted,
        "margin": {"l": 8, "r": 16, "t": 8, "b": 8},
        "showlegend": parted,
        "legend": {"orientation": "h", "traceorder": "normal", "y": 1, "yanchor": "bottom", "x": 0},
        "xaxis": labels if upright else numbers,
        "yaxis": numbers if upright else labels,
        "dragmode": False,
    }
