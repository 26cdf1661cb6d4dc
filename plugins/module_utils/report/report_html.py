# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parts of a page as HTML. All that comes from outside is escaped here."""

from __future__ import annotations

from typing import Any

from ..targets import html_text as esc
from .cells import cell, headings, is_number, largest_first, pick, usual_columns

LONGEST_TABLE = 200
FIXED = ("_time", "kill_after", "time", "id")


def rows_table(one: dict[str, Any], caption: str, stacks: bool = False) -> str:
    """A table of the report, with all its columns, as an element that scrolls by itself where it is wide.

    ``stacks``: on a narrow screen each row becomes a block of lines, so that long texts have room.
    """
    rows = one["rows"]
    columns = one.get("columns") or usual_columns(rows)
    shown = (largest_first(rows, one["largest"]) if one.get("largest") else rows)[:LONGEST_TABLE]
    values = [[pick(row, column, one.get("why") or "") for column in columns] for row in shown]
    numeric = [any(is_number(line[place]) for line in values) for place in range(len(columns))]
    kinds = [kind(column, right) for column, right in zip(columns, numeric)]
    names = headings(columns)
    head = "".join(f'<th scope="col"{look}>{esc(name)}</th>' for name, look in zip(names, kinds))
    if stacks:
        kinds = [f'{look} data-head="{esc(name)}"' for name, look in zip(names, kinds)]
    body = "".join(
        "<tr>"
        + "".join(f"<td{look}>{esc(cell(name, value))}</td>" for name, look, value in zip(columns, kinds, line))
        + "</tr>\n"
        for line in values
    )
    more = len(rows) - len(shown)
    look = ' class="stacks"' if stacks else ""
    rest = f"<p>… and {more} more, which the files hold.</p>" if more else ""
    return (
        f'<div class="scroll" role="region" aria-label="{esc(caption)}" tabindex="0"><table{look}>'
        f"<caption>{esc(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table></div>{rest}"
    )


def kind(column: str, right: bool) -> str:
    if right:
        return ' class="number"'
    return ' class="fixed"' if column.endswith(FIXED) else ""


def folded(label: Any, content: Any) -> str:
    return f"<details><summary>{esc(label)}</summary>\n{content}</details>\n"


def listed(items: Any) -> Any:
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>\n"


def cards(pairs: tuple[Any, ...]) -> str:
    return (
        '<dl class="cards">'
        + "".join(f"<div><dt>{esc(name)}</dt><dd>{esc(value)}</dd></div>" for name, value in pairs)
        + "</dl>\n"
    )


def section(title: str, content: str) -> str:
    return f"<section>\n<h2>{esc(title)}</h2>\n{content}</section>\n"


def boxed(content: str) -> str:
    return f'<div class="card">{content}</div>\n'


def card(title: str, content: str) -> str:
    return boxed(f"<h3>{esc(title)}</h3>\n{content}")


def drawn(title: Any, figure: Any, one: Any, ident: Any) -> str:
    """A chart with its numbers as a table, for those who do not see it and for those who want to copy them."""
    title = title[:1].upper() + title[1:]
    numbers = folded("The numbers", rows_table(one, title))
    data = figure.replace("<", "\\u003c")
    label = esc(f"{title}: bars; the numbers are in the table below")
    return (
        f"<figure><h3>{esc(title)}</h3>\n"
        f'<div data-chart="{ident}" role="img" aria-label="{label}"></div>\n'
        f'<script type="application/json" id="{ident}">{data}</script>\n{numbers}</figure>\n'
    )
