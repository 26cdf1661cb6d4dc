# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An archive while it comes: a file to read from, counted, bounded, and told of now and then."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from typing import BinaryIO

from ..errors import DeterminedError, Unreachable

PIECE = 1 << 20
SAY_EVERY = 5.0
MIB = 1 << 20


class Unsafe(DeterminedError):
    """An archive holds what must not be unpacked, or more than the master's record says. Nothing of it is kept."""

    code = "unsafe_archive"


class Broken(Unreachable):
    """An archive that came does not end as it should; the next attempt may bring a whole one."""


class Coming:
    """An answer's pieces as a file to read from.

    :param expected: bytes, None where they are not told.
    :param most: bytes that may come at most; more raises Unsafe.
    :param about: bytes to compare with in what is said.
    """

    def __init__(
        self, expected: int | None, pieces: Iterator[bytes], most: int, about: int, say: Callable[[str], None]
    ) -> None:
        self.expected, self.count, self._most = expected, 0, most
        self._pieces, self._rest = pieces, b""
        self._about, self._say, self._said = about, say, time.monotonic()
        self._demand_bound(expected or 0)

    def read(self, size: int) -> bytes:
        """``size`` bytes, fewer at the end only."""
        parts, missing = [], size
        while missing > 0:
            if not self._rest:
                self._rest = next(self._pieces, b"")
                if not self._rest:
                    break
                self._arrived(len(self._rest))
            parts.append(self._rest[:missing])
            self._rest = self._rest[missing:]
            missing -= len(parts[-1])
        return b"".join(parts)

    def _arrived(self, size: int) -> None:
        self.count += size
        self._demand_bound(self.count)
        now = time.monotonic()
        if now - self._said >= SAY_EVERY:
            self._said = now
            self._say(f"{self.count // MIB} of about {self._about // MIB} MiB")

    def _demand_bound(self, count: int) -> None:
        if count > self._most:
            raise Unsafe(f"The archive has more than {self._most} bytes, which is more than its files can need.")

    def finish(self) -> None:
        """Read what is left and see that it is all."""
        while self.read(PIECE):
            pass
        if self.expected is not None and self.count != self.expected:
            raise Broken(f"{self.count} of {self.expected} bytes came.")


class Copy:
    """A file to read from, of which everything that is read is written to another file too."""

    def __init__(self, source: Coming, target: BinaryIO) -> None:
        self._source, self._target = source, target
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        piece = self._source.read(size)
        self.digest.update(piece)
        self._target.write(piece)
        return piece
