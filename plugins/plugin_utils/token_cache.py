# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens got by password, shared by all workers of one play: one login per master and user."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

from ..module_utils.connection.auth import Credentials

# Locks of single logins lie behind what the file can ever hold.
LOCKS, FIRST_LOCK = 1 << 20, 1 << 40


def nameless_file() -> int | None:
    """A file without a name, readable by this user alone; None where no temporary folder can be written to.

    Not every file system makes one at once (overlays of containers, network file systems): there it loses its name.
    """
    try:
        return os.open(tempfile.gettempdir(), os.O_TMPFILE | os.O_RDWR, 0o600)
    except (AttributeError, OSError):
        pass
    try:
        descriptor, path = tempfile.mkstemp()
        os.unlink(path)
    except OSError:
        return None
    return descriptor


class TokenCache:
    """A file without a name, opened before Ansible forks, so that the workers inherit it and nothing stays on disk.

    Without a file, which is no reason to end a play, each process logs in for itself.
    """

    def __init__(self) -> None:
        self._fd = nameless_file()

    def entry(self, url: str, credentials: Credentials) -> Entry:
        """The part of the cache for one master, user and password."""
        secret = "\0".join((url, credentials.user or "", credentials.password or ""))
        return Entry(self, hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest())

    @contextlib.contextmanager
    def locked(self, start: int = 0) -> Iterator[None]:
        """One byte locked against other processes: the first for what is stored, one further on for each login."""
        if self._fd is None:
            yield
            return
        fcntl.lockf(self._fd, fcntl.LOCK_EX, 1, start)
        try:
            yield
        finally:
            fcntl.lockf(self._fd, fcntl.LOCK_UN, 1, start)

    def load(self) -> dict[str, Any]:
        if self._fd is None:
            return {}
        content = os.pread(self._fd, os.fstat(self._fd).st_size, 0)
        try:
            found = json.loads(content or b"{}")
        except ValueError:
            # The folder was full when it was written.
            return {}
        return found if isinstance(found, dict) else {}

    def store(self, tokens: Mapping[str, Any]) -> None:
        if self._fd is None:
            return
        content = json.dumps(tokens).encode()
        try:
            os.pwrite(self._fd, content, 0)
            os.ftruncate(self._fd, len(content))
        except OSError:
            # A full folder costs another login, not the play.
            os.ftruncate(self._fd, 0)


class Entry:
    """What Client asks of a token cache."""

    def __init__(self, cache: TokenCache, key: str) -> None:
        self._cache, self._key = cache, key

    def lock(self) -> contextlib.AbstractContextManager[None]:
        """Logins to other masters, or of other users, do not wait for this one."""
        return self._cache.locked(FIRST_LOCK + int(self._key, 16) % LOCKS)

    def get(self) -> str | None:
        with self._cache.locked():
            found = self._cache.load().get(self._key)
        return found if isinstance(found, str) else None

    def put(self, token: str | None) -> None:
        with self._cache.locked():
            self._cache.store(dict(self._cache.load(), **{self._key: token}))
