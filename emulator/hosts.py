# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Agents, their slots and containers: in memory only, a restarted master knows nothing of what was set here."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

# The first agents (pool, slots); those beyond are spread over the pools with BIG slots each.
FIRST = (("default", 4), ("gpu-a", 4), ("gpu-b", 2), ("default", 8))
BIG = 8
POOLS = ("default", "gpu-a", "gpu-b")
AUX_CAPACITY = 100


@dataclass
class Container:
    """One container of an allocation; without slots it only counts as an auxiliary one."""

    id: str
    allocation_id: str
    agent: Agent
    slots: list[Slot]
    state: str = "ASSIGNED"


@dataclass
class Slot:
    """One artificial device."""

    number: int
    uuid: str
    enabled: bool = True
    draining: bool = False
    container: Container | None = None

    @property
    def device(self) -> dict:
        return {"id": self.number, "brand": "Artificial", "uuid": self.uuid, "type": "TYPE_CPU"}


@dataclass
class Agent:
    """A machine of a pool."""

    id: str
    pool: str
    slots: list[Slot]
    registered: int
    enabled: bool = True
    draining: bool = False
    connected: bool = True
    lost_until: int = 0
    containers: dict[str, Container] = field(default_factory=dict)

    @property
    def usable(self) -> bool:
        """Whether it takes anything new."""
        return self.enabled and not self.draining and self.connected

    @property
    def used(self) -> int:
        return sum(1 for slot in self.slots if slot.container)

    @property
    def aux_used(self) -> int:
        return sum(1 for container in self.containers.values() if not container.slots)

    @property
    def capacity(self) -> int:
        """Slots that count for the pool: those enabled or busy, while draining the busy ones."""
        if self.draining or not self.connected:
            return self.used
        return sum(1 for slot in self.slots if slot.enabled or slot.container) if self.enabled else 0

    @property
    def aux_capacity(self) -> int:
        if self.draining or not self.connected:
            return self.aux_used
        return AUX_CAPACITY if self.enabled else 0

    def free(self) -> list[Slot]:
        """Slots that a new container can have."""
        return [slot for slot in self.slots if slot.enabled and not slot.container] if self.usable else []

    def switch(self, enabled: bool, draining: bool) -> None:
        """Enable or disable it with all its slots, also those that were set one by one."""
        self.enabled, self.draining = enabled, draining
        for slot in self.slots:
            slot.enabled, slot.draining = enabled, draining

    def place(self, allocation_id: str, slots: int) -> Container:
        """Start a container on the first free slots."""
        container = Container(str(uuid.uuid4()), allocation_id, self, self.free()[:slots])
        self.containers[container.id] = container
        for slot in container.slots:
            slot.container = container
        return container

    def remove(self, container: Container) -> None:
        self.containers.pop(container.id, None)
        for slot in container.slots:
            slot.container = None


def pools(count: int) -> tuple[str, ...]:
    """Names of the resource pools of a cluster with so many agents, in the order of the master's config."""
    return POOLS if count else POOLS[:1]


def make(number: int, now: int) -> Agent:
    """The agent of that number, counted from 1; its devices are the same each time."""
    pool, size = FIRST[number - 1] if number <= len(FIRST) else (POOLS[number % len(POOLS)], BIG)
    name = f"agent-{number}"
    slots = [Slot(n, str(uuid.uuid5(uuid.NAMESPACE_OID, f"{name}/{n}"))) for n in range(size)]
    return Agent(name, pool, slots, now)
