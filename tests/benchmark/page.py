# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page docs/benchmarks.md: medians, their ratios, the goals and whether they were met."""

from __future__ import annotations

import argparse
import os
import platform
import shlex
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from statistics import median

import variants
from variants import Way

HOW_TO_READ = """\
## How to read it

All ways were taken in each round, in another order each time, and each number is the median over the rounds. Seconds
depend on the machine and on what else it does: **compare within one column, and read the ratios**. CPU time is the
steadier figure, and counts all processes that a way starts; the master's own is in none of them.

- *the work*: from the start of the first task to its result, for scripts from the first request to the last answer;
  without the start of Ansible or Python.
- *whole*: with all that, as `time` would show it.
- *CPU an item*: CPU time of the whole, less that of a play without tasks (for scripts nothing is taken off), by the
  number of experiments.
- *CPU of one more item*: from the loops of two lengths, so that what a play costs once is not in it.
- *a whole play that archives, and again*: the whole of the one and the work of the other, so with one start.
- *peak*: resident memory of the largest process.
- *changed*: every experiment is archived by it. *unchanged*: the same once more, with nothing left to do.
"""


class Figures:
    """Medians of what the ways cost."""

    def __init__(self, costs: dict[tuple[str, int, str], list[dict]]):
        self.costs = costs

    def of(self, way: Way, count: int, phase: str, what: str) -> float:
        """what: wall, cpu, seconds (of the work), peak_mib."""
        return median(cost[what] for cost in self.costs[way.key, count, phase])

    def cpu_an_item(self, way: Way, count: int, phase: str) -> float:
        """Milliseconds."""
        start = self.of(variants.EMPTY, 0, "", "cpu") if way.is_play else 0
        return (self.of(way, count, phase, "cpu") - start) / count * 1000

    def cpu_of_one_more(self, way: Way, few: int, more: int, phase: str) -> float:
        """Milliseconds, from loops of two lengths, so that what a play costs once is not in it."""
        return (self.of(way, more, phase, "cpu") - self.of(way, few, phase, "cpu")) / (more - few) * 1000

    def both(self, way: Way, count: int) -> float:
        """Seconds of a whole play that changes, and then does the same again."""
        return self.of(way, count, "changed", "wall") + self.of(way, count, "unchanged", "seconds")

    def ratio(self, what: str, slow: tuple[Way, int, str], fast: tuple[Way, int, str]) -> float:
        return self.of(*slow, what) / self.of(*fast, what)


def text(costs: dict, logins: int | None, options: argparse.Namespace, seconds: float) -> str:
    figures = Figures(costs)
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "<!-- Written by the benchmark; what is changed by hand is lost. -->",
            "",
            f"Made by `{command(options)}` on {datetime.now(UTC):%Y-%m-%d} in {seconds / 60:.0f} minutes:",
            f"{options.rounds} round{'s' * (options.rounds != 1)}, {machine()}.",
            "The master is " + master(options) + ".",
            "",
            "## Goals",
            "",
            *table(("Goal", "Wanted", "Measured", "Met"), goals(figures, logins, options)),
            "",
            HOW_TO_READ,
            f"## Archive {options.items} experiments, one by one",
            "",
            *one_by_one(figures, variants.EACH, options.items),
            "",
            f"## Archive {4 * options.items}, for what an item costs",
            "",
            *one_by_one(figures, variants.MORE, 4 * options.items),
            "",
            "## Archive what a selection finds",
            "",
            *selections(figures, options),
            "",
            f"## Read {options.size:,}",
            "",
            *reading(figures, options),
            "",
        ]
    )


def command(options: argparse.Namespace) -> str:
    """What the user called."""
    if options.seeded:
        given = [one for one in ("--quick",) if options.quick]
        given += [] if options.quick else ["--rounds", str(options.rounds)]
        return f"make bench BENCH={shlex.quote(' '.join(given))}"
    return f"make bench DET_MASTER=… BENCH='--rounds {options.rounds} --experiments {options.experiments}'"


def machine() -> str:
    return (
        f"{os.cpu_count()} cores, Python {platform.python_version()}, ansible-core {version('ansible-core')}, "
        f"{platform.system()}"
    )


def master(options: argparse.Namespace) -> str:
    if options.seeded:
        return f"the emulator on the same machine, with {options.experiments:,} experiments"
    return f"one of its user's choice; {options.experiments:,} experiments were made for it"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    head = list(head)
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *map(list, rows)]
    return ["| " + " | ".join(line) + " |" for line in lines]


def goals(figures: Figures, logins: int | None, options: argparse.Namespace) -> list[tuple[str, str, str, str]]:
    few, more, everything = options.items, 4 * options.items, options.size
    rows = []

    def at_least(goal: str, limit: float, value: float) -> None:
        rows.append((goal, f"at least {limit:g}", f"{value:.1f}", met(value >= limit)))

    def at_most(goal: str, limit: float, value: float) -> None:
        rows.append((goal, f"at most {limit:g}", f"{value:.2f}", met(value <= limit)))

    for phase in ("changed", "unchanged"):
        fast = (variants.IN_PROCESS, few, phase)
        at_least(f"loop in process, times faster than a `uri` loop, {phase}", 25,
                 figures.ratio("seconds", (variants.URI, few, phase), fast))  # fmt: skip
        at_least(f"loop in process, times faster than the same module out of process, {phase}", 20,
                 figures.ratio("seconds", (variants.MODULE, few, phase), fast))  # fmt: skip
    floor = figures.cpu_of_one_more(variants.NOTHING, few, more, "")
    for phase in ("changed", "unchanged"):
        at_most(f"CPU of one more item in process, by that of an action that does nothing, {phase}", 2,
                figures.cpu_of_one_more(variants.IN_PROCESS, few, more, phase) / floor)  # fmt: skip
    at_least(f"one task with {few} ids, times faster than the `uri` loop, a whole play that archives, and again", 40,
             figures.both(variants.URI, few) / figures.both(variants.LIST, few))  # fmt: skip
    for size, limit in ((everything // 10, 1.5), (everything // 2, 1.2)):
        for way, how in ((variants.SELECT, ""), (variants.BRIEF, ", `details: false`")):
            at_most(f"{size:,} by selection{how}, the work by that of the bare calls", limit,
                    figures.ratio("seconds", (way, size, "changed"), (variants.BULK, size, "changed")))  # fmt: skip
    at_most(f"{everything:,} rows read, the work by that of the bare loop", 1.3,
            figures.ratio("seconds", (variants.INFO, everything, ""), (variants.READ, everything, "")))  # fmt: skip
    at_most("… and its memory, MiB", 130, figures.of(variants.INFO, everything, "", "peak_mib"))
    if logins is not None:
        at_most("logins of a play on 8 hosts with 4 tasks each, by user and password", 1, logins)
    return rows


def met(is_met: bool) -> str:
    return "yes" if is_met else "**no**"


def one_by_one(figures: Figures, ways: Iterable[Way], count: int) -> list[str]:
    head = ("way", "", "work, s", "whole, s", "CPU an item, ms", "peak, MiB", "work, by in process")
    rows = []
    for way in ways:
        for phase in ("changed", "unchanged") if way.writes else ("",):
            compared = "changed" if phase == "" else phase
            rows.append((
                way.label,
                phase,
                f"{figures.of(way, count, phase, 'seconds'):.2f}",
                f"{figures.of(way, count, phase, 'wall'):.2f}",
                f"{figures.cpu_an_item(way, count, phase):.1f}",
                f"{figures.of(way, count, phase, 'peak_mib'):.0f}",
                f"{figures.ratio('seconds', (way, count, phase), (variants.IN_PROCESS, count, compared)):.2f}",
            ))  # fmt: skip
    return table(head, rows)


def selections(figures: Figures, options: argparse.Namespace) -> list[str]:
    rows = []
    for size in (options.size // 10, options.size // 2):
        for phase in ("changed", "unchanged"):
            rows += compared(figures, variants.SELECTION, size, phase)
    return table(("way", "experiments", "", "work, s", "whole, s", "CPU, s", "peak, MiB", "work, by bare"), rows)


def reading(figures: Figures, options: argparse.Namespace) -> list[str]:
    rows = compared(figures, variants.READING, options.size, "")
    return table(("way", "experiments", "", "work, s", "whole, s", "CPU, s", "peak, MiB", "work, by bare"), rows)


def compared(figures: Figures, ways: tuple[Way, ...], size: int, phase: str) -> list[tuple[str, ...]]:
    """A row for each way, the last of which is the one to compare with."""
    return [
        (
            way.label,
            f"{size:,}",
            phase,
            f"{figures.of(way, size, phase, 'seconds'):.2f}",
            f"{figures.of(way, size, phase, 'wall'):.2f}",
            f"{figures.of(way, size, phase, 'cpu'):.2f}",
            f"{figures.of(way, size, phase, 'peak_mib'):.0f}",
            f"{figures.ratio('seconds', (way, size, phase), (ways[-1], size, phase)):.2f}",
        )
        for way in ways
    ]
