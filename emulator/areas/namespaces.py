# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kubernetes namespaces and quotas of workspaces: what a master that has agents instead says to that."""

from __future__ import annotations

from ..errors import internal, invalid
from ..permissions import require
from ..refusals import absent
from . import workspaces

CLUSTER = "default"
NO_NAMESPACES = "cannot create a namespace with resource manager type AgentRM: operation not supported"


def _cluster(name: str) -> str:
    """A cluster's name, that of the only one where none is given; 400 for an unknown one."""
    if name not in ("", CLUSTER):
        raise invalid(f"no resource manager with cluster name {name}")
    return CLUSTER


def managers(call, request):
    return {"resourceManagers": []}


def list_bindings(call, request):
    workspaces.find(call, request["id"])
    raise absent("namespace")


def quotas(call, request):
    workspaces.find(call, request["id"])
    require(call, "VIEW_RESOURCE_QUOTAS")
    return list_bindings(call, request)


def set_quota(call, request):
    workspaces.find(call, request["id"])
    require(call, "SET_RESOURCE_QUOTAS", basic="set quotas")
    for name in request["clusterQuotaPairs"]:
        _cluster(name)
        raise absent("quota")
    return {}


def _check(name: str, meta: dict) -> None:
    """400 for what contradicts itself, 500 for what needs Kubernetes."""
    everywhere, create = meta["autoCreateNamespaceAllClusters"], meta["autoCreateNamespace"]
    if everywhere and "namespace" in meta:
        raise invalid("cannot specify a namespace")
    if everywhere and name:
        raise invalid("cannot specify a cluster name when you request to auto-create a namespace for all clusters")
    if name and "namespace" not in meta and not create:
        raise invalid(
            "must either specify a Kubernetes namespace or indicate that you would like an auto-created namespace."
        )
    if not everywhere:
        _cluster(name)
    if "namespace" in meta:
        if create:
            raise invalid(
                "must either specify a namespace or indicate that you would like an auto-created namespace, but cannot"
                " request both."
            )
        raise internal(
            "error verifying Kubernetes namespace: cannot verify namespace existence with resource manager type"
            " AgentRM: operation not supported"
        )
    if create or everywhere:
        raise internal(NO_NAMESPACES)
    raise internal(
        "must specify either an existing namespace or indicate that you would like a namespace to be auto-created"
    )


def bind(call, request):
    workspaces.find(call, request["workspaceId"])
    require(call, "SET_WORKSPACE_NAMESPACE_BINDINGS", basic="bind namespaces")
    for name, meta in request["clusterNamespaceMeta"].items():
        _check(name, meta)
    return {"namespaceBindings": {}}


def unbind(call, request):
    """There are only default bindings, and these stay."""
    names = [_cluster(name) for name in request["clusterNames"]]
    require(call, "SET_WORKSPACE_NAMESPACE_BINDINGS", basic="bind namespaces")
    if names:
        which = f"cluster {names[0]}" if len(names) == 1 else f"clusters: {', '.join(names)}"
        raise internal(
            "error deleting workspace-namespace bindings: failed to delete namespace binding: tried to delete default"
            f" binding for {which}: cannot delete the default namespace binding"
        )
    return {}


def with_default_bindings(call, request):
    return {"workspaceIds": call.db.column("select id from workspaces order by id")}


def create_many(call, request):
    meta = {"autoCreateNamespace": False, "autoCreateNamespaceAllClusters": True}
    for workspace_id in request["workspaceIds"]:
        bind(call, {"workspaceId": workspace_id, "clusterNamespaceMeta": {"": meta}})
    return {}
