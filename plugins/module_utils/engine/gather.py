# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading the objects of a described kind, for the info modules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import BadOption
from ..model.call import Later
from ..model.kind import Kind
from ..model.row import Column, Row
from ..store.parallel import map_concurrently
from ..store.store import Store
from .call import Call
from .scopes import find_scope

EVERYWHERE = 0


def gather(call: Call, kind: Kind, query: Mapping[str, Any] | None = None, details: bool = False) -> list[Row]:
    """The rows that the options id, name and what holds them name, as results show them.

    :param query: narrows a list, in the words of the API.
    :param details: read each object of a list by its id too, for the columns that lists leave out.
    """
    return [kind.result(row) or {} for row in find_rows(call, kind, dict(query or {}), details)]


def chosen_columns(kind: Kind, fields: Sequence[str] | None) -> tuple[Column, ...]:
    """The columns that the option ``fields`` names, and the id; all where it is not given. Raises BadOption."""
    if fields is None:
        return kind.columns
    known = {one.name for one in kind.columns}
    unknown = [name for name in fields if name not in known]
    if unknown:
        hint = "There are {}.".format(", ".join(sorted(known)))
        raise BadOption("fields", ", ".join(unknown), f"{kind.plural} have no such property.", hint)
    return tuple(one for one in kind.columns if one.name in ("id", *fields))


def find_rows(call: Call, kind: Kind, query: dict[str, Any], details: bool) -> list[Row]:
    if call.unmade:
        return []
    params, store = call.params, Store(call.client)
    holder = find_scope(call, store, kind.scope, needed=kind.scoped_ids, read=False) if kind.scope else None
    if isinstance(holder, Later):
        return []
    scope = scope_id(kind, holder)
    if kind.ident != kind.key and params.get(kind.ident) is not None:
        return [store.by_id(kind, params[kind.ident], scope)]
    name = params.get(kind.key)
    if name is not None:
        rows = store.named(kind, name, scope, query)
        details = True
    else:
        rows = store.every(kind, scope, query)
        if kind.scope and kind.scope.api and scope is not None:
            rows = [row for row in rows if (row[kind.scope.column] or 0) == scope]
    if not details or not any(one.detail for one in kind.columns):
        return rows
    return list(map_concurrently(lambda row: store.by_id(kind, row[kind.ident], scope), rows))


def scope_id(kind: Kind, holder: Row | None) -> int | None:
    """The id of what holds the objects; 0 for the whole cluster, and for all where the path needs one; None for no
    condition."""
    if kind.scope is None or (holder is None and kind.scope.api):
        return None
    return (holder or {}).get("id", EVERYWHERE)
