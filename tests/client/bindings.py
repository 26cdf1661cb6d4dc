# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads answers with the official client's generated classes, and more strictly than these do by themselves."""

from __future__ import annotations

import enum
import re
import types
import typing
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from determined.common import api
from determined.common.api import bindings

VERBS = "get|post|put|patch|delete"
CALLS = {name.partition("_")[2]: call for name, call in vars(bindings).items() if re.fullmatch(rf"({VERBS})_\w+", name)}


def complaints(operation: str, answer: Any) -> list[str]:
    """What the client does not understand in the JSON answer (of a stream: in one result) of an operation."""
    hint = _hints(CALLS[operation])["return"]
    if typing.get_origin(hint) is not None:
        (hint,) = typing.get_args(hint)
    if hint is types.NoneType:
        return [] if answer == {} else [f"{operation}: {answer} where nothing is read"]
    try:
        read = hint.from_json(answer)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        return [f"{operation}: {hint.__name__} cannot be read: {error!r}"]
    return [f"{operation}: {line}" for line in _wrong(read, hint, hint.__name__)]


@cache
def _hints(function: typing.Callable) -> dict[str, Any]:
    # The module itself names `api` for type checkers only.
    return typing.get_type_hints(function, {**vars(bindings), "api": api})


def _wrong(value: Any, hint: Any, where: str) -> Iterator[str]:
    """The values inside that are not of the type that the class says."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    # The master itself answers null now and then where the class says nothing of it.
    if hint is Any or value is None or value is bindings._unset:
        return
    if origin is typing.Union:
        found = [list(_wrong(value, arg, where)) for arg in args if arg is not bindings.Unset]
        yield from min(found, key=len)
    elif origin is Sequence:
        if isinstance(value, list):
            for number, item in enumerate(value):
                yield from _wrong(item, args[0], f"{where}[{number}]")
        else:
            yield f"{where}: {value!r} is no list"
    elif origin is dict:
        if isinstance(value, dict):
            for key, item in value.items():
                yield from _wrong(item, args[1], f"{where}[{key}]")
        else:
            yield f"{where}: {value!r} is no object"
    elif not _is(value, hint):
        yield f"{where}: {value!r} is no {hint.__name__}"
    elif isinstance(value, bindings.Printable):
        fields = {name: hint for name, hint in _hints(hint.__init__).items() if name != "return"}
        for name, inner in fields.items():
            yield from _wrong(getattr(value, name, bindings._unset), inner, f"{where}.{name}")


def _is(value: Any, hint: type) -> bool:
    if isinstance(value, bool) or hint is bool:
        return isinstance(value, bool) and hint is bool
    if hint is float:
        return isinstance(value, (int, float))
    return isinstance(value, hint) and (hint is not str or not isinstance(value, enum.Enum))
