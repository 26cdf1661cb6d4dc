# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The journal of acts on many objects: a file that tells what was about to be sent, whatever happens to the run."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any

from ..errors import BadOption, DeterminedError
from ..safe_files import lock, open_to_append, unlock, write_all


class Journal:
    """A file with a JSON line for each act: before it is sent, and what came of it.

    A line is on the disk before the request goes out; where it cannot be written, nothing is sent. The file may be
    shared by runs at the same time. Only its owner may read it, as it has names and labels of others.

    :param path: None for no journal.
    """

    def __init__(self, path: str | None) -> None:
        self.path = path
        self._handle: int | None = None

    def __enter__(self) -> Journal:
        if self.path:
            try:
                self._handle = open_to_append(os.path.expanduser(self.path))
            except OSError as error:
                raise BadOption("journal", self.path, f"cannot be written: {error.strerror}.") from error
        return self

    def __exit__(self, *error: object) -> None:
        if self._handle is not None:
            os.close(self._handle)

    def write(self, phase: str, act: str, rows: Iterable[dict[str, Any]]) -> None:
        """One line for each of ``rows``, dicts with id and whatever else is worth keeping."""
        if self._handle is None:
            return
        time = datetime.now(timezone.utc).isoformat()
        lines = [json.dumps(dict({"time": time, "phase": phase, "act": act}, **row)) + "\n" for row in rows]
        try:
            self._append(self._handle, "".join(lines).encode())
        except OSError as error:
            raise DeterminedError(
                f"The journal {self.path} cannot be written: {error.strerror}.",
                "Nothing was sent after the last line of it; free the disk and run again.",
                code="journal",
            ) from error

    @staticmethod
    def _append(handle: int, content: bytes) -> None:
        lock(handle)
        try:
            # A run that was killed, or a full disk, left half a line. What follows must not become a part of it.
            write_all(handle, (b"\n" if ends_amid_a_line(handle) else b"") + content)
            os.fsync(handle)
        finally:
            unlock(handle)


def ends_amid_a_line(handle: int) -> bool:
    """Whether a file's last line has no end; never of an empty file, or a device."""
    size = os.fstat(handle).st_size
    return size > 0 and os.pread(handle, 1, size - 1) != b"\n"
