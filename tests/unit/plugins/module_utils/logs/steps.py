# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many signs a pattern looks at. It goes the way of the library, which looks at no more, and tells the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from re import _constants as code
from re import _parser as parser

SINGLE = (code.LITERAL, code.NOT_LITERAL, code.ANY, code.IN)
CATEGORIES = {code.CATEGORY_WORD: r"\w", code.CATEGORY_SPACE: r"\s", code.CATEGORY_DIGIT: r"\d"}


class Counted:
    """In the place of a pattern: does what it does, and counts."""

    looks = 0

    def __init__(self, pattern: re.Pattern[str]):
        self.pattern, self.flags = pattern, pattern.flags
        self.tree = list(parser.parse(pattern.pattern, pattern.flags))

    def sub(self, new, text):
        self.scan(text)
        return self.pattern.sub(new, text)

    def finditer(self, text):
        self.scan(text)
        return self.pattern.finditer(text)

    def search(self, text):
        self.scan(text, once=True)
        return self.pattern.search(text)

    def match(self, text, start=0):
        found = self.pattern.match(text, start)
        assert next(self.ends(self.tree, text, start), None) == (found.end() if found else None)
        return found

    def fullmatch(self, text):
        found = self.pattern.fullmatch(text)
        assert (len(text) in self.ends(self.tree, text, 0)) == bool(found)
        return found

    def scan(self, text: str, once: bool = False) -> None:
        """Look for it from each sign on, and after what was found."""
        start, found = 0, []
        while start <= len(text) and not (once and found):
            end = next(self.ends(self.tree, text, start), None)
            if end is not None:
                found.append((start, end))
            start = start + 1 if end is None or end == start else end
        real = [one.span() for one in self.pattern.finditer(text)]
        assert found == real[: 1 if once else None]

    def ends(self, nodes: list, text: str, at: int) -> Iterator[int]:
        """Where the nodes may end that begin here, in the order of the library."""
        if not nodes:
            yield at
            return
        for end in self.one(*nodes[0], text, at):
            yield from self.ends(nodes[1:], text, end)

    def one(self, kind, value, text: str, at: int) -> Iterator[int]:
        Counted.looks += 1
        if kind in SINGLE:
            if at < len(text) and self.fits(kind, value, text[at]):
                yield at + 1
        elif kind is code.AT:
            if self.is_at(value, text, at):
                yield at
        elif kind is code.BRANCH:
            for each in value[1]:
                yield from self.ends(list(each), text, at)
        elif kind is code.SUBPATTERN:
            yield from self.ends(list(value[3]), text, at)
        elif kind in (code.ASSERT, code.ASSERT_NOT):
            begin = at if value[0] > 0 else at - value[1].getwidth()[0]
            met = begin >= 0 and next(self.ends(list(value[1]), text, begin), None) is not None
            if met is (kind is code.ASSERT):
                yield at
        elif kind is code.MAX_REPEAT:
            least, most, part = value
            single = len(part) == 1 and part[0][0] in SINGLE
            yield from (self.run if single else self.repeat)(list(part), text, at, least, most)
        elif kind is code.MIN_REPEAT:
            yield from self.few(list(value[2]), text, at, *value[:2])
        else:
            raise NotImplementedError(kind)

    def run(self, part: list, text: str, at: int, least: int, most: int) -> Iterator[int]:
        """Single signs, as many as there are, then fewer."""
        end = at
        while end < len(text) and end - at < most and self.fits(*part[0], text[end]):
            Counted.looks += 1
            end += 1
        while end - at >= least:
            Counted.looks += 1
            yield end
            end -= 1

    def repeat(self, part: list, text: str, at: int, least: int, most: int) -> Iterator[int]:
        if most:
            for end in self.ends(part, text, at):
                if end > at:
                    yield from self.repeat(part, text, end, max(0, least - 1), most - 1)
        if least <= 0:
            yield at

    def few(self, part: list, text: str, at: int, least: int, most: int) -> Iterator[int]:
        count, here = 0, at
        while here is not None and count <= most:
            if count >= least:
                yield here
            count, here = count + 1, next(self.ends(part, text, here), None)

    def fits(self, kind, value, sign: str) -> bool:
        if kind is code.ANY:
            return bool(self.flags & re.DOTALL) or sign != "\n"
        if self.flags & re.IGNORECASE:
            sign = sign.lower()
        if kind is not code.IN:
            return (sign == chr(value).lower() or sign == chr(value)) is (kind is code.LITERAL)
        negated = value[0][0] is code.NEGATE
        return any(self.among(*one, sign) for one in value[negated:]) is not negated

    def among(self, kind, value, sign: str) -> bool:
        signs = (sign, sign.upper()) if self.flags & re.IGNORECASE else (sign,)
        if kind is code.CATEGORY:
            return bool(re.match(CATEGORIES[value], sign))
        low, high = value if kind is code.RANGE else (value, value)
        return any(low <= ord(one) <= high for one in signs)

    def is_at(self, where, text: str, at: int) -> bool:
        if where is code.AT_BOUNDARY:
            return bool(re.compile(r"\b").match(text, at))
        if where is code.AT_END:
            return at == len(text) or text[at:] == "\n"
        return at == 0
