# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Marks that the master keeps for the calling account, in its user settings, as it has no free text at a task.

Each mark is a setting of its own, so that runs at the same time do not overwrite each other's. A reset of the account's
settings, as the web UI offers it, loses them all: an account for automation alone is the place for them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..kinds.user_setting import KEPT, PATH

if TYPE_CHECKING:
    from ..connection.client import Client


class Ledger:
    """The marks of one purpose: {key: value}, keys are texts, values what JSON can hold."""

    def __init__(self, client: Client, purpose: str) -> None:
        self.client = client
        self.place = KEPT + purpose

    def read(self) -> dict[str, Any]:
        return self.pick(self.client.get(PATH)["settings"])

    def pick(self, settings: list[dict[str, Any]]) -> dict[str, Any]:
        """The marks among all settings of the account."""
        return {one["key"]: json.loads(one["value"]) for one in settings if one["storagePath"] == self.place}

    def write(self, marks: dict[str, Any]) -> None:
        """Set these marks, or take away those whose value is None, in one request."""
        if marks:
            settings = [{"key": key, "storagePath": self.place, "value": text(value)} for key, value in marks.items()]
            self.client.post(PATH, {"settings": settings}, repeatable=True)


def text(value: dict[str, Any] | None) -> str:
    return "" if value is None else json.dumps(value, sort_keys=True)
