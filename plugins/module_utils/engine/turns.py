# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Taking turns in making what the master does not keep from being made twice.

Several hosts of a play, or several runs on one machine, may look for the same object at the same time, find none and
each make one. Whoever looks with the intention to make one takes a turn first: a lock on a file, which both execution
paths and other runs of the same user share. On other machines, and where no file can be locked, only a second look
afterwards helps.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress

from ..safe_files import open_own_folder, open_to_append, try_to_lock
from ..store.wait import poll
from .call import Call

FOLDER = "determined_ai.determined-{}"
WAITS = 300


class Turn:
    """The right to make the object of a kind that a key stands for. Check mode makes nothing and takes no turn."""

    def __init__(self, call: Call, kind: str, key: str) -> None:
        self._call, self._what = call, f"{kind} {key}"
        self._path: str | None = None
        self._handle: int | None = None
        if not call.check_mode:
            text = "\0".join((call.client.url, kind, key))
            name = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
            self._path = os.path.join(tempfile.gettempdir(), FOLDER.format(os.geteuid()), name)

    def __enter__(self) -> Turn:
        if self._path is not None:
            timeout = max(WAITS, self._call.params.get("wait_timeout") or 0)
            # Without a place for files there is still the look afterwards.
            with suppress(OSError):
                poll(self._taken, timeout, f"another run has made {self._what}")
        return self

    def __exit__(self, *error: object) -> None:
        self.leave()

    def leave(self) -> None:
        """Let the next one go on, as soon as the object is there."""
        if self._handle is not None and self._path is not None:
            # Taken away while it is locked: whoever waits for it sees that it is another file now.
            with suppress(OSError):
                os.unlink(self._path)
            os.close(self._handle)
            self._handle = None

    def _taken(self) -> bool:
        if self._path is None:
            raise AssertionError("self._path is not None")
        os.close(open_own_folder(os.path.dirname(self._path)))
        handle = open_to_append(self._path)
        if try_to_lock(handle) and is_at(self._path, handle):
            self._handle = handle
            return True
        os.close(handle)
        return False


def is_at(path: str, handle: int) -> bool:
    """Whether the file of a handle still has this name."""
    try:
        return os.path.samestat(os.lstat(path), os.fstat(handle))
    except FileNotFoundError:
        return False
