# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The packages of module_utils need each other one way only, and what is pure knows nobody above."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3] / "plugins" / "module_utils"
BELOW = {
    "connection": {"errors", "wording", "when"},
    "model": {"errors", "wording"},
    "store": {"errors", "wording", "connection", "model"},
}


def rooms() -> dict[str, set[str]]:
    """{package, or lone file: those that it needs}."""
    found: dict[str, set[str]] = {}
    for path in ROOT.rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        room = found.setdefault(parts[0], set())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level and node.module:
                room.add((*parts[: len(parts) - node.level], *node.module.split("."))[0])
    return {name: needs - {name} for name, needs in found.items()}


def circle(needs: dict[str, set[str]]) -> list[str]:
    """The names of a circle; none where there is no circle."""
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_no_circle():
    assert circle(rooms()) == []


def test_a_circle_is_seen():
    assert set(circle({**rooms(), "model": {"engine"}})) >= {"model", "engine"}


@pytest.mark.parametrize("room", BELOW)
def test_what_is_below_knows_nobody_above(room):
    assert rooms()[room] <= BELOW[room]
