# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What earlier runs learned about the checkpoints of experiments, so that the master is not asked again each night.

Asking costs one request for each experiment. The memory says of an experiment how many bytes the policy would free, and
holds as long as all that this depends on stays the same: the policy, the number and the size of the checkpoints, the
end of the experiment, and which checkpoints are registered. What the memory does not say, or says in a way that cannot
be read, is asked of the master. So a memory that is lost, old or of something else costs requests; nothing is removed
because of it.

It is in the settings of the calling account, where it outlives the machine that a run is on. Each setting holds BLOCK
ids; an experiment takes some 13 bytes, and is forgotten when nothing has looked at it for ``recheck_after``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from ..connection.client import Client
from ..engine.ledger import PATH as SETTINGS
from ..engine.ledger import Ledger
from ..model.row import Row

PURPOSE = "checkpoint_gc"
WRITE = f"POST {SETTINGS}"
# Of the form below, and of what a mark is made of.
VERSION = 1
BLOCK = 10_000
MARK = 8
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
DAY = timedelta(days=1)
# The part of the time after which the first are asked about again. The others follow in the rest of it, depending on
# their ids, so that all that was learned in one night is not due in one night.
EARLIEST = 2 / 3


@dataclass(frozen=True)
class Seen:
    """``mark``: stands for all that the answer depends on. ``day``: when the master was asked, in days since 1970.
    ``freed``: bytes that the policy would free, 0 where it keeps all checkpoints."""

    mark: str
    day: int
    freed: int


def mark_of(row: Row, policy: Mapping[str, int], registered: Collection[str | None]) -> str:
    """Stands for what decides which checkpoints of an experiment a policy keeps."""
    facts = [VERSION, sorted(policy.items()), row["checkpoint_count"], row["checkpoint_bytes"], row["end_time"]]
    text = json.dumps([*facts, sorted(map(str, registered))])
    return hashlib.sha256(text.encode()).hexdigest()[:MARK]


class Memory:
    """What is known of experiments, {id: Seen}.

    :param recheck_after: the longest time that it is believed.
    """

    def __init__(self, client: Client, recheck_after: timedelta, now: datetime) -> None:
        self.ledger = Ledger(client, PURPOSE)
        self.days = recheck_after / DAY
        self.today = (now - EPOCH) // DAY
        self.known: dict[int, Seen] = {}
        self._stored: dict[str, Any] = {}

    def read(self) -> None:
        self._stored = self.ledger.read()
        for key, block in self._stored.items():
            self.known.update(
                {ident: seen for ident, seen in decode(key, block).items() if self.is_recent(ident, seen.day)}
            )

    def is_recent(self, ident: int, day: int) -> bool:
        """Whether what was seen on a day is still believed. A day to come is that of a clock that was wrong."""
        spread = ident * 2654435761 % 2**32 / 2**32
        return 0 <= self.today - day < self.days * (EARLIEST + (1 - EARLIEST) * spread)

    def recall(self, ident: int, mark: str) -> Seen | None:
        """What is known of an experiment; None where it has changed since."""
        seen = self.known.get(ident)
        return seen if seen is not None and seen.mark == mark else None

    def learn(self, ident: int, mark: str, freed: int) -> None:
        self.known[ident] = Seen(mark, self.today, freed)

    def changes(self) -> dict[str, Any]:
        """The settings to write, None for those to take away."""
        blocks: dict[str, dict[int, Seen]] = {}
        for ident in sorted(self.known):
            blocks.setdefault(str(ident // BLOCK), {})[ident] = self.known[ident]
        wanted = {key: encode(block) for key, block in blocks.items()}
        gone = dict.fromkeys(set(self._stored) - set(wanted))
        return {**gone, **{key: block for key, block in wanted.items() if block != self._stored.get(key)}}

    def write(self) -> None:
        self.ledger.write(self.changes())


def encode(block: Mapping[int, Seen]) -> dict[str, Any]:
    """A block as JSON holds it: ids and days as steps from the one before, which are short numbers."""
    return {
        "version": VERSION,
        "ids": steps(list(block)),
        "days": steps([one.day for one in block.values()]),
        "marks": "".join(one.mark for one in block.values()),
        "freed": {str(ident): one.freed for ident, one in block.items() if one.freed},
    }


def decode(key: str, block: Any) -> dict[int, Seen]:
    """{id: Seen} of a block; nothing where it is not what ``encode`` writes under this key."""
    try:
        if block["version"] != VERSION:
            return {}
        ids, days = sums(block["ids"]), sums(block["days"])
        marks, freed = block["marks"], block["freed"]
        fits = len(days) == len(ids) and len(marks) == MARK * len(ids) and {one // BLOCK for one in ids} == {int(key)}
        found = {
            ident: Seen(marks[place * MARK : (place + 1) * MARK], day, freed.get(str(ident), 0))
            for place, (ident, day) in enumerate(zip(ids, days))
        }
    except (TypeError, KeyError, AttributeError, ValueError):
        return {}
    return found if fits and all(is_count(one.freed) for one in found.values()) else {}


def is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def steps(numbers: list[int]) -> list[int]:
    return [number - before for before, number in zip([0, *numbers], numbers)]


def sums(numbers: list[int]) -> list[int]:
    """The reverse of ``steps``. Raises TypeError for what are no numbers."""
    found, total = [], 0
    for number in numbers:
        if not isinstance(number, int):
            raise TypeError
        total += number
        found.append(total)
    return found
