# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes secrets out of configs and logs before others see them: by the names that they have, and by how they look."""

from __future__ import annotations

import re

MASK = "********"
SECRET_WORDS = {
    "apikey", "auth", "authorization", "credential", "credentials", "passwd", "password", "pwd", "secret", "secrets",
    "token",
}  # fmt: skip
# A key alone is none: many a parameter has that name.
SECRET_PAIRS = {("access", "key"), ("api", "key"), ("private", "key"), ("secret", "key"), ("signing", "key")}
NAMED = re.compile(r"""([A-Za-z][\w.-]*)["']?[ \t]*[=:][ \t]*""")
VALUE = re.compile(r""""[^"]*"|'[^']*'|[^\s"',;&]+""")
NO_SECRET = re.compile(r"[\d.]+|null|none|true|false|[{\[].*|Bearer|Basic", re.IGNORECASE)
SHAPES = (
    # What signs or opens by itself: session tokens, JSON web tokens, keys of clouds and of code hosts.
    re.compile(r"\bv[24]\.(?:public|local)\.[\w.-]+"),
    re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"),
    re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    re.compile(r"\b(?:ghp|gho|ghs|github_pat|hf|glpat|sk|xox[abp])[_-][\w-]{16,}"),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", re.DOTALL),
)
BEARER = re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE)
IN_ADDRESS = re.compile(r"(\w+://[^/\s:@]*):[^/\s@]+@")


def is_secret(name):
    """Whether a key or a variable of this name holds a secret: C(HF_TOKEN) and C(secretKey), not C(max_tokens)."""
    words = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+(?![a-z])", str(name))
    words = [word.lower() for word in words]
    return bool(SECRET_WORDS.intersection(words)) or any(pair in SECRET_PAIRS for pair in zip(words, words[1:]))


def redact(value, patterns=()):
    """The same value, of any structure, without its secrets. ``patterns``: compiled ones of what is secret besides."""
    if isinstance(value, dict):
        return {
            key: masked(item, patterns) if is_secret(key) else redact(item, patterns) for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [redact(item, patterns) for item in value]
    return redact_text(value, patterns) if isinstance(value, str) else value


def masked(value, patterns):
    """What stands under a secret's name. Numbers are none, and in what is no text there are names of its own."""
    if isinstance(value, str):
        return MASK if value else value
    return redact(value, patterns)


def redact_text(text, patterns=()):
    text = BEARER.sub(rf"\1 {MASK}", text)
    text = IN_ADDRESS.sub(rf"\1:{MASK}@", text)
    for shape in (*SHAPES, *patterns):
        text = shape.sub(MASK, text)
    return "".join(unassigned(text))


def unassigned(text):
    """The parts of a text, with NAME=value and name: value masked where the name is that of a secret.

    What follows another name is looked at as a name too, as in C(INFO: password: x).
    """
    start = 0
    for name in NAMED.finditer(text):
        if name.start() < start or not is_secret(name.group(1)):
            continue
        value = VALUE.match(text, name.end())
        if value and not NO_SECRET.fullmatch(value.group()):
            yield text[start : name.end()]
            yield MASK
            start = value.end()
    yield text[start:]
