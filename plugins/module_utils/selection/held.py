# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts that the master looks for more loosely than they are meant, held against the rows that it finds."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .columns import TEXT
from .search import Source, field

# The master looks for a part of a text by LIKE, to which these stand for other texts.
SIGNS = re.compile(r"[%_\\]")
# Labels are looked for in their JSON text, where these stand as something else.
ESCAPED = re.compile(r"[\"\\\x00-\x1f\x7f]+")
# {column of the search: that of a row}.
ROW_TEXTS = {
    "name": "name",
    "experimentName": "name",
    "description": "description",
    "experimentDescription": "description",
    "resourcePool": "resource_pool",
    "tags": "labels",
}


@dataclass(frozen=True)
class Contains:
    """That the text of a column holds another one, in any case; or that it does not."""

    column: str
    text: str
    wanted: bool = True

    def known(self) -> bool:
        """Whether rows have the text of the column."""
        return self.column in ROW_TEXTS

    @property
    def place(self) -> str:
        """The column of a row that has the text."""
        return ROW_TEXTS[self.column]

    def loose(self) -> bool:
        """Whether the master may find more than what is meant."""
        return bool(SIGNS.search(self.text)) or (self.known() and not self.text.isascii())

    def holds(self, row: Mapping[str, Any]) -> bool:
        have = text_of(row[self.place])
        return have is None or (self.text.casefold() in have.casefold()) == self.wanted


def text_of(value: Any) -> str | None:
    """The text that the master looks into, of labels their JSON text; None where it does not show it."""
    if value is None:
        return None
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value)


def contains_fields(column: str, text: str, source: Source, operator: str = "contains") -> list[dict[str, Any]]:
    """The fields by which the master finds all rows whose column holds the text, and maybe some more.

    What LIKE takes a backslash for depends on what the master does to it, so only what is around it is looked for. What
    does not hold a text with signs is left to the rows, as the master would leave out too much.
    """
    if operator == "notContains":
        return [] if SIGNS.search(text) else [field(column, operator, text, TEXT, source)]
    return [field(column, "contains", part, TEXT, source) for part in text.split("\\") if part]


def label_fields(label: str, source: Source) -> list[dict[str, Any]]:
    """The fields by which the master finds all rows that have the label, and maybe some more."""
    return [field("tags", "contains", part, TEXT, source) for part in ESCAPED.split(label) if part]
