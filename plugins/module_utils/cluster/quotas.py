# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Quotas of workspaces in Kubernetes clusters, and reading namespaces with them (facts-access 11)."""

from __future__ import annotations

from typing import Any

from ..engine.call import Call
from ..engine.scopes import find_scope
from ..errors import BadOption
from ..kinds.workspace import WORKSPACE
from ..model.call import Later
from ..model.kind import Scope
from ..model.row import Column, Row
from ..store.answers import check_row
from ..store.parallel import map_concurrently
from ..store.store import Store
from .namespaces import default_ids, nothing, on_kubernetes, one_cluster, read_bindings

PLACE = Scope(WORKSPACE)
QUOTA = (
    Column("workspace_id", "Id of the workspace; null where it is still to be made.", "int", 7),
    Column("cluster_name", "Name of the Kubernetes cluster.", sample="k8s-1"),
    Column("quota", "Number of the slots that the workspace may use there; null without a limit.", "int", 16),
)


def read_quotas(call: Call, workspace: int) -> dict[str, int]:
    """{cluster: slots}. The master writes them as numbers with decimals."""
    path = f"/api/v1/workspaces/{workspace}/get-k8s-resource-quotas"
    found = call.client.get(path).get("resourceQuotas")
    check_row(found, "resourceQuotas", f"GET {path}", key=None)
    return {cluster: int(value) for cluster, value in (found or {}).items()}


def manage_quota(call: Call) -> dict[str, Any]:
    """The work of det_resource_quota."""
    if call.params["quota"] < 0:
        raise BadOption("quota", call.params["quota"], "must not be negative.")
    return on_kubernetes(call, lambda clusters: bring(call, clusters), {"resource_quota": None, **nothing()})


def bring(call: Call, clusters: list[str]) -> dict[str, Any]:
    cluster, wanted = one_cluster(call, clusters), call.params["quota"]
    place = find_scope(call, Store(call.client), PLACE, needed=True)
    ident = None if place is None or isinstance(place, Later) else place["id"]
    have = read_quotas(call, ident).get(cluster) if ident is not None else None
    path = f"/api/v1/workspaces/{ident if ident is not None else '{id}'}/set-resource-quota"
    changes, seen = have != wanted, wanted
    if changes and not call.check_mode:
        call.client.post(path, {"clusterQuotaPairs": {cluster: wanted}}, repeatable=True)
        call.progress(changed=True)
        seen = read_quotas(call, ident or 0).get(cluster)
    return {
        "changed": changes,
        "resource_quota": {"workspace_id": ident, "cluster_name": cluster, "quota": seen},
        "diff": {"before": {"quota": have}, "after": {"quota": wanted}},
        "requests": [f"POST {path}"] if changes else [],
    }


def gather_namespaces(call: Call) -> dict[str, Any]:
    """The work of det_namespace_info."""
    empty = {"clusters": [], "namespaces": [], "default_workspace_ids": []}
    return on_kubernetes(call, lambda clusters: gather(call, clusters), empty)


def gather(call: Call, clusters: list[str]) -> dict[str, Any]:
    store = Store(call.client)
    place = find_scope(call, store, PLACE, needed=False)
    if isinstance(place, Later):
        workspaces = []
    else:
        workspaces = [place] if place else sorted(store.every(WORKSPACE), key=lambda row: row["id"])
    rows = [row for found in map_concurrently(lambda one: namespace_rows(call, one), workspaces) for row in found]
    return {
        "changed": False,
        "clusters": clusters,
        "namespaces": rows,
        "default_workspace_ids": sorted(default_ids(call)),
    }


def namespace_rows(call: Call, workspace: Row) -> list[Row]:
    quotas = read_quotas(call, workspace["id"])
    bindings = read_bindings(call, workspace["name"], workspace["id"])
    return [{**row, "quota": quotas.get(cluster)} for cluster, row in bindings.items()]
