# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Authentication: the option, the environment, the official CLI's login. The same for modules and for plugins."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

from ..errors import BadOption
from .secrets import hide_user_info

# The master's clients hash with this fixed salt before they send a password (its own login page does the same).
CLIENT_SALT = "GubPEmmotfiK9TMD6Zdw"
NOVERIFY = "noverify"
# What of the environment lets in, and so belongs to the master that the environment names.
ENV_USER, ENV_PASSWORD, ENV_TOKEN = "DET_USER", "DET_PASS", "DET_USER_TOKEN"
# What else than printed ASCII, without blanks, a header cannot carry and no token has.
NO_TOKEN = re.compile(r"[^!-~]")


@dataclass(frozen=True)
class Credentials:
    """A token, or a user and a password to get one with. Either may be missing.

    ``source``: where the token or the password comes from, for messages. ``withheld``: a sentence on what the
    environment has and does not give to this master, or None.
    """

    token: str | None = None
    user: str | None = None
    password: str | None = None
    source: str | None = field(default=None, compare=False)
    withheld: str | None = field(default=None, compare=False)

    def can_log_in(self) -> bool:
        return self.user is not None and self.password is not None


@dataclass(frozen=True)
class Tls:
    """How to check the master's certificate: ``verify`` off, an own CA (path or PEM text), the name to expect."""

    verify: bool = True
    ca_path: str | None = None
    ca_data: str | None = None
    server_name: str | None = None


def master_url(value: str | None, option: str = "master") -> str:
    """The master's address in the form the CLI stores it: scheme, host and port, no slash at the end.

    ``value`` comes from the option, a variable of the host or DET_MASTER. A host without a scheme is http on port 8080,
    as in the CLI. ``option``: its name in messages. Raises BadOption.
    """
    if not value or not value.strip():
        raise BadOption(option, None, "no master is given.", "Set the option master, or DET_MASTER, to its address.")
    value = value.strip()
    shown = hide_user_info(value)
    try:
        parts = urlsplit(value if "://" in value else "http://" + value)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise BadOption(option, shown, "is not an address.", "Write it as https://host[:port].") from None
    if parts.scheme not in ("http", "https") or not host or not ADDRESS_CHARACTERS.fullmatch(value):
        raise BadOption(option, shown, "is not an address.", "Write it as https://host[:port].")
    if "@" in parts.netloc:
        raise BadOption(option, shown, "must not hold a user or a password.", "Use a token instead.")
    if port is None:
        port = {"https": 443}.get(parts.scheme, 80 if "://" in value else 8080)
    base = f"{parts.scheme}://[{host}]:{port}" if ":" in host else f"{parts.scheme}://{host}:{port}"
    path = parts.path.rstrip("/")
    page = WEB_PAGE.search(path)
    if page:
        problem = "is the address of a page of the web interface, not of the master."
        raise BadOption(option, shown, problem, f"Use {base}{path[: page.start()]} instead.")
    return base + path


# Nothing in an address steers a terminal, a line or a header; what is no part of one would be dropped without a word.
ADDRESS_CHARACTERS = re.compile(r"[^\s\\\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2066-\u2069]+")
# The master serves its pages below /det (its own address redirects there).
WEB_PAGE = re.compile(r"/det(?=/|$)")


def env_master(environ: Mapping[str, str] | None = None) -> str | None:
    """The address that the environment gives, as it is written there."""
    environ = os.environ if environ is None else environ
    return environ.get("DET_MASTER") or environ.get("DET_MASTER_ADDR")


def master_of(options: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> str:
    """The address of a task's master: of its option, else of the environment. Raises BadOption."""
    value = options.get("master")
    if value:
        return master_url(value)
    named = env_master(environ)
    return master_url(named, "DET_MASTER") if named else master_url(None)


def is_env_master(master: str, environ: Mapping[str, str]) -> bool:
    """Whether what the environment has to let somebody in is for this master: it names this one, or none."""
    named = env_master(environ)
    if not named:
        return True
    try:
        return master_url(named) == master
    except BadOption:
        return False


def demand_filled(params: Mapping[str, Any], given: Collection[str]) -> None:
    """Refuse an address or a token that was given and came out empty.

    It would be taken for left out, and the task would work on the cluster, or as the user, of the environment.
    """
    for name in ("master", "token"):
        if name in given and not str(params.get(name) or "").strip():
            problem = "is given, but empty."
            raise BadOption(name, None, problem, f"Give a value, or leave {name} out: then the environment says it.")


def clean_token(value: str | None, source: str) -> str | None:
    """The token without the blanks and line breaks around it, which files and vaults leave there.

    ``source``: where it comes from. Raises BadOption, which does not show it, where something in it cannot be sent.
    """
    if value is None:
        return None
    token = value.strip()
    if NO_TOKEN.search(token):
        problem = "holds a blank, a line break or another character that no token has."
        raise BadOption(source, None, problem, "Give the token alone.")
    return token or None


def credentials(options: Mapping[str, Any], master: str, environ: Mapping[str, str] | None = None) -> Credentials:
    """Credentials for one task, first found wins:

    option token; options user and password; DET_USER_TOKEN; DET_USER with DET_PASS; the login the CLI stored for
    this master (of DET_USER or the option user, else of the CLI's active user).

    What the environment has is for the master that DET_MASTER names, and for any where it names none.
    """
    environ = os.environ if environ is None else environ
    own, withheld = env_credentials(master, environ)
    # Only both together are credentials: det_user has a password for somebody else, det_token a user.
    login = options if {"user", "password"} <= options.keys() else {}
    user = login.get("user") or own.get(ENV_USER)
    password = login.get("password")
    token = clean_token(options.get("token"), "token")
    if token:
        return Credentials(token, user if password is not None else None, password, "the option token", withheld)
    if user and password is not None:
        return Credentials(None, user, password, "the option password", withheld)
    token = clean_token(own.get(ENV_TOKEN), ENV_TOKEN)
    if token and login.get("user") in (None, own.get(ENV_USER)):
        return Credentials(token, source=ENV_TOKEN, withheld=withheld)
    if user and own.get(ENV_PASSWORD) is not None:
        return Credentials(None, user, own[ENV_PASSWORD], ENV_PASSWORD, withheld)
    active, tokens = stored_login(master, environ)
    user = user or active
    token = tokens.get(user)
    if token:
        return Credentials(token, user, source="the stored login of the det CLI", withheld=withheld)
    return Credentials(user=user, withheld=withheld)


def env_credentials(master: str, environ: Mapping[str, str]) -> tuple[dict[str, str], str | None]:
    """What of the environment is for this master: its variables, and a sentence on what is for another one."""
    found = {name: environ[name] for name in (ENV_USER, ENV_PASSWORD, ENV_TOKEN) if environ.get(name) is not None}
    if is_env_master(master, environ):
        return found, None
    names = [name for name in (ENV_TOKEN, ENV_PASSWORD) if name in found]
    if not names:
        return {}, None
    other = hide_user_info(env_master(environ))
    return {}, (
        f"{' and '.join(names)} of the environment {'is' if len(names) == 1 else 'are'} for {other}, which DET_MASTER"
        f" names, and not sent to {master}."
    )


def tls(options: Mapping[str, Any], environ: Mapping[str, str] | None = None, master: str | None = None) -> Tls:
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


def config_dir(environ: Mapping[str, str]) -> str:
    """Where the official CLI keeps its files."""
    if environ.get("DET_DEBUG_CONFIG_PATH"):
        return environ["DET_DEBUG_CONFIG_PATH"]
    if sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Application Support")
    else:
        base = environ.get("XDG_CONFIG_HOME") or os.path.join(environ.get("HOME") or os.path.expanduser("~"), ".config")
    return os.path.join(base, "determined")


def read_json(path: str) -> dict[str, Any]:
    """The file's JSON object; {} when there is none or it cannot be read, since it is another program's file."""
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def stored_login(master: str, environ: Mapping[str, str]) -> tuple[str | None, dict[str, str]]:
    """What the CLI stored for this master: its active user, and the token of each.

    The file: {masters: {url: {active_user, tokens: {user: token}}}}. It is another program's, so what is of another
    shape is taken for nothing.
    """
    content: Any = read_json(os.path.join(config_dir(environ), "auth.json"))
    for key in ("masters", master):
        content = content.get(key)
        if not isinstance(content, dict):
            return None, {}
    active, tokens = content.get("active_user"), content.get("tokens")
    usable = {
        user: token.strip()
        for user, token in (tokens.items() if isinstance(tokens, dict) else ())
        if isinstance(token, str) and not NO_TOKEN.search(token.strip())
    }
    return active if isinstance(active, str) else None, usable


def stored_certificate(master: str | None, environ: Mapping[str, str]) -> str | None:
    """PEM text that the CLI accepted for this master, or None."""
    stored = read_json(os.path.join(config_dir(environ), "certs.json")).get(master or "")
    return stored if isinstance(stored, str) else None


def hashed(password: str) -> str:
    """What to send as a password with ``isHashed: true``; the empty password stays empty."""
    return hashlib.sha512((CLIENT_SALT + password).encode()).hexdigest() if password else ""


def token_facts(token: str) -> dict[str, Any]:
    """What a token says of itself, without asking the master: dict with id, user_id, expiry, token_type …

    The token is PASETO v2.public: base64url of a JSON object followed by 64 bytes of signature. {} if it is not.
    """
    parts = token.split(".")
    if len(parts) < 3 or parts[:2] != ["v2", "public"]:
        return {}
    try:
        raw = base64.urlsafe_b64decode(parts[2] + "=" * (-len(parts[2]) % 4))
        facts = json.loads(raw[:-64].decode())
    except (ValueError, RecursionError):
        return {}
    return facts if isinstance(facts, dict) else {}


def expiry(token: str) -> datetime | None:
    """When the token expires, as an aware datetime; None when it does not say."""
    text = token_facts(token).get("expiry")
    if not isinstance(text, str):
        return None
    try:
        return parse_time(text)
    except ValueError:
        return None


def expired(token: str, now: datetime | None = None) -> bool:
    """Whether the token says that its time is over."""
    end = expiry(token)
    return end is not None and end <= (now or datetime.now(timezone.utc))


def parse_time(text: str) -> datetime:
    """An RFC 3339 time, with any number of decimals, as an aware datetime. ValueError if it is none."""
    head, dot, rest = text.replace("Z", "+00:00").partition(".")
    if dot:
        digits = len(rest) - len(rest.lstrip("0123456789"))
        rest = "." + (rest[:digits] + "000000")[:6] + rest[digits:]
    moment = datetime.fromisoformat(head + rest)
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
