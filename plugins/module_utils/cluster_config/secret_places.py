# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a document has secrets, as the fields of its sections say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Tuple

from .sections import Form, Section, sections_in

Path = Tuple[str, ...]


def secret_places(config: Mapping[str, Any]) -> set[Path]:
    """The paths, as tuples of keys, at which a text is a secret. What is no document has none."""
    found: set[Path] = set()
    for name, section in sections_in("").items():
        found.update(places_in(section, config.get(name), (name,)))
    return found


def replace_secrets(
    config: Mapping[str, Any], is_one: Callable[[Any], bool], replacement: Callable[[Any, Path], Any]
) -> dict[str, Any]:
    """The document with something in the place of each of its secrets.

    :param is_one: function (value) -> bool, that it is a secret wherever it stands; a text at a secret's place is one
        too.
    :param replacement: function (value, path) -> what takes its place.
    """
    places = secret_places(config)

    def walk(value: Any, path: Path) -> Any:
        if is_one(value) or (isinstance(value, str) and path in places):
            return replacement(value, path)
        if isinstance(value, Mapping):
            return {key: walk(one, (*path, str(key))) for key, one in value.items()}
        if isinstance(value, (list, tuple)):
            return [walk(one, (*path, str(index))) for index, one in enumerate(value)]
        return value

    return {key: walk(value, (str(key),)) for key, value in config.items()}


def places_in(section: Section, value: Any, path: Path) -> Iterator[Path]:
    if section.form is Form.SET or not isinstance(value, Mapping):
        return
    entries = {"": value} if section.form is Form.ONE else value
    for name, entry in entries.items():
        here = (*path, str(name)) if name or section.form is not Form.ONE else path
        if not isinstance(entry, Mapping):
            continue
        for one in section.fields:
            if one.hidden:
                yield (*here, one.name)
            yield from ((*here, one.name, key) for key in one.hidden_parts)
        for key, below in section.inner.items():
            yield from places_in(below, entry.get(key), (*here, key))
