# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole API as one table, in chapters: a row says method and path, operation, handler, fields.

How an area is added:

1. Write `emulator/areas/NAME.py`: its tables as `SCHEMA` (SQL, `create table if not exists`; for what the API shows
   objects.py makes that and the shape from one declaration), and one function a route,
   `def verb(call, request) -> dict`. `request` is the decoded request (fields.py says how); `call` has `db`
   (store.py), `now()`, `user` (id, username, admin …), `token`, `clock`, `faults`, `master`. Raise what errors.py has.
   Everything in one call is one transaction. For a stream write a generator that yields the `result` objects.
   Optional: `def first(master)` fills a new store, `def start(master)` runs at every start.
2. Add its rows to a chapter (a module here with a TABLE), enums and messages above them. Path parameters are
   int32 if their name ends in id (others strings) unless the spec says otherwise. `body` is "*" for POST, PUT and
   PATCH; "" where the API takes none; a field's name where the body is that field. `open`: no token needed.
3. Say in shapes.py what it answers; the OpenAPI document is made from that and from the table of routes.
4. Helpers: paging.py (the families of pagination), permissions.py (who may, with and without RBAC, and 404 texts),
   refusals.py (the words of all other refusals), like.py (names that are looked for), parents.py (what becomes of what
   is in a thing that is deleted or archived: a table that refers to another must be in it), errors.guessed (for what
   no recording and no source shows), faults.outcome (asynchronous ends), clock.after (what happens later).
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import unquote

from .. import areas
from ..errors import ApiError, invalid
from ..fields import Message, from_text, snake


@dataclass(frozen=True)
class Route:
    """One row of the table."""

    method: str
    path: str
    operation: str
    handler: Callable
    spec: Message
    body: str
    open: bool
    stream: bool
    chapter: str = ""

    def path_values(self, segments: list[str]) -> dict:
        """The path's parameters by name, typed; raises the gateway's 400."""
        values = {}
        for template, segment in zip(self.path.split("/")[1:], segments, strict=False):
            if template[:1] != "{":
                continue
            name = template[1:-1]
            text = unquote(segment)
            try:
                values[name] = from_text(self.kind(name), text)
            except ApiError as error:
                raise invalid(f"type mismatch, parameter: {snake(name)}, error: {error.text}") from None
        return values

    def kind(self, name: str) -> str:
        """The type of a path parameter."""
        field = self.spec.by_name.get(name)
        return field.kind if field else "int32" if re.search(r"(\bi|I)d$", name) else "string"


def route(
    where: str,
    operation: str,
    handler: Callable,
    spec: str = "",
    *,
    body: str | None = None,
    open: bool = False,
    stream: bool = False,
) -> Route:
    """A row; `where` is method and path, for the rest see the module's text."""
    method, path = where.split()
    if body is None:
        body = "*" if method in ("POST", "PUT", "PATCH") else ""
    return Route(method, path, operation, handler, Message(spec), body, open, stream)


def modules() -> list:
    """The areas, by name."""
    names = sorted(info.name for info in pkgutil.iter_modules(areas.__path__))
    return [importlib.import_module(f"{areas.__name__}.{name}") for name in names]


class Router:
    """Finds the row for a method and a path: fixed segments win over parameters. chapters: what each is about."""

    def __init__(self, table: list[Route], chapters: dict[str, str]):
        self.table = table
        self.chapters = chapters
        self._tree: dict = {}
        for row in table:
            node = self._tree
            for segment in row.path.split("/")[1:]:
                node = node.setdefault("{}" if segment[:1] == "{" else segment, {})
            if row.method in node.setdefault("", {}):
                raise ValueError(f"{row.method} {row.path} is in the table twice")
            node[""][row.method] = row

    def find(self, method: str, segments: list[str]) -> Route | None:
        return self._walk(self._tree, method, segments, 0)

    def _walk(self, node: dict, method: str, segments: list[str], at: int) -> Route | None:
        if at == len(segments):
            return node.get("", {}).get(method)
        for key in (segments[at], "{}"):
            if key and key in node:
                found = self._walk(node[key], method, segments, at + 1)
                if found:
                    return found
        return None


def router() -> Router:
    """The table of all chapters: every module of this package."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    chapters = {name: importlib.import_module(f"{__name__}.{name}") for name in names}
    table = [replace(row, chapter=name) for name, chapter in chapters.items() for row in chapter.TABLE]
    return Router(table, {name: chapter.__doc__ for name, chapter in chapters.items()})
