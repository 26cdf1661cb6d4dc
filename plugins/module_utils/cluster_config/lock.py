# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One apply at a time for a stack: flags in the account's settings, which all runs of the account can see."""

from __future__ import annotations

import os
import random
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ..engine.call import Call
from ..engine.ledger import Ledger
from ..errors import DeterminedError, Refused
from ..model.row import Row
from .stack import Stack, read_settings

PURPOSE = "lock/"
# Seconds that a flag counts; a run that goes on raises it again at each stage.
LASTS = 120.0


def now() -> float:
    return time.time()


@contextmanager
def locked(call: Call, stack: Stack, timeout: float) -> Iterator[tuple[Callable[[], None], bool]]:
    """Hold the lock of the stack while the block runs. Yields a function that holds it further, and raises Refused
    where it was lost; and whether another run has applied the stack since its ledger was read. Without a stack nothing
    is held."""
    if stack.name is None:
        yield (lambda: None), False
        return
    flag = Flag(Ledger(call.client, PURPOSE + stack.name))
    flag.take(timeout)
    try:
        yield flag.extend, has_moved(stack, flag.settings)
    finally:
        # One that stays up counts for two minutes only.
        with suppress(DeterminedError):
            flag.lower()


def is_busy(call: Call, stack: Stack) -> bool:
    """Whether another run applies the stack, or has done so since its ledger was read."""
    if stack.name is None:
        return False
    flag = Flag(Ledger(call.client, PURPOSE + stack.name))
    return bool(flag.others()) or has_moved(stack, flag.settings)


def has_moved(stack: Stack, settings: list[Row]) -> bool:
    """Whether another run has applied the stack since its ledger was read. ``settings``: those of the account now."""
    return Stack(stack.name, settings).meta.get("serial", 0) != stack.meta.get("serial", 0)


class Flag:
    """This run's flag among those of others."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.key = ledger, secrets.token_hex(8)
        self.until = 0.0
        # All settings of the account, as they were when others were looked for.
        self.settings: list[Row] = []
        # Flags of runs that were killed, to be taken away.
        self.old: dict[str, None] = {}

    def take(self, timeout: float) -> None:
        """Raise the flag; where another one is up, lower it, wait and try again. Raises Refused at the end."""
        deadline = now() + timeout
        while True:
            self.raise_flag()
            try:
                others = self.others()
            except BaseException:
                self.lower()
                raise
            if not others:
                return
            self.lower()
            if now() >= deadline:
                raise Refused(
                    f"Another run applies this stack: {', '.join(others)}.",
                    "Wait for its end, or raise lock_timeout. A run that was killed is forgotten after two minutes.",
                )
            time.sleep(random.uniform(0.2, 1.0))

    def raise_flag(self) -> None:
        self.until = now() + LASTS
        who = f"{socket.gethostname()} process {os.getpid()}"
        self.ledger.write({**self.old, self.key: {"until": self.until, "who": who}})

    def others(self) -> list[str]:
        """Who else has a flag up that still counts."""
        self.settings = read_settings(self.ledger.client)
        found: dict[str, Any] = self.ledger.pick(self.settings)
        self.old = {key: None for key, one in found.items() if one.get("until", 0) < now() - LASTS}
        return [str(one.get("who")) for key, one in found.items() if key != self.key and one.get("until", 0) > now()]

    def extend(self) -> None:
        if self.until - now() > LASTS / 2:
            return
        if self.until < now() and self.others():
            raise Refused("This run was stopped for so long that another one has begun.", "Run it again.")
        self.raise_flag()

    def lower(self) -> None:
        self.ledger.write({self.key: None})
