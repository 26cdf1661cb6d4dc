# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A kind of object that the master keeps, described once for all that is done with it.

A description reads without knowing the engine. It holds no conditions: where a kind needs one, it is an ordinary
function beside the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Callable, Protocol

from .call import Call, Later, Segments, fill_path, placeholders
from .field import Bulk, Field, Fixed, Merge, Verb, never
from .row import Column, Row, read_row

BUILT_IN = "it is built in."


def only_one(answer: Any, _keys: Mapping[str, Any]) -> Any:
    return answer


class Paging(Enum):
    """How the master pages a list (facts-access, the three families of pagination)."""

    WHOLE = "no limit, and all is there"
    MINUS_ONE = "without a limit the first hundred, with -1 all"
    SEARCH = "a POST, in pages of at most 500"


class Reader(Protocol):
    """What a kind's own functions may read with; store/store.py is one."""

    def get(self, path: str, **query: Any) -> dict[str, Any]: ...

    def read(self, path: str, body: Any) -> dict[str, Any]: ...

    def every(self, kind: Kind, scope: int | None = None, query: Mapping[str, Any] | None = None) -> list[Row]: ...

    def resolve(self, kind: Kind, names: list[str], option: str) -> dict[str, int]: ...


@dataclass(frozen=True, eq=False)
class Collection:
    """Objects in a list.

    :param path: of the list; ``{scope}`` is the id of what holds it.
    :param rows: the key of the list in its answer; ``each``: the key of the object inside of an entry.
    :param paging: see Paging.
    :param narrow: function (name) -> query, or body of a search, that narrows the list down to that name.
    :param one: the path of one by its id; empty: the master has none, so that it is read again from the list.
    :param one_named: the path of one by its name, where names are unique in the cluster and the master takes capitals
        and blanks as they are; empty: it is looked for in the list.
    :param unwrap: the key of the object in the answer to ``one`` and ``one_named``.
    """

    path: str
    rows: str
    each: str = ""
    paging: Paging = Paging.WHOLE
    narrow: Callable[[str], Mapping[str, Any]] = lambda _name: {}
    one: str = ""
    one_named: str = ""
    unwrap: str = ""


@dataclass(frozen=True, eq=False)
class Singleton:
    """One object in each scope, there or not by what the answer holds.

    :param path: of its GET; ``{scope_path}`` and the options that select it are filled in.
    :param unwrap: the key of the object in the answer.
    :param pick: function (what the answer has there, the options that select it) -> the object, where there are others.
    :param exists: function (object) -> bool.
    """

    path: str
    unwrap: str
    pick: Callable[[Any, Mapping[str, Any]], Any] = only_one
    exists: Callable[[Any], bool] = bool


@dataclass(frozen=True, eq=False)
class Relation:
    """Sets of pairs in each scope, which are always there, if only empty.

    :param read: function (reader, the scope's id or None, the options that select one) -> row.
    :param every: function (reader) -> {the scope's id or None: row} of all scopes, for who reads the whole cluster.
    :param names: function (reader) -> the values of the option that selects one, where the spec does not list them.
    """

    read: Callable[[Reader, int | None, Mapping[str, Any]], Row]
    every: Callable[[Reader], Mapping[int | None, Row]] | None = None
    names: Callable[[Reader], list[str]] | None = None


@dataclass(frozen=True, eq=False)
class Scope:
    """What holds an object.

    :param kind: its own description.
    :param unique: names are unique inside of it, so it has to be known to find one. Otherwise they are unique in the
        cluster, and it is a property, which need not be told.
    :param column: where a row shows its id.
    :param api: where the body that makes an object takes its id; empty: it is in the path.
    :param narrow: function (its row) -> query that narrows the list of objects down to those in it.
    :param cluster: the option that says that the whole cluster is meant; empty: there is no such object.
    :param path: the segments ``{scope_path}`` of a path; ``cluster_path``: those for the whole cluster.
    :param refuses: function (its row) -> why it takes no object now, or None. ``lets_go``: archived objects of it can
        be moved.
    :param moved_from: the option that names where the object is to be moved from.
    :param move: function (the new one's id) -> (Call, body); None: the master cannot move it.
    """

    kind: Kind
    unique: bool = True
    column: str = "workspace_id"
    api: str = ""
    narrow: Callable[[Row], Mapping[str, Any]] = lambda _row: {}
    cluster: str = ""
    path: str = "workspaces/{scope}"
    cluster_path: str = "global"
    refuses: Callable[[Row], str | None] = never
    lets_go: bool = False
    moved_from: str = ""
    move: Callable[[int | Later], tuple[Call, Any]] | None = None

    def segments(self, ident: Any) -> Segments:
        """``{scope_path}`` for what holds the object."""
        return Segments(self.cluster_path if ident is None else fill_path(self.path, {"scope": ident}))

    @property
    def by_name(self) -> str:
        return self.kind.name

    @property
    def by_id(self) -> str:
        return self.kind.name + "_id"


@dataclass(frozen=True, eq=False)
class Kind:
    """See the module.

    :param name, plural: in results and messages.
    :param source: where it is read.
    :param columns: what a row has.
    :param fields: what can be managed; ``verbs``: further states.
    :param create, update, delete: what is sent; ``whole``: the update replaces all fields, so all are sent.
    :param bulk_delete: how many are deleted; None: one call for each.
    :param key: the column and option that names it inside its scope; empty for a singleton and a relation.
    :param ident: the column that stands for it in paths, and the option that means one object whatever its key is now.
    :param selects: options besides the scope that tell which singleton or relation: {option: what the spec says}.
    :param scope: what holds it, or None.
    :param doubles: the master makes another one of the same key when it is told to, so that whoever may make one takes
        a turn.
    :param defaults_on_create: {column: value} of every new object.
    :param gone: function (row) -> bool, that it counts as absent though lists show it. ``alive``: {field: value} that
        state present gives such a one.
    :param frozen: function (row) -> reason why no field may change now, or None.
    :param refuses_delete: function (row) -> reason, or None.
    :param force: the option that lets pass what ``dependents`` and ``check`` would stop; empty: nothing does.
    :param dependents: function (row) -> what would be lost with it, or None; deleting that takes the option ``force``.
    :param deleting: function (row) -> whether its deletion is under way; ``failed``: how it failed, or None.
        ``survives``: it can still be changed then; else nothing but another deletion is left.
    :param builtin: function (row) -> why it is never deleted, pruned or exported, or None.
    :param unique: where names are unique, for messages.
    :param verbatim: columns whose content is the users' own data and keeps its keys.
    :param check: function (reader, plan) -> warnings, which looks further before the first write; raises Refused.
    """

    name: str
    plural: str
    source: Collection | Singleton | Relation
    columns: tuple[Column, ...]
    fields: tuple[Field, ...] = ()
    verbs: tuple[Verb, ...] = ()
    create: Call | None = None
    update: Call | None = None
    delete: Call | None = None
    bulk_delete: Bulk | None = None
    whole: bool = False
    key: str = "name"
    ident: str = "id"
    selects: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    scope: Scope | None = None
    doubles: bool = False
    defaults_on_create: Mapping[str, Any] = field(default_factory=dict)
    gone: Callable[[Row], bool] = lambda _row: False
    alive: Mapping[str, Any] = field(default_factory=dict)
    frozen: Callable[[Row], str | None] = never
    refuses_delete: Callable[[Row], str | None] = never
    force: str = ""
    dependents: Callable[[Row], str | None] | None = None
    deleting: Callable[[Row], bool] = lambda _row: False
    failed: Callable[[Row], str | None] = never
    survives: bool = False
    builtin: Callable[[Row], str | None] = never
    check: Callable[[Reader, Any], list[str]] | None = None

    def __post_init__(self) -> None:
        names = [one.name for one in self.fields]
        states = [one.state for one in self.verbs]
        shown = {one.name for one in self.columns}
        if len(set(names)) != len(names) or len(set(states)) != len(states) or len(shown) != len(self.columns):
            raise ValueError(f"{self.name}: a column, a field or a state is described twice")
        for one in self.fields:
            if not (one.secret or one.once) and one.name not in shown:
                raise ValueError(f"{self.name}: the field {one.name} has no column")
            apart = one.send or one.bulk or one.add
            if one.place("create") is None and self.update is None and apart is None:
                raise ValueError(f"{self.name}: nothing sends {one.name}")

    @property
    def scoped_ids(self) -> bool:
        """Whether its ids are unique inside of what holds it only."""
        return isinstance(self.source, Collection) and "scope" in placeholders(self.source.one)

    def states(self) -> list[str]:
        present = ["present"] if self.create or self.update or self.fields else []
        return present + (["absent"] if self.delete or self.bulk_delete else []) + [one.state for one in self.verbs]

    def verb(self, state: str) -> Verb | None:
        for one in self.verbs:
            if one.state == state:
                return one
        return None

    def way(self, verb: Verb, row: Row, forced: bool) -> list[Verb]:
        """The verbs that bring an object to the state of one."""
        states = {one.state: one for one in self.verbs}
        return [states[state] for state in verb.through(row, forced)]

    def row(self, answer: Mapping[str, Any], detail: bool, master: str = "") -> Row:
        """The row of an object in an answer of the master with this address."""
        return read_row(self.columns, answer, detail, master)

    def only(self, *names: str) -> tuple[Column, ...]:
        """The columns of these names, for rows that shall have no others."""
        known = {one.name: one for one in self.columns}
        return tuple(known[name] for name in names)

    def blank(self) -> Row:
        """The row of an object that check mode takes for made: every key, and nothing known."""
        return {one.name: None for one in self.columns}

    def nothing(self) -> Row:
        """The row of a relation in which nothing is."""
        return {one.name: [] if one.merge is Merge.SET else None for one in self.fields}

    def named(self, row: Mapping[str, Any]) -> str:
        """An object in messages."""
        words = [self.name.replace("_", " ")]
        if self.key and row.get(self.key) is not None:
            words.append(repr(row[self.key]))
        if self.ident != self.key and row.get(self.ident) is not None:
            words.append(f"({self.ident} {row[self.ident]})")
        return " ".join(words)

    def identity(self, row: Mapping[str, Any]) -> Row:
        keys = dict.fromkeys(one for one in (self.ident, self.key) if one)
        return {one: row[one] for one in keys if row.get(one) is not None}

    def result(self, row: Row | None) -> Row | None:
        """What a result has of a row: without secrets; None of none."""
        if row is None:
            return None
        return {one.name: one.hide(row[one.name]) for one in self.columns if one.name in row}

    def options(self) -> dict[str, Any]:
        """The options of this kind's module, without those of its scope and of the connection."""
        options: dict[str, Any] = {}
        if self.key:
            if self.ident != self.key:
                options[self.ident] = {"type": "int"}
            options[self.key] = {"type": "str"} if self.ident != self.key else {"type": "str", "required": True}
            if any(one.name == self.key and not isinstance(one.change, Fixed) for one in self.fields):
                options["new_" + self.key] = {"type": "str"}
        options.update({name: dict(spec) for name, spec in self.selects.items()})
        if len(self.states()) > 1:
            options["state"] = {"type": "str", "choices": self.states(), "default": "present"}
        if self.force:
            options[self.force] = {"type": "bool", "default": False}
        for one in self.fields:
            if one.name != self.key:
                options[one.name] = dict(one.option)
            if one.secret:
                when = ["on_create", "always", "if_wrong"] if one.is_wrong else ["on_create", "always"]
                options["update_" + one.name] = {
                    "type": "str",
                    "choices": when,
                    "default": "on_create",
                    "no_log": False,
                }
            if one.merge.modes:
                options[one.name + "_mode"] = {"type": "str", "choices": list(one.merge.modes), "default": one.mode}
        return options
