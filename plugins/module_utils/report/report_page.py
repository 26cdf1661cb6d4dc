# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of a report: what the runs in its folder tell, as one HTML text that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from typing import Any

from .cells import cell, heading, readable_bytes, reason_of
from .report_charts import chart, plotly_script
from .report_files import KEPT, shown
from .report_html import boxed, card, cards, drawn, esc, folded, listed, rows_table, section
from .report_style import SCRIPT, STYLE

FAILED = "failed"
RECLAIMED = "reclaimed_bytes"


class Page:
    """Collects the charts while the sections are written, so that each has a number of its own."""

    def __init__(self, runs: list[dict[str, Any]]) -> None:
        self.runs = runs
        # The newest of each role on each cluster, as it is there now.
        self.shown = {key: [runs[place] for place in places] for key, places in sorted(shown(runs).items())}
        self.latest = [last for *dummy, last in self.shown.values()]
        self.charts = 0

    def draw(self, title: str, one: dict[str, Any], drawing: dict[str, Any]) -> str:
        """A chart with its table; nothing where there is nothing to draw."""
        figure = chart(one["rows"], **drawing)
        if figure is None:
            return ""
        self.charts += 1
        return drawn(title, figure, one, f"chart-{self.charts}")

    def text(self) -> str:
        body = [head(self.runs, self.latest), "<main>\n"]
        for title, content in (
            ("Errors", errors(self.latest)),
            ("Latest runs", overview(self.latest)),
            ("Storage reclaimed", self.reclaimed()),
            ("What was kept and why", self.kept()),
            *((f"Cluster {host}", content) for host, content in self.clusters()),
            ("What the latest runs did", "".join(details(*those) for those in self.shown.values())),
        ):
            if content:
                body.append(section(title, content))
        return frame("".join(body) + "</main>\n")

    def reclaimed(self) -> str:
        rows = reclaimed_rows(self.runs)
        one = {"rows": rows, "columns": ["day", "role", RECLAIMED]}
        drawing = {"category": "day", "value": RECLAIMED, "series": "role", "upright": True}
        content = self.draw("Storage reclaimed by day and role", one, drawing)
        return content or "<p>No run has reclaimed storage yet.</p>\n"

    def kept(self) -> str:
        one = {"rows": kept_rows(self.latest), "columns": ["role", "reason", "kept"]}
        return self.draw("Kept by the latest runs", one, {"category": "reason", "value": "kept", "series": "role"})

    def clusters(self) -> Iterator[Any]:
        """(host, charts) of the clusters whose latest runs have tables to be drawn."""
        for host in dict.fromkeys(run["host"] for run in self.latest):
            tables = [one for run in self.latest if run["host"] == host for one in run["tables"] if one.get("chart")]
            charts = "".join(self.draw(one["title"], one, one["chart"]) for one in tables)
            if charts:
                yield host, f'<div class="charts">\n{charts}</div>\n'


def page(runs: list[dict[str, Any]]) -> str:
    """The text of the page, always the same for the same runs. Shape of a run: report_files."""
    return Page(runs).text()


def head(runs: list[dict[str, Any]], latest: list[dict[str, Any]]) -> str:
    hosts = {run["host"] for run in runs}
    times = [run["time"] for run in runs]
    failed = sum(bool(run["errors"]) for run in latest)
    reclaimed = sum(run["figures"].get(RECLAIMED, 0) for run in runs)
    pairs = (("Clusters", len(hosts)), ("Runs", len(runs)), ("Latest runs with errors", failed),
             ("Reclaimed in all", readable_bytes(reclaimed)))  # fmt: skip
    return (
        f"<header>\n<h1>Housekeeping of Determined clusters</h1>\n<p>{esc(span(times))}</p>\n{cards(pairs)}</header>\n"
    )


def span(times: list[str]) -> str:
    """From the first to the last of some times, as short as can be."""
    if not times:
        return "No run yet"
    first, last = cell("", min(times)), cell("", max(times))
    if first == last:
        return f"{last} UTC"
    return f"{first} to {last.removeprefix(first[:10]).strip()} UTC"


def errors(latest: list[dict[str, Any]]) -> str:
    """What went wrong in the latest runs; older errors are over."""
    parts = []
    for run in latest:
        rows = [one for one in run["tables"] if one["title"] == FAILED and one["rows"]]
        if run["errors"] or rows:
            content = listed(f'<span class="bad">{esc(text)}</span>' for text in run["errors"])
            content += "".join(rows_table(one, f"{FAILED}, {len(one['rows'])}", stacks=True) for one in rows)
            parts.append(card(f"{run['role']} on {run['host']}, {cell('', run['time'])} UTC", content))
    return "".join(parts) or '<p class="good">The latest runs had no errors.</p>\n'


def overview(latest: list[dict[str, Any]]) -> str:
    """The newest run of each role on each cluster, in a line."""
    rows = [
        {
            "cluster": run["host"],
            "role": run["role"],
            "time": run["time"],
            "end": "failed" if run["errors"] else "ok",
            "figures": in_words(run),
        }
        for run in latest
    ]
    one = {"rows": rows, "columns": ["cluster", "role", "time", "end", "figures"]}
    return boxed(rows_table(one, "The newest run of each role on each cluster, times in UTC", stacks=True))


def in_words(run: dict[str, Any]) -> str:
    """A run's figures {deleted: 12, reclaimed_bytes: 1024, kept: 0} as C(12 deleted, 1.0 KiB reclaimed)."""
    figures = {name: value for name, value in run["figures"].items() if value}
    if not figures and not run["errors"]:
        return "nothing to do"
    return ", ".join(f"{cell(name, value)} {heading(name.removesuffix('_bytes'))}" for name, value in figures.items())


def reclaimed_rows(runs: list[dict[str, Any]]) -> list[Any]:
    """[{day, role, reclaimed_bytes}] of the days on which any role reported it."""
    sums = {}
    for run in runs:
        if RECLAIMED in run["figures"]:
            key = run["time"][:10], run["role"]
            sums[key] = sums.get(key, 0) + run["figures"][RECLAIMED]
    return [{"day": day, "role": role, RECLAIMED: count} for (day, role), count in sorted(sums.items())]


def kept_rows(latest: list[dict[str, Any]]) -> list[Any]:
    """[{role, reason, kept}], the most frequent first. One reason for all registered models, not one for each."""
    counts = {}
    for run in latest:
        for one in run["tables"]:
            if one["title"] == KEPT:
                for row in one["rows"]:
                    key = run["role"], re.sub(r" as .*", "", reason_of(row) or one.get("why") or "no reason given")
                    counts[key] = counts.get(key, 0) + 1
    rows = [{"role": role, "reason": reason, "kept": count} for (role, reason), count in counts.items()]
    return sorted(rows, key=lambda row: (-row["kept"], row["role"], row["reason"]))


def details(*runs: Any) -> str:
    """A role's latest run, and below it the one before that did something where the latest had nothing to do."""
    *before, latest = runs
    earlier = "".join(
        folded(f"The last run with something to tell, {cell('', run['time'])} UTC", told(run)) for run in before
    )
    nothing = "Its charts are above." if latest["tables"] else "Nothing was to be done."
    content = told(latest) or f"<p>{nothing}</p>\n"
    return card(f"{latest['role']} on {latest['host']}, {cell('', latest['time'])} UTC", content + earlier)


def told(run: dict[str, Any]) -> str:
    """The sentences and the tables of a run."""
    lines = "<pre>" + esc("\n".join(run["lines"])) + "</pre>\n" if run["lines"] else ""
    plain = [one for one in run["tables"] if not one.get("chart")]
    tables = "".join(folded(f"{one['title']}, {len(one['rows'])}", rows_table(one, one["title"])) for one in plain)
    return lines + tables


def frame(body: str) -> str:
    """The whole document. It loads nothing, and runs no script but the two that are in it."""
    scripts = [plotly_script(), SCRIPT]
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in scripts)
    policy = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src {hashes}"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Housekeeping of Determined clusters</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}"
        + "".join(f"<script>{one}</script>\n" for one in scripts)
        + "</body>\n</html>\n"
    )
