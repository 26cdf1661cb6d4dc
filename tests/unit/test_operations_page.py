# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each operation of the API belongs to a module, or has one reason why it does not."""

from __future__ import annotations

import importlib.machinery
import importlib.util
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

ROOT = Path(__file__).parents[2]
TOOL = ROOT / "tests" / "tools" / "operations-page"
TABLE = {name: SimpleNamespace(method="GET", path=f"/{name}", container=name == "C") for name in "ABC"}


def load():
    loader = importlib.machinery.SourceFileLoader("operations_page", str(TOOL))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("operations_page", loader))
    loader.exec_module(module)
    return module


tool = load()


@pytest.mark.parametrize(
    ("coverage", "found"),
    [
        ({"det_a": ["A", "B"], "reasons": {"why": ["C"]}}, []),
        ({"det_a": ["A"], "reasons": {"why": ["C"]}}, ["B has neither a module nor a reason"]),
        ({"det_a": ["A", "B", "C"]}, []),
        ({"det_a": ["A", "B"], "reasons": {"why": ["B", "C"]}}, ["B has a module, so take its reason away"]),
        ({"det_a": ["A", "B"], "reasons": {"why": ["C"], "too": ["C"]}}, ["C has two reasons"]),
        ({"det_a": ["A", "B", "D"], "reasons": {"why": ["C"]}}, ["det_a: no operation D"]),
        ({"det_a": ["A", "B"], "reasons": {"why": ["C", "D"]}}, ["why: no operation D"]),
        (
            {"det_b": ["A", "B"], "reasons": {"why": ["C"]}},
            ["det_a is not named", "det_b is no module"],
        ),
    ],
)
def test_what_is_wrong(coverage, found):
    assert tool.problems(TABLE, coverage, {"det_a"}) == found


def test_page():
    page = tool.text(TABLE, {"det_a": ["A"], "reasons": {"Too dangerous.": ["B"], "Inside.": ["C"]}})
    assert "has 3 operations. Modules of their own cover 1 of them." in page
    assert "| A | `GET /A` | `det_a` |" in page
    assert "| B | `GET /B` | `det_api` |" in page
    assert "| C | `GET /C` | running tasks only |" in page
    assert page.endswith("## Why no module\n\n- B: Too dangerous.\n- C: Inside.\n")


def test_each_operation_belongs_to_somebody():
    coverage = yaml.safe_load((ROOT / "docs" / "operations.yml").read_text())
    modules = {path.stem for path in (ROOT / "plugins" / "modules").glob("det_*.py")} - {"det_api"}
    assert tool.problems(tool.operations(), coverage, modules) == []
    assert (ROOT / "docs" / "operations.md").read_text() == tool.text(tool.operations(), coverage)
