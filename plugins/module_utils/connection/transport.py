# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What lies between the client and the wire: the requests session, TLS, tokens, and what its errors mean."""

from __future__ import annotations

import os
import re
import ssl
import traceback
from collections.abc import Mapping
from typing import Any

from .auth import Tls
from .secrets import MASK, hide_user_info

try:
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3 import disable_warnings
    from urllib3.exceptions import ConnectTimeoutError, HTTPError, InsecureRequestWarning, NewConnectionError
except ImportError:
    requests = None
    REQUESTS_ERROR = traceback.format_exc()
    AuthBase = HTTPAdapter = object
    BODY_ERRORS = ()
else:
    REQUESTS_ERROR = None
    # What reading a body by urllib3 itself raises.
    BODY_ERRORS = (HTTPError,)
    from requests.auth import AuthBase

# Calls that are under way at a time, and the most that an option may ask for.
CONNECTIONS, MOST_CONNECTIONS = 4, 32
READ_SIZE = 1 << 20


class BearerToken(AuthBase):
    """Sends a token. An auth object, because a header set by hand loses against an entry of .netrc."""

    def __init__(self, token: str | None) -> None:
        self.token = token

    def __call__(self, request: Any) -> Any:
        if self.token:
            request.headers["Authorization"] = "Bearer " + self.token
        return request


class TlsAdapter(HTTPAdapter):
    """Checks the certificate against a name of its own, or against a CA that is not in a file."""

    def __init__(self, tls: Tls) -> None:
        self.pool_options: dict[str, Any] = {}
        if tls.server_name:
            self.pool_options.update(assert_hostname=tls.server_name, server_hostname=tls.server_name)
        if tls.ca_data:
            self.pool_options["ssl_context"] = ssl.create_default_context(cadata=tls.ca_data)
        super().__init__(pool_connections=1, pool_maxsize=MOST_CONNECTIONS)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> Any:
        kwargs.update(self.pool_options)
        return super().init_poolmanager(*args, **kwargs)


def open_session(url: str, tls: Tls) -> Any:
    """A requests session that has looked at the environment once: doing so for each request costs more than that."""
    session = requests.Session()
    session.proxies = requests.utils.get_environ_proxies(url, None)
    session.verify = tls.ca_path or tls.verify
    if session.verify is True:
        session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    if session.verify is False:
        # It was asked for; a line for each request would stand between the lines of the play.
        disable_warnings(InsecureRequestWarning)
    session.trust_env = False
    # What can be read piece by piece, so that little cannot become much at once.
    session.headers["Accept-Encoding"] = "gzip"
    session.mount("https://", TlsAdapter(tls))
    session.mount("http://", HTTPAdapter(pool_connections=1, pool_maxsize=CONNECTIONS))
    return session


def proxy_of(session: Any, url: str) -> str | None:
    """The proxy that requests to this address go through, without its user and password; None where there is none."""
    proxy = requests.utils.select_proxy(url, session.proxies)
    return hide_user_info(proxy).replace(MASK + "@", "") if proxy else None


def flat(query: Mapping[str, Any] | None) -> list[tuple[str, Any]] | None:
    """Query parameters as the master reads them: lists repeated, booleans in lower case, None left out."""
    if not query:
        return None
    pairs: list[tuple[str, Any]] = []
    for name, value in query.items():
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one is not None:
                pairs.append((name, str(one).lower() if isinstance(one, bool) else one))
    return pairs


def never_arrived(error: Any) -> bool:
    """Whether no connection was made, so that even a write may be sent again."""
    while error is not None:
        if isinstance(error, (NewConnectionError, ConnectTimeoutError, requests.exceptions.ConnectTimeout)):
            return True
        arguments = getattr(error, "args", ())
        error = getattr(error, "reason", None) or next((a for a in arguments if isinstance(a, Exception)), None)
    return False


def innermost(error: Any) -> str:
    """The part of a nested error that says what happened, without object addresses."""
    while True:
        arguments = getattr(error, "args", ())
        inner = getattr(error, "reason", None)
        inner = (
            inner if isinstance(inner, Exception) else next((a for a in arguments if isinstance(a, Exception)), None)
        )
        if inner is None:
            break
        error = inner
    text = re.sub(r"^(<[^>]*>|\w+\(.*?\))(, |: )", "", str(error)).strip().rstrip(".")
    return text or type(error).__name__


def retry_after(response: Any) -> float | None:
    """Seconds of a Retry-After header; None when there is none or it is a date."""
    value = response.headers.get("Retry-After", "")
    return float(value) if re.fullmatch(r"\d+(\.\d+)?", value) else None
