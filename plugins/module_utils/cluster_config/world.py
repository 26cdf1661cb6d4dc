# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cluster as it is, read once: each list and each object at most one time, and only what is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..connection.client import Client
from ..engine.gather import EVERYWHERE
from ..errors import Ambiguous, Missing, NotFound, Unsupported
from ..model.call import placeholders
from ..model.kind import Collection, Kind, Relation
from ..model.row import Row
from ..store.parallel import map_concurrently
from ..store.store import Store
from .document import Entry
from .sections import Section

CLUSTER: Row = {}


class World(Store):
    """A store that remembers what it has read, for the time of one plan."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        self._answers: dict[str, Any] = {}
        self._rows: dict[str, list[Row]] = {}
        self._by_name: dict[str, dict[tuple[Any, str], list[Row]]] = {}
        self._by_id: dict[str, dict[Any, Row]] = {}
        self._details: dict[tuple[str, Any], Row] = {}
        self._relations: dict[str, Mapping[int | None, Row]] = {}
        self._singles: dict[tuple[str, Any, str], Row | None] = {}

    # What kinds' own functions read with

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        key = repr((path, sorted(query.items())))
        if key not in self._answers:
            self._answers[key] = super().get(path, **query)
        return self._answers[key]

    def read(self, path: str, body: Any) -> dict[str, Any]:
        key = repr((path, body))
        if key not in self._answers:
            self._answers[key] = super().read(path, body)
        return self._answers[key]

    def every(self, kind: Kind, scope: int | None = None, query: Mapping[str, Any] | None = None) -> list[Row]:
        if query or scope:
            return super().every(kind, scope, query)
        return self.rows(kind)

    # Rows

    def rows(self, kind: Kind) -> list[Row]:
        """All rows of a kind in the cluster."""
        if kind.name not in self._rows:
            source = kind.source
            scope = EVERYWHERE if isinstance(source, Collection) and "scope" in placeholders(source.path) else None
            rows = super().every(kind, scope)
            self._rows[kind.name] = rows
            self._by_id[kind.name] = {row[kind.ident]: row for row in rows}
            names: dict[tuple[Any, str], list[Row]] = {}
            for row in rows:
                names.setdefault((scope_of(kind, row), row[kind.key]), []).append(row)
            self._by_name[kind.name] = names
        return self._rows[kind.name]

    def of_id(self, kind: Kind, ident: Any) -> Row | None:
        self.rows(kind)
        return self._by_id[kind.name].get(ident)

    def of_name(self, kind: Kind, name: str, holder: Row | None) -> Row | None:
        """The row of that name in what holds it, or in the cluster where names are unique there. Raises Ambiguous."""
        self.rows(kind)
        scope = (holder or {}).get("id", 0) if kind.scope is not None and kind.scope.unique else None
        found = self._by_name[kind.name].get((scope, name), [])
        if len(found) > 1:
            ids = ", ".join(str(row[kind.ident]) for row in found)
            raise Ambiguous(
                f"{len(found)} {kind.plural} are called {name!r}: {kind.ident} {ids}.", "Remove all but one."
            )
        return found[0] if found else None

    def detailed(self, kind: Kind, row: Row) -> Row:
        """The row with the columns that lists leave out."""
        key = kind.name, row[kind.ident]
        if key not in self._details:
            self._details[key] = self.by_id(kind, row[kind.ident])
        return self._details[key]

    def detail_all(self, wanted: Iterable[tuple[Kind, Row]]) -> None:
        """Read what is needed of many objects, some at a time. What is gone meanwhile is told by who asks for it."""
        left = [one for one in wanted if (one[0].name, one[1][one[0].ident]) not in self._details]
        for (kind, row), found in zip(left, map_concurrently(lambda one: self.by_id_or_none(*one), left)):
            if found is not None:
                self._details[kind.name, row[kind.ident]] = found

    def by_id_or_none(self, kind: Kind, row: Row) -> Row | None:
        try:
            return self.by_id(kind, row[kind.ident])
        except NotFound:
            return None

    def single_of(self, entry: Entry, holder: Row | None) -> Row | None:
        """The row of a singleton or a relation; ``holder``: the row of what holds it, {} for the whole cluster."""
        return self.one_single(entry.kind, holder, entry.keys)

    def one_single(self, kind: Kind, holder: Row | None, keys: Mapping[str, Any]) -> Row | None:
        if isinstance(kind.source, Relation) and kind.source.every is not None:
            found = self.relations(kind).get((holder or {}).get("id"))
            return found if found is not None else kind.nothing()
        key = place_of_single(kind, holder, keys)
        if key not in self._singles:
            self._singles[key] = self.single(kind, holder, keys)
        return self._singles[key]

    def relations(self, kind: Kind) -> Mapping[int | None, Row]:
        """{id of the scope, or None: row} of a relation that is read for the whole cluster at once."""
        source = kind.source
        if kind.name not in self._relations and isinstance(source, Relation) and source.every is not None:
            self._relations[kind.name] = source.every(self)
        return self._relations[kind.name]

    def single_all(self, wanted: Iterable[tuple[Kind, Row, Mapping[str, Any]]]) -> None:
        """Read many singletons, some at a time."""
        left = [one for one in wanted if place_of_single(*one) not in self._singles]
        for one, found in zip(left, map_concurrently(lambda one: self.single(*one), left)):
            self._singles[place_of_single(*one)] = found

    # The master and the account

    @property
    def account(self) -> Row:
        return self.get("/api/v1/me")["user"]

    @property
    def master(self) -> Row:
        return self.get("/api/v1/master")

    def preload(self, entries: Iterable[Entry], rows: Mapping[str, Row]) -> None:
        """Read what single reads would read one after the other: details and singletons of these entries.

        ``rows``: {address: row} of what was found.
        """
        details, singles = [], []
        for entry in entries:
            row = rows.get(entry.address)
            if entry.section.is_listed:
                if row is not None and needs_detail(entry.kind, entry.values):
                    details.append((entry.kind, row))
            elif not isinstance(entry.kind.source, Relation):
                holder = CLUSTER if entry.holder is None else rows.get(entry.holder.address)
                if holder is not None:
                    singles.append((entry.kind, holder, entry.keys))
        self.detail_all(details)
        self.single_all(singles)

    def is_supported(self, section: Section) -> bool:
        """Whether this master has the section's kind at all, and heeds it."""
        kind = section.kind
        if section.needs_rbac and not self.master.get("rbacEnabled"):
            return False
        try:
            if section.is_listed:
                self.rows(kind)
            elif not section.all_keys(self):
                return False
            elif not isinstance(kind.source, Relation):
                self.one_single(kind, CLUSTER, section.all_keys(self)[0])
            elif kind.source.every is not None:
                self.relations(kind)
        except (Unsupported, Missing):
            return False
        return True


def place_of_single(kind: Kind, holder: Row | None, keys: Mapping[str, Any]) -> tuple[str, Any, str]:
    """What tells a singleton apart from all others."""
    return kind.name, (holder or {}).get("id"), repr(sorted(keys.items()))


def needs_detail(kind: Kind, values: Iterable[str]) -> bool:
    detail = {one.name for one in kind.columns if one.detail}
    return bool(detail.intersection(values))


def scope_of(kind: Kind, row: Row) -> Any:
    """What a name is unique in: the id of what holds it, 0 for the whole cluster; None where it is the cluster."""
    return (row[kind.scope.column] or 0) if kind.scope is not None and kind.scope.unique else None


def built_in_workspace(world: World, workspaces: Kind) -> Row:
    """The workspace that is there from the beginning, which holds what no other does."""
    return min((row for row in world.rows(workspaces) if row["immutable"]), key=lambda row: row["id"])
