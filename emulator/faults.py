# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Failures on request.

A fault is a JSON object. Which requests it meets: `method` (any if left out), `path` (a regular expression searched in
the path), the first `skip` of them are let through (0), the next `count` are hit (1; null: all). What happens, `kind`:

- `status`: answer `status` (503) with `body` (an object, or a text sent as HTML), `retryAfter` in seconds as a header
- `delay`: wait `seconds`, then go on
- `reset`: drop the connection before anything is done; `reset_after`: when it was done
- `truncate`: do it, then send half of the answer and drop the connection
- `redirect`: 302 to `location`
- `expire`: the caller's token expires just before
- `restart`: the master restarts just before, and the connection is dropped
- `lose`: the agent named `agent` loses its connection just before, and with `agent` null all do

A fault of kind `outcome` meets no request but something that the master does on its own: `on` names it
(`experiment.delete`, `project.delete`, `checkpoint.delete`, which is the clean-up task), `fail` (true or an error text)
lets it fail, `seconds` is how long it takes; skip and count as above.
"""

from __future__ import annotations

import re

_ANY = {"kind", "method", "path", "skip", "count"}
# Kind: what it takes beside those.
KINDS = {
    "status": {"status", "body", "retryAfter"},
    "delay": {"seconds"},
    "reset": set(),
    "reset_after": set(),
    "truncate": set(),
    "redirect": {"location"},
    "expire": set(),
    "restart": set(),
    "lose": {"agent"},
    "outcome": {"on", "fail", "seconds"},
}
OUTCOMES = ("experiment.delete", "checkpoint.delete", "project.delete")


class Faults:
    """The declared faults, in the order in which they came."""

    def __init__(self):
        self._declared: list[dict] = []

    def declare(self, fault: dict) -> dict:
        """Take a fault in; ValueError where it makes no sense."""
        if not isinstance(fault, dict) or fault.get("kind") not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        if unknown := set(fault) - _ANY - KINDS[fault["kind"]]:
            raise ValueError(f"a fault of kind {fault['kind']} has no {', '.join(sorted(unknown))}")
        if fault["kind"] == "outcome" and fault.get("on") not in OUTCOMES:
            raise ValueError(f"on must be one of {', '.join(OUTCOMES)}")
        fault = {"skip": 0, "count": 1, **fault, "hits": 0}
        try:
            re.compile(fault.get("path", ""))
        except (re.error, TypeError) as error:
            raise ValueError(f"path: {error}") from None
        self._declared.append(fault)
        return fault

    def clear(self) -> None:
        self._declared.clear()

    def declared(self) -> list[dict]:
        """All of them with `hits`, how often each has struck."""
        return list(self._declared)

    def for_request(self, method: str, path: str) -> list[dict]:
        """The faults that strike this request."""
        if not self._declared:
            return []
        return [
            fault
            for fault in self._declared
            if fault["kind"] != "outcome"
            and fault.get("method", method).upper() == method
            and re.search(fault.get("path", ""), path)
            and _strikes(fault)
        ]

    def outcome(self, on: str) -> tuple[float, str]:
        """(seconds it takes, error text or "") for something that the master does on its own."""
        seconds, error = 0.0, ""
        for fault in self._declared:
            if fault["kind"] == "outcome" and fault.get("on") == on and _strikes(fault):
                seconds = max(seconds, fault.get("seconds", 0))
                fail = fault.get("fail", False)
                error = fail if isinstance(fail, str) else "failed on request" if fail else error
        return seconds, error


def _strikes(fault: dict) -> bool:
    if fault["skip"] > 0:
        fault["skip"] -= 1
        return False
    if fault["count"] is not None and fault["hits"] >= fault["count"]:
        return False
    fault["hits"] += 1
    return True
