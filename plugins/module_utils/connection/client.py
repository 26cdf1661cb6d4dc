# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP to one master: a kept-alive session, retries, typed errors, the read-only switch. Nothing above knows HTTP."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from typing import Any

from ..errors import Denied, NotLoggedIn, Refused, TooLarge, Unreachable
from . import auth
from .hints import hint, not_json_hint, tls_hint
from .refusals import refusal
from .transport import (
    READ_SIZE,
    BearerToken,
    flat,
    innermost,
    never_arrived,
    open_session,
    requests,
    retry_after,
)

RETRIED_STATUS = (429, 502, 503, 504)
REPEATABLE_METHODS = ("GET", "PUT", "PATCH")
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0


class Outcome(Unreachable):
    """A write whose answer was lost: it may or may not have been done. Look before sending it again."""

    code = "outcome_unknown"


class Client:
    """One user's view of one master.

    :param url: as :func:`auth.master_url` makes it.
    :param credentials: :class:`auth.Credentials`; a password is used at the first request and after a 401.
    :param tls: :class:`auth.Tls`.
    :param read_only: refuse every write, as check mode needs it.
    :param timeout: seconds to wait for a connection and then for each part of an answer.
    :param retry_time: seconds that all repeats of one request may take together; 0 repeats nothing.
    :param token_cache: where a token got by password is shared: get(), put(token), and lock() as a context.
    """

    def __init__(self, url, credentials, tls=None, read_only=False, timeout=60, retry_time=30, token_cache=None):
        self.url = url
        self.credentials = credentials
        self.read_only = read_only
        self.timeout = timeout
        self.retry_time = retry_time
        self.token_cache = token_cache
        self.token = credentials.token
        self.writes = []
        self.logins = 0
        self._login_lock = threading.Lock()
        self._session = open_session(url, tls or auth.Tls())

    def begin(self, read_only):
        """Use a kept client for another task's item: what was written before is forgotten."""
        self.read_only = read_only
        self.writes = []
        self.logins = 0

    def close(self) -> None:
        self._session.close()

    def secrets(self) -> list[str | None]:
        """What nobody may see of what this client knows."""
        password = self.credentials.password
        return [self.token, self.credentials.token, password, auth.hashed(password or "")]

    def get(self, path, log_in=True, **query):
        """What a GET answers. ``log_in``: whether a missing or bad token may be replaced, if there is a password."""
        return self.request("GET", path, query=query, log_in=log_in)

    def read(self, path, body):
        """A POST that only asks, such as a search."""
        return self.request("POST", path, body=body, reading=True)

    def post(self, path, body=None, repeatable=False):
        return self.request("POST", path, body=body, repeatable=repeatable)

    def request(self, method, path, query=None, body=None, reading=None, repeatable=None, log_in=True):
        """The JSON object that the master answers.

        ``reading``: changes nothing, so check mode may send it (default: GET). ``repeatable``: sending it twice does no
        harm (default: GET, PUT, PATCH and what reads). Raises ApiError, Unreachable, Outcome.
        """
        response = self._send(method, path, query, body, reading, repeatable, log_in=log_in)
        with response:
            return self._json(response, method, path)

    def lines(self, path, **query):
        """The ``result`` of each line of a streamed answer. An error on its way raises ApiError."""
        with self._stream(path, query) as response:
            for line in response.iter_lines():
                if not line.strip():
                    continue
                item = self._parsed(line, response, "GET", path)
                if "error" in item:
                    raise self._error(item["error"].get("httpCode") or response.status_code, item, "GET", path)
                yield item.get("result", item)

    @contextmanager
    def download(self, path, accept):
        """An answer that is no JSON, as it comes: (its bytes where it tells how many, else None; its pieces).

        ``accept``: the media type wanted. Where it breaks off, Unreachable.
        """
        # Packed once more on its way its length would tell nothing.
        headers = {"Accept": accept, "Accept-Encoding": "identity"}
        with self._stream(path, {}, headers) as response:
            length = response.headers.get("Content-Length", "")
            yield int(length) if length.isdigit() else None, response.iter_content(READ_SIZE)

    def shared_token(self):
        """The token at hand, without a login; None when there is none."""
        if self.token is None and self.token_cache is not None:
            with self.token_cache.lock():
                self.token = self.token_cache.get()
        return self.token

    def log_out(self):
        """End the session of the token, for all that share it."""
        self.request("POST", "/api/v1/auth/logout", log_in=False, repeatable=True)
        if self.token_cache is not None:
            with self.token_cache.lock():
                self.token_cache.put(None)
        self.token = None

    def log_in(self):
        """A new token by user and password, and the user as the master describes it."""
        self.token = None
        user, password = self.credentials.user, self.credentials.password
        body = {"username": user, "password": auth.hashed(password), "isHashed": True}
        response = self._send("POST", "/api/v1/auth/login", None, body, True, True, log_in=False)
        with response:
            answer = self._json(response, "POST", "/api/v1/auth/login")
        self.logins += 1
        self.token = answer["token"]
        return answer

    def accepts_password(self, user: str, password: str) -> bool:
        """Whether the master lets this user in with this password; the session that it makes is ended at once."""
        path = "/api/v1/auth/login"
        body = {"username": user, "password": auth.hashed(password), "isHashed": True}
        try:
            with self._send("POST", path, None, body, True, True, log_in=False) as response:
                token = self._json(response, "POST", path)["token"]
        except NotLoggedIn:
            return False
        except Denied as error:
            # The master looks at the password first: a user who is switched off is told of with the right one only.
            if "not active" not in error.text:
                raise
            return True
        self._session.post(self.url + "/api/v1/auth/logout", auth=BearerToken(token), timeout=self.timeout).close()
        return True

    @contextmanager
    def _stream(self, path, query, headers=None):
        """An answer that is read as it comes; where it breaks off, Unreachable."""
        response = self._send("GET", path, query, None, True, True, stream=True, headers=headers)
        try:
            with response:
                yield response
        except requests.RequestException as error:
            raise self._unreachable(error, "GET", path, True) from error

    # One request, with its repeats

    def _send(self, method, path, query, body, reading, repeatable, stream=False, log_in=True, headers=None):
        reading = method == "GET" if reading is None else reading
        repeatable = (reading or method in REPEATABLE_METHODS) if repeatable is None else repeatable
        if not reading:
            self._note_write(method, path)
        deadline = time.monotonic() + self.retry_time
        pause = FIRST_PAUSE
        may_log_in = log_in and self.credentials.can_log_in()
        while True:
            wait, problem = None, None
            try:
                if may_log_in and self.token is None:
                    self._get_token(None)
                token = self.token
                response = self._once(method, path, query, body, token, stream, reading, headers)
            except requests.RequestException as error:
                problem = self._unreachable(error, method, path, reading or repeatable)
                if isinstance(error, requests.exceptions.SSLError) or not (repeatable or never_arrived(error)):
                    raise problem from error
            else:
                if response.status_code == 401 and may_log_in:
                    response.close()
                    self._get_token(token)
                    may_log_in = False
                    continue
                if response.status_code < 300:
                    return response
                problem = self._refusal(response, method, path)
                if response.status_code not in RETRIED_STATUS or too_large(problem):
                    raise problem
                if not repeatable:
                    raise self._unsure(problem, method, path)
                wait = retry_after(response)
            pause = min(pause * 2, LONGEST_PAUSE)
            wait = pause * random.uniform(0.5, 1.0) if wait is None else wait
            if time.monotonic() + wait > deadline:
                raise problem
            time.sleep(wait)

    def _once(self, method, path, query, body, token, stream, reading, headers):
        return self._session.request(
            method,
            self.url + path,
            params=flat(query),
            json=body,
            headers=headers,
            auth=BearerToken(token),
            timeout=self.timeout,
            stream=stream,
            allow_redirects=reading,
        )

    def _note_write(self, method, path):
        if self.read_only:
            raise Refused(f"{method} {path} is a write, and check mode sends none.")
        self.writes.append(f"{method} {path}")

    def _get_token(self, stale):
        """Get a token by password, once for all threads and, with a token cache, for all processes of the play."""
        with self._login_lock:
            if self.token != stale:
                return
            if self.token_cache is None:
                self.log_in()
                return
            with self.token_cache.lock():
                cached = self.token_cache.get()
                if cached and cached != stale and not auth.expired(cached):
                    self.token = cached
                    return
                self.log_in()
                self.token_cache.put(self.token)

    # Answers and errors

    def _json(self, response, method, path):
        return self._parsed(response.content, response, method, path)

    def _parsed(self, raw, response, method, path):
        try:
            answer = json.loads(raw)
        except ValueError:
            answer = None
        if isinstance(answer, dict):
            return answer
        kind = response.headers.get("Content-Type", "no content type")
        raise Unreachable(
            f"{method} {path}: {self.url} did not answer with JSON but with {kind}.",
            not_json_hint(raw),
            request=f"{method} {path}",
            status=response.status_code,
        )

    def _refusal(self, response, method, path):
        """The error that an answer of 300 and more stands for."""
        with response:
            if response.is_redirect:
                return Unreachable(
                    "{} {}: {} redirects to {}.".format(method, path, self.url, response.headers["Location"]),
                    "Set master to that address; what writes is not sent elsewhere.",
                    status=response.status_code,
                )
            try:
                answer = self._parsed(response.content, response, method, path)
            except Unreachable as error:
                if response.status_code in (401, 403, 404):
                    return error
                answer = {"error": {"error": error.msg, "reason": response.reason}}
            except requests.RequestException as error:
                answer = {"error": {"error": str(error), "reason": response.reason}}
            return self._error(response.status_code, answer, method, path)

    def _error(self, status, answer, method, path):
        error = answer.get("error")
        error = error if isinstance(error, dict) else {"error": error or answer.get("message") or str(answer or "")}
        text = str(error.get("error") or error.get("message") or "")
        reason = error.get("reason") or error.get("httpStatus") or ""
        remedy = hint(status, text, f"{method} {path}", self.token, self.credentials)
        return refusal(status, reason, text, method, path, remedy)

    def _unreachable(self, error, method, path, harmless):
        facts = {"request": f"{method} {path}"}
        if isinstance(error, requests.exceptions.SSLError):
            return Unreachable(*tls_hint(self.url, innermost(error)), **facts)
        if never_arrived(error):
            return Unreachable(f"{self.url} cannot be reached: {innermost(error)}.", **facts)
        cause = f"{method} {path}: no answer from {self.url}: {innermost(error)}."
        return Unreachable(cause, **facts) if harmless else self._unsure(Unreachable(cause, **facts), method, path)

    def _unsure(self, problem, method, path):
        return Outcome(problem.msg, "Whether it was done is not known: run again, which looks first.", **problem.facts)


def too_large(error):
    """The 429 that means an answer over the master's message size: a repeat would be the same."""
    return isinstance(error, TooLarge)


def open_client(
    options: Mapping[str, Any],
    read_only: bool = False,
    environ: Mapping[str, str] | None = None,
    token_cache: Callable[[str, auth.Credentials], Any] | None = None,
) -> Client:
    """A Client from a task's options and environment. ``token_cache``: function (url, credentials) -> cache."""
    url = auth.master_of(options, environ)
    who = auth.credentials(options, url, environ)
    return Client(
        url,
        who,
        tls=auth.tls(options, environ, url),
        read_only=read_only,
        timeout=options.get("timeout") or 60,
        retry_time=30 if options.get("retry_time") is None else options["retry_time"],
        token_cache=token_cache(url, who) if token_cache is not None and who.can_log_in() else None,
    )
