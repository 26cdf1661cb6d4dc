# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compares one document with a task for each of its objects, and measures the plan of a large one; writes
docs/benchmark-document.md. `make bench-document` calls it.

The ways are taken in turn in each round, each on an emulator of its own, and what is reported are medians.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PREFIX = "determined_ai.determined."
PASSWORD = "Testing1!"
# What a section's entries are as tasks: the module, and the option that is the entry's name.
MODULES = {
    "users": ("det_user", "username"),
    "groups": ("det_group", "name"),
    "projects": ("det_project", "name"),
    "templates": ("det_template", "name"),
    "models": ("det_model", "name"),
    "webhooks": ("det_webhook", "name"),
}
PLAY = {"hosts": "localhost", "gather_facts": False}


def make_document(users: int, workspaces: int, children: int, roles: int = 0) -> dict[str, Any]:
    """``children``: projects of a workspace; it has a quarter as many templates, and as many models, and a webhook."""
    names = [f"user{number:05}" for number in range(users)]
    found: dict[str, Any] = {}
    for number in range(workspaces):
        place: dict[str, Any] = {
            "projects": {f"p{one}": {"description": f"Project {one}"} for one in range(children)},
            "templates": {
                f"t{number}-{one}": {"config": {"resources": {"slots_per_trial": one + 1}}}
                for one in range(children // 4)
            },
            "models": {f"m{number}-{one}": {"labels": ["a"]} for one in range(children // 4)},
            "webhooks": {
                "alerts": {"url": f"https://receiver.invalid/{number}", "triggers": [{"experiment_state": "ERROR"}]}
            },
        }
        if roles:
            given = [names[(number * 31 + one) % users] for one in range(roles)]
            place["roles"] = [{"user": name, "role": "Editor"} for name in given]
        found[f"w{number}"] = place
    groups = {f"g{number}": {"members": names[number : number + 5]} for number in range(4)}
    people = {name: {"display_name": f"User {name}"} for name in names}
    return {"version": 1, "stack": "bench", "users": people, "groups": groups, "workspaces": found}


def make_tasks(document: dict[str, Any]) -> list[dict[str, Any]]:
    """A task for each object."""
    tasks = []

    def add(section: str, entries: dict[str, Any], **more: str) -> None:
        module, key = MODULES[section]
        tasks.extend({PREFIX + module: {key: name, **more, **values}} for name, values in entries.items())

    add("users", document["users"])
    add("groups", document["groups"])
    for name, place in document["workspaces"].items():
        tasks.append({PREFIX + "det_workspace": {"name": name}})
        for section, entries in place.items():
            add(section, entries, workspace=name)
    return tasks


@contextmanager
def emulator(*options: str) -> Iterator[str]:
    """The address of an emulator, a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready"
        command = [sys.executable, "-m", "emulator", "--port", "0", "--ready-file", str(ready), *options]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not (ready.exists() and ready.read_text().strip()):
                if process.poll() is not None:
                    raise SystemExit("the emulator does not start")
                time.sleep(0.05)
            yield ready.read_text().strip()
        finally:
            process.terminate()
            process.wait()


def execute(command: list[str], url: str) -> dict[str, float]:
    """What a command costs: wall and cpu in seconds, peak_mib."""
    with tempfile.TemporaryDirectory() as folder:
        cost, log = Path(folder) / "cost.json", Path(folder) / "log"
        env = {**os.environ, "DET_MASTER": url, "DET_USER": "admin", "DET_PASS": PASSWORD}
        with log.open("w") as file:
            measure = [sys.executable, "-I", "-S", str(HERE / "measure.py"), str(cost), *command]
            done = subprocess.run(measure, env=env, stdout=file, stderr=subprocess.STDOUT, check=False)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} failed:\n{log.read_text()[-5000:]}")
        return json.loads(cost.read_text())


class Bench:
    """``costs``: {(way, phase): [cost, …]}."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.costs: dict[tuple[str, str], list[dict[str, float]]] = defaultdict(list)

    def play(self, name: str, tasks: list[dict[str, Any]]) -> list[str]:
        path = self.folder / f"{name}.yml"
        path.write_text(yaml.safe_dump([{**PLAY, "tasks": tasks}], sort_keys=False))
        return [str(Path(sys.executable).with_name("ansible-playbook")), str(path)]

    def run(self, way: str, tasks: list[dict[str, Any]], phases: tuple[str, ...], *options: str) -> None:
        with emulator(*options) as url:
            for phase in phases:
                self.costs[way, phase].append(execute(self.play(way, tasks), url))

    def of(self, way: str, phase: str, what: str) -> float:
        return median(cost[what] for cost in self.costs[way, phase])

    def work(self, way: str, phase: str, what: str = "cpu") -> float:
        """Without what a play without tasks costs."""
        return self.of(way, phase, what) - self.of("empty", "", what)


def document_task(folder: Path, name: str, document: dict[str, Any], mode: str = "apply") -> list[dict[str, Any]]:
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False))
    return [{PREFIX + "det_cluster_config": {"mode": mode, "src": str(path)}}]


def page(bench: Bench, objects: int, large: int, roles: int, rounds: int) -> str:
    faster = {phase: bench.work("tasks", phase) / bench.work("document", phase) for phase in ("new", "unchanged")}
    plan_cpu = bench.work("large", "unchanged")
    peak = bench.of("large", "unchanged", "peak_mib") - bench.of("empty", "", "peak_mib")
    each = bench.work("large", "new") / large * 1000
    goals = [
        (f"{objects} objects in one document, times the CPU of a task for each is more, all new", "at least 8",
         f"{faster['new']:.1f}", faster["new"] >= 8),
        ("the same, unchanged", "at least 8", f"{faster['unchanged']:.1f}", faster["unchanged"] >= 8),
        (f"plan of {large:,} objects and {roles:,} assignments by `ansible-playbook`, CPU s more than a play without"
         " tasks", "at most 5", f"{plan_cpu:.1f}", plan_cpu <= 5),
        ("… and the memory of the largest process, MiB more", "at most 100", f"{peak:.0f}", peak <= 100),
        (f"{large:,} new objects applied, CPU ms for each", "at most 2", f"{each:.2f}", each <= 2),
    ]  # fmt: skip
    lines = [
        "# Benchmark of the cluster as one document",
        "",
        "<!-- Written by the benchmark; what is changed by hand is lost. -->",
        "",
        f"Made by `make bench-document` on {datetime.now(UTC):%Y-%m-%d}: {rounds} rounds, {os.cpu_count()} cores,"
        f" Python {platform.python_version()}.",
        "The master is the emulator on the same machine, a process of its own, and not in the figures.",
        "",
        "| Goal | Wanted | Measured | Met |",
        "| --- | ---: | ---: | ---: |",
        *(f"| {what} | {wanted} | {found} | {'yes' if met else '**no**'} |" for what, wanted, found, met in goals),
        "",
        "| way | | CPU, s | wall, s | peak, MiB |",
        "| --- | --- | ---: | ---: | ---: |",
    ]
    names = {
        "empty": "a play without tasks",
        "tasks": f"a task for each of {objects} objects, in process",
        "document": f"`det_cluster_config`, {objects} objects",
        "large": f"`det_cluster_config`, {large:,} objects and {roles:,} assignments",
    }
    for way, phase in bench.costs:
        figures = [bench.of(way, phase, what) for what in ("cpu", "wall", "peak_mib")]
        lines.append(f"| {names[way]} | {phase} | {figures[0]:.2f} | {figures[1]:.2f} | {figures[2]:.0f} |")
    lines += [
        "",
        "Seconds depend on the machine and on what else it does: read the ratios. The goals are about the CPU time of"
        " the work, which is that of the whole play less that of a play without tasks. *new*: all is made by it."
        " *unchanged*: the same once more.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("--quick", action="store_true", help="one round, and a tenth of the large document; no page")
    options = parser.parse_args()
    rounds, size = (1, 10) if options.quick else (options.rounds, 100)
    small = make_document(users=60, workspaces=10, children=8)
    large = make_document(users=15 * size, workspaces=size, children=24, roles=10)
    objects, more = len(make_tasks(small)), len(make_tasks({**large, "workspaces": without_roles(large)}))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        bench = Bench(folder)
        phases = ("new", "unchanged")
        for number in range(rounds):
            print(f"round {number + 1} of {rounds}", flush=True)
            bench.run("empty", [], ("",))
            bench.run("document", document_task(folder, "small", small), phases)
            bench.run("tasks", make_tasks(small), phases)
            bench.run("large", document_task(folder, "large", large), phases, "--rbac")
        text = page(bench, objects, more, 10 * size, rounds)
    print(text)
    if not options.quick:
        (ROOT / "docs/benchmark-document.md").write_text(text)


def without_roles(document: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {key: value for key, value in place.items() if key != "roles"}
        for name, place in document["workspaces"].items()
    }


if __name__ == "__main__":
    main()
