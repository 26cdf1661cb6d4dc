# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compares ways to do the same work, in one run, and writes docs/benchmarks.md. `make bench` calls it.

The ways are taken in another order in each round, and what is reported are medians over the rounds and their ratios:
what slows the machine down slows all of them down.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import page
import variants
from subject import Made, Master, Subject, seeded
from variants import Way

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
HOSTS = 8


@dataclass(frozen=True)
class Job:
    """A way, with a number of experiments."""

    way: Way
    count: int
    everything: bool = False


class Bench:
    """Runs jobs and keeps what they cost: {(way's key, count, "changed" | "unchanged" | ""): [cost, …]}.

    A cost has wall and cpu in seconds, peak_mib, and seconds: the work alone, without the start of Ansible or Python.
    """

    def __init__(self, subject: Subject, options: argparse.Namespace, folder: Path):
        self.subject = subject
        self.options = options
        self.folder = folder
        self.costs: dict[tuple[str, int, str], list[dict]] = defaultdict(list)

    def run(self, job: Job) -> None:
        if not job.way.writes:
            self.measure(job, "")
            return
        self.subject.unarchive(job.count)
        self.measure(job, "changed")
        self.subject.check_archived(job.count)
        self.measure(job, "unchanged")

    def measure(self, job: Job, phase: str) -> None:
        given = self.folder / "given.json"
        variables = self.subject.variables(job.count, job.everything)
        given.write_text(json.dumps({**variables, "det_in_process": job.way.in_process}))
        cost = self.execute(self.command(job.way, given))
        self.costs[job.way.key, job.count, phase].append(cost)
        if self.options.verbose:
            shown = " ".join(f"{name}={value:.3f}" for name, value in cost.items())
            print(f"  {job.way.key} {job.count} {phase}: {shown}", flush=True)

    def command(self, way: Way, given: Path) -> list[str]:
        if way.is_play:
            return [
                str(Path(sys.executable).with_name("ansible-playbook")),
                str(HERE / "plays" / way.file),
                "-e",
                f"@{given}",
            ]
        python = self.options.sdk_python if way.sdk else sys.executable
        return [python, str(HERE / "scripts" / way.file), str(given)]

    def execute(self, command: list[str], **environment: str) -> dict:
        cost, seconds, log = (self.folder / name for name in ("cost.json", "seconds.json", "log"))
        env = {
            **os.environ,
            "ANSIBLE_ACTION_PLUGINS": str(HERE / "plays" / "action_plugins"),
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "plays" / "callback_plugins"),
            "ANSIBLE_CALLBACKS_ENABLED": "seconds",
            "BENCH_SECONDS": str(seconds),
            "DET_MASTER": self.subject.master.url,
            "DET_USER": self.options.user,
            "DET_USER_TOKEN": self.subject.master.token,
            **environment,
        }
        with log.open("w") as file:
            done = subprocess.run(
                [sys.executable, "-I", "-S", str(HERE / "measure.py"), str(cost), *command],
                env=env, stdout=file, stderr=subprocess.STDOUT, check=False,
            )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} failed:\n{log.read_text()[-5000:]}")
        return {**json.loads(cost.read_text()), "seconds": json.loads(seconds.read_text())}

    def logins(self) -> int | None:
        """Logins of one play with user and password, four tasks on each of the hosts; None: no journal tells."""
        if not self.options.seeded:
            return None
        hosts = "".join(f"host{number}\n" for number in range(HOSTS))
        inventory = self.folder / "hosts"
        settings = "[all:vars]\nansible_connection=local\nansible_python_interpreter={{ ansible_playbook_python }}\n"
        inventory.write_text(hosts + settings)
        given = self.folder / "given.json"
        given.write_text(json.dumps({"ids": self.subject.ids[:HOSTS]}))
        self.subject.master.forget_journal()
        play = variants.Way("logins", "", "logins.yml")
        command = [*self.command(play, given), "-i", str(inventory), "-f", str(HOSTS)]
        login = {"DET_USER_TOKEN": "", "DET_PASS": self.options.password}
        self.execute(command, **login)
        return self.subject.master.logins()


def jobs(options: argparse.Namespace) -> list[Job]:
    each, more, size = options.items, 4 * options.items, options.size
    return [
        *(Job(variants.EMPTY, 0) for dummy in range(3)),
        *(Job(way, each) for way in variants.EACH),
        *(Job(way, more) for way in variants.MORE),
        *(Job(way, part) for part in (size // 10, size // 2) for way in variants.SELECTION),
        *(Job(way, size, everything=size == options.experiments) for way in variants.READING),
    ]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    env = os.environ
    parser.add_argument("--master", default=env.get("DET_MASTER"), help="default: DET_MASTER")
    parser.add_argument("--user", default=env.get("DET_USER", "admin"))
    parser.add_argument("--password", default=env.get("DET_PASS", ""))
    parser.add_argument("--seeded", action="store_true", help="a throwaway emulator: use the experiments that it has")
    parser.add_argument("--experiments", type=int, metavar="N", help="that it has, or that are made (default: 1000)")
    parser.add_argument("--items", type=int, default=50, metavar="N", help="of a loop (default: 50)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("--quick", action="store_true", help="one round of less; shows the page only")
    parser.add_argument(
        "--sdk-python", default=str(ROOT / ".venv/client/bin/python"), help="a Python with the official SDK"
    )
    parser.add_argument("--only", action="append", metavar="WAY", help="leave all other ways out, and write no page")
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: docs/benchmarks.md")
    parser.add_argument("--verbose", action="store_true", help="show each measurement")
    options = parser.parse_args()
    if not options.master:
        parser.error("no master: call it by `make bench`, or give --master")
    options.experiments = options.size = options.experiments or 1000
    if not (options.output or options.quick):
        options.output = ROOT / "docs/benchmarks.md"
    if options.quick:
        options.rounds, options.items, options.size = 1, 10, options.experiments // 10
    return options


def main() -> None:
    options = arguments()
    master = Master(options.master, options.user, options.password)
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        subject = seeded(master) if options.seeded else stack.enter_context(Made(master, options.experiments))
        bench = Bench(subject, options, folder)
        todo = [job for job in jobs(options) if not options.only or job.way.key in options.only]
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}, {time.monotonic() - began:.0f} s", flush=True)
            for job in random.sample(todo, len(todo)):
                bench.run(job)
        if options.only:
            return
        text = page.text(bench.costs, bench.logins(), options, time.monotonic() - began)
    print(text)
    if options.output:
        options.output.write_text(text)


if __name__ == "__main__":
    main()
