# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends what webhooks send: signed, and again when the receiver is not there or fails."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable

import aiohttp

TIMEOUT = aiohttp.ClientTimeout(total=30)
# Seconds before the second and the third try.
WAITS = (1.5, 2.0)


def encode(payload: dict) -> bytes:
    """JSON as Go writes it: no blanks, and what means something in HTML escaped."""
    text = json.dumps(payload, separators=(",", ":"), ensure_ascii=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode()


def signature(key: str, timestamp: int, body: bytes) -> str:
    """Hexadecimal HMAC-SHA256 of `timestamp,body`."""
    return hmac.new(key.encode(), f"{timestamp},".encode() + body, hashlib.sha256).hexdigest()


class SendError(Exception):
    """The receiver could not be reached; in the words of Go's HTTP client."""


class Sender:
    """Signs with a key that is new at each start of the master. now: seconds since 1970."""

    def __init__(self, now: Callable[[], int], waits: tuple[float, ...] = WAITS):
        self.key = secrets.token_hex(6)
        self._now = now
        self._waits = waits
        self._tasks: set[asyncio.Task] = set()

    def headers(self, body: bytes) -> dict:
        """The headers of a signed request that is sent now."""
        timestamp = self._now()
        return {
            "X-Determined-AI-Signature-Timestamp": str(timestamp),
            "X-Determined-AI-Signature": signature(self.key, timestamp, body),
            "Content-Type": "application/json; charset=UTF-8",
        }

    async def post(self, url: str, body: bytes, headers: dict) -> int:
        """Send once, follow redirects: the status; SendError without an answer."""
        headers = {"User-Agent": "Go-http-client/1.1", **headers}
        try:
            async with (
                aiohttp.ClientSession(timeout=TIMEOUT, skip_auto_headers=("Accept", "Content-Type")) as session,
                session.post(url, data=body, headers=headers) as response,
            ):
                return response.status
        except aiohttp.InvalidURL:
            raise SendError(
                f'Post "{url}": unsupported protocol scheme "{url.partition(":")[0] if ":" in url else ""}"'
            ) from None
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise SendError(f'Post "{url}": {error}') from None

    async def deliver(self, url: str, body: bytes) -> bool:
        """Send until the receiver takes or refuses it: whether it took it. Each try is signed anew."""
        for wait in (*self._waits, None):
            status = 503
            with contextlib.suppress(SendError):
                status = await self.post(url, body, self.headers(body))
            if status < 500:
                return status < 400
            if wait is not None:
                await asyncio.sleep(wait)
        return False

    def send(self, url: str, payload: dict) -> None:
        """Deliver in the background, from the moment on when the event loop has a turn."""
        self._start(self.deliver(url, encode(payload)))

    def try_once(self, url: str, body: bytes, headers: dict) -> asyncio.Task:
        """Send once in the background: a task with the result of post."""
        return self._start(self.post(url, body, headers))

    def _start(self, work) -> asyncio.Task:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def close(self) -> None:
        """Give up what is under way."""
        for task in self._tasks:
            task.cancel()
