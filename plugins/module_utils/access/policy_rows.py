# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The config policies of several places, as rows (facts-access 10). The master answers one policy a request."""

from __future__ import annotations

from ..engine.call import Call
from ..engine.scopes import find_scope
from ..errors import Denied
from ..kinds.config_policy import CONFIG_POLICY, PLACE
from ..kinds.workspace import WORKSPACE
from ..model.call import Later
from ..model.row import Row
from ..store.parallel import map_concurrently
from ..store.store import Store

CLUSTER: Row = {}


def list_policies(call: Call) -> list[Row]:
    """The policies of the place that the options name, or of the cluster and all its workspaces where they name none.

    Each row has workspace, workspace_id and workload_type beside the columns of the kind. Raises NotFound, Denied.
    """
    store = Store(call.client)
    named = find_scope(call, store, PLACE, needed=False)
    if isinstance(named, Later):
        return []
    if named is not None:
        return read_policies(call, store, [named])
    workspaces = store.every(WORKSPACE)
    try:
        own = read_policies(call, store, [CLUSTER])
    except Denied as error:
        # A role in a workspace does not show what counts in the whole cluster.
        call.warn(f"The policies of the whole cluster are left out: {error}")
        own = []
    return own + read_policies(call, store, sorted(workspaces, key=lambda row: row["id"]))


def read_policies(call: Call, store: Store, places: list[Row]) -> list[Row]:
    """The rows of these places, each the row of a workspace, or {} for the whole cluster."""
    told = call.params.get("workload_type")
    types = [told] if told else CONFIG_POLICY.selects["workload_type"]["choices"]
    wanted = [(place, workload) for place in places for workload in types]
    found = map_concurrently(lambda one: store.single(CONFIG_POLICY, one[0], {"workload_type": one[1]}), wanted)
    return [
        {"workspace": place.get("name"), "workspace_id": place.get("id"), "workload_type": workload, **policy}
        for (place, workload), policy in zip(wanted, found)
        if policy is not None
    ]
