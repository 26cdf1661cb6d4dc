# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One user or group of a directory, which may have to be created, on its way to what is wanted."""

from __future__ import annotations

from typing import Any

from ..engine.call import Call
from ..model.kind import Kind
from ..model.plan import Plan, Step, make_plan
from ..model.row import Row
from ..store.store import Store


class Entry:
    """A subject of store/send.py. ``planned``: the plan that was shown; ``current``: its row, None where there is none.

    The plan is made again when it is sent: the ids of users that were created meanwhile are known then.
    """

    def __init__(self, call: Call, kind: Kind, planned: Plan) -> None:
        self.call = call
        self.client = call.client
        self.kind = kind
        self.planned = planned
        self.wanted = planned.wanted
        self.current: Row | None = planned.current

    def wanted_members(self) -> list[str]:
        """The names of the members that it is to have; none of a user."""
        members: list[str] = self.planned.after.get("members") or []
        return members

    def look(self) -> None:
        store = Store(self.client)
        if self.current is not None:
            self.current = store.again(self.kind, self.current)
        else:
            # Lists leave the members out.
            found = store.one_named(self.kind, self.wanted.values[self.kind.key])
            self.current = found if found is None else store.again(self.kind, found)

    def plan(self) -> Plan:
        return make_plan(self.kind, self.current, self.wanted)

    def send(self, step: Step) -> None:
        request = step.request
        answer: dict[str, Any] = self.client.request(
            request.method, request.path, body=request.body, repeatable=request.repeatable or None
        )
        self.call.progress(changed=True)
        if step.unwrap:
            self.current = self.kind.row(answer[step.unwrap], detail=True)
