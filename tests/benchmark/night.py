# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole night's work on made-up clusters of two sizes, the larger as large as they come; writes docs/night.md.
`make night` calls it.

The clusters have never been tidied up, so that there is as much to do as there can be.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLAYS = Path(__file__).resolve().parent / "plays"
USER, PASSWORD = "admin", "Testing1!"
# Whatever is found is done: what the brakes are for is not what is measured.
VARIABLES = {
    "experiment_retention_max_changes": 10**6,
    "checkpoint_gc_policy": {"save_experiment_best": 1, "save_trial_best": 0, "save_trial_latest": 0},
    "checkpoint_gc_min_size": "0",
    "checkpoint_gc_max_changes": 10**8,
    "log_retention_days": 30,
    "log_retention_max_changes": 10**6,
    "idle_reaper_max_age": "7d",
    "idle_reaper_max_changes": 10**6,
}
ROLES = (
    "experiment_retention",
    "checkpoint_gc",
    "log_retention",
    "usage_report",
    "idle_reaper",
    "health_check",
)
KINDS_SHOWN = 3


@dataclass(frozen=True)
class Cluster:
    experiments: int
    checkpoints: int
    agents: int
    tasks: int

    @property
    def options(self) -> list[str]:
        return [word for name, number in vars(self).items() for word in (f"--{name}", str(number))]


SMALL = Cluster(10_000, 100_000, 50, 500)
LARGE = Cluster(100_000, 1_000_000, 500, 5_000)


@dataclass
class Cost:
    """Seconds of wall and processor time, MiB of the largest process; of each role seconds, and requests by kind."""

    wall: float
    cpu: float
    peak: float
    roles: dict[str, tuple[float, Counter]]


class Emulator:
    """One that runs in a process of its own; where it is and what it was asked."""

    def __init__(self, cluster: Cluster, folder: Path):
        self.ready = folder / "ready"
        command = [sys.executable, "-m", "emulator", "--port", "0", "--ready-file", str(self.ready), *cluster.options]
        self.process = subprocess.Popen([*command, "--password", PASSWORD], cwd=ROOT, stdout=subprocess.DEVNULL)
        while not self.ready.exists():
            if self.process.poll() is not None:
                raise SystemExit("the emulator did not start")
            time.sleep(0.1)
        from emulator.testing import Control

        self.control = Control(self.ready.read_text())

    def requests(self) -> list[tuple[float, str]]:
        """(time, kind) of each request since the last call."""
        from emulator.journal import SIZE

        found = self.control.forget()
        assert len(found) < SIZE, "there were more requests than the journal holds"
        return [(one["time"], f"{one['method']} {kind_of(one['path'])}") for one in found]

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()


def kind_of(path: str) -> str:
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)-?\d+(?=/|$)|(?<=/labels/)[^/]+", "…", path.removeprefix("/api/v1"))


def run(emulator: Emulator, folder: Path) -> Cost:
    """All roles, as one run of Ansible."""
    cost, roles = folder / "cost.json", folder / "roles.json"
    variables = json.dumps({**VARIABLES, "det_report_dir": str(folder / "report")})
    playbook = [str(Path(sys.executable).with_name("ansible-playbook")), str(PLAYS / "night.yml"), "-e", variables]
    command = [sys.executable, "-I", "-S", str(Path(__file__).with_name("measure.py")), str(cost), *playbook]
    env = {
        **os.environ,
        "ANSIBLE_CALLBACK_PLUGINS": str(PLAYS / "callback_plugins"),
        "ANSIBLE_CALLBACKS_ENABLED": "roles",
        "BENCH_ROLES": str(roles),
        "DET_MASTER": emulator.control.url,
        "DET_USER": USER,
        "DET_PASS": PASSWORD,
    }
    log, requests = folder / "log", []
    with log.open("w") as file, subprocess.Popen(command, env=env, stdout=file, stderr=subprocess.STDOUT) as ansible:
        while ansible.poll() is None:
            time.sleep(5)
            # In between, since the journal holds so many only.
            requests += emulator.requests()
    if ansible.returncode:
        raise SystemExit(f"the night failed:\n{log.read_text()[-5000:]}")
    figures = json.loads(cost.read_text())
    return Cost(
        figures["wall"],
        figures["cpu"],
        figures["peak_mib"],
        by_role(json.loads(roles.read_text()), requests + emulator.requests()),
    )


def by_role(began: list, requests: list[tuple[float, str]]) -> dict[str, tuple[float, Counter]]:
    found = {}
    for (role, start), (_next, end) in itertools.pairwise(began):
        if role in ROLES:
            found[role] = end - start, Counter(kind for when, kind in requests if start <= when < end)
    return found


def night(cluster: Cluster) -> list[Cost]:
    """What the first night cost, and what the second."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        emulator = Emulator(cluster, folder)
        try:
            costs = []
            for _turn in range(2):
                costs.append(run(emulator, folder))
                print(f"{costs[-1].wall:.0f} s", flush=True)
            assert emulator.control.errors() == []
            return costs
        finally:
            emulator.close()


HEAD = """# A night's work at scale

Written by `make night{how}`, on a machine with {cores} cores, which the emulator of the master shares, and at a load of
{load:.0f}. Seconds depend on the machine and its load; what does not is the number of requests and the memory.

Two clusters that were never tidied up: a large one with
{large},
and one of a tenth of that. The playbooks `housekeeping`, `reap_idle` and `health` are one run of Ansible, whose roles
archive, delete, set, warn of or look at all that they find; then the same once more, with hardly anything left to do.

Memory follows what is found, since Ansible holds the results: from the one size to the other the largest process grows
by {first:.1f} KiB for each experiment of the cluster, and where nothing is left to do by {next:.1f} KiB. Up to
some 4,000 experiments that is because more pages are read at the same time.
"""
TURN = """
## {experiments:,} experiments, {turn}

{wall:.0f} seconds, {cpu:.0f} of them processor time; {requests:,} requests; {peak:.0f} MiB in the largest process.

| role | seconds | requests | most of them |
| --- | ---: | ---: | --- |
"""


def described(cluster: Cluster) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in vars(cluster).items())


def row(role: str, seconds: float, requests: Counter) -> str:
    kinds = ", ".join(f"{count:,} `{kind}`" for kind, count in requests.most_common(KINDS_SHOWN))
    return f"| `{role}` | {seconds:.0f} | {requests.total():,} | {kinds} |\n"


def page(nights: dict[Cluster, list[Cost]], how: str = "") -> str:
    small, large = sorted(nights, key=lambda one: one.experiments)
    more = large.experiments - small.experiments
    turns = zip(nights[small], nights[large], strict=True)
    grown = [(of_large.peak - of_small.peak) * 1024 / more for of_small, of_large in turns]
    load = os.getloadavg()[2]
    text = HEAD.format(how=how, load=load, cores=os.cpu_count(), large=described(large), first=grown[0], next=grown[1])
    for cluster, costs in nights.items():
        for cost, turn in zip(costs, ("the first night", "the next one"), strict=True):
            text += TURN.format(
                experiments=cluster.experiments,
                turn=turn,
                requests=sum(requests.total() for _seconds, requests in cost.roles.values()),
                **{name: value for name, value in vars(cost).items() if name != "roles"},
            )
            text += "".join(row(role, *both) for role, both in cost.roles.items())
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes, no page without --write")
    parser.add_argument("--write", action="store_true", help="write the page, whatever the sizes")
    options = parser.parse_args()
    clusters = [SMALL, LARGE]
    if options.quick:
        clusters = [Cluster(*(number // 10 for number in vars(one).values())) for one in clusters]
    how = " NIGHT='--quick --write'" if options.quick else ""
    text = page({cluster: night(cluster) for cluster in clusters}, how)
    print(text)
    if options.write or not options.quick:
        (ROOT / "docs" / "night.md").write_text(text)


if __name__ == "__main__":
    main()
