# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets of an export: the document has their names, and their values go to a file of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..kinds.workspace_parts import MASKED
from ..model.field import Field
from ..model.row import Row
from .sections import WORKSPACES
from .values import SECRET

NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


@dataclass
class ExportedSecrets:
    """``values``: {name: the secret, or None where the master does not show it}, in the order of the document."""

    values: dict[str, Any] = field(default_factory=dict)

    def take(self, one: Field, value: Any, address: str) -> Any:
        """The value as the document has it: with names in the place of secrets."""
        if one.hidden:
            return self.name_of(value, f"{address}/{one.name}")
        if isinstance(value, Mapping):
            return {
                key: self.name_of(part, f"{address}/{one.name}/{key}") if key in one.hidden_parts else part
                for key, part in value.items()
            }
        return value

    def name_of(self, value: Any, place: str) -> Row:
        """What stands for a secret, by its place in the document."""
        name = base = secret_name(place)
        number = 1
        while name in self.values:
            number += 1
            name = f"{base}_{number}"
        self.values[name] = None if value == MASKED else value
        return {SECRET: name}


def secret_name(place: str) -> str:
    """A name for the secret at a place: webhook_vision_eda_url for workspaces/vision/webhooks/eda/url."""
    parts = place.split("/")
    if parts[0] == WORKSPACES:
        # What is inside of the workspace, or a property of its own, comes first: it is what the secret is for.
        parts = [parts[2], parts[1], *parts[3:]]
    kind = parts[0][:-1] if parts[0].endswith("s") else parts[0]
    name = "_".join([kind, *parts[1:]]).replace("%2F", "/")
    return NOT_IN_NAMES.sub("_", name.lower()).strip("_")
