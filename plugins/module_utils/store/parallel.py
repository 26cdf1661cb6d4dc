# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one way to do several things at a time: some calls under way, and none far ahead."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Callable, TypeVar

from ..connection.transport import CONNECTIONS

Item = TypeVar("Item")
Value = TypeVar("Value")


def map_concurrently(
    function: Callable[[Item], Value], items: Iterable[Item], connections: int = CONNECTIONS
) -> Iterator[Value]:
    """The function's values for the items, in order. A failure ends it, and what has not begun is not begun."""
    waiting: deque[Future[Value]] = deque()
    with ThreadPoolExecutor(connections) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(function, item))
                if len(waiting) >= connections:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for one in waiting:
                one.cancel()
