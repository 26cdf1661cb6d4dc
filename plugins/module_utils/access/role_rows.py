# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The roles that there are, or that can be given in one place (facts-access 6; recording role-scope-edge)."""

from __future__ import annotations

from ..engine.call import Call
from ..engine.gather import gather
from ..engine.scopes import find_scope
from ..kinds.role import ROLE
from ..kinds.workspace import WORKSPACE
from ..model.call import Later
from ..model.kind import Scope
from ..model.row import Row
from ..store.store import Store, collection

GIVEN_IN = Scope(WORKSPACE, cluster="cluster")
ASSIGNABLE = "/api/v1/roles/search/by-assignability"


def list_roles(call: Call) -> list[Row]:
    """The roles that id and name name, of those that can be given in the place that the options name."""
    store = Store(call.client)
    place = find_scope(call, store, GIVEN_IN, needed=False)
    if place is None:
        return gather(call, ROLE)
    # One that is not made yet takes what any other takes; an unknown id is answered so.
    body = {"workspaceId": 0 if isinstance(place, Later) else place["id"]} if place else {}
    rows = [ROLE.row(one, detail=True) for one in store.search(ASSIGNABLE, collection(ROLE), body)]
    wanted = {name: call.params[name] for name in ("id", "name") if call.params[name] is not None}
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]
