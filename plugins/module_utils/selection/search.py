# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The master's searches and its list of experiments: conditions in its grammar, what is found as rows.

This is the door at which answers become rows, of those columns only that are wanted: a search may find 100,000."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from sys import intern
from typing import Any, TypeVar

from ..errors import ApiError
from ..kinds.experiment import EXPERIMENT
from ..model.kind import Kind
from ..model.row import Column, Row, row_reader
from ..store.answers import check_asked, check_fields, check_row, read_rows, read_total
from ..store.paging import Page, by_id, is_last
from ..store.parallel import map_concurrently
from .columns import NUMBER, TEXT

Item = TypeVar("Item")
Made = TypeVar("Made")

LIST = "/api/v1/experiments"
LISTED = f"GET {LIST}"
PAGE = 1000
# Ids do not lie evenly: a window that holds a page on the average would take a second request half of the time.
WINDOW_FILL = 0.9
# The ids stand in the address, of which many a proxy takes 8 KiB at most.
IDS_A_REQUEST = 200
# What guards and conditions look at: a row without them must not be taken for one that nothing protects.
GUARDED = {"labels": list, "archived": bool}
# Texts that many rows have in common; each is kept once.
REPEATED = ("state", "owner", "project")
FIELDS = {"name": str, "state": str, **GUARDED}


@dataclass(frozen=True)
class Source:
    """What is searched.

    :param kind: of the objects.
    :param path: of the search.
    :param entries: function (answer) -> what the master says of the objects that were found.
    :param location: function (column) -> the location of a column.
    :param name: the column that holds the name.
    """

    kind: Kind
    path: str
    entries: Callable[[Any], list[dict[str, Any]]]
    location: Callable[[str], str]
    name: str

    @property
    def request(self) -> str:
        return f"POST {self.path}"

    def reader(self, columns: tuple[Column, ...], master: str) -> Callable[[Any], list[Row]]:
        """Function (answer) -> rows of these columns. ``master``: its address."""
        read = checked_reader(self.kind, columns, self.request, master)
        return lambda answer: [read(one) for one in self.entries(answer)]


def checked_reader(kind: Kind, columns: tuple[Column, ...], request: str, master: str) -> Callable[[Any], Row]:
    """Function (what the master says of one object) -> row. Raises OddAnswer where it lacks what guards look at."""
    read = row_reader(columns, master)
    needed = {one.name: FIELDS[one.name] for one in columns if one.name in FIELDS and not one.api}
    shared = [one.name for one in columns if one.name in REPEATED]

    def checked(entry: Any) -> Row:
        check_fields(entry, needed, kind.name, request)
        row = read(entry)
        for name in shared:
            if isinstance(row[name], str):
                row[name] = intern(row[name])
        return row

    return checked


def location(column: str) -> str:
    if "." not in column:
        return "LOCATION_TYPE_EXPERIMENT"
    groups = {
        "hp": "LOCATION_TYPE_HYPERPARAMETERS",
        "validation": "LOCATION_TYPE_VALIDATIONS",
        "training": "LOCATION_TYPE_TRAINING",
    }
    return groups.get(column.split(".")[0], "LOCATION_TYPE_CUSTOM_METRIC")


def experiments_of(answer: Any) -> list[dict[str, Any]]:
    request = EXPERIMENTS.request
    rows = [entry.get("experiment") for entry in read_rows(answer, "experiments", request, key=None)]
    for row in rows:
        check_row(row, "an experiment", request)
    return rows


EXPERIMENTS = Source(EXPERIMENT, "/api/v1/experiments-search", experiments_of, location, "name")


def field(
    column: str, operator: str, value: Any, kind: str | None = TEXT, source: Source = EXPERIMENTS
) -> dict[str, Any]:
    """One condition. Its location follows from the column: a metric, a hyperparameter or the object's own."""
    if kind is None:
        kind = NUMBER if isinstance(value, (int, float)) else TEXT
    return {
        "kind": "field",
        "columnName": column,
        "operator": operator,
        "value": value,
        "location": source.location(column),
        "type": kind,
    }


def any_of(fields: list[dict[str, Any]]) -> dict[str, Any]:
    return {"kind": "group", "conjunction": "or", "children": fields}


def search_body(
    fields: Iterable[dict[str, Any]],
    show_archived: bool,
    project: int | None,
    limit: int,
    after: int | None = None,
    before: int | None = None,
    source: Source = EXPERIMENTS,
) -> dict[str, Any]:
    """The body of a search for what meets all ``fields`` and has an id between the two, not counting them."""
    window = []
    if after is not None:
        window.append(field("id", ">", after, NUMBER, source))
    if before is not None:
        window.append(field("id", "<", before, NUMBER, source))
    root = {"kind": "group", "conjunction": "and", "children": window + list(fields)}
    body = {
        "limit": limit,
        "sort": "id=asc",
        "filter": json.dumps({"filterGroup": root, "showArchived": show_archived}),
    }
    if project is not None:
        body["projectId"] = project
    return body


def read_search(
    client: Any,
    fields: list[dict[str, Any]],
    show_archived: bool,
    project: int | None,
    columns: tuple[Column, ...],
    take: Callable[[Row], Made | None],
    page: int = PAGE,
    source: Source = EXPERIMENTS,
) -> Iterator[Made]:
    """What ``take`` makes of each row that a search finds, by id; None is left out. Its columns must have the id.

    Reads windows of ids on several connections, and never by offset. Raises OddAnswer.
    """
    read = source.reader(columns, client.url)

    def fetch(after: int | None, before: int | None) -> Page[Made | None]:
        answer = client.read(source.path, search_body(fields, show_archived, project, page, after, before, source))
        found = read(answer)
        return Page([take(one) for one in found], [one["id"] for one in found], read_total(answer, source.request))

    def read_window(window: tuple[int, int | None]) -> list[Made]:
        return [one for found in by_id(fetch, page, source.request, *window) for one in found.rows if one is not None]

    first = next(iter(by_id(fetch, page, source.request)), Page())
    yield from (one for one in first.rows if one is not None)
    if is_last(first, page):
        return
    start, rest = first.keys[-1], first.total - len(first.keys)
    newest = newest_id(client, fields, show_archived, project, source) if rest else 0
    if newest <= start:
        # All that was counted is gone meanwhile, or the answers do not fit each other: the next page tells.
        yield from read_window((start, None))
        return
    width = max(page, int((newest - start) * page * WINDOW_FILL / max(rest, 1)))
    windows = [(after, min(after + width, newest) + 1) for after in range(start, newest, width)]
    for taken in map_concurrently(read_window, windows):
        yield from taken


def newest_id(
    client: Any, fields: list[dict[str, Any]], show_archived: bool, project: int | None, source: Source
) -> int:
    """The last id that is found; 0 when all that was found is gone meanwhile."""
    body = dict(search_body(fields, show_archived, project, 1, source=source), sort="id=desc")
    found = source.entries(client.read(source.path, body))
    return found[0]["id"] if found else 0


def read_each(read: Callable[[Item], list[Made]], ids: Iterable[Item]) -> tuple[list[Made], list[Item]]:
    """(rows, missing): what ``read(id)`` lists for each of the ids that is there, and the ids that are not."""
    missing: list[Any] = []

    def attempt(ident: Item) -> list[Made]:
        try:
            return read(ident)
        except ApiError as error:
            if error.status != 404:
                raise
            missing.append(ident)
            return []

    rows = [row for found in map_concurrently(attempt, list(dict.fromkeys(ids))) for row in found]
    return rows, sorted(missing)


def read_ids(client: Any, ids: list[int], columns: tuple[Column, ...]) -> Iterator[Row]:
    """The experiments of these ids that are there, by id, archived and being deleted too."""
    chunks = [ids[start : start + IDS_A_REQUEST] for start in range(0, len(ids), IDS_A_REQUEST)]
    read = checked_reader(EXPERIMENT, columns, LISTED, client.url)

    def fetch(chunk: list[int]) -> list[Row]:
        answer = client.get(LIST, **{"experimentIdFilter.incl": chunk, "limit": len(chunk)})
        found = read_rows(answer, "experiments", LISTED)
        check_asked(chunk, [one["id"] for one in found], LISTED)
        return [read(one) for one in found]

    for rows in map_concurrently(fetch, chunks):
        yield from rows
