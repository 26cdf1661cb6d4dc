# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps secrets out of what is told: those of a run in every form that a text can have them in, and by how they look.

All patterns take a time that grows with the length of the text, not faster.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "********"
# A shorter one is hidden only where it stands alone, since it is part of many a word.
SHORT = 4
# A part of a secret that is longer is hidden by itself: a message may show one line of it.
LONG_PART = 8
SECRETS_KEPT = 64

ADDRESS = re.compile(r"(?i)^([a-z][a-z0-9+.-]*://)?.*@", re.DOTALL)
USER_INFO = re.compile(r"(://)[^\s@/?#]{1,512}@")
QUERY = re.compile(
    r"(?i)((?:[?&;]|\\u0026)[\w.%-]{0,64}?"
    r"(?:token|sig|secret|passw|credential|accesskey|api[_-]?key|auth)[\w.%-]{0,64}=)[^&\s\"'<>#\\]+"
)
SHAPES = (
    re.compile(r"\bv[24]\.(?:public|local)\.[\w-]{16,}(?:\.[\w-]+)?"),
    re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"),
)
BEARER = re.compile(r"(?i)\b((?:bearer|basic)\s{1,8})(?=[^\s'\",]*[\d.+/=_-])[^\s'\",]{8,}")


class Secrets:
    """The texts of one run that nobody may see."""

    def __init__(self, values: Iterable[str | None] = ()) -> None:
        self._forms: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self.add(*values)

    def add(self, *values: str | None) -> None:
        """Hide these too; None and blanks are no secrets."""
        for value in values:
            for part in parts(value or ""):
                self._forms.update(forms(part))
        self._pattern = None

    def hide(self, text: str) -> str:
        """The text with the secrets, and with what looks like one, masked."""
        return hide_shapes(self.hide_known(text))

    def hide_known(self, text: str) -> str:
        """The text with only the known secrets masked: for what is not the words of this project, such as results."""
        pattern = self._compiled()
        return pattern.sub(MASK, text) if pattern else text

    def hide_in(self, value: Any) -> Any:
        """The same value with the known secrets masked. A search in its text tells first whether there are any: that
        costs a tenth of a walk through a long list."""
        pattern = self._compiled()
        # Constants are looked at as Python spells them.
        if pattern is None or not pattern.search(json.dumps(value, default=str) + " True False None"):
            return value
        return walk(value, self.hide_known)

    def _compiled(self) -> re.Pattern[str] | None:
        if self._pattern is None and self._forms:
            found = sorted(self._forms, key=lambda form: (-len(form), form))
            words = [re.escape(form) if len(form) >= SHORT else rf"(?<!\w){re.escape(form)}(?!\w)" for form in found]
            self._pattern = re.compile("|".join(words))
        return self._pattern


def parts(value: str) -> Iterator[str]:
    """The secret, without the blanks around it, and its longer lines and words: a message may show one of them."""
    whole = value.strip()
    if whole:
        yield value
        yield whole
        pieces = whole.split()
        if len(pieces) > 1:
            yield from (piece for piece in pieces if len(piece) >= LONG_PART)


@lru_cache(maxsize=SECRETS_KEPT)
def forms(value: str) -> frozenset[str]:
    """The text as Python, JSON, addresses and HTML write it, and each of these written so once more.

    Kept for the items of a loop, whose secrets are the same: making them took a sixth of an item's computing.
    """
    once = written(value)
    return frozenset(once.union(*(written(form) for form in once)))


def written(value: str) -> set[str]:
    raw = value.encode("utf-8", "surrogateescape")
    quoted = {quote(raw, safe=""), quote(raw), quote_plus(raw)}
    lower = {re.sub(r"%[0-9A-F]{2}", lambda found: found.group().lower(), one) for one in quoted}
    json_forms = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    return {value, repr(value)[1:-1], repr(raw)[2:-1], html.escape(value), *json_forms, *quoted, *lower}


def hide_shapes(text: str) -> str:
    """The text without users and passwords of addresses, signed queries, tokens that show what they are."""
    text = USER_INFO.sub(rf"\1{MASK}@", text)
    text = QUERY.sub(rf"\1{MASK}", text)
    text = BEARER.sub(rf"\1{MASK}", text)
    for shape in SHAPES:
        text = shape.sub(MASK, text)
    return text


def hide_user_info(address: str) -> str:
    """An address, also one that cannot be read, without what stands before its last @."""
    return ADDRESS.sub(rf"\1{MASK}@", address)


def user_info(address: Any) -> list[str]:
    """The secrets of an address with a user and a password in it: ``user:password`` and the password."""
    if not isinstance(address, str) or "@" not in address:
        return []
    whole = address.rpartition("@")[0].rpartition("://")[2]
    password = whole.partition(":")[2]
    return [whole, password] if password else [whole]


def environment_secrets(environ: Mapping[str, str]) -> list[str | None]:
    """What of an environment must not be told: the login to the master, the logins to proxies."""
    proxies = (environ[name] for name in environ if name.lower().endswith("_proxy"))
    found: list[str | None] = [environ.get("DET_USER_TOKEN"), environ.get("DET_PASS")]
    for address in (*proxies, environ.get("DET_MASTER"), environ.get("DET_MASTER_ADDR")):
        found += user_info(address)
    return found


def walk(value: Any, change: Any) -> Any:
    """The same structure with every text, also the keys, changed by a function (text) -> text."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {walk(key, change): walk(item, change) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [walk(item, change) for item in value]
    return value
