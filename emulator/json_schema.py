# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the checks of a config complain: the words of the JSON schema library that the master uses, jsonschema 2.2.0."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}


def schema_type(value: Any) -> str:
    """The narrowest type of a value."""
    return "null" if value is None else _TYPES.get(type(value), "string")


def type_name(value: Any) -> str:
    """As JSON has it, which has no integers."""
    return schema_type(value).replace("integer", "number")


def is_one_of(value: Any, types: list[str]) -> bool:
    name = schema_type(value)
    return name in types or (name == "integer" and "number" in types)


def wrong_type(value: Any, types: list[str]) -> str:
    return f"expected {' or '.join(types)}, but got {type_name(value)}"


def out_of_bounds(value: Any, bound: str) -> str:
    """The complaint of a number that is not within a bound, such as ">= 1"; "" for one that is, and for no number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    comparison, limit = bound.split()
    within = value > float(limit) if comparison == ">" else value >= float(limit)
    return "" if within else f"must be {bound} but found {value}"


# Kind of a hyperparameter -> its fields with their types; the last one may be left out.
_FIELDS: dict[str, dict[str, list[str]]] = {
    "const": {"val": []},
    "categorical": {"vals": ["array"]},
    "int": {"minval": ["integer"], "maxval": ["integer"], "count": ["integer", "null"]},
    "double": {"minval": ["number"], "maxval": ["number"], "count": ["integer", "null"]},
    "log": {"minval": ["number"], "maxval": ["number"], "base": ["number"], "count": ["integer", "null"]},
}
_BOUNDS = {"base": "> 0", "count": ">= 1"}
_KINDS = (
    'if a hyperparameter object\'s ["type"] is set, it must be one of "int", "double", "log", const", or "categorical"'
)
_NO_COUNT = "grid search is in use but count was not provided"


def hyperparameter_problems(space: dict, path: str, grid: bool) -> Iterator[str]:
    """What is wrong with hyperparameters, which may be nested; grid: whether all combinations are to be tried."""
    for name, given in space.items():
        where = f"{path}.{name}"
        if not isinstance(given, dict):
            continue
        if "type" not in given:
            yield from hyperparameter_problems(given, where, grid)
            continue
        kind = given["type"]
        known = _FIELDS.get(kind) if isinstance(kind, str) else None
        if known is None:
            yield f"{where}: {_KINDS}"
            continue
        yield from (f"{where}{problem}" for problem in _field_problems(given, known))
        if grid and "count" in known and given.get("count") is None:
            yield f"{where}: {_NO_COUNT}"


def _field_problems(given: dict, known: dict[str, list[str]]) -> Iterator[str]:
    missing = [json.dumps(name) for name in known if name not in given and name != "count"]
    if missing:
        yield f": missing properties: {', '.join(missing)}"
    unknown = [json.dumps(name) for name in sorted(given) if name not in (*known, "type")]
    if unknown:
        yield f": additionalProperties {', '.join(unknown)} not allowed"
    fine = True
    for name, types in known.items():
        value = given.get(name)
        if name in given and types and not is_one_of(value, types):
            fine = False
            yield f".{name}: {wrong_type(value, types)}"
        elif name in _BOUNDS and (problem := out_of_bounds(value, _BOUNDS[name])):
            yield f".{name}: {problem}"
    if fine and not missing and "minval" in known and given["minval"] >= given["maxval"]:
        yield ": minval must be less than maxval"
