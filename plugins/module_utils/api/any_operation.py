# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Any operation of the API, named by its id or by method and path: which request it is, and reading all of it."""

from __future__ import annotations

import difflib
from urllib.parse import parse_qs, quote

from ..errors import BadOption, Refused
from . import operations


def by_id(name, parameters):
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
            part = quote(str(query.pop(word)), safe="")
        parts.append(part)
    return operation, "/".join(parts), query


def by_path(method, path, parameters):
    """The operation or None, the path without its query, and that query with the parameters."""
    if not path.startswith("/"):
        raise BadOption("path", path, "must begin with a slash.", "Write it as /api/v1/…")
    bare, dummy, text = path.partition("?")
    query = {**parse_qs(text, keep_blank_values=True), **parameters}
    return operations.find(method, bare.rstrip("/")), bare, query


def close_to(name):
    close = difflib.get_close_matches(name, operations.OPERATIONS, n=3)
    return "Did you mean {}?".format(" or ".join(close)) if close else "See the documentation for their names."


def refuse_internal(operation, hint):
    """Refuse what belongs to the protocol between a running task and the master; ``hint`` is the way out."""
    if operation and operation.container:
        raise Refused(f"{operation.name} is part of the protocol between a running task and the master.", hint)


def read(client, operation, method, path, query, body=None):
    """What a reading operation answers: its JSON, or the objects of a stream as a list."""
    if operation and operation.stream:
        return list(client.lines(path, **query))
    return client.request(method, path, query=query, body=body, reading=True)


def read_pages(client, method, path, query, body=None, page_size=500):
    """One answer with the lists of all pages; the position goes into the body of a POST, else into the query.

    What has no pages is answered as it is, without ``pagination``.
    """
    whole, offset = None, 0
    while True:
        position = {"limit": page_size, "offset": offset}
        placed = dict(body or {}, **position) if method == "POST" else body
        given = query if method == "POST" else dict(query, **position)
        page = client.request(method, path, query=given, body=placed, reading=True)
        if whole is None:
            whole = page
        else:
            for key, rows in page.items():
                if isinstance(rows, list):
                    whole[key].extend(rows)
        pagination = page.get("pagination")
        if pagination is None:
            return whole
        offset = pagination["endIndex"]
        if offset >= pagination["total"] or pagination["endIndex"] == pagination["startIndex"]:
            whole["pagination"] = dict(pagination, offset=0, startIndex=0, limit=page_size)
            return whole
