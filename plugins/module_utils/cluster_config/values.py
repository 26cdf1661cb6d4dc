# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of the document that are more than values: secrets by name, and what is only added to what is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..kinds.workspace_parts import MASKED

SECRET = "secret"


class Missing:
    """The value of a secret that was not given: nothing is compared with it, and nothing is sent."""

    def __repr__(self) -> str:
        return "a secret that was not given"


MISSING = Missing()


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
