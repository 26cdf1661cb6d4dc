# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the scripts share: the same input as the plays, and the file that takes the seconds of the work alone."""

from __future__ import annotations

import json
import os
import sys
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

CONNECTIONS = 4
PAGE = 1000


def arguments() -> dict:
    """The extra variables that a play would get: master, token, ids, select and filter."""
    with open(sys.argv[1], encoding="utf-8") as file:
        return json.load(file)


@contextmanager
def timed() -> Iterator[None]:
    began = time.perf_counter()
    yield
    with open(os.environ["BENCH_SECONDS"], "w", encoding="utf-8") as file:
        json.dump(time.perf_counter() - began, file)


def open_session(given: dict):
    import requests
    from requests.adapters import HTTPAdapter

    session = requests.Session()
    session.trust_env = False
    session.headers["Authorization"] = "Bearer " + given["token"]
    session.mount("http://", HTTPAdapter(pool_maxsize=CONNECTIONS))
    return session


def call(session, given: dict, method: str, path: str, body: dict | None = None) -> dict:
    answer = session.request(method, given["master"] + path, json=body, timeout=600)
    answer.raise_for_status()
    return answer.json()


def search(session, given: dict) -> Iterator[list[dict]]:
    """The pages of what is selected, in windows of ids, on a few connections."""

    def page(sort: str, limit: int, *bounds: tuple[str, int]) -> dict:
        children = [
            {"kind": "field", "columnName": "id", "operator": operator, "value": value, "type": "COLUMN_TYPE_NUMBER",
             "location": "LOCATION_TYPE_EXPERIMENT"}
            for operator, value in bounds
        ]  # fmt: skip
        root = {"kind": "group", "conjunction": "and", "children": [*children, *given["filter"]]}
        body = {"limit": limit, "sort": sort, "filter": json.dumps({"filterGroup": root, "showArchived": True})}
        if given.get("project_id"):
            body["projectId"] = given["project_id"]
        return call(session, given, "POST", "/api/v1/experiments-search", body)

    def window(after: int) -> list[dict]:
        rows = []
        last, end = after, min(after + width, newest)
        while True:
            found = page("id=asc", PAGE, (">", last), ("<", end + 1))["experiments"]
            rows += found
            if len(found) < PAGE or found[-1]["experiment"]["id"] == end:
                return rows
            last = found[-1]["experiment"]["id"]

    first = page("id=asc", PAGE)
    rows, total = first["experiments"], first["pagination"]["total"]
    yield rows
    if len(rows) == total:
        return
    start = rows[-1]["experiment"]["id"]
    newest = page("id=desc", 1)["experiments"][0]["experiment"]["id"]
    width = max(PAGE, int((newest - start) * PAGE * 0.9 / (total - len(rows))))
    waiting: deque = deque()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for after in range(start, newest, width):
            waiting.append(pool.submit(window, after))
            if len(waiting) == CONNECTIONS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
