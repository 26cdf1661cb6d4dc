# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in for a container: its image's name says how it behaves.

- `fake/run`, and any other: runs until it is stopped
- `fake/exit0`, `fake/exit1`: ends at once with that code
- `fake/slowpull`: takes 6 s to pull, then like fake/run
- `fake/nopull`: cannot be pulled
- `fake/train`: a trial that reports metrics and a checkpoint at 10 and at 20 batches, then ends with 0

In the environment: `FAKE_LINGER` (seconds a trial still runs after it was asked to stop), `FAKE_GC=exit1` (the removal
of the experiment's checkpoints fails).
"""

from __future__ import annotations

from dataclasses import dataclass

# Seconds, about those of a real cluster with the images at hand.
DECIDING, PULLING, STARTING, GETTING_READY, EXITING, DYING, LEAVING = 0.2, 0.05, 0.05, 0.2, 0.1, 0.1, 0.05
STOPPING = 0.3
COLLECTING = 0.3


@dataclass(frozen=True)
class Image:
    """exit_code: with what it ends by itself, None if it does not."""

    pulling: float = PULLING
    found: bool = True
    exit_code: int | None = None
    trains: bool = False


_KNOWN = {
    "fake/exit0": Image(exit_code=0),
    "fake/exit1": Image(exit_code=1),
    "fake/slowpull": Image(pulling=6),
    "fake/nopull": Image(found=False),
    "fake/train": Image(exit_code=0, trains=True),
}


def behaviour(name: str) -> Image:
    return _KNOWN.get(name, Image())
