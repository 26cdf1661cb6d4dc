# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An object that is known by its row, changed without options of its own: for tasks that change more than one."""

from __future__ import annotations

from ..model.kind import Kind
from ..model.plan import Plan, Step, Wanted, make_plan
from ..model.row import Row
from ..store.send import carry_out
from ..store.store import Store
from .call import Call


class Known:
    """One object and what is wanted of it; ``current``: its row, None where it is gone meanwhile."""

    def __init__(self, call: Call, kind: Kind, row: Row, wanted: Wanted) -> None:
        self.call = call
        self.client = call.client
        self.kind = kind
        self.wanted = wanted
        self.current: Row | None = row

    def look(self) -> None:
        if self.current is not None:
            self.current = Store(self.client).again(self.kind, self.current)

    def plan(self) -> Plan:
        # What is gone meanwhile needs nothing, and is not made again.
        return make_plan(self.kind, self.current, self.wanted) if self.current is not None else Plan(self.kind)

    def send(self, step: Step) -> None:
        request = step.request
        self.client.request(request.method, request.path, body=request.body, repeatable=request.repeatable or None)
        self.call.progress(changed=True)

    def change(self) -> list[str]:
        """Bring it to what is wanted, or in check mode tell the requests of that. Returns them as "METHOD path"."""
        plan = self.plan()
        if not self.call.check_mode:
            carry_out(self, plan)
        return [str(step.request) for step in plan.steps]
