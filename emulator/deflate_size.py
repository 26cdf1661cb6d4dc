# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many bytes the master's packing of files takes: it shows that number, and its gzip is not zlib's.

Only the size is worked out, not the bytes: lazy matching with matches of four bytes and more, then for each block the
cheapest of fixed codes, codes of its own and no compression.
"""

from __future__ import annotations

import heapq
from collections import Counter

SHORTEST, LONGEST, WINDOW = 4, 258, 1 << 15
# A match this near is worth a token also if it is of the shortest length.
NEAR = 4096
CANDIDATES, NICE, LAZY = 128, 128, 16
BLOCK_TOKENS = 1 << 14
BLOCK_BYTES = 65_535
END_OF_BLOCK = 256
_CODE_ORDER = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)


def gzip_size(data: bytes) -> int:
    """Bytes of the data as the master packs it: header and trailer of gzip, blocks, an empty last block."""
    bits = 0
    for tokens, length in _blocks(data):
        bits = _block_end(bits, tokens, length)
    return 18 + (bits + 3 + 7) // 8 + 4


def _blocks(data: bytes):
    """(tokens, bytes covered) of each block; a token is a literal's number, or (length, distance)."""
    tokens: list = []
    covered = 0
    for token in _tokens(data):
        tokens.append(token)
        if len(tokens) == BLOCK_TOKENS:
            length = sum(1 if isinstance(t, int) else t[0] for t in tokens)
            covered += length
            yield tokens, length
            tokens = []
    if tokens:
        yield tokens, len(data) - covered


def _tokens(data: bytes):
    seen: dict[bytes, list[int]] = {}
    waiting: tuple[int, int] | None = None
    at, pending = 0, False
    while at < len(data):
        _remember(seen, data, at)
        found = None
        if waiting is None or waiting[0] < LAZY:
            found = _match(seen, data, at)
        if waiting and (found is None or found[0] <= waiting[0]):
            yield waiting
            end = at + waiting[0] - 1
            for position in range(at + 1, end):
                _remember(seen, data, position)
            at, waiting, pending = end, None, False
            continue
        if pending:
            yield data[at - 1]
        waiting, pending = found, True
        at += 1
    if pending:
        yield data[-1]


def _remember(seen: dict[bytes, list[int]], data: bytes, at: int) -> None:
    if at + SHORTEST <= len(data):
        seen.setdefault(data[at : at + SHORTEST], []).append(at)


def _match(seen: dict[bytes, list[int]], data: bytes, at: int) -> tuple[int, int] | None:
    """The longest of the nearest candidates before `at`."""
    best, distance = SHORTEST - 1, 0
    most = min(LONGEST, len(data) - at)
    # The last one is `at` itself.
    for start in reversed(seen.get(data[at : at + SHORTEST], ())[-CANDIDATES - 1 : -1]):
        if at - start > WINDOW:
            break
        length = _common(data, start, at, most)
        if length > best and (length > SHORTEST or at - start <= NEAR):
            best, distance = length, at - start
            if length >= min(NICE, most):
                break
    return (best, distance) if distance else None


def _common(data: bytes, one: int, other: int, most: int) -> int:
    low, high = 0, most
    if data[one : one + most] == data[other : other + most]:
        return most
    while high - low > 1:
        middle = (low + high) // 2
        if data[one : one + middle] == data[other : other + middle]:
            low = middle
        else:
            high = middle
    return low


def _length_code(length: int) -> tuple[int, int]:
    """(code, extra bits) of a match's length."""
    if length == LONGEST:
        return 285, 0
    value = length - 3
    if value < 8:
        return 257 + value, 0
    extra = value.bit_length() - 3
    return 257 + 4 * (extra + 1) + ((value >> extra) & 3), extra


def _distance_code(distance: int) -> tuple[int, int]:
    value = distance - 1
    if value < 4:
        return value, 0
    extra = value.bit_length() - 2
    return 2 * (extra + 1) + ((value >> extra) & 1), extra


def _block_end(bits: int, tokens: list, length: int) -> int:
    """Where the stream stands, in bits, after a block."""
    literals, distances = Counter([END_OF_BLOCK]), Counter()
    extra = 0
    for token in tokens:
        if isinstance(token, int):
            literals[token] += 1
            continue
        for counter, (code, more) in ((literals, _length_code(token[0])), (distances, _distance_code(token[1]))):
            counter[code] += 1
            extra += more
    fixed = 3 + extra + 5 * distances.total()
    fixed += sum(n * (8 if c < 144 or c > 279 else 9 if c < 256 else 7) for c, n in literals.items())
    size = min(fixed, 3 + extra + _own_codes(literals, distances))
    # Without compression a block begins at a whole byte and tells its length twice.
    stored = (length + 5) * 8
    if length <= BLOCK_BYTES and stored < size:
        return (bits + 3 + 7) // 8 * 8 + 32 + length * 8
    return bits + size


def _own_codes(literals: Counter, distances: Counter) -> int:
    """Bits of a block with codes made for it, the codes included."""
    # There is a distance code even where none is needed.
    distances = distances or Counter({0: 1})
    lengths, distance_lengths = _code_lengths(literals, 15), _code_lengths(distances, 15)
    written = [lengths.get(c, 0) for c in range(max(lengths) + 1)]
    written += [distance_lengths.get(c, 0) for c in range(max(distance_lengths) + 1)]
    codes = _run_lengths(written)
    code_lengths = _code_lengths(Counter(codes), 7)
    number = max(4, max(i + 1 for i, code in enumerate(_CODE_ORDER) if code in code_lengths))
    header = 5 + 5 + 4 + 3 * number + sum(code_lengths[code] + {16: 2, 17: 3, 18: 7}.get(code, 0) for code in codes)
    body = sum(n * lengths[c] for c, n in literals.items())
    return header + body + sum(n * distance_lengths[c] for c, n in distances.items())


def _run_lengths(values: list[int]) -> list[int]:
    """Code lengths as they are written: 16 repeats the last one 3 to 6 times, 17 and 18 are 3 to 10 and 11 to 138
    zeros."""
    codes: list[int] = []
    at = 0
    while at < len(values):
        value, count = values[at], 1
        while at + count < len(values) and values[at + count] == value:
            count += 1
        at += count
        if value:
            codes.append(value)
            count -= 1
            while count >= 3:
                step = min(count, 6)
                codes.append(16)
                count -= step
        else:
            while count >= 11:
                step = min(count, 138)
                codes.append(18)
                count -= step
            if count >= 3:
                codes.append(17)
                count = 0
        codes += [value] * count
    return codes


def _code_lengths(counts: Counter, limit: int) -> dict[int, int]:
    """The length of each symbol's code in an optimal prefix code with no code longer than the limit (package-merge)."""
    if len(counts) <= 2:
        return dict.fromkeys(counts, 1)
    leaves = sorted((count, symbol) for symbol, count in counts.items())
    singles = [(count, (symbol,)) for count, symbol in leaves]
    packages: list = []
    for dummy in range(limit):
        merged = list(heapq.merge(packages, singles, key=lambda item: item[0]))
        packages = [
            (merged[i][0] + merged[i + 1][0], merged[i][1] + merged[i + 1][1]) for i in range(0, len(merged) - 1, 2)
        ]
    lengths: Counter = Counter()
    for _count, symbols in packages[: len(counts) - 1]:
        lengths.update(symbols)
    return dict(lengths)
