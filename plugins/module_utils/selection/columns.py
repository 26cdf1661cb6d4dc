# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The columns of the master's searches: their types, and the value of a condition as its column has it."""

from __future__ import annotations

import re
from typing import Any

from ..errors import BadOption

TEXT, NUMBER, DATE, BOOLEAN = "COLUMN_TYPE_TEXT", "COLUMN_TYPE_NUMBER", "COLUMN_TYPE_DATE", "COLUMN_TYPE_UNSPECIFIED"
TEXTS = (
    "name", "description", "searcherType", "searcherMetric", "state", "resourcePool", "externalExperimentId",
    "externalTrialId", "externalRunId", "experimentName", "experimentDescription", "localId", "tags",
)  # fmt: skip
NUMBERS = (
    "id", "numTrials", "progress", "experimentProgress", "user", "forkedFrom", "projectId", "checkpointSize",
    "checkpointCount", "duration", "searcherMetricsVal", "experimentId",
)  # fmt: skip
DATES = ("startTime", "endTime")
# As JSON writes it: texts such as 007, 1_000 or nan are none.
A_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", re.ASCII)


def column_type(column: str) -> str | None:
    """The type of a column; None where it depends on what users have written there, or is not known here."""
    if column in TEXTS:
        return TEXT
    if column in DATES:
        return DATE
    return NUMBER if column in NUMBERS else None


def typed_value(column: str, value: Any, option: str) -> tuple[Any, str]:
    """(the value to compare with, its type) for a condition on a column. Raises BadOption.

    The column decides: a text stays one on a column of texts, whatever it looks like. Templates make texts of numbers,
    so on a column of numbers a text must be one. Metrics and hyperparameters may be either, there a text that is a
    number counts as one; metadata is compared as it is given.
    """
    kind = column_type(column)
    if kind == TEXT:
        return (value if isinstance(value, str) else as_text(column, value, option)), TEXT
    if kind == NUMBER:
        made = number(value)
        if isinstance(made, bool) or not isinstance(made, (int, float)):
            raise BadOption(option, value, f"{column} is a column of numbers.")
        return made, NUMBER
    if kind == DATE:
        return value, DATE
    made = value if column.startswith("metadata.") else number(value)
    return made, NUMBER if isinstance(made, (int, float)) else TEXT


def as_text(column: str, value: Any, option: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise BadOption(option, value, f"{column} is a column of texts.", "Write the value in quotes.")


def number(value: Any) -> Any:
    """A text from a template as the number that it is."""
    if isinstance(value, str) and A_NUMBER.fullmatch(value):
        return float(value) if any(sign in value for sign in ".eE") else int(value)
    return value
