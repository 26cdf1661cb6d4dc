# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a report's page begins with: what was done lately, and what is wrong now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Dict

from ..connection.auth import parse_time
from .cells import cell
from .page_cells import counted, grouped

# See report_files.
Run = Dict[str, Any]

RECLAIMED = "reclaimed_bytes"
DAYS = 7
# Figures that count what a run did to a cluster, which add up over runs. Others say how things are, or are a plan.
DONE = {
    "archived": "Archived",
    "deleted": "Deleted",
    RECLAIMED: "Reclaimed",
    "checkpoints": "Checkpoints removed",
    "removed_lines": "Log lines removed",
    "killed": "Tasks killed",
    "tasks_killed": "Tasks killed",
    "freed_slots": "Slots freed",
    "experiments_stopped": "Experiments stopped",
    "experiments_handed_over": "Experiments handed over",
    "maintained": "Agents maintained",
    "users_created": "Users created",
    "users_changed": "Users changed",
    "users_switched_off": "Users switched off",
    "groups_changed": "Groups changed",
    "rotated": "Tokens rotated",
    "promoted": "Models promoted",
}
# What security_baseline and health_check find, by the titles of their tables.
FINDINGS = {"critical": "error", "warning": "wait"}


@dataclass(frozen=True)
class Tile:
    """``tone``: the colour of what is wrong. ``anchor``: the section that says more."""

    name: str
    value: str
    more: str = ""
    tone: str = ""
    anchor: str = ""


def done_tiles(runs: list[Run]) -> list[Tile]:
    """What was done in the last days before the newest run, and below it in all of the runs."""
    lately = [run for run in runs if run["time"] >= since(runs)]
    late, total = summed(lately), summed(runs)
    words = dict.fromkeys(DONE[name] for name in DONE if name in total)
    tiles = []
    for word in words:
        names = [name for name in DONE if DONE[name] == word and name in total]
        count, whole = (sum(sums.get(name, 0) for name in names) for sums in (late, total))
        if whole or names[0] in ("archived", "deleted", RECLAIMED):
            more = f"{counted(names[0], whole)} in all" if whole != count else ""
            tiles.append(Tile(word, counted(names[0], count), more))
    return tiles


def since(runs: list[Run]) -> str:
    """The beginning of the last days, as times of runs are written."""
    newest = max(run["time"] for run in runs)
    return (parse_time(newest) - timedelta(days=DAYS)).strftime("%Y-%m-%dT%H:%M:%S")


def period(runs: list[Run]) -> str:
    """In words, over which time ``done_tiles`` adds up."""
    newest, oldest = max(run["time"] for run in runs), min(run["time"] for run in runs)
    if oldest[:16] == newest[:16]:
        return f"{cell('', newest)} UTC"
    if oldest >= since(runs):
        return f"since {cell('', oldest)} UTC"
    return f"in the {DAYS} days to {cell('', newest)} UTC"


def summed(runs: list[Run]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for run in runs:
        for name, value in run["figures"].items():
            if name in DONE:
                sums[name] = sums.get(name, 0) + value
    return sums


def state_tiles(latest: list[Run]) -> list[Tile]:
    """What is wrong by the newest run of each role on each cluster."""
    failed = sum(bool(run["errors"]) for run in latest)
    tiles = [
        Tile("Roles with errors", grouped(failed), f"of {grouped(len(latest))}", "error", "errors")
        if failed
        else Tile("Errors", "none", f"in {grouped(len(latest))} latest " + ("run" if len(latest) == 1 else "runs"))
    ]
    drifts = [(place, run["figures"]["drift"]) for place, run in enumerate(latest) if "drift" in run["figures"]]
    if drifts:
        drift = sum(count for _place, count in drifts)
        anchor = next((run_anchor(place) for place, count in drifts if count), "")
        more = "differences from the document" if drift else "the cluster is as its document says"
        tiles.append(Tile("Drift", grouped(drift) if drift else "none", more, "wait" if drift else "", anchor))
    for title, tone in FINDINGS.items():
        found = [
            (place, len(one["rows"]))
            for place, run in enumerate(latest)
            for one in run["tables"]
            if one["title"] == title and one["rows"]
        ]
        if found:
            word = "Critical findings" if title == "critical" else "Warnings"
            tiles.append(Tile(word, grouped(sum(count for _place, count in found)), "", tone, run_anchor(found[0][0])))
    return tiles


def run_anchor(place: int) -> str:
    """The id of the part of the page about the newest run at this place among them."""
    return f"run-{place + 1}"
