# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be managed of a kind: fields and verbs. Plain data; where a condition is needed, it is a function."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Callable, Union

from .call import Call, Later
from .row import Row, unchanged

NOTHING = object()
Find = Callable[[str, str], Union[int, Later]]


@dataclass(frozen=True)
class Context:
    """What encoding a value may need: ``find``, a function (kind, name) -> id, and the id of what holds the object."""

    find: Find
    scope: int | Later | None = None


class Change(Enum):
    """How another value of a field comes about."""

    UPDATE = "in the body of the kind's update"
    RECREATE = "the object is deleted and made again"


class Merge(Enum):
    """What an option's value is to what is there."""

    WHOLE = "it takes its place"
    SET = "a set of elements: exact, append or remove"
    MAP = "a dict of items: exact, or merged into what is there"

    @property
    def modes(self) -> tuple[str, ...]:
        """What the option ``NAME_mode`` can be; none where there is no such option."""
        return {Merge.SET: ("exact", "append", "remove"), Merge.MAP: ("exact", "merge")}.get(self, ())


@dataclass(frozen=True)
class Fixed:
    """It can be set at creation only; ``why`` says what to do instead."""

    why: str


def equal(have: Any, want: Any) -> bool:
    return have == want


def is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def never(_row: Any) -> None:
    return None


def plain(value: Any, _context: Context) -> Any:
    return value


class Derived(ABC):
    """A value that is made from what is there, ``have``. Calls for many objects are told it as it stands."""

    @abstractmethod
    def of(self, have: Any) -> Any:
        """The value."""


@dataclass(frozen=True)
class Elements(Derived):
    """A set of texts, in which ``exact`` None keeps what is there: then some come, and some go."""

    exact: Sequence[str] | None = None
    add: Sequence[str] = ()
    remove: Sequence[str] = ()

    def of(self, have: Any) -> list[str]:
        kept = have or () if self.exact is None else self.exact
        return sorted({*kept, *self.add}.difference(self.remove))


@dataclass(frozen=True)
class Batch:
    """What one call does to many objects: their ids, for a field the value that each shall have, and what they have in
    common."""

    ids: list[Any]
    values: Sequence[Any] = ()
    shared: Any = None

    @property
    def value(self) -> Any:
        """The value that all of them shall have."""
        return self.values[0] if self.values else None


@dataclass(frozen=True, eq=False)
class Bulk:
    """One call for many objects.

    :param call: ``wrap`` makes its body of a Batch; a state and a deletion have no value.
    :param chunk: how many objects it takes in good time.
    :param irreversible: it cannot be taken back.
    :param apart: the column whose value all objects of one call must share.
    :param along: it changes others along with those that are named, so its answer may speak of these.
    :param each: it takes a value of its own for each object; else all objects of one call shall have the same.
    :param silent: its answer says nothing of single objects.
    :param wait: its end is waited for.
    :param ident: the column of the ids that it takes.
    :param denied: a sentence on what may be the reason where the master denies it to the user.
    """

    call: Call
    chunk: int = 1000
    irreversible: bool = False
    apart: str = ""
    along: bool = False
    each: bool = False
    silent: bool = False
    wait: bool = False
    ident: str = "id"
    denied: str = ""

    def request(self, row: Row, *values: Any) -> tuple[Call, Batch]:
        """What it is for one object alone; ``values``: what a field of it shall have."""
        return self.call, Batch([row.get(self.ident)], values, row.get(self.apart))


@dataclass(frozen=True, eq=False)
class Field:
    """One option that manages one column.

    :param name: the option, and the column.
    :param option: what the argument spec says of it.
    :param api: its place in the bodies of creation and update; dots lead into nested objects.
    :param create, update: its place in one of them where that differs; None: that body does not take it.
    :param normal: function (value) -> the value in the words of the row, before it is compared.
    :param encode: function (value, Context) -> what the API takes.
    :param reset: the value that null and empty stand for; NOTHING: the master cannot take it away.
    :param empty: function (value) -> bool, that it is null or empty.
    :param same: function (have, want) -> bool.
    :param change: how it changes, see Change; Fixed: not at all.
    :param send: function (row, value) -> [(Call, body)], for what the update cannot change; requests of its own.
    :param merge: see Merge. ``add`` and ``remove``: the places in the update's body for what is added and removed, or
        calls that take the list of them; neither: the update takes the whole set. ``mode``: what the option
        ``NAME_mode`` is by default.
    :param show: function (value) -> what a diff may show of it.
    :param secret: it is written only; the option ``update_NAME`` says when it is sent to an object that is there.
        ``is_wrong``: function (reader, row, value) -> bool, for if_wrong.
    :param once: it counts when the object is made, and the master does not show it afterwards.
    :param refers: the kinds of the objects that the value names.
    :param always_sent: the update must have it, or the master takes it for something else.
    :param mutable_when_archived: it may change although the object is archived.
    :param refuses: function (row) -> reason why it cannot be changed now, or None.
    :param bulk: how it is changed on many objects; None: one call for each.
    :param act: what results of many objects call its change; its name unless told.
    """

    name: str
    api: str = ""
    option: Mapping[str, Any] = field(default_factory=lambda: {"type": "str"})
    create: str | None = ""
    update: str | None = ""
    normal: Callable[[Any], Any] = unchanged
    encode: Callable[[Any, Context], Any] = plain
    reset: Any = NOTHING
    empty: Callable[[Any], bool] = is_empty
    same: Callable[[Any, Any], bool] = equal
    change: Change | Fixed = Change.UPDATE
    send: Callable[[Row, Any], list[tuple[Call, Any]]] | None = None
    merge: Merge = Merge.WHOLE
    add: str | Call | None = None
    remove: str | Call | None = None
    mode: str = "exact"
    show: Callable[[Any], Any] = unchanged
    secret: bool = False
    is_wrong: Callable[[Any, Row, Any], bool] | None = None
    once: bool = False
    refers: tuple[Any, ...] = ()
    always_sent: bool = False
    mutable_when_archived: bool = False
    refuses: Callable[[Row], str | None] = never
    bulk: Bulk | None = None
    act: str = ""

    @property
    def called(self) -> str:
        return self.act or self.name

    @property
    def hidden(self) -> bool:
        """Whether its value is a secret, which the master may show and results do not."""
        return bool(self.option.get("no_log"))

    @property
    def hidden_parts(self) -> frozenset[str]:
        """The keys of the secrets inside of its value, which is a dict."""
        options = self.option.get("options") or {}
        return frozenset(key for key, spec in options.items() if spec.get("no_log"))

    def requests(self, row: Row, value: Any) -> list[tuple[Call, Any]] | None:
        """Requests of its own that make it so; None where it is in the body of the update."""
        if self.send is not None:
            return self.send(row, value)
        return [self.bulk.request(row, value)] if self.bulk is not None else None

    def place(self, where: str) -> str | None:
        """Its place in the body of ``create`` or ``update``."""
        told = self.create if where == "create" else self.update
        return told if told is None or told else self.api or self.name

    def target(self, have: Any, value: Any, mode: str) -> Any:
        """What shall be there, from what is there and the option's value; NOTHING where it cannot be taken away."""
        if isinstance(value, Derived):
            return value.of(have)
        empty = self.empty(value)
        if self.merge is Merge.WHOLE:
            return self.reset if empty else self.normal(value)
        if self.merge is Merge.MAP:
            items = {} if empty else self.normal(value)
            return merge_items(have or {}, items) if mode == "merge" else items
        wanted = [] if empty else self.normal(value)
        if mode == "append":
            return sort_set([*(have or ()), *wanted])
        if mode == "remove":
            away = {element_key(one) for one in wanted}
            return sort_set([one for one in have or () if element_key(one) not in away])
        return sort_set(wanted)

    def shown(self, value: Any) -> Any:
        return self.show(value) if value is not None else None


def merge_items(have: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """``have`` with what is wanted put over it, by the outer keys; a null takes a key away."""
    both = {**have, **wanted}
    return {key: value for key, value in both.items() if value is not None or key not in wanted}


def element_key(element: Any) -> Any:
    """What tells the elements of a set apart: its value, or its items where it is a dict."""
    return tuple(sorted(element.items())) if isinstance(element, Mapping) else element


def sort_set(elements: Any) -> list[Any]:
    """The elements of a set, each once: texts by their letters, others by how they are written."""
    unique = {element_key(one): one for one in elements or ()}
    return [unique[key] for key in sorted(unique, key=lambda key: key if isinstance(key, str) else repr(key))]


@dataclass(frozen=True, eq=False)
class Verb:
    """A state that one call brings about.

    :param state: the value of the option ``state``.
    :param call: what is sent for one object; None: the bulk call, with its id alone.
    :param seen: function (row) -> bool, whether the object is in that state already.
    :param result_fields: what the row has afterwards: {column: value}.
    :param refuses: function (row) -> reason why the master would refuse it now, or None.
    :param first: it comes before changes of fields, since they need it.
    :param reached: function (row) -> bool, that its asynchronous end has come; None: at once.
    :param begun: function (row) -> bool, that it is so, or on its way there: a repeat would change nothing. ``seen``
        unless told.
    :param irreversible: it cannot be taken back; nor can what only comes to an end.
    :param vanishes: what is in that state is not listed any more.
    :param way: function (row, forced) -> the states that an object comes through, in order; that one alone unless told.
    :param bulk: how many objects are brought to it; None: one call for each.
    """

    state: str
    call: Call | None
    seen: Callable[[Row], bool]
    result_fields: Mapping[str, Any]
    refuses: Callable[[Row], str | None] = never
    first: bool = False
    reached: Callable[[Row], bool] | None = None
    begun: Callable[[Row], bool] | None = None
    irreversible: bool = False
    vanishes: bool = False
    way: Callable[[Row, bool], Sequence[str]] | None = None
    bulk: Bulk | None = None

    @property
    def called(self) -> str:
        return self.state

    @property
    def final(self) -> bool:
        """Whether nothing brings back what it changes."""
        return self.irreversible or self.reached is not None or (self.bulk is not None and self.bulk.irreversible)

    def through(self, row: Row, forced: bool) -> Sequence[str]:
        return (self.state,) if self.way is None else self.way(row, forced)

    def request(self, row: Row) -> tuple[Call, Any]:
        """What is sent for one object."""
        if self.call is not None:
            return self.call, None if self.call.wrap is unchanged else {}
        if self.bulk is None:
            raise AssertionError(self.state)
        return self.bulk.request(row)
