# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects of the API that are rows of a table: each column is declared once, with its name and type in both.

A line of a declaration is `column | SQL type and constraints | name:type`, the last in the words of fields.py; `?` is
what can be null. Without SQL the value comes with the query, without a name it is not shown, without a column it is
worked out.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from . import clock
from .fields import PLAIN, Field, read_fields

_READ: dict[str, Callable[[Any], Any]] = {"bool": bool, "timestamp": clock.text, "object": json.loads}


class Table:
    """A table and the shape of its rows in the API.

    worked_out: field -> value from the row, for fields without a column and those that are shown otherwise than kept.
    constraints: SQL of constraints over several columns, as it is written behind the columns.
    """

    def __init__(
        self,
        name: str,
        declaration: str,
        worked_out: Mapping[str, Callable[[Any], Any]] | None = None,
        constraints: tuple[str, ...] = (),
    ):
        self.fields: list[Field] = []
        self._readers: list[tuple[str, str, Callable[[Any], Any], bool]] = []
        columns = []
        for line in declaration.strip().splitlines():
            column, sql, spec = (part.strip() for part in line.split("|"))
            if sql:
                columns.append(f"{column} {sql}")
            if not spec:
                continue
            [field] = read_fields(spec)
            self.fields.append(field)
            if field.name in (worked_out or {}):
                self._readers.append((field.name, "", worked_out[field.name], field.optional))
            else:
                self._readers.append((field.name, column, _reader(field), field.optional))
        self.schema = f"create table if not exists {name} (\n    " + ",\n    ".join([*columns, *constraints]) + "\n);\n"

    def shown(self, row: Mapping[str, Any] | sqlite3.Row, **changed: Any) -> dict:
        """A row as the API shows it: what is null and cannot be null there is left out. changed: fields to show
        otherwise."""
        answer = {}
        for name, column, read, optional in self._readers:
            value = row[column] if column else row
            shown = None if value is None else read(value)
            if shown is not None or optional:
                answer[name] = shown
        return {**answer, **changed}


def _reader(field: Field) -> Callable[[Any], Any]:
    if field.many or field.map or field.kind not in PLAIN:
        return json.loads
    return _READ.get(field.kind, lambda value: value)
