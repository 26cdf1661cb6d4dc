# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects of the API that are rows: each column is declared once, with its name and type in the store and in the API.

A line of a table is `column | SQL type and constraints | name:type`, the last in the words of fields.py; `?` is what
can be null. Without SQL the value comes with the query, without a name it is not shown. A field without a column is
worked out from the row, or given by who shows it. What else the API shows of the same rows is a shape, whose lines are
`column | name:type`. What becomes of a row whose parent is deleted says parents.py.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from . import clock
from .fields import NOTHING, PLAIN, Field, read_fields

Row = Mapping[str, Any] | sqlite3.Row
_READ: dict[str, Callable[[Any], Any]] = {"bool": bool, "timestamp": clock.text, "object": json.loads}


class Shape:
    """How the API shows a row.

    worked_out: field -> value from the row, for fields without a column and those that are shown otherwise than kept.
    """

    def __init__(self, declaration: str, worked_out: Mapping[str, Callable[[Any], Any]] | None = None):
        worked_out = worked_out or {}
        self.fields: list[Field] = []
        # Field, column ("": the whole row is read), how the value is read (None: as it is), whether it can be null.
        self._readers: list[tuple[str, str, Callable[[Any], Any] | None, bool]] = []
        for column, spec in _parts(declaration, 2):
            if not spec:
                continue
            [field] = read_fields(spec)
            self.fields.append(field)
            if field.name in worked_out:
                self._readers.append((field.name, "", worked_out[field.name], field.optional))
            elif column:
                self._readers.append((field.name, column, _reader(field), field.optional))

    def shown(self, row: Row, **given: Any) -> dict:
        """A row as the API shows it: what is null and cannot be null there is left out. given: fields to show as they
        are here, whatever the row says."""
        answer = {}
        for name, column, read, optional in self._readers:
            if name in given:
                continue
            value = row[column] if column else row
            if read is not None and value is not None:
                value = read(value)
            if value is not None or optional:
                answer[name] = value
        answer.update(given)
        return answer

    def with_more(self, declaration: str, worked_out: Mapping[str, Callable[[Any], Any]] | None = None) -> Shape:
        """This shape with further fields behind its own."""
        wider = Shape(declaration, worked_out)
        wider.fields = [*self.fields, *wider.fields]
        wider._readers = [*self._readers, *wider._readers]
        return wider

    def unset(self, **given: Any) -> dict:
        """What the API shows where there is no row: the fields that each row has, empty."""
        always = {name for name, *_how in self._readers}
        empty = ((field.name, field.empty()) for field in self.fields if field.name in always)
        return {**{name: None if value is NOTHING else value for name, value in empty}, **given}


class Table(Shape):
    """A table and the shape of its rows in the API.

    constraints: SQL of constraints over several columns, as it is written behind the columns.
    """

    def __init__(
        self,
        name: str,
        declaration: str,
        worked_out: Mapping[str, Callable[[Any], Any]] | None = None,
        constraints: tuple[str, ...] = (),
    ):
        lines = _parts(declaration, 3)
        super().__init__("\n".join(f"{column} | {spec}" for column, _sql, spec in lines), worked_out)
        inside = [*(f"{column} {sql}" for column, sql, _spec in lines if sql), *constraints]
        self.schema = f"create table if not exists {name} (\n    " + ",\n    ".join(inside) + "\n);\n"


def prefixed(prefix: str, column: str) -> Callable[[Any], str | None]:
    """To work out a field: the word in a column, as the API's enum says it."""

    def read(row: Any) -> str | None:
        return None if row[column] is None else f"{prefix}{row[column]}"

    return read


def as_text(column: str) -> Callable[[Any], str]:
    """To work out a field: a number of 64 bits, which the API writes as a text."""
    return lambda row: str(row[column])


def _parts(declaration: str, count: int) -> list[list[str]]:
    lines = [[part.strip() for part in line.split("|")] for line in declaration.strip().splitlines()]
    for parts in lines:
        if len(parts) != count:
            raise ValueError(f"not {count} parts: {' | '.join(parts)}")
    return lines


def _reader(field: Field) -> Callable[[Any], Any] | None:
    if field.many or field.map or field.kind not in PLAIN:
        return json.loads
    return _READ.get(field.kind)
