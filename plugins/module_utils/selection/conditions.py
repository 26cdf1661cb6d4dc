# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conditions as users write them, as a filter of the master's searches of experiments and of runs."""

from __future__ import annotations

import json

from ..errors import BadOption
from ..when import moment, rfc3339
from .search import any_of, field
from .select import OPERATORS, number

WITHOUT_VALUE = ("isEmpty", "notEmpty")
DATES = ("startTime", "endTime")
KEYS = ("column", "operator", "value")
# A search of runs has other names for the places of the same columns.
OF_RUNS = {
    "LOCATION_TYPE_EXPERIMENT": "LOCATION_TYPE_RUN",
    "LOCATION_TYPE_HYPERPARAMETERS": "LOCATION_TYPE_RUN_HYPERPARAMETERS",
}
METADATA = "metadata."


def filter_text(conditions, runs=False, show_archived=True, now=None):
    """The JSON text for C(filter) of a search; all of the conditions must hold.

    Each is a dict with C(column), C(operator) (=) and C(value), or one with C(any_of) or C(all_of), a list of
    conditions. Raises BadOption.
    """
    root = all_of([node(one, runs, now) for one in as_list(conditions)])
    return json.dumps({"filterGroup": root, "showArchived": show_archived})


def node(condition, runs, now):
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
    if ("value" in condition) == (operator in WITHOUT_VALUE):
        problem = "takes no value." if operator in WITHOUT_VALUE else "needs a value."
        raise BadOption("operator", operator, problem)
    made = typed(column, operator, condition.get("value"), now)
    if runs:
        made["location"] = "LOCATION_TYPE_RUN_METADATA" if column.startswith(METADATA) else in_runs(made["location"])
    return made


def typed(column, operator, value, now):
    """The field of one condition, with the value as the type of its column has it."""
    if column in DATES and isinstance(value, str):
        return field(column, operator, rfc3339(moment(value, column, now)), "COLUMN_TYPE_DATE")
    return field(column, operator, number(value), None)


def in_runs(location):
    return OF_RUNS.get(location, location)


def all_of(fields):
    return {"kind": "group", "conjunction": "and", "children": fields}


def as_list(value):
    if not isinstance(value, (list, tuple)):
        raise BadOption("conditions", value, "is no list of conditions.")
    return value


def refuse_others(condition, known):
    unknown = sorted(set(condition).difference(known))
    if unknown:
        hint = "Known is {}.".format(", ".join(known))
        raise BadOption("condition", ", ".join(unknown), "a condition has no such key.", hint)
