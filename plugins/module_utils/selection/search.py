# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The master's searches and its list of experiments: conditions in its grammar, reading what is found."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ..connection.transport import CONNECTIONS
from ..errors import Missing

LIST = "/api/v1/experiments"
PAGE = 1000
# Ids do not lie evenly: a window that holds a page on the average would take a second request half of the time.
WINDOW_FILL = 0.9
# The ids stand in the address, of which many a proxy takes 8 KiB at most.
IDS_A_REQUEST = 200


def whole(found):
    return found


@dataclass(frozen=True)
class Source:
    """What is searched.

    :param path: of the search.
    :param rows: function (answer) -> the objects that were found.
    :param location: function (column) -> the location of a column.
    :param name: the column that holds the name.
    """

    path: str
    rows: Callable
    location: Callable
    name: str


def location(column):
    if "." not in column:
        return "LOCATION_TYPE_EXPERIMENT"
    groups = {
        "hp": "LOCATION_TYPE_HYPERPARAMETERS",
        "validation": "LOCATION_TYPE_VALIDATIONS",
        "training": "LOCATION_TYPE_TRAINING",
    }
    return groups.get(column.split(".")[0], "LOCATION_TYPE_CUSTOM_METRIC")


def experiments_of(answer):
    return [entry["experiment"] for entry in answer["experiments"]]


EXPERIMENTS = Source("/api/v1/experiments-search", experiments_of, location, "name")


def field(column, operator, value, kind="COLUMN_TYPE_TEXT", source=EXPERIMENTS):
    """One condition. Its location follows from the column: a metric, a hyperparameter or the object's own."""
    if kind is None:
        kind = "COLUMN_TYPE_NUMBER" if isinstance(value, (int, float)) else "COLUMN_TYPE_TEXT"
    return {
        "kind": "field",
        "columnName": column,
        "operator": operator,
        "value": value,
        "location": source.location(column),
        "type": kind,
    }


def any_of(fields):
    return {"kind": "group", "conjunction": "or", "children": fields}


def search_body(fields, show_archived, project, limit, after=None, before=None, source=EXPERIMENTS):
    """The body of a search for what meets all ``fields`` and has an id between the two, not counting them."""
    window = []
    if after is not None:
        window.append(field("id", ">", after, "COLUMN_TYPE_NUMBER", source))
    if before is not None:
        window.append(field("id", "<", before, "COLUMN_TYPE_NUMBER", source))
    root = {"kind": "group", "conjunction": "and", "children": window + list(fields)}
    body = {
        "limit": limit,
        "sort": "id=asc",
        "filter": json.dumps({"filterGroup": root, "showArchived": show_archived}),
    }
    if project is not None:
        body["projectId"] = project
    return body


@dataclass(frozen=True)
class Page:
    """One answer of a search: what was taken of its objects, how many they were, the last id, and all there are."""

    taken: list
    count: int
    last: int | None
    total: int


def read_search(client, fields, show_archived, project, take, page=PAGE, source=EXPERIMENTS):
    """What ``take`` makes of each object that a search finds, by id; None is left out.

    Reads windows of ids on several connections, and never by offset.
    """

    def fetch(after, before):
        answer = client.read(source.path, search_body(fields, show_archived, project, page, after, before, source))
        found = source.rows(answer)
        taken = [one for one in map(take, found) if one is not None]
        return Page(taken, len(found), found[-1]["id"] if found else None, answer["pagination"]["total"])

    first = fetch(None, None)
    yield from first.taken
    if first.count >= first.total or not first.count:
        return
    start, newest = first.last, newest_id(client, fields, show_archived, project, source)
    width = max(page, int((newest - start) * page * WINDOW_FILL / max(first.total - first.count, 1)))
    windows = [(after, min(after + width, newest) + 1) for after in range(start, newest, width)]
    for taken in ahead(lambda window: read_window(fetch, window, page), windows):
        yield from taken


def newest_id(client, fields, show_archived, project, source):
    """The last id that is found; 0 when all that was found is gone meanwhile."""
    body = dict(search_body(fields, show_archived, project, 1, source=source), sort="id=desc")
    found = source.rows(client.read(source.path, body))
    return found[0]["id"] if found else 0


def read_window(fetch, window, page):
    """What is taken of one window; more than a page where the ids lie closer than on the average."""
    after, before = window
    taken = []
    while True:
        found = fetch(after, before)
        taken += found.taken
        if found.count < page or found.last == before - 1:
            return taken
        after = found.last


def ahead(function, items, connections=CONNECTIONS):
    """The function's values for the items, in order, with some calls under way and none far ahead."""
    waiting, items = deque(), iter(items)
    with ThreadPoolExecutor(connections) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(function, item))
                if len(waiting) >= connections:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for one in waiting:
                one.cancel()


def read_each(read, ids):
    """(rows, missing): what ``read(id)`` lists for each of the ids that is there, and the ids that are not."""
    missing = []

    def attempt(ident):
        try:
            return read(ident)
        except Missing:
            missing.append(ident)
            return []

    rows = [row for found in ahead(attempt, list(dict.fromkeys(ids))) for row in found]
    return rows, sorted(missing)


def read_ids(client, ids, keep=whole):
    """What ``keep`` makes of the experiments of these ids that are there, by id, archived and being deleted too."""
    chunks = [ids[start : start + IDS_A_REQUEST] for start in range(0, len(ids), IDS_A_REQUEST)]

    def fetch(chunk):
        found = client.get(LIST, **{"experimentIdFilter.incl": chunk, "limit": len(chunk)})["experiments"]
        return [keep(one) for one in found]

    for rows in ahead(fetch, chunks):
        yield from rows
