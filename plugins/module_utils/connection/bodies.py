# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies of answers, read within bounds: what an answer may cost in memory, time and depth is said here."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import Any

from .transport import BODY_ERRORS, requests

# Bytes of one JSON answer after it is unpacked. A page of 1,000 experiments with long configs has some 20 MB.
LARGEST_ANSWER = 256 << 20
# Bytes of one line of a streamed answer.
LARGEST_LINE = 32 << 20
# Objects and lists inside of each other. Configs of users have some ten.
DEEPEST_ANSWER = 100
# A JSON answer may take so many times the option timeout, however steadily it drips; a streamed one longer.
ANSWER_TIMEOUTS = 10
STREAM_TIMEOUTS = 100
# Small, since older releases of urllib3 unpack the whole of a piece at once.
PIECE = 1 << 14
ESCAPE, TEXT = re.compile(rb"\\.", re.DOTALL), re.compile(rb'"[^"]*"')
NO_BRACKETS = bytes(set(range(256)).difference(b'[]{}"'))
PACKED = ("", "identity", "gzip", "x-gzip", "deflate")


class BadBody(Exception):
    """A body that is not read to its end. Its text is the rest of a sentence that begins with "the answer"."""


def read_body(response: Any, timeout: float) -> bytes:
    """All of a body, unpacked. Raises BadBody, and what requests raises where it breaks off."""
    pieces, size = [], 0
    for piece in body_pieces(response, timeout * ANSWER_TIMEOUTS):
        size += len(piece)
        if size > LARGEST_ANSWER:
            raise BadBody(f"is larger than {LARGEST_ANSWER >> 20} MiB")
        pieces.append(piece)
    return b"".join(pieces)


def read_lines(response: Any, timeout: float) -> Iterator[bytes]:
    """The lines of a body that are not blank. Raises as read_body does."""
    begun: list[bytes] = []
    size = 0
    for piece in body_pieces(response, timeout * STREAM_TIMEOUTS):
        first, *others = piece.split(b"\n")
        begun.append(first)
        size += len(first)
        if size > LARGEST_LINE:
            raise BadBody(f"has a line of more than {LARGEST_LINE >> 20} MiB")
        if others:
            yield from (line for line in (b"".join(begun), *others[:-1]) if line.strip())
            begun, size = [others[-1]], len(others[-1])
    last = b"".join(begun)
    if last.strip():
        yield last


def body_pieces(response: Any, seconds: float) -> Iterator[bytes]:
    """The body piece by piece as it comes, for so many seconds at the most."""
    packed = response.headers.get("Content-Encoding", "").strip().lower()
    if packed not in PACKED:
        raise BadBody(f"is packed as {packed[:40]!a}, which was not asked for")
    end = time.monotonic() + seconds
    raw = response.raw
    # What reads a full piece waits for as long as one byte after the other comes.
    read = raw.read1 if hasattr(raw, "read1") else raw.read
    try:
        while True:
            piece = read(PIECE, decode_content=True)
            if not piece:
                break
            yield piece
            if time.monotonic() > end:
                raise BadBody(f"was not complete after {seconds:g} s")
    except BODY_ERRORS as error:
        raise requests.exceptions.ChunkedEncodingError(error) from error
    except OSError as error:
        raise requests.exceptions.ConnectionError(error) from error
    finally:
        response.close()


def parse_json(raw: bytes) -> Any:
    """The JSON value. Raises ValueError for what is none: NaN and Infinity, which JSON does not have, and numbers too
    large to be one; BadBody for what is nested too deeply."""
    try:
        value = json.loads(raw, parse_constant=refuse_constant, parse_float=finite)
    except RecursionError:
        value = None
        deep = True
    else:
        deep = not is_surely_flat(raw) and is_deep(value)
    if deep:
        raise BadBody(f"is nested more than {DEEPEST_ANSWER} deep")
    return value


def refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("a number is too large")
    return number


def is_surely_flat(raw: bytes) -> bool:
    """Whether the brackets of a valid JSON text alone say that it is not nested too deeply.

    That costs a tenth of reading the text, and looking at each value most of it.
    """
    if json.detect_encoding(raw) not in ("utf-8", "utf-8-sig"):
        return False
    # Without its escapes every quote begins or ends a text; two quotes side by side are a text without brackets, or the
    # end of one and the beginning of the next.
    quoted = ESCAPE.sub(b"", raw) if b"\\" in raw else raw
    brackets = TEXT.sub(b"", quoted.translate(None, NO_BRACKETS).replace(b'""', b""))
    # Each turn takes away one or two levels.
    for dummy in range(DEEPEST_ANSWER // 2):
        if not brackets:
            return True
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    return not brackets


def is_deep(value: Any) -> bool:
    """Whether there are more containers inside of each other than DEEPEST_ANSWER."""
    level = [value]
    for dummy in range(DEEPEST_ANSWER + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True
