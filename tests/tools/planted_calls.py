# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls with an argument of a wrong type, and functions without types, put into a copy: the type gate must see each."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

UTILS = ("plugins/module_utils", "plugins/plugin_utils")
PACKAGE = "ansible_collections.determined_ai.determined."
# What takes anything is no wrong call.
ANYTHING = {"Any", "object", "_T", "T"}
WRONG = """

class Planted:
    pass


def planted_calls(anything: Any) -> None:
"""


def plant_calls(tree: Path) -> dict[str, str]:
    """Append to each file a wrong call of each of its typed functions. Returns {"path:line": function}."""
    planted = {}
    for path in files(tree):
        functions = functions_of(ast.parse(path.read_text("utf-8")))
        calls = [(name, call) for name, node in functions if (call := wrong_call(name, node))]
        if not calls:
            continue
        text = path.read_text("utf-8").replace(
            "from __future__ import annotations\n", "from __future__ import annotations\n\nfrom typing import Any\n", 1
        )
        text += WRONG
        for name, call in calls:
            planted[f"{path.relative_to(tree)}:{text.count(chr(10)) + 1}"] = name
            text += f"    {call}\n"
        path.write_text(text, encoding="utf-8")
    return planted


def files(tree: Path) -> list[Path]:
    return [path for folder in UTILS for path in sorted((tree / folder).rglob("*.py"))]


def functions_of(module: ast.Module) -> list[tuple[str, ast.FunctionDef]]:
    """(the name to call it by, its definition) of each function and method that is called by its name. Of one in a
    cache mypy knows no arguments."""
    found = []
    for node in module.body:
        if isinstance(node, ast.FunctionDef):
            found.append((node.name, node))
        if isinstance(node, ast.ClassDef):
            methods = [one for one in node.body if isinstance(one, ast.FunctionDef)]
            found += [
                (f"{node.name}.{one.name}", one) for one in methods if one.name[:2] != "__" or one.name == "__init__"
            ]
    return [(name, one) for name, one in found if not {decorator(d) for d in one.decorator_list} - {"contextmanager"}]


def decorator(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]


def wrong_call(name: str, node: ast.FunctionDef) -> str | None:
    """A call of a function in which the first argument whose type says something has the wrong one."""
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    telling = [one.arg for one in arguments if one.annotation and not takes_anything(one.annotation)]
    if not telling:
        return None
    positional = [given(one, telling[0]) for one in (*node.args.posonlyargs, *node.args.args)]
    named = [f"{one.arg}={given(one, telling[0])}" for one in node.args.kwonlyargs]
    return f"{name}({', '.join(positional + named)})"


def takes_anything(annotation: ast.expr) -> bool:
    return any(isinstance(one, ast.Name) and one.id in ANYTHING for one in alternatives(annotation))


def alternatives(annotation: ast.expr) -> list[ast.expr]:
    """The types of a union."""
    if isinstance(annotation, ast.BinOp):
        return alternatives(annotation.left) + alternatives(annotation.right)
    return [annotation]


def given(argument: ast.arg, wrong: str) -> str:
    return "Planted()" if argument.arg == wrong else "anything"


def strict_modules(pyproject: Path) -> list[str]:
    """The patterns of modules in which mypy is told to demand types."""
    overrides = tomllib.loads(pyproject.read_text("utf-8"))["tool"]["mypy"]["overrides"]
    return [one for entry in overrides if entry.get("disallow_untyped_defs") for one in entry["module"]]


def plant_untyped(tree: Path, pyproject: Path) -> list[str]:
    """A function without types in each folder that demands them. Returns what mypy must say of each."""
    said = []
    for pattern in strict_modules(pyproject):
        top = tree / pattern.removeprefix(PACKAGE).removesuffix(".*").replace(".", "/")
        if not top.is_dir():
            raise SystemExit(f"pyproject.toml: {pattern} is no folder of the collection")
        for folder in [top, *(one for one in sorted(top.rglob("*")) if one.is_dir())]:
            path = folder / "planted_untyped.py"
            path.write_text("def untyped(one):\n    return one\n", encoding="utf-8")
            said.append(f"{path.relative_to(tree)}:1: error: Function is missing a type annotation")
    return said
