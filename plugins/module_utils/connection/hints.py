# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to do about an answer that is an error."""

from __future__ import annotations

import re


def hint(status, text, request, token):
    """The remedy for a status of 400 or more, or None. ``request``: method and path; ``token``: what was sent."""
    if status == 401:
        if request.endswith("/api/v1/auth/login"):
            return "Check the user name and the password."
        if not token:
            return "Give a token (option token, DET_USER_TOKEN) or log in with det_login."
        if "revoked" in text:
            return "The access token was revoked: use another one."
        return "The token has expired or was logged out: log in again."
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


def not_json_hint(raw):
    """The remedy for an answer that is no JSON. ``raw``: its bytes."""
    if b"HTTP request to an HTTPS server" in raw:
        return "Its port speaks TLS: write the address with https://."
    return "Is this the address of a Determined master, or of a proxy before it?"


def tls_hint(url, text):
    """What happened and what to do where no TLS connection came about. ``text``: the error of the library."""
    if "WRONG_VERSION_NUMBER" in text.upper().replace(" ", "_") or "record layer" in text:
        return (
            f"{url}: what answers there does not speak TLS.",
            "Write the address with http://, or give the port of TLS.",
        )
    remedy = "Give the CA that signed it (ca_path), or the name that it is made out to (server_name)."
    return f"{url}: the certificate cannot be trusted: {text}.", remedy
