# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator inside a test process.

    with running() as emulator:
        requests.get(emulator.url + "/api/v1/master")
        emulator.journal()

It serves from a thread of its own on a free port of the loopback interface. `Control` also steers one that runs
elsewhere: `Control("http://127.0.0.1:8080")`.
"""

from __future__ import annotations

import asyncio
import functools
import json
import ssl
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import seed as seeding
from .master import Options
from .server import bind, listen
from .tls import server_context


@functools.cache
def make_opener(ca: str | Path | None) -> urllib.request.OpenerDirector:
    """Made once, as reading the machine's certificates takes longer than starting a master."""
    https = [urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=ca))] if ca else []
    # Never through a proxy: the emulator is on this machine.
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), *https)


class Control:
    """An emulator's control routes (control.py); ca: the certificate to trust, a file, of one that runs with TLS."""

    def __init__(self, url: str, ca: str | Path | None = None):
        self.url = url
        self._opener = make_opener(ca)

    def _send(self, method: str, name: str, body: dict | None = None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_emulator/{name}", data, method=method)
        with self._opener.open(request, timeout=60) as response:
            return json.load(response)

    def journal(self) -> list[dict]:
        """The requests so far: time (seconds since 1970), method, path, query, body, user, status, seconds."""
        return self._send("GET", "journal")

    def writes(self) -> list[dict]:
        """Those of them that are no GET, without the logins."""
        return [e for e in self.journal() if e["method"] != "GET" and not e["path"].startswith("/api/v1/auth/")]

    def forget(self) -> list[dict]:
        """Empty the journal. Returns what was in it."""
        return self._send("DELETE", "journal")

    def errors(self) -> list[dict]:
        """Exceptions that nobody foresaw: what, error (the traceback). There should be none."""
        return self._send("GET", "errors")

    def fault(self, kind: str, **more) -> dict:
        """Declare a fault (faults.py)."""
        return self._send("POST", "faults", {"kind": kind, **more})

    def faults(self) -> list[dict]:
        return self._send("GET", "faults")

    def no_faults(self) -> None:
        self._send("DELETE", "faults")

    def advance(self, seconds: float) -> str:
        """Move the clock; the new time."""
        return self._send("POST", "clock", {"advance": seconds})["now"]

    def connect(self, agent: str, connected: bool) -> None:
        """Let an agent (agent-1 …) lose its connection to the master, or be back."""
        self._send("POST", "agents", {"agent": agent, "connected": connected})

    def expire(self, username: str | None = None) -> None:
        """Let the tokens of a user, or of everybody, be too old."""
        self._send("POST", "tokens", {"expire": username})

    def revoke(self, username: str | None = None) -> None:
        """Let the tokens of a user, or of everybody, be revoked."""
        self._send("POST", "tokens", {"revoke": username})


@contextmanager
def running(
    *,
    experiments: int = 0,
    users: int | None = None,
    agents: int | None = None,
    checkpoints: int | None = None,
    tasks: int = 0,
    seed: int = 1,
    port: int = 0,
    tls: str | Path | None = None,
    tls_name: str | None = None,
    **options,
) -> Iterator[Control]:
    """An emulator for as long as the block lasts; options as on the command line (database, password, rbac …)."""
    size = seeding.Size(experiments, users, agents, checkpoints, tasks)
    context = server_context(tls, tls_name) if tls else None
    bound = bind(port=port)
    ready, failure = threading.Event(), []
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    address: list[str] = []

    async def serve() -> None:
        try:
            master = seeding.made_up(Options(**options), seed, size)
            runner, url = await listen(master, bound, context)
            address.append(url)
        except BaseException as error:
            failure.append(error)
            raise
        finally:
            ready.set()
        await stop.wait()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    ready.wait()
    if failure:
        thread.join()
        bound.close()
        raise failure[0]
    try:
        yield Control(address[0], Path(tls, "ca.pem") if tls else None)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
