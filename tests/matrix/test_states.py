# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every kind of object in every state: what is predicted is done, and done once."""

from __future__ import annotations

import functools
import importlib
import re
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.matrix.access_cases import ACCESS
from tests.matrix.cases import LIVES, Case
from tests.matrix.conftest import emulated
from tests.matrix.playbook import Played, look
from tests.matrix.registry_cases import REGISTRY
from tests.matrix.requests_sent import writes
from tests.matrix.steady import steady
from tests.matrix.steps import REASON, TWINS, later, register_alike, runs, step_tasks, ways
from tests.matrix.tenancy_cases import TENANCY

CASES = {**LIVES, **ACCESS, **REGISTRY, **TENANCY}
STEPS = [(name, number) for name, case in CASES.items() for number in range(len(case.steps))]
# The first case of each module: its first step is also run as a program.
FIRST = list({case.module: name for name, case in reversed(CASES.items())}.values())
MODULES = Path(__file__).parents[2] / "plugins" / "modules"
PACKAGE = "ansible_collections.determined_ai.determined.plugins.modules"


def both_ways(name: str, number: int) -> bool:
    return number == 0 and name in FIRST


@dataclass
class Life:
    """What one run of a case registered."""

    case: Case
    played: Played
    world: dict

    def of(self, number: int, what: str) -> dict:
        return self.played.results[f"s{number}_{what}"]

    def looked(self, number: int, what: str) -> dict:
        """What the master shows after a task; None when the object is not there."""
        return self.case.found(self.of(number, what + "_look")["reads"]["object"], self.world)


@pytest.fixture(scope="session")
def live(master, runner):
    """Function (case's name) -> Life. Each case is run once."""

    @functools.cache
    def run(name):
        case = CASES[name]
        with emulated(**case.emulator) if case.needs else nullcontext(master) as place, case.world(place) as world:
            played = runner.play(place, tasks_of(name, case, world))
        return Life(case, played, world)

    return run


def tasks_of(name: str, case: Case, world: dict) -> list:
    """All runs of all steps."""
    tasks = [look("start", {})]
    for number, step in enumerate(case.steps):
        # Before it is made nobody knows its id.
        unknown = number == 0 and "{id}" in case.path
        reads = functools.partial(reads_of, path_of(case, world), unknown)
        tasks += step_tasks(f"s{number}", case.module, filled(step.options, world), both_ways(name, number), reads)
    return tasks


def reads_of(path: str, unknown: bool, run: str) -> dict:
    return {} if unknown and run in ("check", "check_alone") else {"object": path}


def path_of(case: Case, world: dict) -> str:
    """Where the object is read back, once it is made."""
    return case.path.format(**{"id": "{{ s0_real." + case.kind + ".id }}", **world})


def filled(value, world: dict):
    """Options with the names of the world put in."""
    if isinstance(value, dict):
        return {key: filled(one, world) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, world) for one in value]
    return value.format(**world) if isinstance(value, str) else value


def marks(name: str) -> list:
    return [pytest.mark.needs(*CASES[name].needs)] if CASES[name].needs else []


def label(name: str, number: int) -> str:
    return f"{name}-{CASES[name].steps[number].label}"


every_step = pytest.mark.parametrize(
    ("name", "number"), [pytest.param(*one, id=label(*one), marks=marks(one[0])) for one in STEPS]
)


@every_step
def test_prediction_is_what_is_done(live, name, number):
    life = live(name)
    check, real = life.of(number, "check"), life.of(number, "real")
    assert real["changed"]
    assert check["changed"]
    assert check["diff"] == real["diff"]
    assert [steady(one) for one in check["requests"]] == [steady(one) for one in real["requests"]]
    assert bool(check[life.case.kind]) == bool(real[life.case.kind])


@every_step
def test_what_the_diff_says_is_there(live, name, number):
    life = live(name)
    after, seen = life.of(number, "real")["diff"]["after"], life.looked(number, "real")
    if not after:
        assert seen is None
        return
    assert shown(life.case, seen, after) == alike_all(visible(life.case, after))
    before = life.of(number, "real")["diff"]["before"]
    if before:
        earlier = life.looked(number, "check")
        assert shown(life.case, earlier, before) == alike_all(visible(life.case, before))


def visible(case: Case, properties: dict) -> dict:
    """Without what the master shows nobody, such as a password."""
    return {key: value for key, value in properties.items() if case.shown[key] is not None}


def shown(case: Case, seen: dict, names) -> dict:
    return {key: alike(case.shown[key](seen)) for key in visible(case, dict.fromkeys(names))}


@every_step
def test_a_second_run_changes_nothing(live, name, number):
    life = live(name)
    for what in later(both_ways(name, number)):
        result = life.of(number, what)
        assert not result["changed"]
        assert result["requests"] == []
        assert result["diff"]["before"] == result["diff"]["after"]
    assert without_logins(life.looked(number, "again")) == without_logins(life.looked(number, "real"))


def without_logins(seen: dict | None) -> dict | None:
    """Whether a password is right is seen by a login, which the master notes."""
    return seen and {key: value for key, value in seen.items() if key != "lastAuthAt"}


@pytest.mark.needs("journal")
@every_step
def test_check_mode_writes_nothing(live, name, number):
    life = live(name)
    for what in runs(both_ways(name, number)):
        if what != "real":
            assert writes(life.of(number, what + "_look")["journal"]) == []
    sent = [f"{entry['method']} {entry['path']}" for entry in writes(life.of(number, "real_look")["journal"])]
    assert sent == life.of(number, "real")["requests"]


@pytest.mark.needs("journal")
@every_step
def test_budget_of_what_is_so_already(live, name, number):
    life = live(name)
    for what in later(both_ways(name, number)):
        journal = life.of(number, what + "_look")["journal"]
        assert len(journal) == life.case.steps[number].reads, [entry["path"] for entry in journal]


@pytest.mark.parametrize("name", [pytest.param(name, marks=marks(name)) for name in CASES])
def test_path_taken(live, name):
    played, case = live(name).played, CASES[name]
    both = [both_ways(name, number) for number in range(len(case.steps))]
    assert played.in_process() == [case.module] * sum(ways(one, True) for one in both)
    assert played.handed_over() == [(case.module, REASON)] * sum(ways(one, False) for one in both)


@pytest.mark.parametrize("name", [pytest.param(name, marks=marks(name)) for name in FIRST])
def test_the_other_path_registers_the_same(live, name):
    life = live(name)
    for one, other in TWINS:
        assert register_alike(life.played.results, f"s0_{one}", f"s0_{other}")


ACTIVE = ("QUEUED", "PULLING", "STARTING", "RUNNING")


# What master and module write differently: whole seconds.
WHOLE = re.compile(r"(?<=:\d\d)\.0+(?=Z$)")


def alike(value):
    """A value as a diff may show it: what is active waits or runs, a dict that is not set is null or empty."""
    if isinstance(value, str):
        value = WHOLE.sub("", value)
    return None if value == {} else "ACTIVE" if value in ACTIVE else value


def alike_all(values: dict) -> dict:
    return {key: alike(value) for key, value in values.items()}


def test_every_state_of_every_module_of_the_engine_is_here():
    for path in sorted(MODULES.glob("det_*.py")):
        module = importlib.import_module(f"{PACKAGE}.{path.stem}")
        if hasattr(module, "ensure"):
            states = set().union(*(case.states() for case in CASES.values() if case.module == path.stem))
            wanted = module.SPEC.options.get("state", {"choices": ["present"]})["choices"]
            assert states == set(wanted), path.stem
