# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a document has secrets, as the fields of its sections say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .sections import Form, Section, sections_in


def secret_places(config: Mapping[str, Any]) -> set[tuple[str, ...]]:
    """The paths, as tuples of keys, at which a text is a secret. What is no document has none."""
    found: set[tuple[str, ...]] = set()
    for name, section in sections_in("").items():
        found.update(places_in(section, config.get(name), (name,)))
    return found


def places_in(section: Section, value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if section.form is Form.SET or not isinstance(value, Mapping):
        return
    entries = {"": value} if section.form is Form.ONE else value
    for name, entry in entries.items():
        here = (*path, str(name)) if name or section.form is not Form.ONE else path
        if not isinstance(entry, Mapping):
            continue
        for one in section.fields:
            if one.option.get("no_log"):
                yield (*here, one.name)
            parts = one.option.get("options") or {}
            yield from ((*here, one.name, key) for key, spec in parts.items() if spec.get("no_log"))
        inner = sections_in(section.name) if section.form is Form.NAMED and not section.inside else {}
        for key, below in inner.items():
            yield from places_in(below, entry.get(key), (*here, key))
