# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How acts on agents, slots and jobs are taken back: these are no described kinds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..cluster import agents, jobs
from ..cluster.agent_rows import agent_path, read_agents
from ..cluster.availability import ACTS, Places, place_act
from ..cluster.pool_rows import read_pools
from ..cluster.queue_rows import read_queue
from ..engine.call import Call
from ..engine.many import Act, Many, View
from ..model.row import Row
from .described import NO_WAY, Back, UndoStage
from .entries import JournalEntry, Key

OFF = ("draining", "drained", "disabled")


class Plain(ABC):
    """Objects that are read all at once, and acts that bear the names of the properties they change."""

    view: View

    def __init__(self, call: Call) -> None:
        self.call = call

    @abstractmethod
    def every(self) -> Iterable[Row]:
        """The objects as they are now."""

    def read(self, entries: Iterable[JournalEntry]) -> dict[Key, Row]:
        rows = {row["id"]: row for row in self.every()}
        return {one.key(): rows[one.id] for one in entries if one.id in rows}

    def moved_key(self, entry: JournalEntry) -> Key:
        return entry.key()

    def fixed(self, entry: JournalEntry) -> dict[str, str]:
        return {}

    def properties(self, entry: JournalEntry) -> set[str]:
        return {entry.act}

    def is_so(self, row: Row, name: str, value: Any) -> bool:
        return bool(row.get(name) == value)


class Availability(Plain):
    """Agents, or slots. What was off is drained again, never disabled: nothing that runs by now is ended."""

    def __init__(self, call: Call, view: View, word: str, path: Callable[[Row], str]) -> None:
        super().__init__(call)
        self.view, self.word, self.path = view, word, path

    def every(self) -> Iterable[Row]:
        return read_agents(self.call.client)

    def final(self, entry: JournalEntry) -> str | None:
        return None if entry.act in ACTS else NO_WAY.format(entry.act)

    def properties(self, entry: JournalEntry) -> set[str]:
        return {"state"}

    def is_so(self, row: Row, name: str, value: Any) -> bool:
        # One that is off by itself counts as drained, and what drains is drained in the end.
        return bool(row["state"] == value or (value in OFF and row["state"] in OFF))

    def stages(self, backs: list[Back]) -> Iterator[UndoStage]:
        many = Many()
        for back in backs:
            act = "enabled" if back.before["state"] == "enabled" else "drained"
            many.add(back.entry.id, back.row, [act], {"state": back.row["state"]}, {"state": act})
        places = Places(self.view, self.path, lambda: {row["id"]: row for row in self.every()}, self.word)
        acts = [place_act(self.call, places, name) for name in ACTS]
        yield UndoStage(self.view, many, acts, {back.entry.id: back for back in backs})


class Slots(Availability):
    def every(self) -> Iterable[Row]:
        return [agents.slot_of(row, slot) for row in read_agents(self.call.client) for slot in row["slot_details"]]


class Jobs(Plain):
    """What waits or runs; a job that has left its queue is not there."""

    view = jobs.VIEW

    def every(self) -> Iterable[Row]:
        return read_queue(self.call.client, self.pools())

    def pools(self) -> list[str]:
        return [pool["name"] for pool in read_pools(self.call.client)]

    def final(self, entry: JournalEntry) -> str | None:
        return None if entry.act in jobs.ACTS else NO_WAY.format(entry.act)

    def stages(self, backs: list[Back]) -> Iterator[UndoStage]:
        many = Many()
        for back in backs:
            have = {name: back.row[name] for name in back.before}
            many.add(back.entry.id, back.row, [one for one in jobs.ACTS if one in back.before], have, back.before)
        pools = self.pools()
        acts: list[Act] = [jobs.job_act(self.call.client, name, pools) for name in jobs.ACTS]
        yield UndoStage(self.view, many, acts, {back.entry.id: back for back in backs})


def agents_way(call: Call) -> Availability:
    return Availability(call, View("agents", agents.report, agents.columns), "Agent", lambda row: agent_path(row["id"]))


def slots_way(call: Call) -> Slots:
    return Slots(
        call,
        View("slots", agents.slot_report, agents.slot_columns),
        "Slot",
        lambda row: f"{agent_path(row['agent_id'])}/slots/{row['slot']}",
    )
