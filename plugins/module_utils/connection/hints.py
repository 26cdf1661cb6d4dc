# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to do about an answer that is an error."""

from __future__ import annotations

import re

from .auth import Credentials


def hint(status: int, text: str, request: str, token: str | None, who: Credentials) -> str | None:
    """The remedy for a status of 400 or more, or None.

    ``request``: method and path; ``token``: what was sent; ``who``: where that comes from, and what was not sent.
    """
    if status == 401:
        return unauthorized(text, request.endswith("/api/v1/auth/login"), token, who)
    if status == 403:
        needed = re.findall(r"PERMISSION_TYPE_\w+", text)
        if needed:
            return "The user needs the permission {}.".format(", ".join(needed))
        return "The user is not allowed to do this: an administrator, or the owner, is."
    if status == 501 or (status == 404 and text == "Not Found"):
        return f"This master does not have {request}; it may be of another version."
    if status == 500 and request.startswith("GET /checkpoints/"):
        return "The master reads the files itself: see that it reaches the checkpoint storage and that they are there."
    if status == 429:
        return "Ask for fewer rows at once."
    return None


def unauthorized(text: str, logging_in: bool, token: str | None, who: Credentials) -> str:
    """The remedy where the master does not let somebody in. It names where the token or the password comes from."""
    if logging_in:
        remedy = "Check the user name and the password."
        return f"{remedy} The password is that of {who.source}." if who.source else remedy
    if not token:
        remedy = "Give a token (option token, DET_USER_TOKEN) or log in with det_login."
        return f"{who.withheld} {remedy}" if who.withheld else remedy
    if "revoked" in text:
        return "The access token was revoked: use another one."
    origin = f" ({who.source})" if who.source and token == who.token else ""
    return f"The token{origin} is wrong, has expired or was logged out: log in again."


def not_json_hint(raw: bytes) -> str:
    """The remedy for an answer that is no JSON. ``raw``: its bytes."""
    if b"HTTP request to an HTTPS server" in raw:
        return "Its port speaks TLS: write the address with https://."
    return "Is this the address of a Determined master, or of a proxy before it?"


def tls_hint(url: str, text: str) -> tuple[str, str]:
    """What happened and what to do where no TLS connection came about. ``text``: the error of the library."""
    if "WRONG_VERSION_NUMBER" in text.upper().replace(" ", "_") or "record layer" in text:
        return (
            f"{url}: what answers there does not speak TLS.",
            "Write the address with http://, or give the port of TLS.",
        )
    remedy = "Give the CA that signed it (ca_path), or the name that it is made out to (server_name)."
    return f"{url}: the certificate cannot be trusted: {text}.", remedy
