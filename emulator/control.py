# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator's own routes, outside the API and never in the journal.

GET    /_emulator/journal    what was asked (journal.py)          DELETE  the same, and forget it
GET    /_emulator/faults     what is declared (faults.py)         POST    declare one    DELETE  none any more
GET    /_emulator/clock      {"now": …}                           POST    {"advance": seconds}
POST   /_emulator/tokens     {"expire": user name} or {"revoke": user name}; null: those of everybody
GET    /_emulator/errors     what the emulator itself did wrong: exceptions that nobody foresaw
POST   /_emulator/agents     {"agent": "agent-1", "connected": false}: it is lost, with true it is back
"""

from __future__ import annotations

import json
from collections.abc import Callable

from aiohttp import web

from . import clock
from .areas import auth

PREFIX = "/_emulator/"


def _journal(master, _body):
    return master.journal.entries()


def _forget(master, _body):
    entries = master.journal.entries()
    master.journal.clear()
    return entries


def _errors(master, _body):
    return master.errors


def _faults(master, _body):
    return master.faults.declared()


def _declare(master, body):
    return master.faults.declare(body)


def _no_faults(master, _body):
    master.faults.clear()


def _clock(master, _body):
    return {"now": clock.text(master.clock.now())}


def _advance(master, body):
    master.clock.advance(float(body["advance"]))
    return _clock(master, body)


def _end_tokens(master, body):
    for verb, username in body.items():
        if verb not in ("expire", "revoke"):
            raise ValueError("expire or revoke")
        auth.end_all(master, username, revoked=verb == "revoke")


def _agents(master, body):
    verb = master.scheduler.find_again if body["connected"] else master.scheduler.lose
    verb(body["agent"])


_ROUTES: dict[tuple[str, str], Callable] = {
    ("GET", "journal"): _journal,
    ("DELETE", "journal"): _forget,
    ("GET", "errors"): _errors,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _declare,
    ("DELETE", "faults"): _no_faults,
    ("GET", "clock"): _clock,
    ("POST", "clock"): _advance,
    ("POST", "tokens"): _end_tokens,
    ("POST", "agents"): _agents,
}


async def answer(master, request: web.Request) -> web.Response:
    """Carry out a control request: 200 with JSON, 400 where the body makes no sense, 404 for an unknown one."""
    handler = _ROUTES.get((request.method, request.path.removeprefix(PREFIX)))
    if handler is None:
        return web.json_response({"message": "Not Found"}, status=404)
    try:
        body = json.loads(await request.read() or b"{}")
        return web.json_response(handler(master, body))
    except (ValueError, KeyError, TypeError) as error:
        return web.json_response({"message": f"{type(error).__name__}: {error}"}, status=400)
