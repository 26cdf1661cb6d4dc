# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lives of the matrix in this process: each request with its body, each result in full."""

from __future__ import annotations

import pytest

from tests.matrix.access_cases import ACCESS
from tests.matrix.cases import LIVES
from tests.unit.plugins.lives.stage import Step, stage

# The values of tokens, and the folder of their file, are others each time; they have tests of their own.
CASES = {name: case for name, case in {**LIVES, **ACCESS}.items() if name != "token"}


def filled(value, world: dict):
    if isinstance(value, dict):
        return {key: filled(one, world) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, world) for one in value]
    return value.format(**world) if isinstance(value, str) else value


@pytest.mark.parametrize("name", CASES)
def test_the_life_of(live, name):
    case = CASES[name]
    with stage() as here, case.world(here.place) as world:
        live(
            name.replace(" ", "_"),
            here,
            [Step(case.module, filled(one.options, world), one.label) for one in case.steps],
        )
