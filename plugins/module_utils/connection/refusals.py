# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a refusal of the master means: the one place that decides by a status or by a text.

Many ordinary conditions are answered with 500, so that the text decides (facts-access 13: what is 500 and means
exists, not found, not allowed, wrong state)."""

from __future__ import annotations

import re

from ..errors import (
    ApiError,
    Denied,
    Invalid,
    Missing,
    NotLoggedIn,
    ServerError,
    Taken,
    TooLarge,
    Unsupported,
    WrongState,
)

BY_STATUS = {
    400: Invalid,
    401: NotLoggedIn,
    403: Denied,
    404: Missing,
    409: Taken,
    501: Unsupported,
}
# Looked at from the first to the last, whatever the status is. The duplicate key comes before what is denied, since the
# texts of the database name the object, which may be called anything.
BY_TEXT: tuple[tuple[type[ApiError], re.Pattern[str]], ...] = (
    (
        Invalid,
        re.compile(
            r"^invalid (?:experiment|resource|searcher) configuration|^managed experiments require "
            r"|^workspace and project must both be included in config"
        ),
    ),
    (Taken, re.compile(r"SQLSTATE 23505\)|user already exists$|row already exists$")),
    (Unsupported, re.compile(r"operation not supported")),
    (
        Missing,
        re.compile(
            r"^not found$|sql: no rows in result set|failed to look up an experiment"
            r"|pool with name .* doesn't exist|binding doesn't exist$|is not available to view$"
            r"|cannot delete the default namespace binding$"
        ),
    ),
    (
        WrongState,
        re.compile(r"is archived and cannot|update inactive token|cannot register new versions|agent disconnected"),
    ),
    (
        Denied,
        re.compile(
            r"doesn't have permissions to|^non admin users can't|^only admin privileged users can|access denied;"
        ),
    ),
)
# What the layers of the master put before the words that say what is wrong.
LAYERS = re.compile(r"^(?:rpc error: code = \w+ desc = |code=\d+, message=|ERROR: |Bad request: )")


def class_of(status: int, reason: str, text: str) -> type[ApiError]:
    """The error that an answer of that status, gRPC name and text is."""
    if status == 429 and reason == "ResourceExhausted":
        return TooLarge
    if status == 404 and text == "Not Found":
        return Unsupported
    if status in (400, 404, 500):
        for kind, pattern in BY_TEXT:
            if pattern.search(text):
                return kind
    return BY_STATUS.get(status, ServerError if status >= 500 else ApiError)


def refusal(status: int, reason: str, text: str, method: str, path: str, hint: str | None = None) -> ApiError:
    """The typed error for an answer of that status, gRPC name and text."""
    return class_of(status, reason, text)(status, reason, text, method, path, hint, innermost_words(text))


def innermost_words(text: str) -> str:
    """The part of a text that says what is wrong, without the layers that it came through."""
    words = text.strip()
    while True:
        inner = LAYERS.sub("", words)
        dummy, layer, rest = inner.rpartition(" desc = ")
        if layer:
            inner = rest
        dummy, layer, rest = inner.rpartition(": ERROR: ")
        if layer:
            inner = rest
        if inner == words:
            return words.rstrip(".").strip()
        words = inner.strip()
