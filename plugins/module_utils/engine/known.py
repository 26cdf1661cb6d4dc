# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An object that is known by its row, changed without options of its own: for tasks that change more than one."""

from __future__ import annotations

from typing import Any

from ..model.kind import Collection, Kind
from ..model.plan import Plan, Wanted, make_plan
from ..model.row import Row
from ..store.send import carry_out
from .call import Call
from .journal import noted
from .subject import Subject


class Known(Subject):
    """One object and what is wanted of it; ``row``: as it is, None where it is to be made.

    One that was there and is gone meanwhile needs nothing, and is not made again.
    """

    def __init__(self, call: Call, kind: Kind, row: Row | None, wanted: Wanted) -> None:
        super().__init__(call, kind)
        self.wanted = wanted
        self.current = row
        self.scope = wanted.scope
        self.state = wanted.state
        self.makes = row is None

    def keys(self) -> dict[str, Any]:
        return dict(self.wanted.keys)

    def find(self) -> Row | None:
        if not self.makes or not isinstance(self.kind.source, Collection):
            return None
        inside = self.kind.scope is not None and self.kind.scope.unique
        return self.store.one_named(
            self.kind, self.wanted.values[self.kind.key], (self.holder() or 0) if inside else None
        )

    def plan(self) -> Plan:
        if self.current is None and not self.makes:
            return Plan(self.kind)
        return make_plan(self.kind, self.current, self.wanted)

    def change(self) -> list[str]:
        """Bring it to what is wanted, or in check mode tell the requests of that. Returns them as "METHOD path"."""
        plan = self.plan()
        if not self.call.check_mode:
            with noted(self.call, self, plan):
                carry_out(self, plan)
        return [str(step.request) for step in plan.steps]
