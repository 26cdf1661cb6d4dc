# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is taken out of an answer, held against what the API promises. Raises OddAnswer, which names the request."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..errors import OddAnswer
from ..wording import some_of


def read_rows(answer: Any, name: str, request: str, key: str | None = "id", kind: type = int) -> list[dict[str, Any]]:
    """The list of objects C(name) of an answer, each with a ``key`` of this kind where one is named."""
    rows = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        raise OddAnswer(request, f"has no list of {name}")
    for row in rows:
        check_row(row, f"an entry of {name}", request, key, kind)
    return rows


def check_row(row: Any, what: str, request: str, key: str | None = "id", kind: type = int) -> None:
    """Raise OddAnswer unless the row is an object and has this key, of this kind."""
    if not isinstance(row, dict):
        raise OddAnswer(request, f"holds {type(row).__name__} where {what} must be an object")
    if key is not None and (not isinstance(row.get(key), kind) or isinstance(row[key], bool)):
        raise OddAnswer(request, f"holds {row.get(key)!r} where {what} must have {key} as {kind.__name__}")


def read_object(answer: Any, name: str, request: str, key: str | None = None, kind: type = int) -> dict[str, Any]:
    """The object C(name) of an answer."""
    found = answer.get(name) if isinstance(answer, dict) else None
    check_row(found, name, request, key, kind)
    return found


def read_total(answer: Any, request: str) -> int:
    """How many rows there are, by C(pagination)."""
    pagination = answer.get("pagination") if isinstance(answer, dict) else None
    total = pagination.get("total") if isinstance(pagination, dict) else None
    if not isinstance(total, int) or isinstance(total, bool) or total < 0:
        raise OddAnswer(request, "has no whole number pagination.total")
    return total


def check_asked(asked: Collection[Any], found: Sequence[Any], request: str) -> None:
    """Raise OddAnswer where the keys that were found hold one that was not asked for, or one twice."""
    foreign = [key for key in found if key not in asked]
    if foreign:
        raise OddAnswer(request, f"holds {some_of([str(key) for key in foreign])}, which was not asked for")
    if len(set(found)) < len(found):
        twice = sorted({str(key) for key in found if found.count(key) > 1})
        raise OddAnswer(request, f"holds {some_of(twice)} more than once")


def read_whole(answer: Any, name: str, request: str, key: str | None = "id", kind: type = int) -> list[dict[str, Any]]:
    """The rows of a list that was asked for without a limit; one that was cut all the same is an OddAnswer."""
    rows = read_rows(answer, name, request, key, kind)
    if answer.get("pagination") is not None and read_total(answer, request) != len(rows):
        total = read_total(answer, request)
        raise OddAnswer(request, f"holds {len(rows)} {name} and says that there are {total}")
    return rows


def check_fields(
    row: Mapping[str, Any], fields: Mapping[str, type], what: str, request: str, required: bool = True
) -> None:
    """Raise OddAnswer unless the row has all these fields, each of its type; or each that it has, if not required."""
    for name, kind in fields.items():
        if (required or name in row) and not isinstance(row.get(name), kind):
            raise OddAnswer(request, f"holds {what} whose {name} is {row.get(name)!r}, not {kind.__name__}")
