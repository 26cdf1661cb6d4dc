# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP to one master: a kept-alive session, retries, typed errors, the read-only switch. Nothing above knows HTTP."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin, urlsplit

from ..errors import (
    ApiError,
    BadOption,
    Denied,
    DeterminedError,
    NotLoggedIn,
    OddAnswer,
    Refused,
    TooLarge,
    Unreachable,
)
from . import auth
from .bodies import BadBody, parse_json, read_body, read_lines
from .hints import hint, not_json_hint, tls_hint
from .paths import demand_path
from .refusals import refusal
from .secrets import hide_user_info
from .transport import (
    READ_SIZE,
    BearerToken,
    flat,
    innermost,
    never_arrived,
    open_session,
    proxy_of,
    requests,
    retry_after,
)

ME = "/api/v1/me"
LOGIN = "/api/v1/auth/login"
RETRIED_STATUS = (429, 502, 503, 504)
REPEATABLE_METHODS = ("GET", "PUT", "PATCH")
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
# Inside of one master, for what only reads.
MOST_REDIRECTS = 3


class OutcomeUnknown(Unreachable):
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
    :param direct: never through a proxy, as for a server on this machine.
    """

    def __init__(
        self,
        url: str,
        credentials: auth.Credentials,
        tls: auth.Tls | None = None,
        read_only: bool = False,
        timeout: float = 60,
        retry_time: float = 30,
        token_cache: Any = None,
        direct: bool = False,
    ) -> None:
        self.url = url
        self.credentials = credentials
        self.read_only = read_only
        self.timeout = timeout
        self.retry_time = retry_time
        self.token_cache = token_cache
        self.token = credentials.token
        self.writes: list[str] = []
        self.logins = 0
        # The request whose answer came last, for an error that is about the form of an answer.
        self.answered: str | None = None
        self._login_lock = threading.Lock()
        self._session = open_session(url, tls or auth.Tls())
        if direct:
            self._session.proxies = {}

    def begin(self, read_only: bool) -> None:
        """Use a kept client for another task's item: what was written before is forgotten."""
        self.read_only = read_only
        self.writes = []
        self.logins = 0
        self.answered = None

    def close(self) -> None:
        self._session.close()

    def secrets(self) -> list[str | None]:
        """What nobody may see of what this client knows."""
        password = self.credentials.password
        return [self.token, self.credentials.token, password, auth.hashed(password or "")]

    def get(self, path: str, log_in: bool = True, **query: Any) -> dict[str, Any]:
        """What a GET answers. ``log_in``: whether a missing or bad token may be replaced, if there is a password."""
        return self.request("GET", path, query=query, log_in=log_in)

    def read(self, path: str, body: Any) -> dict[str, Any]:
        """A POST that only asks, such as a search."""
        return self.request("POST", path, body=body, reading=True)

    def post(self, path: str, body: Any = None, repeatable: bool = False) -> dict[str, Any]:
        return self.request("POST", path, body=body, repeatable=repeatable)

    def request(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        reading: bool | None = None,
        repeatable: bool | None = None,
        log_in: bool = True,
    ) -> dict[str, Any]:
        """The JSON object that the master answers.

        ``reading``: changes nothing, so check mode may send it (default: GET). ``repeatable``: sending it twice does no
        harm (default: GET, PUT, PATCH and what reads). Raises ApiError, Unreachable, OutcomeUnknown, OddAnswer.
        """
        response = self._send(method, path, query, body, reading, repeatable, log_in=log_in)
        return self._parsed(response.body, response, method, path)

    def lines(self, path: str, **query: Any) -> Generator[Any, None, None]:
        """The ``result`` of each line of a streamed answer. An error on its way raises ApiError.

        Close it where not all is taken: some streams go on as long as what they tell of.
        """
        with self._stream(path, query) as response:
            for line in read_lines(response, self.timeout):
                item = self._parsed(line, response, "GET", path)
                if "error" in item:
                    error = item["error"] if isinstance(item["error"], dict) else {}
                    status = error.get("httpCode")
                    raise self._error(status if isinstance(status, int) else response.status_code, item, "GET", path)
                yield item.get("result", item)

    @contextmanager
    def download(self, path: str, accept: str, **query: Any) -> Iterator[tuple[int | None, Iterator[bytes]]]:
        """An answer that is no JSON, as it comes: (its bytes where it tells how many, else None; its pieces).

        ``accept``: the media type wanted. Where it breaks off, Unreachable.
        """
        # Packed once more on its way its length would tell nothing.
        headers = {"Accept": accept, "Accept-Encoding": "identity"}
        with self._stream(path, query, headers) as response:
            length = response.headers.get("Content-Length", "")
            known = int(length) if length.isascii() and length.isdigit() and len(length) < 20 else None
            yield known, response.iter_content(READ_SIZE)

    def shared_token(self) -> str | None:
        """The token at hand, without a login; None when there is none."""
        if self.token is None and self.token_cache is not None:
            with self.token_cache.lock():
                self.token = self.token_cache.get()
        return self.token

    def log_out(self) -> None:
        """End the session of the token, for all that share it."""
        self.request("POST", "/api/v1/auth/logout", log_in=False, repeatable=True)
        if self.token_cache is not None:
            with self.token_cache.lock():
                self.token_cache.put(None)
        self.token = None

    def log_in(self) -> dict[str, Any]:
        """A new token by user and password, and the user as the master describes it."""
        self.token = None
        answer = self._login(self.credentials.user, self.credentials.password)
        self.logins += 1
        self.token = answer["token"]
        return answer

    def accepts_password(self, user: str, password: str) -> bool:
        """Whether the master lets this user in with this password; the session that it makes is ended at once."""
        try:
            token = self._login(user, password)["token"]
        except NotLoggedIn:
            return False
        except Denied as error:
            # The master looks at the password first: a user who is switched off is told of with the right one only.
            if "not active" not in error.text:
                raise
            return True
        self._once("POST", "/api/v1/auth/logout", None, None, token, True, None).close()
        return True

    def owner_of(self, token: str) -> int | None:
        """The id of the user whom the master takes a token for; None where it does not take it."""
        try:
            response = self._once("GET", ME, None, None, token, False, None)
        except requests.RequestException as error:
            raise self._unreachable(error, "GET", ME, True) from error
        if response.status_code in (401, 403):
            return None
        if response.status_code >= 300:
            raise self._refusal(response, "GET", ME)
        user = self._parsed(response.body, response, "GET", ME).get("user")
        return user.get("id") if isinstance(user, dict) else None

    def _login(self, user: str | None, password: str | None) -> dict[str, Any]:
        """What the master answers to a user and a password: a dict with token and user."""
        body = {"username": user, "password": auth.hashed(password or ""), "isHashed": True}
        response = self._send("POST", LOGIN, None, body, True, True, log_in=False)
        answer = self._parsed(response.body, response, "POST", LOGIN)
        token = answer.get("token")
        try:
            answer["token"] = auth.clean_token(token, "token") if isinstance(token, str) else None
        except BadOption:
            answer["token"] = None
        if answer["token"] is None or not isinstance(answer.get("user"), dict):
            raise OddAnswer(f"POST {LOGIN}", "has no token, or no user")
        return answer

    @contextmanager
    def _stream(self, path: str, query: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Iterator[Any]:
        """An answer that is read as it comes; where it breaks off, Unreachable."""
        response = self._send("GET", path, query, None, True, True, stream=True, headers=headers)
        try:
            with response:
                yield response
        except requests.RequestException as error:
            raise self._unreachable(error, "GET", path, True) from error
        except BadBody as error:
            raise OddAnswer(f"GET {path}", str(error)) from error

    # One request, with its repeats

    def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None,
        body: Any,
        reading: bool | None,
        repeatable: bool | None,
        stream: bool = False,
        log_in: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The answer, of a status below 300. Its ``body`` are the bytes, unless it is a stream."""
        demand_path(method, path)
        reading = method == "GET" if reading is None else reading
        repeatable = (reading or method in REPEATABLE_METHODS) if repeatable is None else repeatable
        if not reading:
            self._note_write(method, path)
        deadline = time.monotonic() + self.retry_time
        pause = FIRST_PAUSE
        may_log_in = log_in and self.credentials.can_log_in()
        problem: DeterminedError
        while True:
            wait = None
            try:
                if may_log_in and self.token is None:
                    self._get_token(None)
                token = self.token
                response = self._once(method, path, query, body, token, stream, headers)
            except requests.RequestException as error:
                problem = self._unreachable(error, method, path, reading or repeatable)
                if isinstance(error, requests.exceptions.SSLError) or not (repeatable or never_arrived(error)):
                    raise problem from error
            except BadBody as error:
                problem = OddAnswer(f"{method} {path}", str(error))
                raise (problem if reading else self._unsure(problem, method, path)) from error
            else:
                if response.status_code == 401 and may_log_in:
                    response.close()
                    self._get_token(token)
                    may_log_in = False
                    continue
                if response.status_code < 300:
                    self.answered = f"{method} {path}"
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

    def _once(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None,
        body: Any,
        token: str | None,
        stream: bool,
        headers: Mapping[str, str] | None,
    ) -> Any:
        """One request, and those that it is redirected to inside of this master if it is a GET: a POST would become a
        GET, and what another host is asked for would have the token or the password in it."""
        url, parameters = self.url + path, flat(query)
        for hops in range(MOST_REDIRECTS + 1):
            response = self._session.request(
                method,
                url,
                params=parameters,
                json=body,
                headers=headers,
                auth=BearerToken(token),
                timeout=self.timeout,
                stream=True,
                allow_redirects=False,
            )
            target = urljoin(url, response.headers.get("Location", "")) if response.is_redirect else None
            if target is None or method != "GET" or origin(target) != origin(self.url) or hops == MOST_REDIRECTS:
                break
            response.close()
            url, parameters = target, None
        # An error is read in any case, to say what it is.
        if not stream or response.status_code >= 300:
            response.body = read_body(response, self.timeout)
        return response

    def _note_write(self, method: str, path: str) -> None:
        if self.read_only:
            raise Refused(f"{method} {path} is a write, and check mode sends none.")
        self.writes.append(f"{method} {path}")

    def _get_token(self, stale: str | None) -> None:
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

    def _parsed(self, raw: bytes, response: Any, method: str, path: str) -> dict[str, Any]:
        try:
            answer = parse_json(raw)
        except BadBody as error:
            raise OddAnswer(f"{method} {path}", str(error)) from None
        except ValueError:
            answer = None
        if isinstance(answer, dict):
            return answer
        kind = response.headers.get("Content-Type", "no content type")
        raise Unreachable(
            f"{method} {path}: {self._place()} did not answer with {'a JSON object' if 'json' in kind else 'JSON'}"
            f" but with {ascii(kind)[1:-1][:80]}.",
            not_json_hint(raw),
            request=f"{method} {path}",
            status=response.status_code,
        )

    def _refusal(self, response: Any, method: str, path: str) -> DeterminedError:
        """The error that an answer of 300 and more stands for."""
        if response.is_redirect:
            return self._redirected(response, method, path)
        try:
            answer = self._parsed(response.body, response, method, path)
        except (Unreachable, OddAnswer) as error:
            if response.status_code in (401, 403, 404):
                return error
            answer = {"error": {"error": error.msg, "reason": response.reason}}
        return self._error(response.status_code, answer, method, path)

    def _redirected(self, response: Any, method: str, path: str) -> Unreachable:
        """A redirect that is not followed, named with the address to use."""
        target = urlsplit(urljoin(self.url + path, response.headers["Location"]))
        base = f"{target.scheme}://{target.netloc}{target.path}"
        base = base[: -len(path)] if base.endswith(path) else base
        place = ascii(hide_user_info(base))[1:-1][:200]
        return Unreachable(
            f"{method} {path}: {self.url} redirects to {place} ({response.status_code}).",
            "Set master to that address if it is the master's; no token, password or change is sent elsewhere.",
            request=f"{method} {path}",
            status=response.status_code,
        )

    def _error(self, status: int, answer: Mapping[str, Any], method: str, path: str) -> ApiError:
        error = answer.get("error")
        error = error if isinstance(error, dict) else {"error": error or answer.get("message") or str(answer or "")}
        text = str(error.get("error") or error.get("message") or "")
        reason = str(error.get("reason") or error.get("httpStatus") or "")
        remedy = hint(status, text, f"{method} {path}", self.token, self.credentials)
        return refusal(status, reason, text, method, path, remedy)

    def _place(self) -> str:
        """The master's address, and the proxy that stands before it."""
        proxy = proxy_of(self._session, self.url)
        return f"{self.url}, asked through the proxy {proxy}," if proxy else self.url

    def _unreachable(self, error: Exception, method: str, path: str, harmless: bool) -> Unreachable:
        facts = {"request": f"{method} {path}"}
        proxy = proxy_of(self._session, self.url)
        remedy = (
            f"The proxy {proxy} comes from the environment: see http_proxy, https_proxy and no_proxy."
            if proxy
            else None
        )
        if isinstance(error, requests.exceptions.SSLError):
            return Unreachable(*tls_hint(self._place(), innermost(error)), **facts)
        if never_arrived(error):
            way = f" through the proxy {proxy}" if proxy else ""
            return Unreachable(f"{self.url} cannot be reached{way}: {innermost(error)}.", remedy, **facts)
        cause = f"{method} {path}: no answer from {self._place()}: {innermost(error)}."
        problem = Unreachable(cause, remedy, **facts)
        return problem if harmless else self._unsure(problem, method, path)

    def _unsure(self, problem: DeterminedError, method: str, path: str) -> OutcomeUnknown:
        return OutcomeUnknown(
            problem.msg, "Whether it was done is not known: run again, which looks first.", **problem.facts
        )


def origin(url: str) -> tuple[str, str | None, int | None] | None:
    """What makes two addresses lead to the same server; None of what is no address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if "@" in parts.netloc:
        return None
    return parts.scheme, parts.hostname, port or {"http": 80, "https": 443}.get(parts.scheme)


def too_large(error: Exception) -> bool:
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
