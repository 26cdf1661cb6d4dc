# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP: every request goes through `Server.dispatch`: journal, faults, route, decoding, login, handler, JSON."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
import logging
import socket
import ssl
import time
import traceback
from urllib.parse import parse_qsl

from aiohttp import web

from . import control
from .answers import Binary, Text
from .areas import auth
from .call import Call
from .errors import ApiError, internal
from .fields import NOTHING, TYPES, decode_field, from_query, load_json
from .master import Master

log = logging.getLogger("emulator")
JSON = "application/json"
UNKNOWN_ROUTE = ApiError(12, "Not Implemented")
BIGGEST_BODY = 256 * 1024 * 1024


class Raw(bytes):
    """An answer that is JSON text already."""


class DroppedError(Exception):
    """The connection was cut on request."""


def to_json(value) -> bytes:
    return value if isinstance(value, Raw) else json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


class Server:
    """The master behind a socket."""

    def __init__(self, master: Master):
        self.master = master
        self._wake = asyncio.Event()
        master.clock.on_change = self._wake.set

    def application(self) -> web.Application:
        app = web.Application(client_max_size=BIGGEST_BODY)
        app.router.add_route("*", "/{path:.*}", self.dispatch)
        app.cleanup_ctx.append(self._events)
        return app

    async def _events(self, _app):
        task = asyncio.create_task(self._run_events())
        yield
        self.master.sender.close()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def _run_events(self) -> None:
        """Let scheduled events happen in their time, whether anybody asks or not."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self.master.clock.next_due())
            self._wake.clear()
            self._run_due()

    def _run_due(self) -> None:
        try:
            self.master.clock.run_due()
        except Exception:
            self._failed("a scheduled event")

    def _failed(self, what: str) -> None:
        """Keep the exception that is being handled: one that nobody foresaw is a fault of the emulator."""
        log.exception(what)
        self.master.errors.append({"what": what, "error": traceback.format_exc()})

    async def dispatch(self, request: web.Request) -> web.StreamResponse:
        path = request.rel_url.raw_path
        if path.startswith(control.PREFIX):
            return await control.answer(self.master, request)
        arrived, began = time.time(), time.perf_counter()
        entry = {"user": None, "status": 0}
        body = await request.read()
        try:
            response = await self._with_faults(request, path, body, entry)
            entry["status"] = response.status
            return response
        except DroppedError:
            if request.transport:
                request.transport.abort()
            return web.Response()
        finally:
            self.master.journal.add(
                time=arrived,
                method=request.method,
                path=path,
                query=request.rel_url.raw_query_string,
                body=body,
                **entry,
                seconds=round(time.perf_counter() - began, 6),
            )

    async def _with_faults(self, request: web.Request, path: str, body: bytes, entry: dict) -> web.StreamResponse:
        faults = {fault["kind"]: fault for fault in self.master.faults.for_request(request.method, path)}
        if "delay" in faults:
            await asyncio.sleep(faults["delay"].get("seconds", 1))
        if "restart" in faults:
            self.master.restart()
            raise DroppedError
        if "lose" in faults:
            self._lose(faults["lose"].get("agent"))
        if "reset" in faults:
            raise DroppedError
        if "status" in faults:
            return _failure(faults["status"])
        if "redirect" in faults:
            return web.Response(status=302, headers={"Location": faults["redirect"].get("location", "/")})
        if "expire" in faults:
            auth.expire(self.master, _token(request))
        response = await self._answer(request, path, body, entry)
        if "reset_after" in faults:
            raise DroppedError
        if "truncate" in faults and isinstance(response, web.Response) and isinstance(response.body, bytes):
            half = web.StreamResponse(status=response.status, headers={"Content-Type": JSON})
            half.content_length = len(response.body)
            await half.prepare(request)
            await half.write(response.body[: len(response.body) // 2])
            entry["status"] = response.status
            raise DroppedError
        return response

    def _lose(self, agent: str | None) -> None:
        agents = self.master.scheduler.agents
        for name in [agent] if agent else list(agents):
            if name in agents:
                self.master.scheduler.lose(name)

    async def _answer(self, request: web.Request, path: str, body: bytes, entry: dict) -> web.StreamResponse:
        self._run_due()
        segments = path.rstrip("/").split("/")[1:] or [""]
        # The gateway never matches an escaped slash.
        row = None if "%2f" in path.lower() else self.master.router.find(request.method, segments)
        if row is None:
            if path.startswith("/api/v1/"):
                return _json(UNKNOWN_ROUTE.status, UNKNOWN_ROUTE.body())
            user = auth.user_of(self.master, _token(request))
            status, text = (404, "Not Found") if user else (401, "Unauthorized")
            return _json(status, {"message": text})
        call = Call(self.master, None, _token(request), request.headers)
        try:
            decoded = _decode(row, segments, request, body)
        except ApiError as error:
            return _json(error.status, error.body())
        try:
            if not row.open:
                call.user = auth.require(self.master, call.token)
                entry["user"] = call.user["username"]
            if row.stream:
                return await self._stream(request, row.handler(call, decoded))
            with self.master.db.transaction():
                result = row.handler(call, decoded)
            if inspect.isgenerator(result):
                result = await _awaited(request, result)
        except ApiError as error:
            if error.unproven:
                self.master.journal.guess(error.unproven)
            return _json(error.status, _error_body(error, row))
        except DroppedError:
            raise
        except Exception as error:
            self._failed(f"{request.method} {request.rel_url.raw_path_qs}")
            return _json(500, internal(f"emulator: {error!r}").body())
        if isinstance(result, Text):
            return web.Response(text=result, content_type=result.content_type)
        if isinstance(result, Binary):
            response = web.Response(body=bytes(result), content_type=result.content_type)
            if not result.sized:
                response.enable_chunked_encoding()
            return response
        response = web.Response(body=to_json(result), headers={"Content-Type": JSON})
        if call.cookie is not None:
            response.headers["Set-Cookie"] = call.cookie
        return response

    async def _stream(self, request: web.Request, results) -> web.StreamResponse:
        """One JSON object a line. A handler yields results, or a number of seconds to wait before it is asked again."""
        response = web.StreamResponse(headers={"Content-Type": JSON})
        try:
            for result in results:
                if isinstance(result, (int, float)):
                    await asyncio.sleep(result)
                    if request.transport is None:
                        raise DroppedError
                    continue
                if not response.prepared:
                    await response.prepare(request)
                await response.write(to_json({"result": result}) + b"\n")
        except ApiError as error:
            if not response.prepared:
                raise
            await response.write(to_json(error.stream_body()) + b"\n")
        except ConnectionResetError:
            return response
        if not response.prepared:
            await response.prepare(request)
        await response.write_eof()
        return response


def _token(request: web.Request) -> str | None:
    """The token of a request: the gateway's header, the usual one, or the cookie; "" if a header holds none."""
    header = request.headers.get("Grpc-Metadata-x-user-token") or request.headers.get("Authorization")
    if header is None:
        return request.cookies.get("auth")
    return header.removeprefix("Bearer ") if header.startswith("Bearer ") else ""


def _decode(row, segments: list[str], request: web.Request, body: bytes) -> dict:
    decoded = row.spec.blank()
    if row.body == "*":
        value = load_json(body)
        if value is not NOTHING and value is not None:
            decoded = row.spec.decode(value)
    elif row.body:
        field = row.spec.by_name[row.body]
        value = load_json(body)
        if value is not NOTHING and value is not None:
            decoded[field.name] = decode_field(field, value)
        elif field.kind in TYPES:
            decoded[field.name] = TYPES[field.kind].blank()
    if row.body != "*" and request.rel_url.raw_query_string:
        from_query(row.spec, parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True), decoded)
    for name, value in row.path_values(segments).items():
        # `{metrics.trialId}` is a field inside a message.
        *outer, last = name.split(".")
        target = decoded
        for part in outer:
            target = target.setdefault(part, TYPES[row.spec.by_name[part].kind].blank())
        target[last] = value
    return decoded


async def _awaited(request: web.Request, steps):
    """What a handler returns that is a generator: it yields seconds to wait until it can go on."""
    while request.transport is not None:
        try:
            await asyncio.sleep(next(steps))
        except StopIteration as end:
            return end.value
    raise DroppedError


def _error_body(error: ApiError, row) -> dict:
    if not row.path.startswith("/api/v1/"):
        return {"message": "Unauthorized" if error.code == 16 else error.text}
    return error.stream_body() if row.stream else error.body()


def _json(status: int, value: dict) -> web.Response:
    return web.Response(status=status, body=to_json(value) + b"\n", headers={"Content-Type": JSON})


def _failure(fault: dict) -> web.Response:
    headers = {"Retry-After": str(fault["retryAfter"])} if "retryAfter" in fault else {}
    status, body = fault.get("status", 503), fault.get("body", {})
    if isinstance(body, str):
        return web.Response(status=status, text=body, content_type="text/html", headers=headers)
    return web.Response(status=status, body=to_json(body), headers={"Content-Type": JSON, **headers})


def bind(host: str = "127.0.0.1", port: int = 0) -> socket.socket:
    """A socket of that address (port 0: a free one) on which nobody listens yet. Raises OSError."""
    family, kind, protocol, dummy, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound


async def listen(master: Master, bound: socket.socket, tls: ssl.SSLContext | None = None) -> tuple[web.AppRunner, str]:
    """Serve on the socket until the runner is cleaned up: (the runner, the URL)."""
    # What still runs at the end (a stream that follows) is not waited for.
    runner = web.AppRunner(Server(master).application(), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.SockSite(runner, bound, ssl_context=tls).start()
    host, port = bound.getsockname()[:2]
    return runner, f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
