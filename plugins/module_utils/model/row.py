# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows: an object of the master in the collection's own words, the same in options, results, diffs and exports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Dict

Row = Dict[str, Any]


def unchanged(value: Any) -> Any:
    return value


@dataclass(frozen=True, eq=False)
class Column:
    """One property of a row.

    :param name: its key in a row.
    :param doc: a sentence for the documentation of what modules return.
    :param type: as in an argument spec; an ``int`` that the API writes as a text becomes a number.
    :param sample: for the documentation.
    :param api: its place in the master's answer, dots lead into nested objects; the name unless told, and for a lone
        dot the whole answer.
    :param decode: function (what the answer has there) -> what the row has.
    :param detail: lists leave it out, so only the object itself, read by its id, has it.
    :param hide: function (value) -> what a result and a diff may show of it.
    :param parts: the columns of a dict, or of each dict of a list, that it is.
    :param when: for the documentation, in which case a row has it: who is asked for it puts it there.
    :param page: it is the path of the object's page in the web UI, which a row has below the master's address.
    """

    name: str
    doc: str
    type: str = "str"
    sample: Any = None
    api: str = ""
    decode: Callable[[Any], Any] = unchanged
    detail: bool = False
    hide: Callable[[Any], Any] = unchanged
    parts: tuple[Column, ...] = ()
    when: str = ""
    page: bool = False

    def reader(self, master: str) -> Callable[[Mapping[str, Any]], Any]:
        """Function (answer) -> what the row has, for rows of the master with this address."""
        read = self.read
        if not self.page:
            return read

        def read_address(answer: Mapping[str, Any]) -> Any:
            path = read(answer)
            return None if path is None else master + path

        return read_address

    @cached_property
    def read(self) -> Callable[[Mapping[str, Any]], Any]:
        """Function (answer) -> what the row has. Made once, and lean: it is called for each of 100,000 rows."""
        path, decode, parts, is_int = self.api or self.name, self.decode, self.parts, self.type == "int"

        def read_plain(answer: Mapping[str, Any]) -> Any:
            return answer.get(path)

        def read_number(answer: Mapping[str, Any]) -> Any:
            value = answer.get(path)
            return int(value) if isinstance(value, str) else value

        places = () if path == "." else tuple(path.split("."))

        def read_any(answer: Mapping[str, Any]) -> Any:
            value: Any = answer
            for place in places:
                value = value.get(place) if isinstance(value, dict) else None
            value = decode(value)
            if parts:
                return read_parts(parts, value)
            return int(value) if is_int and isinstance(value, str) else value

        def read_decoded(answer: Mapping[str, Any]) -> Any:
            return decode(answer.get(path))

        def read_whole(answer: Mapping[str, Any]) -> Any:
            return decode(answer)

        if decode is not unchanged and not parts and not is_int and (path == "." or "." not in path):
            return read_whole if path == "." else read_decoded
        if decode is not unchanged or parts or "." in path:
            return read_any
        return read_number if is_int else read_plain


def put_path(body: Row, path: str, value: Any) -> None:
    """Put a value at a dotted path, making the dicts on the way."""
    *outer, last = path.split(".")
    for part in outer:
        body = body.setdefault(part, {})
    body[last] = value


def row_reader(columns: tuple[Column, ...], master: str = "") -> Callable[[Mapping[str, Any]], Row]:
    """Function (answer) -> row of just these columns. ``master``: its address, where an address is among them."""
    readers = [(one.name, one.reader(master)) for one in columns]
    return lambda answer: {name: read(answer) for name, read in readers}


def read_row(columns: tuple[Column, ...], answer: Mapping[str, Any], detail: bool = True, master: str = "") -> Row:
    """The row of an object in an answer. ``detail``: the answer is that of the object itself, not of a list.

    ``master``: its address, where an address is among the columns.
    """
    return {one.name: one.reader(master)(answer) for one in columns if not one.when and (detail or not one.detail)}


def read_parts(columns: tuple[Column, ...], value: Any) -> Any:
    """The row, or the list of rows, of what is nested in an answer; None where there is nothing."""
    if isinstance(value, Mapping):
        return read_row(columns, value)
    return [read_row(columns, one) for one in value] if isinstance(value, list) else None


def unread(columns: tuple[Column, ...]) -> Row:
    """The row of which nothing is known yet."""
    return {one.name: None for one in columns if not one.when}


def state_word(prefix: str) -> Callable[[Any], Any]:
    """Decodes a state or a kind of the API: without its prefix, which every value of it has."""

    def decode(value: Any) -> Any:
        return value[len(prefix) :] if isinstance(value, str) and value.startswith(prefix) else value

    return decode
