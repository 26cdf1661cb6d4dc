# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a handler gets of the master and of the request that it answers."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .master import Master


@dataclass
class Call:
    """One request on its way: what a handler may use."""

    master: Master
    user: sqlite3.Row | None
    token: str | None
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self):
        self.db = self.master.db
        self.clock = self.master.clock
        self.faults = self.master.faults
        self.now = self.clock.now
        self.cookie: str | None = None
