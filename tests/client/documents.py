# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The document of the API, made stricter for tests."""

from __future__ import annotations

from typing import Any


def closed(schema: Any) -> Any:
    """No property may be there that is not described."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(part) for key, part in schema.items()}
    return {**made, "additionalProperties": False} if "properties" in made and made.get("type") == "object" else made


def with_nulls(schema: Any) -> Any:
    """As JSON Schema says it: what can be null may be."""
    if isinstance(schema, list):
        return [with_nulls(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: with_nulls(part) for key, part in schema.items() if key != "x-nullable"}
    return {"anyOf": [made, {"type": "null"}]} if "x-nullable" in schema else made
