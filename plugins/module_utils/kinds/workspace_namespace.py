# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a workspace is in a Kubernetes cluster: its namespace and its quota there (facts-access 11; recording
kubernetes-only).

What a master without Kubernetes answers was seen; what one with Kubernetes does is as its API describes it. A workspace
without a namespace of its own is in the default one of the cluster, so that it is always somewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import BadOption, Missing, Refused, Unsupported
from ..model.call import Call
from ..model.field import Field
from ..model.kind import Kind, Reader, Relation, Scope
from ..model.row import Column, Row
from .workspace import WORKSPACE

MANAGERS = "/api/v1/k8s-resource-managers"
PATH = "/api/v1/workspaces/{scope}"
NO_KUBERNETES = "This master has no Kubernetes cluster, and only there workspaces have namespaces and quotas."


def cluster_names(reader: Reader) -> list[str]:
    """The names of the master's Kubernetes clusters; none where it has no Kubernetes."""
    try:
        return sorted(reader.get(MANAGERS).get("resourceManagers") or ())
    except (Unsupported, Missing):
        return []


def read_place(reader: Reader, workspace: int | None, keys: Mapping[str, Any]) -> Row:
    """The namespace and the quota of a workspace in one cluster. Raises Refused, BadOption."""
    known, name = cluster_names(reader), keys["cluster_name"]
    if not known:
        raise Refused(NO_KUBERNETES, "Take the section namespaces away.")
    if name not in known:
        there = f"There are: {', '.join(known)}."
        raise BadOption("cluster_name", name, "the master has no such Kubernetes cluster.", there)
    place = f"/api/v1/workspaces/{workspace}"
    bindings = reader.get(f"{place}/list-namespace-bindings").get("namespaceBindings") or {}
    quotas = reader.get(f"{place}/get-k8s-resource-quotas").get("resourceQuotas") or {}
    found, quota = bindings.get(name) or {}, quotas.get(name)
    return {
        "cluster_name": name,
        "namespace": found.get("namespace"),
        "auto_create": bool(found.get("autoCreateNamespace")),
        "quota": None if quota is None else int(quota),
    }


def bind(row: Row, namespace: str) -> list[tuple[Call, Any]]:
    return [(binding(), {"clusterNamespaceMeta": {row["cluster_name"]: {"namespace": namespace}}})]


def let_make(row: Row, wanted: bool) -> list[tuple[Call, Any]]:
    """The master makes a namespace; that it does not is what ``namespace`` says."""
    body = {"clusterNamespaceMeta": {row["cluster_name"]: {"autoCreateNamespace": True}}}
    return [(binding(), body)] if wanted else []


def limit(row: Row, quota: int) -> list[tuple[Call, Any]]:
    call = Call("POST", PATH + "/set-resource-quota", repeatable=True)
    return [(call, {"clusterQuotaPairs": {row["cluster_name"]: quota}})]


def binding() -> Call:
    return Call("POST", PATH + "/namespace-bindings", repeatable=True)


def check_place(_reader: Reader, plan: Any) -> list[str]:
    values = plan.wanted.values
    if values.get("auto_create") and values.get("namespace") is not None:
        raise BadOption("namespace", values["namespace"], "and auto_create exclude each other.", "Give one of them.")
    if values.get("quota") is not None and values["quota"] < 0:
        raise BadOption("quota", values["quota"], "must not be negative.")
    return []


WORKSPACE_NAMESPACE = Kind(
    name="workspace_namespace",
    plural="workspace_namespaces",
    source=Relation(read_place, names=cluster_names),
    key="",
    selects={"cluster_name": {"type": "str", "required": True}},
    scope=Scope(WORKSPACE),
    columns=(
        Column("cluster_name", "Name of the Kubernetes cluster.", sample="k8s-1"),
        Column("namespace", "The namespace that tasks of the workspace run in there.", sample="vision"),
        Column("auto_create", "Whether the master makes the namespace.", "bool", False),
        Column("quota", "Number of the slots that the workspace may use there; null without a limit.", "int", 16),
    ),
    fields=(
        Field("namespace", send=bind),
        Field("auto_create", option={"type": "bool"}, send=let_make),
        Field("quota", option={"type": "int"}, send=limit),
    ),
    defaults_on_create={"auto_create": False},
    check=check_place,
)  # fmt: skip
