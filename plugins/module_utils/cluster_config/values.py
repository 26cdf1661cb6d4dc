# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of the document that are more than values: secrets by name, and what is only added to what is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Tuple, Union

from ..kinds.workspace_parts import MASKED

SECRET = "secret"


class Missing:
    """The value of a secret that was not given: nothing is compared with it, and nothing is sent."""

    def __repr__(self) -> str:
        return "a secret that was not given"


class Kept:
    """In a value to write: the part that is there stays, whatever it is."""

    def __repr__(self) -> str:
        return "what is there"


MISSING = Missing()
KEPT = Kept()


@dataclass(frozen=True)
class Additive:
    """A list whose elements, or a dict whose items, are to be there besides what others have put there."""

    value: Any


def is_secret(value: Any) -> bool:
    """Whether it is ``{secret: NAME}``."""
    return isinstance(value, Mapping) and set(value) == {SECRET} and isinstance(value[SECRET], str)


def resolve_secrets(value: Any, secrets: Mapping[str, str]) -> tuple[Any, list[str]]:
    """The value with the secrets that it names, and the names of those that were not given.

    One that stands for the whole value is MISSING then; inside of a value it is masked, as the master shows it.
    """
    if is_secret(value):
        name = value[SECRET]
        return (secrets[name], []) if name in secrets else (MISSING, [name])
    missing: list[str] = []

    def resolve(part: Any) -> Any:
        if is_secret(part):
            name = part[SECRET]
            if name in secrets:
                return secrets[name]
            missing.append(name)
            return MASKED
        if isinstance(part, Mapping):
            return {key: resolve(one) for key, one in part.items()}
        return [resolve(one) for one in part] if isinstance(part, list) else part

    return resolve(value), missing


Path = Tuple[Union[str, int], ...]


def secret_paths(value: Any, path: Path = ()) -> dict[Path, str]:
    """{path: name} of the secrets that a value names, as keys and indexes that lead to them."""
    if is_secret(value):
        return {path: value[SECRET]}
    items: Any = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    return {where: name for key, part in items for where, name in secret_paths(part, (*path, key)).items()}


def hide_paths(value: Any, paths: Iterable[Path]) -> Any:
    """The value with what is at these paths masked; lists on the way are masked whole, as their order may differ."""
    for path in paths:
        value = hide_path(value, path)
    return value


def hide_path(value: Any, path: Path) -> Any:
    if value is None:
        return None
    if not path or isinstance(value, list):
        return MASKED
    if isinstance(value, Mapping) and path[0] in value:
        return {**value, path[0]: hide_path(value[path[0]], path[1:])}
    return value


def fill_paths(value: Any, have: Any, paths: Iterable[Path]) -> Any:
    """The value with what is there now at these paths, as far as it has the same form."""
    for path in paths:
        value = fill_path(value, have, path)
    return value


def fill_path(value: Any, have: Any, path: Path) -> Any:
    if not path:
        return have
    key = path[0]
    if isinstance(value, Mapping) and isinstance(have, Mapping) and key in value and key in have:
        return {**value, key: fill_path(value[key], have[key], path[1:])}
    if isinstance(value, list) and isinstance(have, list) and len(value) == len(have) and isinstance(key, int):
        return [fill_path(part, have[key], path[1:]) if index == key else part for index, part in enumerate(value)]
    return value
