# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The first write of each step is lost, not done, or refused: what is sent then, what is told, and what is there."""

from __future__ import annotations

import dataclasses

import pytest

from tests.unit.plugins.lives.stage import Step, stage
from tests.unit.plugins.lives.test_experiments import SEEDED, STATES
from tests.unit.plugins.lives.test_objects import CASES, filled
from tests.unit.plugins.lives.test_training import CHECKPOINTS, RUNS, TRIALS

# No search, and no login.
WRITES = r"^(?!.*(search|/auth/|assignments/by-user|v1/runs$))"
REFUSED = {"status": 500, "body": {"error": {"code": 13, "reason": "Internal", "error": "it is full"}}}
FAULTS = {
    "lost": {"kind": "reset_after"},
    "not done": {"kind": "reset"},
    "refused": {"kind": "status", **REFUSED},
}


def with_fault(steps: list[Step], fault: str) -> list[Step]:
    """The same steps; one that is refused is done by the second run."""
    faults = tuple({**FAULTS[fault], "method": method, "path": WRITES} for method in ("POST", "PUT", "PATCH", "DELETE"))
    more = {"faults": faults, "steady": False, "predicted": False}
    return [dataclasses.replace(one, **more) for one in steps]


every_fault = pytest.mark.parametrize("fault", FAULTS)


@every_fault
@pytest.mark.parametrize("name", CASES)
def test_the_life_of(live, name, fault):
    case = CASES[name]
    with stage() as here, case.world(here.place) as world:
        steps = [Step(case.module, filled(one.options, world), one.label) for one in case.steps]
        like = name.replace(" ", "_")
        live(f"{like}_{fault}".replace(" ", "_"), here, with_fault(steps, fault), like=like)


MANY = {"experiments": STATES, "runs": RUNS, "trials": TRIALS, "checkpoints": CHECKPOINTS}


@every_fault
@pytest.mark.parametrize("name", MANY)
def test_acts_on_many(live, name, fault):
    steps = [one for one in MANY[name] if not one.module.endswith("_info")]
    with stage(**SEEDED) as here:
        live(f"{name}_{fault}".replace(" ", "_"), here, with_fault(steps, fault), like=name)
