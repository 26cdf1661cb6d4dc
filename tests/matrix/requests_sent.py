# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a request is one that the API knows: a name that was put into its address without quoting makes another. And
whether it writes."""

from __future__ import annotations

import functools
import re
from urllib.parse import parse_qsl, unquote

from emulator.openapi import document
from emulator.routes import router

# Every part of a path is quoted whole; a part that is empty, or a sign that means something, comes from a name.
QUOTED = re.compile(r"(/(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})+)+/?")
API = "/api/v1/"
TABLE = router()
# The lookup asks for a page of whatever it reads; the master ignores that where there are none.
PAGE = {"limit", "offset"}


@functools.cache
def queries() -> dict[str, set[str]]:
    """{operation: the names of its query}."""
    operations = [
        one for methods in document(TABLE.table, TABLE.chapters)["paths"].values() for one in methods.values()
    ]
    return {one["operationId"]: {p["name"] for p in one["parameters"] if p["in"] == "query"} for one in operations}


def what_is_wrong(method: str, path: str, query: str) -> str | None:
    """What is wrong with a request, or None. Paths outside of the API are looked at for quoting only."""
    if not QUOTED.fullmatch(path) and path != "/":
        return "a part of its path is empty or not quoted"
    if {"{", "}"} & set(unquote(path)):
        return "a brace is left in its path"
    if not path.startswith(API):
        return None
    row = TABLE.find(method, path.rstrip("/").split("/")[1:])
    if row is None:
        return "the API has no such operation"
    given = {name for name, _value in parse_qsl(query, keep_blank_values=True)}
    unknown = given - queries().get(row.operation, set()) - PAGE
    return f"the operation has no parameter {', '.join(sorted(unknown))}" if unknown else None


# These ask, or are no act of the task.
READING = re.compile(r"/api/v1/((experiments|runs)-search|runs|auth/log(in|out)|(groups|roles)/search(/by-ids)?)")


def writes(journal: list) -> list:
    """The requests that change something."""
    return [entry for entry in journal if entry["method"] != "GET" and not READING.fullmatch(entry["path"])]
