# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conditions as users write them, as a filter of the master's searches of experiments and of runs."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from ..engine.given import WITHOUT_VALUE, check_value, refuse_empty
from ..errors import BadOption
from .search import any_of
from .select import OPERATORS, all_of, typed_field

KEYS = ("column", "operator", "value")
# A search of runs has other names for the places of the same columns.
OF_RUNS = {
    "LOCATION_TYPE_EXPERIMENT": "LOCATION_TYPE_RUN",
    "LOCATION_TYPE_HYPERPARAMETERS": "LOCATION_TYPE_RUN_HYPERPARAMETERS",
}
METADATA = "metadata."


def filter_text(conditions: Any, runs: bool = False, show_archived: bool = True, now: datetime | None = None) -> str:
    """The JSON text for C(filter) of a search; all of the conditions must hold.

    Each is a dict with C(column), C(operator) (=) and C(value), or one with C(any_of) or C(all_of), a list of
    conditions. Raises BadOption.
    """
    root = all_of([node(one, runs, now) for one in as_list(conditions)])
    return json.dumps({"filterGroup": root, "showArchived": show_archived})


def node(condition: Any, runs: bool, now: datetime | None) -> dict[str, Any]:
    if not isinstance(condition, dict):
        raise BadOption("condition", condition, "is no dictionary.", "Write it as {column: name, value: x}.")
    for name, group in (("any_of", any_of), ("all_of", all_of)):
        if name in condition:
            refuse_others(condition, (name,))
            return group([node(one, runs, now) for one in as_list(condition[name])])
    refuse_others(condition, KEYS)
    if "column" not in condition:
        raise BadOption("condition", condition, "names no column.")
    column, operator = str(condition["column"]), condition.get("operator", "=")
    if operator not in OPERATORS:
        raise BadOption("operator", operator, "there is no such operator.", "There are {}.".format(" ".join(OPERATORS)))
    if operator in WITHOUT_VALUE and "value" in condition:
        raise BadOption("operator", operator, "takes no value.")
    check_value(dict(condition, operator=operator), "condition")
    made = typed_field(column, operator, condition.get("value"), "condition", now)
    if runs:
        made["location"] = "LOCATION_TYPE_RUN_METADATA" if column.startswith(METADATA) else in_runs(made["location"])
    return made


def in_runs(location: str) -> str:
    return OF_RUNS.get(location, location)


def as_list(value: Any) -> Collection[Any]:
    if not isinstance(value, (list, tuple)):
        raise BadOption("conditions", value, "is no list of conditions.")
    # To the master no condition is one that always holds.
    refuse_empty("conditions", value)
    return value


def refuse_others(condition: Mapping[str, Any], known: Collection[str]) -> None:
    unknown = sorted(set(condition).difference(known))
    if unknown:
        hint = "Known is {}.".format(", ".join(known))
        raise BadOption("condition", ", ".join(unknown), "a condition has no such key.", hint)
