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

SIZE = 1 << 16


class TokenCache:
    """A file without a name, opened before Ansible forks, so that the workers inherit it and nothing stays on disk."""

    def __init__(self):
        self._fd = os.open(tempfile.gettempdir(), os.O_TMPFILE | os.O_RDWR, 0o600) if hasattr(os, "O_TMPFILE") else None
        if self._fd is None:
            self._fd, path = tempfile.mkstemp()
            os.unlink(path)

    def entry(self, url, credentials):
        """The part of the cache for one master, user and password."""
        secret = "\0".join((url, credentials.user, credentials.password))
        return Entry(self, hashlib.sha256(secret.encode()).hexdigest())

    @contextlib.contextmanager
    def locked(self):
        fcntl.lockf(self._fd, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.lockf(self._fd, fcntl.LOCK_UN)

    def load(self):
        return json.loads(os.pread(self._fd, SIZE, 0) or b"{}")

    def store(self, tokens):
        content = json.dumps(tokens).encode()
        os.pwrite(self._fd, content, 0)
        os.ftruncate(self._fd, len(content))


class Entry:
    """What Client asks of a token cache."""

    def __init__(self, cache, key):
        self._cache, self._key = cache, key

    def lock(self):
        return self._cache.locked()

    def get(self):
        return self._cache.load().get(self._key)

    def put(self, token):
        self._cache.store(dict(self._cache.load(), **{self._key: token}))
