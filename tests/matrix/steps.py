# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A step of a life in all its runs: predicted, done, predicted again, done again, with a look after each.

The first step of each module is also run as a program of its own, which takes a hundred times as long; whatever way a
module is run, its work is the same function.
"""

from __future__ import annotations

from tests.matrix.playbook import look, task
from tests.matrix.steady import without_moments

# {run: in process?}
RUNS = {"check": True, "real": True, "check_again": True, "again": True}
BOTH = {
    "check": True, "check_alone": False, "real": False, "check_again": True, "again": True, "again_alone": False
}  # fmt: skip
# Runs that must register the same, as nothing happens between them.
TWINS = (("check", "check_alone"), ("again", "again_alone"))
REASON = "det_in_process is false"


def runs(both: bool) -> dict[str, bool]:
    """{run: in process?} of a step."""
    return BOTH if both else RUNS


def step_tasks(name: str, module: str, options: dict, both: bool, reads) -> list:
    """The tasks of all runs of a step, which register ``name``_RUN and, after it, ``name``_RUN_look.

    :param reads: function (run) -> what is read after it, {name: path}.
    """
    tasks = []
    for run, in_process in runs(both).items():
        keywords = {} if in_process else {"vars": {"det_in_process": False}}
        checks = run.startswith("check")
        tasks.append(task(module, options, check_mode=checks, diff=True, register=f"{name}_{run}", **keywords))
        tasks.append(look(f"{name}_{run}_look", reads(run)))
    return tasks


def later(both: bool) -> list[str]:
    """The runs in which nothing is left to be done."""
    return [run for run in runs(both) if "again" in run]


def ways(both: bool, in_process: bool) -> int:
    """How many runs of a step go that way."""
    return sum(way is in_process for way in runs(both).values())


# What Ansible adds to the result of a program that names a file.
FILE = {"gid", "group", "mode", "owner", "secontext", "size", "state", "uid"}


def register_alike(results: dict, one: str, other: str) -> bool:
    """Whether two runs registered the same, ids and all; the second, which is a program, may name times a bit later."""
    alone = results[other]
    more = FILE - set(results[one]) if "dest" in alone else set()
    shown = {key: value for key, value in alone.items() if key not in more}
    assert without_moments(results[one]) == without_moments(shown), (one, other)
    return True
