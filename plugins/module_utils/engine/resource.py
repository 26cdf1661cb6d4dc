# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vocabulary to describe a kind of object that the master keeps: plain data, read by plan.py and run.py.

A description holds no conditions. Where a kind needs one, it is an ordinary function beside the table, given as an
object."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .spec import Spec


@dataclass(frozen=True)
class Request:
    """A call that changes something. ``path`` has ``{id}`` and the like for fields of the answer's object.

    ``repeatable``: sending it twice does no harm, so it may be sent again when its answer was lost.
    """

    method: str
    path: str
    body: dict | None = None
    repeatable: bool = False


def same(have, want):
    return have == want


def nothing_refused(_current):
    return None


def get_path(value, path):
    """What stands at a dotted path of nested dicts, or None."""
    for part in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    return value


@dataclass(frozen=True, eq=False)
class Field:
    """One property that can be managed.

    :param name: the option.
    :param api: its name in the master's answers and in the body that makes the object; dots lead into nested objects.
    :param option: what the argument spec says of it, type str unless told.
    :param change: its name in the body of the update, where that differs.
    :param reset: what to send when the option is null or empty; None: the master cannot reset it.
    :param equal: function (have, want) -> bool.
    :param send: function (current, value) -> Request, for what the update cannot change; it is a request of its own.
    :param encode: function (value) -> what the API takes; applied before comparing and sending.
    :param in_list: False where lists do not show it, so that the object itself must be read.
    :param creatable: False where the body that makes the object does not take it (``send`` or the update follows).
    :param fixed: it can be set at creation only; the text says what to do instead.
    :param show: function (value) -> what a diff may show of it.
    :param even_frozen: it may change although the object is archived.
    :param refuses: function (current) -> reason why it cannot be changed now, or None.
    """

    name: str
    api: str
    option: dict = field(default_factory=lambda: {"type": "str"})
    change: str | None = None
    reset: Any = None
    equal: Any = same
    send: Any = None
    encode: Any = None
    in_list: bool = True
    creatable: bool = True
    fixed: str | None = None
    show: Any = None
    even_frozen: bool = False
    refuses: Any = nothing_refused

    def wanted(self, value):
        """The value to compare and to send for an option's value; null and empty stand for the reset."""
        if value is None or value in ("", [], {}):
            return self.reset
        return self.encode(value) if self.encode else value

    def have(self, current):
        return get_path(current, self.api)


@dataclass(frozen=True)
class Verb:
    """A state that one call brings about.

    :param state: the value of the option ``state``.
    :param request: what to send.
    :param seen: function (current) -> bool, whether it is so already.
    :param shows: what the object's fields are afterwards: {API name: value}.
    :param refuses: function (current) -> reason why the master would refuse it now, or None.
    :param first: it comes before changes of fields, since they need it.
    :param reached: function (object) -> bool, that its asynchronous end has come; None: at once.
    """

    state: str
    request: Request
    seen: Any
    shows: dict
    refuses: Any = nothing_refused
    first: bool = False
    reached: Any = None


@dataclass(frozen=True)
class Parent:
    """The kind in which names are unique.

    :param by_name: the option that names it.
    :param by_id: the option with its id.
    :param moved_from: the option that names the parent from which the object is to be moved.
    :param resource: its own description.
    :param api: where an object shows its parent's id.
    :param move: Request with ``{parent}`` for the new parent's id, or None.
    """

    by_name: str
    by_id: str
    resource: Any
    api: str
    moved_from: str | None = None
    move: Any = None


@dataclass(frozen=True)
class Resource:
    """A kind of object.

    :param kind: its name in results and messages; the plural is in ``rows``.
    :param get: path of one by id.
    :param rows: the key of the list in the master's answer to ``list``.
    :param unwrap: the key of the object in the master's answer to ``get``, create and update.
    :param list: path of the list; ``{parent}`` is the parent's id.
    :param find: function (name) -> query parameters that narrow the list down to that name.
    :param create: Request or None; fields marked creatable make its body.
    :param born: {API name: value} that every new object has.
    :param update: Request or None.
    :param delete: Request or None.
    :param fields: what can be managed.
    :param verbs: further states.
    :param parent: where names are looked up.
    :param frozen: function (current) -> reason why no field may change now, or None.
    :param refuses_delete: function (current) -> reason or None.
    :param holds: function (current) -> what would be lost with it, or None; deleting that takes the option ``force``.
    :param deleting: function (current) -> whether its deletion is under way.
    :param failed: function (current) -> how its deletion failed, or None.
    :param unshown: API names that results leave out, since they are long: the info module has them when asked to.
    :param verbatim: API names whose content is the users' own data and keeps its keys.
    """

    kind: str
    get: str
    list: str
    rows: str
    unwrap: str
    find: Any
    create: Request | None = None
    born: dict = field(default_factory=dict)
    update: Request | None = None
    delete: Request | None = None
    fields: tuple = ()
    verbs: tuple = ()
    parent: Parent | None = None
    frozen: Any = nothing_refused
    refuses_delete: Any = nothing_refused
    holds: Any = None
    deleting: Any = nothing_refused
    failed: Any = nothing_refused
    unshown: tuple = ()
    verbatim: tuple = ()
    id_type: str = "int"

    def __post_init__(self):
        names = [one.name for one in self.fields]
        states = [one.state for one in self.verbs]
        if len(set(names)) != len(names) or len(set(states)) != len(states):
            raise ValueError(f"{self.kind}: a field or a state is described twice")
        for one in self.fields:
            if one.creatable and self.create is None and one.send is None and self.update is None:
                raise ValueError(f"{self.kind}: nothing sends {one.name}")

    def states(self):
        present = ["present"] if self.create or self.update else []
        return present + (["absent"] if self.delete else []) + [verb.state for verb in self.verbs]

    def verb(self, state):
        return next((verb for verb in self.verbs if verb.state == state), None)

    def spec(self):
        """The options of this kind's module, without those of the connection."""
        options = {
            "id": {"type": self.id_type},
            "name": {"type": "str"},
            "new_name": {"type": "str"},
            "state": {"type": "str", "choices": self.states(), "default": "present"},
        }
        rules: dict[str, Any] = {"mutually_exclusive": (("id", "name"),), "required_one_of": (("id", "name"),)}
        if self.parent:
            options[self.parent.by_name] = {"type": "str"}
            options[self.parent.by_id] = {"type": "int"}
            if self.parent.moved_from:
                options[self.parent.moved_from] = {"type": "str"}
            rules["mutually_exclusive"] += ((self.parent.by_name, self.parent.by_id),)
        if self.holds:
            options["force"] = {"type": "bool", "default": False}
        options.update({one.name: one.option for one in self.fields if one.name != "name"})
        return Spec(options, **rules)
