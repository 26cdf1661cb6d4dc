# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The words of refusals stand in one place, and each of them is said somewhere."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import emulator
from emulator.refusals import (
    BASIC,
    BASIC_AS_500,
    BY_ROLE,
    BY_ROLE_AS_500,
    INACTIVE,
    MISSING,
    MISSING_AS_500,
    absent,
    refused,
    refused_by_role,
)

AREAS = sorted((Path(emulator.__file__).parent / "areas").glob("*.py"))
TREES = {path.name: ast.parse(path.read_text(encoding="utf-8")) for path in AREAS}
TEXTS = {
    node.value
    for tree in TREES.values()
    for node in ast.walk(tree)
    if isinstance(node, ast.Constant) and isinstance(node.value, str)
}
VERBS = ("archive", "unarchive")


def said(key: str) -> bool:
    """Whether the key stands in an area, or is made there from a verb that has an opposite."""
    verb, dummy, rest = key.partition(" ")
    return key in TEXTS or (verb in VERBS and f" {rest}" in TEXTS and verb in TEXTS)


@pytest.mark.parametrize(
    "key", [*BASIC, *BASIC_AS_500, *BY_ROLE, *BY_ROLE_AS_500, *INACTIVE, *MISSING, *MISSING_AS_500]
)
def test_is_said(key: str):
    assert said(key)


def test_what_is_asked_for_is_in_the_table():
    asked = [
        keyword.value
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "require"
        for keyword in node.keywords
        if keyword.arg == "basic"
    ]
    # The others are made in the function, and are texts of the area.
    assert {ast.unparse(value) for value in asked if isinstance(value, ast.Name)} <= {"basic", "doing"}
    assert {value.value for value in asked if isinstance(value, ast.Constant)} <= set(BASIC)


def calls(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def test_no_area_says_404_or_403_in_words_of_its_own():
    found = {
        (name, ast.unparse(call.func))
        for name, tree in TREES.items()
        for call in calls(tree)
        if ast.unparse(call.func) in ("not_found", "denied", "errors.not_found", "errors.denied")
    }
    assert found == set()
    codes = {
        (name, call.args[0].value)
        for name, tree in TREES.items()
        for call in calls(tree)
        if ast.unparse(call.func) == "ApiError" and isinstance(call.args[0], ast.Constant)
    }
    assert {code for _name, code in codes}.isdisjoint({5, 7})


def documentation(tree: ast.AST) -> set[str]:
    """The texts that nobody is told."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    found = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, kinds)}
    return found - {None}


@pytest.mark.parametrize("word", ["not found", "no rows", "permission to", "non admin", "only admin", "n't exist"])
def test_no_area_says_it_in_another_way(word: str):
    found = {
        (name, node.value)
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and word in node.value
        if node.value not in documentation(tree)
    }
    assert found == set()


def test_statuses():
    assert refused("create users").status == 403
    assert refused("bind pools").status == 500
    assert refused("log in").status == 403
    assert refused_by_role("see tokens").status == 403
    assert refused_by_role("bind pools", '"u"').status == 500
    assert absent("agent", "a").status == 404
    assert absent("job", "j").status == 500
    assert absent("token", 5).text == "Token with id: {5} not found"


def test_no_key_has_two_meanings():
    assert set(MISSING).isdisjoint(MISSING_AS_500)
    assert set(BASIC).isdisjoint({*BASIC_AS_500, *INACTIVE})
    assert set(BY_ROLE).isdisjoint(BY_ROLE_AS_500)
