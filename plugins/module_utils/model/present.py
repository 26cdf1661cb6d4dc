# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers with their keys in snake_case, for results of what is no described kind."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Any


def present(value: Any, verbatim: Collection[str] = ()) -> Any:
    """An answer with its keys in snake_case. The content of the keys named in ``verbatim`` is the users' own."""
    if isinstance(value, list):
        return [present(item, verbatim) for item in value]
    if not isinstance(value, dict):
        return value
    return {snake(key): item if key in verbatim else present(item, verbatim) for key, item in value.items()}


@lru_cache(maxsize=4096)
def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: "_" + match.group(1).lower(), name)
