# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects of described kinds, read from one master as rows. Knows no kind, and no Ansible."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..connection.client import Client
from ..connection.paths import why_no_segment
from ..errors import Ambiguous, BadOption, Missing, NotFound
from ..model.call import fill_path
from ..model.kind import Collection, Kind, Paging, Relation, Singleton
from ..model.row import Row
from ..wording import some_of
from .answers import check_asked, read_object, read_rows, read_total, read_whole
from .paging import Page, by_offset

SEARCH_PAGE = 500


class Store:
    """What one user sees of one master."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        return self.client.get(path, **query)

    def read(self, path: str, body: Any) -> dict[str, Any]:
        return self.client.read(path, body)

    # Lists

    def every(self, kind: Kind, scope: int | None = None, query: Mapping[str, Any] | None = None) -> list[Row]:
        """The rows of a kind, all of them; ``scope``: the id of what holds them. Raises OddAnswer on half a list."""
        source = collection(kind)
        path = fill_path(source.path, {"scope": scope})
        if source.paging is Paging.SEARCH:
            answers = self.search(path, source, dict(query or {}))
        else:
            answers = self.whole_list(path, source, dict(query or {}))
        master = self.client.url
        return [kind.row(one[source.each] if source.each else one, False, master) for one in answers]

    def whole_list(self, path: str, source: Collection, query: dict[str, Any]) -> list[Row]:
        """A list that one GET answers whole; where its pagination says that there is more, that is refused."""
        if source.paging is Paging.MINUS_ONE:
            query["limit"] = -1
        answer = self.client.get(path, **query)
        return read_whole(answer, source.rows, f"GET {path}", key=None)

    def search(self, path: str, source: Collection, body: dict[str, Any]) -> list[Row]:
        request = f"POST {path}"

        def fetch(offset: int, limit: int) -> Page[Row]:
            answer = self.read(path, {**body, "limit": limit, "offset": offset})
            rows = read_rows(answer, source.rows, request, key=None)
            keys = [repr(sorted(one.items())) for one in rows]
            return Page(rows, keys, read_total(answer, request))

        return [row for rows in by_offset(fetch, SEARCH_PAGE, request) for row in rows]

    # One

    def named(
        self, kind: Kind, name: str, scope: int | None = None, query: Mapping[str, Any] | None = None
    ) -> list[Row]:
        """All rows that bear just that name, inside what holds them. The list may be narrowed more loosely."""
        source = collection(kind)
        narrowed = any(value is not None for value in (query or {}).values())
        if source.one_named and not narrowed and why_no_segment(name) is None:
            return self.by_name(kind, name)
        rows = self.every(kind, scope, {**(query or {}), **source.narrow(name)})
        inside = kind.scope is None or scope is None or not kind.scope.api
        return [row for row in rows if row[kind.key] == name and (inside or (row[kind.scope.column] or 0) == scope)]

    def by_name(self, kind: Kind, name: str) -> list[Row]:
        """The row of that name, or none, by a request for it alone."""
        source = collection(kind)
        path = fill_path(source.one_named, {kind.key: name})
        try:
            row = kind.row(read_object(self.client.get(path), source.unwrap, f"GET {path}"), True, self.client.url)
        except Missing:
            return []
        check_asked([name], [row[kind.key]], f"GET {path}")
        return [row]

    def one_named(
        self, kind: Kind, name: str, scope: int | None = None, query: Mapping[str, Any] | None = None
    ) -> Row | None:
        """The row of that name, or None. Raises Ambiguous."""
        rows = self.named(kind, name, scope, query)
        return only_one(rows, kind.plural, f"the {kind.key} {name!r}", kind.ident)

    def by_id(self, kind: Kind, ident: int | str, scope: int | None = None) -> Row:
        """The row of what stands for it in paths, with all of its columns that the master shows. Raises NotFound.

        ``scope``: the id of what holds it, for a kind whose ids are unique inside of that only.
        """
        source = collection(kind)
        if source.one:
            path = fill_path(source.one, {kind.ident: ident, "scope": scope})
            try:
                return kind.row(read_object(self.client.get(path), source.unwrap, f"GET {path}"), True, self.client.url)
            except Missing as error:
                raise self.not_found(kind, ident) from error
        found = [row for row in self.every(kind, scope) if row[kind.ident] == ident]
        if not found:
            raise self.not_found(kind, ident)
        return found[0]

    def again(self, kind: Kind, row: Row) -> Row | None:
        """The row as it is now; None where it is gone."""
        try:
            return self.by_id(kind, row[kind.ident], row.get(kind.scope.column) if kind.scope else None)
        except NotFound:
            return None

    def not_found(self, kind: Kind, ident: Any) -> NotFound:
        return NotFound(f"There is no {kind.name} {ident!r}, or the user may not see it.")

    def single(self, kind: Kind, scope: Row | None, keys: Mapping[str, Any]) -> Row | None:
        """The row of a singleton or a relation; None where it is not there.

        ``scope``: the row of what holds it, {} for the whole cluster, None for a kind that nothing holds.
        """
        source = kind.source
        ident = (scope or {}).get("id")
        if isinstance(source, Relation):
            return source.read(self, ident, keys)
        if not isinstance(source, Singleton):
            raise AssertionError(kind.name)
        here = dict(keys)
        if kind.scope is not None:
            here["scope_path"] = kind.scope.segments(ident)
        answer = source.pick(self.client.get(fill_path(source.path, here)).get(source.unwrap), keys)
        return kind.row(answer, True, self.client.url) if source.exists(answer) else None

    def resolve(self, kind: Kind, names: list[str], option: str) -> dict[str, int]:
        """{name: id} of these names of a kind without a scope; one read. Raises BadOption that lists the unknown."""
        if not names:
            return {}
        rows = self.named(kind, names[0]) if len(set(names)) == 1 else self.every(kind)
        ids = {row[kind.key]: row["id"] for row in rows}
        unknown = [name for name in names if name not in ids]
        if unknown:
            shown = some_of([repr(name) for name in unknown])
            raise BadOption(option, None, f"there is no {kind.name} {shown}, or the user may not see it.")
        return {name: ids[name] for name in names}


def collection(kind: Kind) -> Collection:
    if not isinstance(kind.source, Collection):
        raise TypeError(f"{kind.name} is in no list")
    return kind.source


def only_one(rows: list[Row], plural: str, what: str, ident: str = "id") -> Row | None:
    """The only row of those that have what was asked for, or None. Raises Ambiguous, which lists their ids."""
    if len(rows) > 1:
        ids = ", ".join(f"{ident} {row[ident]}" for row in rows)
        raise Ambiguous(f"{len(rows)} {plural} have {what}: {ids}.", f"Give the {ident}.")
    return rows[0] if rows else None
