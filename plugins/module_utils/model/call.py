# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls that change something, and the requests that they become for one object."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from .row import unchanged


@dataclass(frozen=True)
class Call:
    """A call that changes objects of a kind.

    :param path: ``{id}``, ``{scope}`` and the like stand for keys of the row.
    :param wrap: function (body made of fields) -> what the API takes.
    :param keys: what the body has of the row besides: keys of it, and options that select the object.
    :param repeatable: sending it twice does no harm, so it may be sent again when its answer was lost.
    :param unwrap: the key of the object in the answer; empty where the answer says nothing of it.
    """

    method: str
    path: str
    wrap: Callable[[Any], Any] = unchanged
    keys: tuple[str, ...] = ()
    repeatable: bool = False
    unwrap: str = ""


@dataclass(frozen=True)
class Request:
    """A call for one object. What is not known before it is made stays in braces, in the path and in the body."""

    method: str
    path: str
    body: Any = None
    repeatable: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Later:
    """The id of an object that is not made yet."""

    kind: str
    name: str


class Segments(str):
    """Several segments of a path, which are quoted already."""


def fill_path(path: str, row: Mapping[str, Any]) -> str:
    """The path with the row's values in place of its braces, each as one segment; unknown ones stay."""
    for key in placeholders(path):
        value = row.get(key)
        if value is not None and not isinstance(value, Later):
            text = value if isinstance(value, Segments) else quote(str(value), safe="")
            path = path.replace("{" + key + "}", text)
    return path


@lru_cache(maxsize=1024)
def placeholders(path: str) -> tuple[str, ...]:
    """The keys in braces."""
    return tuple(part[1:-1] for part in path.split("/") if part[:1] == "{" and part[-1:] == "}")


def make_request(call: Call, row: Mapping[str, Any], body: Any = None) -> Request:
    """The request that a call is for this row."""
    if call.keys:
        body = {**{key: row[key] for key in call.keys}, **(body or {})}
    return Request(call.method, fill_path(call.path, row), None if body is None else call.wrap(body), call.repeatable)


def laters_of(body: Any) -> list[Later]:
    """What of a body stands for objects that are not made yet."""
    if isinstance(body, Later):
        return [body]
    if isinstance(body, Mapping):
        return [later for value in body.values() for later in laters_of(value)]
    return [later for value in body for later in laters_of(value)] if isinstance(body, (list, tuple)) else []
