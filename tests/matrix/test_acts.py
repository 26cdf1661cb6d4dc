# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every act on many, and every kind of task: what is predicted is done, once, in a number of requests that is known."""

from __future__ import annotations

import functools
import json
from contextlib import nullcontext

import pytest

from tests.matrix.act_cases import ACTS
from tests.matrix.conftest import emulated
from tests.matrix.playbook import look
from tests.matrix.requests_sent import writes
from tests.matrix.steady import steady
from tests.matrix.steps import REASON, TWINS, later, register_alike, runs, step_tasks, ways

# What a result says beforehand. What is made on the way has ids and times that nobody can know.
SAME = (
    "changed", "changed_ids", "due_ids", "warned_ids", "killed_ids", "skipped_items", "matched", "unchanged", "waiting",
    "plan_digest", "diff", "requests", "reclaimed_bytes", "experiments", "runs", "trials", "checkpoints", "tasks",
    "jobs", "agents", "slots", "running", "checkpoint", "files", "bytes", "dest", "record",
)  # fmt: skip


def marked(name: str, *values):
    return pytest.param(name, *values, id="-".join((name, *map(str, values))), marks=marks(name))


def marks(name: str):
    return [pytest.mark.needs(*ACTS[name].needs)] if ACTS[name].needs else []


every_life = pytest.mark.parametrize("name", [marked(name) for name in ACTS])
every_act = pytest.mark.parametrize(
    ("name", "act"), [marked(name, act.label) for name, life in ACTS.items() for act in life.acts]
)


@pytest.fixture(scope="module")
def live(master, runner):
    """Function (life) -> the run of all its acts, and the world they took place in. Each is run once."""

    @functools.cache
    def run(name):
        life = ACTS[name]
        place = nullcontext(master) if life.emulator is None else emulated(**life.emulator)
        with place as place, life.world(place) as world:
            tasks = [look("start", {})]
            for number, act in enumerate(life.acts):
                reads = {"one": life.path[0].format(**world)} if life.path else {}
                options = filled(act.options, world)
                tasks += step_tasks(f"s{number}", life.module, options, number == 0, lambda _run, reads=reads: reads)
            return runner.play(place, tasks), world

    return run


@pytest.fixture
def results(live, name):
    """What the life of the test registered."""
    return live(name)[0].results


def filled(value, world: dict):
    """Options with what is in the world."""
    if isinstance(value, dict):
        return {key: filled(one, world) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, world) for one in value]
    return world.get(value.strip("{}"), value) if isinstance(value, str) else value


def found(name: str, label: str):
    """(the number of an act, the act)."""
    return next((number, act) for number, act in enumerate(ACTS[name].acts) if act.label == label)


@every_act
def test_prediction_is_what_is_done(results, name, act):
    number, wanted = found(name, act)
    check, real = (results[f"s{number}_{what}"] for what in ("check", "real"))
    assert check["changed"] is real["changed"] is not wanted.done
    assert not real.get("failed_items")
    if wanted.done:
        assert real["requests"] == []
    for key in SAME:
        assert steady(check.get(key)) == steady(real.get(key)), key
    if kind := ACTS[name].kind:
        assert bool(check[kind]) == bool(real[kind]) == (wanted.options.get("state") != "absent")


@pytest.mark.parametrize(
    ("name", "act"), [marked(name, act.label) for name, life in ACTS.items() for act in life.acts if act.shown]
)
def test_what_was_asked_for_is_there(live, name, act):
    number, wanted = found(name, act)
    played, world = live(name)
    seen = played.results[f"s{number}_real_look"]["reads"]["one"][ACTS[name].path[1]]
    assert {key: seen[key] for key in wanted.shown} == filled(wanted.shown, world)


@every_act
def test_a_second_run_changes_nothing(results, name, act):
    number, _wanted = found(name, act)
    for what in later(number == 0):
        result, real = (results[f"s{number}_{one}"] for one in (what, "real"))
        assert not result["changed"]
        assert result["requests"] == []
        assert result["diff"]["before"] == result["diff"]["after"]
        if (kind := ACTS[name].kind) and real[kind]:
            assert result[kind]["id"] == real[kind]["id"]


@every_life
def test_nothing_lets_anybody_in(results, name):
    text = json.dumps(results)
    assert "token=" not in text
    assert "PRIVATE KEY" not in text


@pytest.mark.needs("journal")
@every_act
def test_check_mode_writes_nothing(results, name, act):
    number, _wanted = found(name, act)
    for what in runs(number == 0):
        sent = [f"{one['method']} {one['path']}" for one in writes(results[f"s{number}_{what}_look"]["journal"])]
        # What is sent in parallel has no order.
        assert sorted(sent) == (sorted(results[f"s{number}_{what}"]["requests"]) if what == "real" else []), what


@pytest.mark.needs("journal")
@every_act
def test_budget(results, name, act):
    number, wanted = found(name, act)
    costs = {what: results[f"s{number}_{what}_look"]["journal"] for what in runs(number == 0)}
    for what, journal in costs.items():
        most = wanted.cost if what == "real" else wanted.again if "again" in what else None
        assert most is None or len(journal) == most, (what, [entry["path"] for entry in journal])


@every_life
def test_path_taken(live, name):
    (played, _world), module = live(name), ACTS[name].module
    both = [number == 0 for number in range(len(ACTS[name].acts))]
    assert played.in_process() == [module] * sum(ways(one, True) for one in both)
    assert played.handed_over() == [(module, REASON)] * sum(ways(one, False) for one in both)


@every_life
def test_the_other_path_registers_the_same(results, name):
    for one, other in TWINS:
        assert register_alike(results, f"s0_{one}", f"s0_{other}")
