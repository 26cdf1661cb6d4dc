# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables of a report's page: what of the rows is shown, where each cell leads, and how many rows are left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .cells import WHY, headings, is_number, largest_first, pick, usual_columns
from .page_cells import link_of, page_text, tone_of

# The columns that stand for the object of a row, the first that there is.
OBJECT = ("id", "version", "uuid", "name", "address")
FIXED = ("_time", "kill_after", "time", "id")
# Titles of tables that tell of something that is wrong, or may be.
ALARMS = {
    "failed": "error",
    "critical": "error",
    "not switched off": "error",
    "not taken back by the undo": "wait",
    "warning": "wait",
    "drift": "wait",
}


@dataclass(frozen=True)
class Cell:
    """``look``: the classes of the cell. ``tone``: the colour of what it says. ``link``: where it leads."""

    text: str
    look: str = ""
    tone: str = ""
    link: str = ""


@dataclass(frozen=True)
class Table:
    """``heads``: [(name, look)]. ``more``: rows that are not shown. ``count``: all rows."""

    title: str
    heads: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[Cell]]
    more: int = 0
    count: int = 0
    tone: str = ""


def page_table(one: dict[str, Any], most: int, master: str = "") -> Table:
    """A table of a run with at most ``most`` rows. ``master``: the address that ids lead to."""
    rows = one["rows"]
    columns = one.get("columns") or usual_columns(rows)
    shown = (largest_first(rows, one["largest"]) if one.get("largest") else rows)[:most]
    first = next((name for name in OBJECT if name in columns), "")
    values = [[pick(row, column, one.get("why") or "") for column in columns] for row in shown]
    numeric = [any(is_number(line[place]) for line in values) for place in range(len(columns))]
    looks = [look_of(column, right, column == first) for column, right in zip(columns, numeric)]
    cells = [
        [
            Cell(page_text(name, value), look, tone_of(name, value), link_of(row, name, value, first, master))
            for name, look, value in zip(columns, looks, line)
        ]
        for row, line in zip(shown, values)
    ]
    heads = list(zip(headings(columns), looks))
    title = one["title"]
    return Table(title, heads, cells, len(rows) - len(shown), len(rows), ALARMS.get(title, ""))


def look_of(column: str, right: bool, first: bool) -> str:
    looks = []
    if first:
        looks.append("first")
    if column == WHY:
        looks.append("why")
    elif right and not column.endswith("id"):
        looks.append("number")
    elif column.endswith(FIXED):
        looks.append("fixed")
    return " ".join(looks)
