# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whom to be: the option, the environment, the official CLI's login. The same for modules and for plugins."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import sys
from dataclasses import dataclass
from datetime import datetime, timezone
from urllib.parse import urlsplit

from ..errors import BadOption

# The master's clients hash with this fixed salt before they send a password (its own login page does the same).
CLIENT_SALT = "GubPEmmotfiK9TMD6Zdw"
NOVERIFY = "noverify"


@dataclass(frozen=True)
class Credentials:
    """A token, or a user and a password to get one with. Either may be missing."""

    token: str | None = None
    user: str | None = None
    password: str | None = None

    def can_log_in(self):
        return self.user is not None and self.password is not None


@dataclass(frozen=True)
class Tls:
    """How to check the master's certificate: ``verify`` off, an own CA (path or PEM text), the name to expect."""

    verify: bool = True
    ca_path: str | None = None
    ca_data: str | None = None
    server_name: str | None = None


def master_url(value):
    """The master's address in the form the CLI stores it: scheme, host and port, no slash at the end.

    ``value`` comes from the option or from DET_MASTER. A host without a scheme is http on port 8080, as in the CLI.
    """
    if not value:
        raise BadOption("master", None, "no master is given.", "Set the option master, or DET_MASTER, to its address.")
    text = value if "://" in value else "http://" + value
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise BadOption("master", value, f"is not an address: {error}.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadOption("master", value, "is not an address.", "Write it as https://host[:port].")
    if parts.username or parts.password:
        raise BadOption("master", parts.hostname, "must not hold a user or a password.", "Use a token instead.")
    if port is None:
        port = {"https": 443}.get(parts.scheme, 80 if "://" in value else 8080)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port}{parts.path.rstrip('/')}"


def credentials(options, master, environ=None):
    """Credentials for one task, first found wins:

    option token; options user and password; DET_USER_TOKEN; DET_USER with DET_PASS; the login the CLI stored for
    this master (of DET_USER or the option user, else of the CLI's active user).
    """
    environ = os.environ if environ is None else environ
    user = options.get("user") or environ.get("DET_USER")
    password = options.get("password")
    if options.get("token"):
        return Credentials(options["token"], user if password is not None else None, password)
    if user and password is not None:
        return Credentials(user=user, password=password)
    if environ.get("DET_USER_TOKEN") and options.get("user") in (None, environ.get("DET_USER")):
        return Credentials(environ["DET_USER_TOKEN"])
    if user and environ.get("DET_PASS") is not None:
        return Credentials(user=user, password=environ["DET_PASS"])
    stored = cli_store(environ).get("masters", {}).get(master, {})
    user = user or stored.get("active_user")
    token = stored.get("tokens", {}).get(user)
    if token:
        return Credentials(token, user)
    return Credentials(user=user)


def tls(options, environ=None, master=None):
    """Tls from the options, else from DET_MASTER_CERT_FILE and DET_MASTER_CERT_NAME, else the CLI's stored one."""
    environ = os.environ if environ is None else environ
    cert_file = environ.get("DET_MASTER_CERT_FILE") or None
    server_name = options.get("server_name") or environ.get("DET_MASTER_CERT_NAME") or None
    if options.get("validate_certs") is False:
        return Tls(verify=False, server_name=server_name)
    ca_path = options.get("ca_path")
    if ca_path is None and cert_file is not None:
        if cert_file.lower() == NOVERIFY and options.get("validate_certs") is None:
            return Tls(verify=False, server_name=server_name)
        ca_path = cert_file if cert_file.lower() != NOVERIFY else None
    if ca_path is not None:
        if not os.path.isfile(os.path.expanduser(ca_path)):
            raise BadOption("ca_path", ca_path, "there is no such file.", "Give the PEM file of the CA.")
        return Tls(ca_path=os.path.expanduser(ca_path), server_name=server_name)
    return Tls(ca_data=stored_certificate(master, environ), server_name=server_name)


def config_dir(environ):
    """Where the official CLI keeps its files."""
    if environ.get("DET_DEBUG_CONFIG_PATH"):
        return environ["DET_DEBUG_CONFIG_PATH"]
    if sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Application Support")
    else:
        base = environ.get("XDG_CONFIG_HOME") or os.path.join(environ.get("HOME") or os.path.expanduser("~"), ".config")
    return os.path.join(base, "determined")


def read_json(path):
    """The file's JSON object; {} when there is none or it cannot be read, since it is another program's file."""
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def cli_store(environ):
    """The CLI's login store: {masters: {url: {active_user, tokens: {user: token}}}}."""
    return read_json(os.path.join(config_dir(environ), "auth.json"))


def stored_certificate(master, environ):
    """PEM text that the CLI accepted for this master, or None."""
    stored = read_json(os.path.join(config_dir(environ), "certs.json")).get(master)
    return stored if isinstance(stored, str) else None


def hashed(password):
    """What to send as a password with ``isHashed: true``; the empty password stays empty."""
    return hashlib.sha512((CLIENT_SALT + password).encode()).hexdigest() if password else ""


def token_facts(token):
    """What a token says of itself, without asking the master: dict with id, user_id, expiry, token_type …

    The token is PASETO v2.public: base64url of a JSON object followed by 64 bytes of signature. {} if it is not.
    """
    parts = token.split(".")
    if len(parts) < 3 or parts[:2] != ["v2", "public"]:
        return {}
    try:
        raw = base64.urlsafe_b64decode(parts[2] + "=" * (-len(parts[2]) % 4))
        facts = json.loads(raw[:-64].decode())
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def expiry(token):
    """When the token expires, as an aware datetime; None when it does not say."""
    text = token_facts(token).get("expiry")
    if not isinstance(text, str):
        return None
    try:
        return parse_time(text)
    except ValueError:
        return None


def expired(token, now=None):
    """Whether the token says that its time is over."""
    end = expiry(token)
    return end is not None and end <= (now or datetime.now(timezone.utc))


def parse_time(text):
    """An RFC 3339 time, with any number of decimals, as an aware datetime. ValueError if it is none."""
    head, dot, rest = text.replace("Z", "+00:00").partition(".")
    if dot:
        digits = len(rest) - len(rest.lstrip("0123456789"))
        rest = "." + (rest[:digits] + "000000")[:6] + rest[digits:]
    moment = datetime.fromisoformat(head + rest)
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
