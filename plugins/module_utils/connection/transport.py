# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What lies between the client and the wire: the requests session, TLS, tokens, and what its errors mean."""

from __future__ import annotations

import os
import re
import ssl
import traceback

try:
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3 import disable_warnings
    from urllib3.exceptions import ConnectTimeoutError, InsecureRequestWarning, NewConnectionError
except ImportError:
    requests = None
    REQUESTS_ERROR = traceback.format_exc()
    AuthBase = HTTPAdapter = object
else:
    REQUESTS_ERROR = None
    from requests.auth import AuthBase

CONNECTIONS = 4
READ_SIZE = 1 << 20


class BearerToken(AuthBase):
    """Sends a token. An auth object, because a header set by hand loses against an entry of .netrc."""

    def __init__(self, token):
        self.token = token

    def __call__(self, request):
        if self.token:
            request.headers["Authorization"] = "Bearer " + self.token
        return request


class TlsAdapter(HTTPAdapter):
    """Checks the certificate against a name of its own, or against a CA that is not in a file."""

    def __init__(self, tls):
        self.pool_options = {}
        if tls.server_name:
            self.pool_options.update(assert_hostname=tls.server_name, server_hostname=tls.server_name)
        if tls.ca_data:
            self.pool_options["ssl_context"] = ssl.create_default_context(cadata=tls.ca_data)
        super().__init__(pool_connections=1, pool_maxsize=CONNECTIONS)

    def init_poolmanager(self, *args, **kwargs):
        kwargs.update(self.pool_options)
        return super().init_poolmanager(*args, **kwargs)


def open_session(url, tls):
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
    session.mount("https://", TlsAdapter(tls))
    session.mount("http://", HTTPAdapter(pool_connections=1, pool_maxsize=CONNECTIONS))
    return session


def flat(query):
    """Query parameters as the master reads them: lists repeated, booleans in lower case, None left out."""
    if not query:
        return None
    pairs = []
    for name, value in query.items():
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one is not None:
                pairs.append((name, str(one).lower() if isinstance(one, bool) else one))
    return pairs


def never_arrived(error):
    """Whether no connection was made, so that even a write may be sent again."""
    while error is not None:
        if isinstance(error, (NewConnectionError, ConnectTimeoutError, requests.exceptions.ConnectTimeout)):
            return True
        arguments = getattr(error, "args", ())
        error = getattr(error, "reason", None) or next((a for a in arguments if isinstance(a, Exception)), None)
    return False


def innermost(error):
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


def retry_after(response):
    """Seconds of a Retry-After header; None when there is none or it is a date."""
    value = response.headers.get("Retry-After", "")
    return float(value) if re.fullmatch(r"\d+(\.\d+)?", value) else None
