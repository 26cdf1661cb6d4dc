# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One object on the master: looking at it, sending the steps of a plan for it, and waiting for their ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import Refused
from ..model.call import Later, fill_path
from ..model.kind import Collection, Kind, Relation
from ..model.plan import Step
from ..model.row import Row
from ..store.store import Store
from ..store.wait import poll
from .call import Call


class Subject:
    """``current``: the row of the object, None where it is not there. ``scope``: the row of what holds it, {} for the
    whole cluster, Later where that is not made yet, None where none is named."""

    def __init__(self, call: Call, kind: Kind) -> None:
        self.call = call
        self.kind = kind
        self.client = call.client
        self.store = Store(call.client)
        self.current: Row | None = None
        self.scope: Row | Later | None = None
        self.state = "present"

    # What those that know the object in their own ways say

    def keys(self) -> dict[str, Any]:
        """The options that select a singleton or a relation."""
        return {}

    def read(self) -> None:
        """Find the object anew."""
        self.current = self.find()

    def find(self) -> Row | None:
        """The object, by its name."""
        return None

    def find_again(self) -> Row | None:
        """One that somebody else has made in the place of an object that is gone."""
        return self.find()

    # Looking

    def read_single(self) -> Row | None:
        if isinstance(self.scope, Later):
            # A relation is always there, if only empty.
            return self.kind.nothing() if isinstance(self.kind.source, Relation) else None
        return self.store.single(self.kind, self.scope, self.keys())

    def holder(self) -> int | None:
        """The id of what holds it now, as far as it is there and named."""
        return None if self.scope is None or isinstance(self.scope, Later) else self.scope.get("id")

    def placed(self) -> Row:
        """The columns that show what holds a new object, as far as that is known, and what selects it."""
        scope, ident, columns = self.kind.scope, self.holder(), {one.name for one in self.kind.columns}
        placed = {name: value for name, value in self.keys().items() if name in columns}
        if scope is not None and scope.column in columns and ident is not None:
            placed[scope.column] = ident
        return placed

    def look(self) -> None:
        if not isinstance(self.kind.source, Collection):
            self.current = self.read_single()
        elif self.current is None or self.current.get(self.kind.ident) is None:
            self.read()
        else:
            self.current = self.store.again(self.kind, self.current)
            if self.current is None and self.state != "absent":
                # Somebody else may have made it again, with another id.
                self.current = self.find_again()
        if self.current is not None and self.state == "absent" and self.kind.deleting(self.current):
            self.wait_until_gone()

    # Sending

    def send(self, step: Step) -> None:
        request = step.request
        path = request.path
        if self.current is not None and self.current.get(self.kind.ident) is not None:
            path = fill_path(path, {self.kind.ident: self.current[self.kind.ident]})
        answer = self.client.request(request.method, path, body=request.body, repeatable=request.repeatable or None)
        self.call.progress(changed=True)
        if step.what == "create":
            self.made(answer.get(step.unwrap) if step.unwrap else None)
        elif step.what == "absent":
            self.wait_until_gone()
        elif step.what == "delete, to be made again":
            self.current = None
        elif step.verb is not None and step.verb.reached is not None:
            self.wait_for(step.verb.state, step.verb.reached)

    def made(self, answer: Any) -> None:
        """Keep the id of what was made. Answers to a creation are poor in many kinds, so that it is read afterwards."""
        ident = self.kind.row(answer, detail=True).get(self.kind.ident) if answer is not None else None
        if ident is not None:
            self.current = {**self.kind.blank(), **self.placed(), self.kind.ident: ident}

    def wait_until_gone(self) -> None:
        """Wait for the end of a deletion. One that failed is refused with what the master says of it."""

        def gone() -> bool:
            self.current = self.read_single() if not self.kind.key else self.store.again(self.kind, self.current or {})
            if self.current is None or self.kind.gone(self.current):
                return True
            reason = self.kind.failed(self.current)
            if reason:
                raise Refused(f"{self.kind.named(self.current)}: {reason}")
            return False

        if self.call.params.get("wait", True):
            name = self.kind.named(self.current or {})
            poll(gone, self.call.params.get("wait_timeout", 300), f"{name} is gone")

    def wait_for(self, state: str, reached: Callable[[Row], bool]) -> None:
        """Wait for the asynchronous end of a verb."""

        def done() -> bool:
            self.current = self.store.again(self.kind, self.current or {})
            return self.current is None or reached(self.current)

        if self.call.params.get("wait", True):
            what = f"{self.kind.named(self.current or {})} is {state}"
            poll(done, self.call.params.get("wait_timeout", 300), what)
