# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The OpenAPI v2 document, made from the table of routes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .fields import TYPES, Enum, Field, Message
from .shapes import answers, shapes

if TYPE_CHECKING:
    from .routes import Route

INTRODUCTION = """
An emulator answers here, with the routes of a Determined master 0.38.1.

To try something out, log in first: *Login* under *access*, with `{"username": "admin", "password": "Testing1!"}`. Its
answer sets a cookie that the requests of this page carry. Or paste `Bearer TOKEN` under *Authorize*.
"""
PLAIN: dict[str, dict] = {
    "string": {"type": "string"},
    "bool": {"type": "boolean"},
    "int32": {"type": "integer", "format": "int32"},
    "int64": {"type": "integer", "format": "int64"},
    "double": {"type": "number", "format": "double"},
    "bytes": {"type": "string", "format": "byte"},
    "timestamp": {"type": "string", "format": "date-time"},
    "object": {"type": "object"},
    "list": {"type": "array", "items": {}},
    "value": {},
}
ERRORS = {
    "Error": {"error": {"$ref": "#/definitions/ErrorDetail"}},
    "ErrorDetail": {
        "code": PLAIN["int32"],
        "reason": PLAIN["string"],
        "error": PLAIN["string"],
    },
    "StreamError": {"error": {"$ref": "#/definitions/StreamErrorDetail"}},
    "StreamErrorDetail": {
        "grpcCode": PLAIN["int32"],
        "httpCode": PLAIN["int32"],
        "message": PLAIN["string"],
        "httpStatus": PLAIN["string"],
        "details": PLAIN["list"],
    },
}
# What is sent often goes by the name of what is answered, with fewer fields.
SENT = "sent."


def document(table: list[Route], chapters: dict[str, str]) -> dict:
    """The document for the operations of a table of routes; rows without an operation id are left out."""
    rows = [row for row in table if row.operation]
    given = answers()
    paths: dict[str, dict] = {}
    for row in rows:
        paths.setdefault(row.path, {})[row.method.lower()] = _operation(row, given[row.operation])
    return {
        "swagger": "2.0",
        "info": {"title": "Determined master, emulated", "version": "0.38.1", "description": INTRODUCTION.strip()},
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "securityDefinitions": {"BearerToken": {"type": "apiKey", "name": "Authorization", "in": "header"}},
        "security": [{"BearerToken": []}],
        "tags": [{"name": name, "description": about} for name, about in chapters.items()],
        "paths": paths,
        "definitions": _definitions(),
    }


def _operation(row: Route, answer: list[Field]) -> dict:
    result = _object(answer, "")
    if row.stream:
        result = {"type": "object", "properties": {"result": result}, "description": "One such object a line."}
    wrong = {"description": "Refused or failed.", "schema": _reference("StreamError" if row.stream else "Error")}
    described = {
        "operationId": row.operation,
        "summary": _summary(row),
        "tags": [row.chapter],
        "parameters": list(_parameters(row)),
        "responses": {"200": {"description": "Done.", "schema": result}, "default": wrong},
    }
    return {**described, "security": []} if row.open else described


def _summary(row: Route) -> str:
    text = inspect.getdoc(row.handler)
    return text.splitlines()[0] if text else re.sub(r"(?<=[a-z])(?=[A-Z])", " ", row.operation).capitalize()


def _parameters(row: Route) -> Iterator[dict]:
    in_path = re.findall(r"\{(.*?)\}", row.path)
    for name in in_path:
        yield {"name": name, "in": "path", "required": True, **PLAIN[row.kind(name)]}
    fields = [field for field in row.spec.fields if field.name not in in_path]
    if row.body == "*" and fields:
        yield {"name": "body", "in": "body", "required": True, "schema": _object(fields, SENT)}
    elif row.body not in ("", "*"):
        yield {"name": "body", "in": "body", "required": True, "schema": _schema(row.spec.by_name[row.body], SENT)}
    else:
        for field in fields:
            yield from _query(field, field.name, in_path)


def _query(field: Field, name: str, in_path: list[str]) -> Iterator[dict]:
    """A field as query parameters: those of a message are a parameter each."""
    declared = TYPES.get(field.kind)
    if isinstance(declared, Message):
        for inner in declared.fields:
            if f"{name}.{inner.name}" not in in_path:
                yield from _query(inner, f"{name}.{inner.name}", in_path)
        return
    one = {"type": "string", "enum": list(declared.numbers)} if declared else PLAIN[field.kind]
    listed = {"type": "array", "items": one, "collectionFormat": "multi"}
    yield {"name": name, "in": "query", "required": False, **(listed if field.many else one)}


def _definitions() -> dict:
    found: dict[str, dict] = {}
    for name, declared in TYPES.items():
        if isinstance(declared, Enum):
            found[name] = {"type": "string", "enum": list(declared.numbers), "default": declared.zero}
        else:
            found[SENT + name] = _object(declared.fields, SENT)
    found.update((name, _object(fields, "")) for name, fields in shapes().items())
    found.update((name, {"type": "object", "properties": properties}) for name, properties in ERRORS.items())
    return found


def _object(fields: list[Field], prefix: str) -> dict:
    return {"type": "object", "properties": {field.name: _schema(field, prefix) for field in fields}}


def _schema(field: Field, prefix: str) -> dict:
    """The schema of a field; messages are the definitions whose names begin with the prefix."""
    one = PLAIN.get(field.kind)
    if one is None:
        one = _reference(field.kind if isinstance(TYPES.get(field.kind), Enum) else prefix + field.kind)
    if field.many:
        return {"type": "array", "items": one}
    if field.map:
        return {"type": "object", "additionalProperties": one}
    if not field.optional or prefix:
        return one
    return {"x-nullable": True, **({"allOf": [one]} if "$ref" in one else one)}


def _reference(name: str) -> dict:
    return {"$ref": f"#/definitions/{name}"}
