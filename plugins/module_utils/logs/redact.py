# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes secrets out of configs and logs before others see them: by the names that they have, and by how they look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

MASK = "********"
# Names are compared as words joined by _, without digits. These mean a secret wherever they are in a name, glued to
# other words too (PGPASSWORD). A key alone is none: many a parameter has that name.
SURELY = re.compile(
    r"password|passwd|passphrase|pwd|secret(?!ar)|credential|authorization|conn(?:ection)?_?str(?:ing)?(?:_|$)"
    r"|(?:access|account|api|auth|deploy|encryption|license|private|secret|shared|signing|ssh|storage)_?keys?(?:_|$)"
    r"|(?:^|_)sas(?:_|$)|(?:access|amz|goog)_?signature"
)
# These have other meanings too, mostly with numbers, which are left therefore (token: 17).
MAYBE = re.compile(r"(?:^|_)o?auth(?:_|$)|token(?:_|$)|(?:^|_)(?:[a-z]*(?:db|pg|sql|ssh|user))?pass$|(?:^|_)sig$")
HARMLESS = re.compile(
    r"(?:bos|cls|eos|mask|max|min|num|pad|sep|unk)_token(?=_|$)|(?:back|for)ward_pass$"
    r"|token_(?:accuracy|count|ids?|index|len|length|limit|loss|rate|size|type)s?$"
)
NAMED = re.compile(
    r"""(?<![\w.-])(?:([\w.-]+)\\*["']?[ \t]*[=:][ \t]*|(--?[A-Za-z][\w.-]*)\\*["']?[, \t]+(?![\\"']*-))"""
)
OPTION = re.compile(r"--?[A-Za-z][\w.-]*")
ASSIGNED = re.compile(r"(-{0,2}[A-Za-z_][\w.-]*)=(.+)", re.DOTALL)
# Quoted, quoted inside of a quoted text, a flat list, or a word, which no mapping begins with; a quote may be cut off.
VALUE = re.compile(
    r""""(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\\+"[^"\n]*"|\[[^\[\]{}\n]*\]|(?![{\[]+\w*[:=])["']?[^\s"',;&]+"""
)
NO_SECRET = re.compile(r"null|none|true|false|[{\[]+|Bearer|Basic|\\+", re.IGNORECASE)
NUMBERS = re.compile(r"""["'\[\]\d., -]+""")
SHAPES = (
    # What signs or opens by itself: session tokens, JSON web tokens, keys of clouds and of code hosts.
    re.compile(r"\bv[24]\.(?:public|local)\.[\w.-]+"),
    re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    re.compile(r"\b(?:ghp|gho|ghs|github_pat|hf|glpat|sk|xox[abp])[_-][\w-]{16,}"),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", re.DOTALL),
)
BEARER = re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE)
# A password may hold @ too, so all up to the last of them is one.
IN_ADDRESS = re.compile(r"\b(\w+://[^/\s:@]*):[^/\s]+@")
# A token in place of the user, but not the git of an address.
TOKEN_IN_ADDRESS = re.compile(r"\b(\w+://)[^/\s:@]{20,}@")
# Words joined by dots, of which JSON web tokens are some. They are matched from their beginning only: a pattern that
# may begin anywhere would look at what follows again and again.
DOTTED = re.compile(r"(?<![\w.-])[\w-]+(?:\.[\w-]*){2,}")
WEB_TOKEN = re.compile(r"\beyJ[\w-]{8,}")


def is_secret(name: str) -> Any:
    """Whether what bears this name is a secret: C(HF_TOKEN), C(secretKey), C(--api-key), but not C(max_tokens)."""
    words = plain(name)
    return bool(SURELY.search(words) or MAYBE.search(words))


def plain(name: str) -> Any:
    words = "_".join(re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", str(name))).lower()
    return HARMLESS.sub("", words)


def may_be_number(name: str) -> bool:
    """Whether numbers under a secret's name are left. Environment variables and options are not: C(--token 17)."""
    return not (SURELY.search(plain(name)) or name.isupper() or name.startswith("-"))


def redact(value: Any, patterns: Any = ()) -> Any:
    """The same value, of any structure, without its secrets. ``patterns``: compiled ones of what is secret besides."""
    if isinstance(value, dict):
        shown = {
            key: masked(str(key), item, patterns) if is_secret(key) else redact(item, patterns)
            for key, item in value.items()
        }
        # An environment variable as Kubernetes has them.
        if "value" in value and is_secret(value.get("name", "")):
            shown["value"] = masked(str(value["name"]), value["value"], patterns)
        return shown
    if isinstance(value, (list, tuple)):
        return redact_list(value, patterns)
    return redact_text(value, patterns) if isinstance(value, str) else value


def redact_list(items: Any, patterns: Any) -> Any:
    """Environment variables and arguments are whole items, so blanks and commas do not end them."""
    shown, option = [], None
    for item in items:
        text = item if isinstance(item, str) else ""
        assigned = ASSIGNED.fullmatch(text)
        if option and not text.startswith("-"):
            shown.append(masked(option, item, patterns))
        elif assigned and is_secret(assigned.group(1)):
            shown.append(f"{assigned.group(1)}={masked(assigned.group(1), assigned.group(2), patterns)}")
        else:
            shown.append(redact(item, patterns))
        option = text if OPTION.fullmatch(text) and is_secret(text) else None
    return shown


def masked(name: str, value: Any, patterns: Any) -> Any:
    """What stands under a secret's name. In a structure there are names of its own, unless the name leaves no doubt."""
    if value is None or isinstance(value, bool) or value == "":
        return value
    sure = bool(SURELY.search(plain(name)))
    if isinstance(value, dict):
        return {key: masked(name, item, patterns) for key, item in value.items()} if sure else redact(value, patterns)
    if isinstance(value, (list, tuple)):
        return [masked(name, item, patterns) for item in value]
    return value if may_be_number(name) and NUMBERS.fullmatch(str(value)) else MASK


def redact_text(text: str, patterns: Any = ()) -> Any:
    text = BEARER.sub(rf"\1 {MASK}", text)
    text = IN_ADDRESS.sub(rf"\1:{MASK}@", text)
    text = TOKEN_IN_ADDRESS.sub(rf"\1{MASK}@", text)
    text = DOTTED.sub(without_web_token, text)
    for shape in (*SHAPES, *patterns):
        text = shape.sub(MASK, text)
    return "".join(unassigned(text))


def without_web_token(found: re.Match[str]) -> str:
    """Words joined by dots without the JSON web token that begins in one of them."""
    parts = found.group().split(".")
    for place, part in enumerate(parts[:-2]):
        begun = WEB_TOKEN.search(part)
        if begun and parts[place + 1]:
            # An encrypted one has five parts.
            return "".join(one + "." for one in parts[:place]) + part[: begun.start()] + MASK
    return found.group()


def unassigned(text: str) -> Iterator[Any]:
    """The parts of a text, with NAME=value, name: value and --name value masked where the name is that of a secret.

    What follows another name is looked at as a name too, as in C(INFO: password: x).
    """
    start = 0
    for found in NAMED.finditer(text):
        name = found.group(1) or found.group(2)
        if found.start() < start or not is_secret(name):
            continue
        value = VALUE.match(text, found.end())
        if not value or NO_SECRET.fullmatch(value.group()):
            continue
        # A parameter of an address is no number of a training either.
        number = may_be_number(name) and text[found.start() - 1 : found.start()] not in ("?", "&")
        if not (number and NUMBERS.fullmatch(value.group())):
            yield text[start : found.end()]
            yield MASK
            start = value.end()
    yield text[start:]
