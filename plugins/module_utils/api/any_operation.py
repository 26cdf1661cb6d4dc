# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Any operation of the API, named by its id or by method and path: which request it is, and reading all of it."""

from __future__ import annotations

import difflib
import json
from itertools import chain
from typing import Any
from urllib.parse import parse_qs

from ..connection.paths import quote_segment
from ..errors import BadOption, OddAnswer, Refused
from ..store.answers import read_total
from ..store.paging import Page, by_offset
from . import operations


def by_id(name: str, parameters: dict[str, Any]) -> tuple[Any, str, dict[str, Any]]:
    """The operation, its path with the parameters filled in, and those that are left, for the query."""
    operation = operations.OPERATIONS.get(name)
    if operation is None:
        raise BadOption("operation_id", name, "there is no such operation.", close_to(name))
    parts, query = [], dict(parameters)
    for part in operation.path.split("/"):
        if part[:1] == "{":
            word = part[1:-1]
            if query.get(word) is None:
                raise BadOption("parameters", word, f"is missing; it is part of the path {operation.path}.")
            part = quote_segment(query.pop(word), f"parameters.{word}", slashes=True)
        parts.append(part)
    return operation, "/".join(parts), query


def by_path(method: str, path: str, parameters: dict[str, Any]) -> tuple[Any, str, dict[str, Any]]:
    """The operation or None, the path without its query, and that query with the parameters."""
    if not path.startswith("/"):
        raise BadOption("path", path, "must begin with a slash.", "Write it as /api/v1/…")
    bare, dummy, text = path.partition("?")
    if "{" in bare or "}" in bare:
        raise BadOption(
            "path", path, "has a place that is not filled in.", "Write the value there, or use operation_id."
        )
    query = {**parse_qs(text, keep_blank_values=True), **parameters}
    return operations.find(method, bare.rstrip("/")), bare, query


def close_to(name: str) -> str:
    close = difflib.get_close_matches(name, operations.OPERATIONS, n=3)
    return "Did you mean {}?".format(" or ".join(close)) if close else "See the documentation for their names."


def refuse_internal(operation: Any, hint: str) -> None:
    """Refuse what belongs to the protocol between a running task and the master; ``hint`` is the way out."""
    if operation and operation.container:
        raise Refused(f"{operation.name} is part of the protocol between a running task and the master.", hint)


def read(client: Any, operation: Any, method: str, path: str, query: dict[str, Any], body: Any = None) -> Any:
    """What a reading operation answers: its JSON, or the objects of a stream as a list."""
    if operation and operation.stream:
        return list(client.lines(path, **query))
    return client.request(method, path, query=query, body=body, reading=True)


def read_pages(
    client: Any, method: str, path: str, query: dict[str, Any], body: Any = None, page_size: int = 500
) -> dict[str, Any]:
    """One answer with the lists of all pages; the position goes into the body of a POST, else into the query.

    What has no pages is answered as it is, without ``pagination``. Raises OddAnswer.
    """
    request = f"{method} {path}"

    def fetch(offset: int, limit: int) -> Page[dict[str, Any]]:
        position = {"limit": limit, "offset": offset}
        placed = dict(body or {}, **position) if method == "POST" else body
        given = query if method == "POST" else dict(query, **position)
        return page_of(client.request(method, path, query=given, body=placed, reading=True), offset, request)

    whole = None
    for page in chain.from_iterable(by_offset(fetch, page_size, request)):
        if whole is None:
            whole = page
            continue
        for name, rows in page.items():
            if isinstance(rows, list):
                whole[name].extend(rows)
        whole["pagination"] = page["pagination"]
    if whole.get("pagination") is not None:
        whole["pagination"] = dict(whole["pagination"], offset=0, startIndex=0, limit=page_size)
    return whole


def page_of(answer: dict[str, Any], offset: int, request: str) -> Page[dict[str, Any]]:
    """An answer as a page with a single row. What tells its own rows apart is not known here, so it is all of them."""
    pagination = answer.get("pagination")
    if pagination is None:
        return Page([answer], [None], moved=0)
    total, ends = read_total(answer, request), [pagination.get(name) for name in ("startIndex", "endIndex")]
    if not all(isinstance(one, int) for one in ends):
        raise OddAnswer(request, "has no whole numbers pagination.startIndex and endIndex")
    moved = max(ends[1] - ends[0], 0)
    lists = {name: rows for name, rows in answer.items() if isinstance(rows, list)}
    # An empty list is a page too, but only at its beginning.
    keys = [json.dumps(lists, sort_keys=True)] if moved or (total == 0 and offset == 0) else []
    return Page([answer], keys, total, moved)
