# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of the emulator need each other in one direction only, and say so at their beginning."""

from __future__ import annotations

import ast
from pathlib import Path

import emulator

ROOT = Path(emulator.__file__).parent
FILES = {
    ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(ROOT.rglob("*.py"))
}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in FILES.items()}
# A package that only some need is loaded when somebody asks for it.
LATE = {("emulator.tls", "trustme")}


def package_of(name: str) -> list[str]:
    parts = name.split(".")
    return parts if FILES[name].name == "__init__.py" else parts[:-1]


def imported(name: str, node: ast.Import | ast.ImportFrom) -> set[str]:
    """The files of the emulator that a statement imports, other packages by their names."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    package = package_of(name)
    base = (
        ".".join([*package[: len(package) + 1 - node.level], *filter(None, [node.module])])
        if node.level
        else node.module
    )
    return {f"{base}.{alias.name}" if f"{base}.{alias.name}" in FILES else base for alias in node.names}


def of_types_only(tree: ast.Module) -> set[ast.AST]:
    """What stands under `if TYPE_CHECKING:`, which no running program imports."""
    return {
        inner
        for node in tree.body
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }


def imports_of(name: str) -> set[str]:
    skipped = of_types_only(TREES[name])
    return {
        target
        for node in ast.walk(TREES[name])
        if isinstance(node, (ast.Import, ast.ImportFrom)) and node not in skipped
        for target in imported(name, node)
        if target in FILES and target != name
    }


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Files that need each other, none where there are none."""
    left = dict(graph)
    while free := [name for name, needed in left.items() if not needed & left.keys()]:
        for name in free:
            del left[name]
    needed = set().union(*left.values()) if left else set()
    return sorted(name for name in left if name in needed)


def test_no_import_stands_inside_a_function():
    found = {
        (name, target)
        for name, tree in TREES.items()
        for function in ast.walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for target in imported(name, node)
    }
    assert found == LATE


def test_no_circle_of_imports():
    assert circle({name: imports_of(name) for name in FILES}) == []


def test_circle_is_found():
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set(), "e": {"b"}}
    assert circle(graph) == ["b", "c"]
