# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON texts as PostgreSQL's type jsonb gives them back: keys by length and then by letter, the last of double ones,
numbers written out with the digits that they came with."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any


def normalised(text: str) -> str:
    """The text as jsonb shows it; ValueError for what is no JSON."""
    return _shown(json.loads(text, parse_int=Decimal, parse_float=Decimal, parse_constant=_no_constant))


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
        return "{" + ", ".join(f"{_shown(key)}: {_shown(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_shown, value)) + "]"
    if isinstance(value, Decimal):
        # A zero has no sign there.
        return format(abs(value) if value == 0 else value, "f")
    return json.dumps(value, ensure_ascii=False)
