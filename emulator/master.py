# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulated master: what belongs together for as long as it runs."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from . import routes
from .clock import Clock
from .delivery import Sender
from .faults import Faults
from .journal import Journal
from .masterlog import MasterLog
from .parents import with_fates
from .scheduler import Allocation, Scheduler
from .store import Store


@dataclass
class Options:
    """How the master is set up."""

    database: str = ":memory:"
    password: str = "Testing1!"
    rbac: bool = False
    cluster_name: str = ""
    agents: int = 0
    # Names of resource pools besides those of the agents; no agent is in them.
    pools: tuple[str, ...] = ()


@dataclass
class Master:
    """One running master."""

    options: Options = field(default_factory=Options)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self):
        self.faults = Faults()
        self.journal = Journal()
        self.errors: list[dict] = []
        # Set by each start (areas/webhooks.py, areas/training.py).
        self.sender: Sender
        self.train: Callable[[int, Allocation], None]
        self.router = routes.router()
        self.master_id = str(uuid.uuid4())
        self.log = MasterLog(self.clock)
        self.db = Store(self.options.database)
        areas = areas_in_order()
        for area in areas:
            self.db.define(with_fates(getattr(area, "SCHEMA", "")))
        self.is_new = self.db.fresh
        self.scheduler = Scheduler(self, self.options.agents)
        if self.is_new:
            self._hook("first", areas)
        self._hook("start", areas)

    def _hook(self, name: str, areas: list) -> None:
        with self.db.transaction():
            for area in areas:
                getattr(area, name, lambda master: None)(self)

    def restart(self) -> None:
        """What is stored stays; what a real one forgets when it restarts is forgotten."""
        self.master_id = str(uuid.uuid4())
        self.clock.forget()
        self.sender.close()
        self.scheduler = Scheduler(self, self.options.agents)
        self._hook("start", areas_in_order())

    @property
    def rbac(self) -> bool:
        return self.options.rbac


def areas_in_order() -> list:
    return sorted(routes.modules(), key=lambda area: getattr(area, "ORDER", 50))
