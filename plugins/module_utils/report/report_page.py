# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of a report: what the runs in its folder tell, as one HTML text that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
import re
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from ..targets import printable_text
from .cells import cell, heading, reason_of
from .page_cells import counted
from .page_charts import Chart, Tones, draw, numbers_of, with_values
from .page_headline import DONE, RECLAIMED, Run, done_tiles, period, run_anchor, state_tiles
from .page_style import STYLE
from .page_tables import Table, page_table
from .page_templates import TEMPLATES
from .report_files import KEPT, shown

try:
    import jinja2  # what Ansible itself makes texts with
    from markupsafe import Markup
except ImportError:
    JINJA_ERROR: str | None = traceback.format_exc()
else:
    JINJA_ERROR = None

FAILED = "failed"
# Bytes that the page of any number of runs and rows has at most, and how many rows of each table are tried for that.
LARGEST = 300_000
ROWS = (200, 100, 50, 20, 10, 3)
MOST_LINES = 100
NOTHING = "nothing to do"
# A history is drawn from this many days on; before, a figure says as much.
LEAST_DAYS = 3


@dataclass(frozen=True)
class Told:
    """What one run tells: sentences, and tables with those rows that the page has."""

    time: str
    lines: list[str]
    tables: list[Table]
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Role:
    """The newest run of a role on a cluster, and before it the newest that did something. ``anchor``: its place."""

    anchor: str
    cluster: str
    link: str
    role: str
    time: str
    failed: bool
    summary: str
    latest: Told
    earlier: Told | None
    charts: bool


@dataclass(frozen=True)
class Drawn:
    """A chart, and below standing bars the table of their numbers. ``values``: the bars with their value above them."""

    chart: Chart
    numbers: Table | None = None
    values: frozenset[int] = frozenset()


class Page:
    """What the page says, as plain data for its templates."""

    def __init__(self, runs: list[Run], most: int) -> None:
        self.runs, self.most, self.tones = runs, most, Tones()
        # The newest of each role on each cluster, as it is there now.
        self.shown = [[runs[place] for place in places] for _key, places in sorted(shown(runs).items())]
        self.latest = [several[-1] for several in self.shown]

    def content(self) -> dict[str, Any]:
        """The variables of the template; sections without anything to say are empty."""
        roles = [self.role(place, several) for place, several in enumerate(self.shown)]
        usage = list(self.clusters())
        sections = {
            "errors": [one for one in roles if one.latest.errors or any_failed(one.latest)],
            "roles": roles,
            "history": self.history(),
            "kept": self.kept(),
            "usage": usage,
        }
        return {
            **sections,
            "period": period(self.runs) if self.runs else "",
            "span": span([run["time"] for run in self.runs]),
            "tiles": [*done_tiles(self.runs), *state_tiles(self.latest)] if self.runs else [],
            "links": links(sections),
            # A text of this collection, the only one that is put out as it is.
            "style": Markup(STYLE),
            "policy": policy(),
        }

    def role(self, place: int, several: list[Run]) -> Role:
        *before, run = several
        earlier = before[-1] if before else None
        words = in_words(run)
        if earlier is not None and not run["errors"]:
            words = f"{NOTHING}; {time_of(earlier)}: {what_it_did(earlier)}"
        return Role(
            run_anchor(place),
            cluster_of(run),
            home_of(run),
            run["role"],
            time_of(run),
            bool(run["errors"]),
            words,
            self.told(run),
            self.told(earlier) if earlier is not None else None,
            any(one.get("chart") for one in run["tables"]),
        )

    def told(self, run: Run) -> Told:
        tables = [
            page_table(one, self.most, master_of(run)) for one in run["tables"] if one["rows"] and not one.get("chart")
        ]
        lines = run["lines"][:MOST_LINES]
        more = [f"… and {len(run['lines']) - MOST_LINES} more lines"] if len(run["lines"]) > MOST_LINES else []
        texts = list(map(shortened, run["errors"][:MOST_LINES]))
        return Told(time_of(run), [*map(shortened, lines), *more], tables, texts)

    def history(self) -> list[Drawn]:
        rows = reclaimed_rows(self.runs)
        if len({row["day"] for row in rows if row[RECLAIMED]}) < LEAST_DAYS:
            return []
        chart = {"category": "day", "value": RECLAIMED, "upright": True, **by_role(rows)}
        return self.draw({"title": "storage reclaimed by day", "rows": rows, "chart": chart})

    def kept(self) -> list[Drawn]:
        rows = kept_rows(self.latest)
        chart = {"category": "reason", "value": KEPT, **by_role(rows)}
        return self.draw({"title": "kept by the latest runs", "rows": rows, "chart": chart})

    def clusters(self) -> Iterator[tuple[str, list[Drawn]]]:
        """(cluster, charts) of the clusters whose latest runs have tables to be drawn."""
        for host in dict.fromkeys(run["host"] for run in self.latest):
            runs = [run for run in self.latest if run["host"] == host]
            charts = [drawn for run in runs for one in run["tables"] if one.get("chart") for drawn in self.draw(one)]
            if charts:
                yield cluster_of(runs[-1]), charts

    def draw(self, one: dict[str, Any]) -> list[Drawn]:
        """A chart; nothing where there is nothing to draw."""
        chart = draw(one, self.tones)
        if chart is None:
            return []
        if chart.form != "columns":
            return [Drawn(chart)]
        return [Drawn(chart, page_table(numbers_of(one), self.most), frozenset(with_values(chart)))]


def page(runs: list[Run]) -> str:
    """The text of the page, always the same for the same runs. Shape of a run: report_files.

    Tables have fewer rows where the page would become larger than LARGEST otherwise.
    """
    text = ""
    for most in ROWS:
        text = environment().get_template("page").render(Page(runs, most).content())
        if len(text.encode()) <= LARGEST:
            break
    return text


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """Where all that a template puts out is escaped, and has no sign that steers a terminal or cannot be written."""
    return jinja2.Environment(
        loader=jinja2.DictLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def printable(value: Any) -> Any:
    return value if isinstance(value, Markup) or not isinstance(value, str) else printable_text(value, keep="\n\t")


def policy() -> str:
    """The page loads nothing, runs no script, and has no style but its own."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def links(sections: dict[str, Any]) -> list[tuple[str, str]]:
    """[(anchor, name)] of the sections that there are."""
    names = {
        "errors": "Errors",
        "roles": "Latest runs",
        "history": "History",
        "kept": "Kept",
        "usage": "Usage",
    }
    found = [(anchor, name) for anchor, name in names.items() if sections[anchor]]
    return found + ([("details", "Details")] if sections["roles"] else [])


def by_role(rows: list[dict[str, Any]]) -> dict[str, str]:
    """The parts of the bars, where there is more than one role to tell apart."""
    return {"series": "role"} if len({row["role"] for row in rows}) > 1 else {}


def any_failed(told: Told) -> bool:
    return any(one.title == FAILED for one in told.tables)


def shortened(text: str) -> str:
    """A line or an error of a run. Blanks of a line may stand for columns, so they stay."""
    return text if len(text) <= 1000 else text[:999] + "…"


def span(times: list[str]) -> str:
    """From the first to the last of some times, as short as can be."""
    if not times:
        return "No run yet"
    first, last = cell("", min(times)), cell("", max(times))
    if first == last:
        return f"{last} UTC"
    return f"{first} to {last.removeprefix(first[:10]).strip()} UTC"


def time_of(run: Run) -> str:
    return cell("", run["time"])


def master_of(run: Run) -> str:
    """The address of the master, where the run says it."""
    return (run.get("master") or "").rstrip("/")


def cluster_of(run: Run) -> str:
    """The name of a cluster: that of its host, or the address of its master where the host is the controller itself."""
    if run["host"] in ("localhost", "127.0.0.1") and master_of(run):
        return urlsplit(master_of(run)).netloc or run["host"]
    return run["host"]


def home_of(run: Run) -> str:
    """The first page of the cluster's web UI."""
    return master_of(run) + "/det/" if master_of(run) else ""


def in_words(run: Run) -> str:
    """A run's figures {deleted: 12, reclaimed_bytes: 1024, kept: 0} as C(12 deleted, 1.0 KiB reclaimed)."""
    figures = {name: value for name, value in run["figures"].items() if value}
    if figures:
        return ", ".join(
            f"{counted(name, value)} {heading(name.removesuffix('_bytes'))}" for name, value in figures.items()
        )
    if run["errors"]:
        return ""
    return "see its tables" if any(one["rows"] and one["title"] != KEPT for one in run["tables"]) else NOTHING


def what_it_did(run: Run) -> str:
    """The same of the figures that count what was done; of all of them where there are none of these."""
    done = {name: value for name, value in run["figures"].items() if name in DONE and value}
    return in_words({**run, "figures": done or run["figures"], "errors": []})


def reclaimed_rows(runs: list[Run]) -> list[dict[str, Any]]:
    """[{day, role, reclaimed_bytes}] of the days on which any role reported it."""
    sums: dict[tuple[str, str], float] = {}
    for run in runs:
        if RECLAIMED in run["figures"]:
            key = run["time"][:10], run["role"]
            sums[key] = sums.get(key, 0) + run["figures"][RECLAIMED]
    return [{"day": day, "role": role, RECLAIMED: count} for (day, role), count in sorted(sums.items())]


def kept_rows(latest: list[Run]) -> list[dict[str, Any]]:
    """[{role, reason, kept}], the most frequent first. One reason for all registered models, not one for each."""
    counts: dict[tuple[str, str], int] = {}
    for run in latest:
        for one in run["tables"]:
            if one["title"] == KEPT:
                for row in one["rows"]:
                    key = run["role"], re.sub(r" as .*", "", reason_of(row) or one.get("why") or "no reason given")
                    counts[key] = counts.get(key, 0) + 1
    rows = [{"role": role, "reason": reason, KEPT: count} for (role, reason), count in counts.items()]
    return sorted(rows, key=lambda row: (-row[KEPT], row["role"], row["reason"]))
