# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was asked of the API, for tests to look at."""

from __future__ import annotations

import collections
import json

SIZE = 100_000


class Journal:
    """The last requests (SIZE at most), oldest first."""

    def __init__(self, size: int = SIZE):
        self._entries: collections.deque[dict] = collections.deque(maxlen=size)
        self._unproven: list[str] = []

    def add(self, **entry) -> None:
        if self._unproven:
            entry["unproven"], self._unproven = self._unproven, []
        self._entries.append(entry)

    def guess(self, what: str) -> None:
        """Note that the emulator now does something that no recording and no source of a master shows; what: in a
        sentence. It is told with the request that is under way, or where there is none with the next one."""
        self._unproven.append(what)

    def clear(self) -> None:
        self._entries.clear()

    def entries(self) -> list[dict]:
        """Each: time (when it came, in seconds since 1970), method, path, query, body (JSON if it was JSON), user (or
        None), status (0: no answer), seconds (that it took); unproven, where the emulator could only guess: what."""
        return [{**entry, "body": _shown(entry["body"])} for entry in self._entries]


def _shown(body: bytes):
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")
