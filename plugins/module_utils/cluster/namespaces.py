# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Namespaces of workspaces in Kubernetes clusters (facts-access 11; recording kubernetes-only).

What a master without Kubernetes answers was seen; what one with Kubernetes does is as its API describes it. A
workspace without a namespace of its own in a cluster is in the default one of that cluster, and is shown there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Dict, Optional, Tuple

from ..engine.call import Call
from ..engine.spec import Spec
from ..errors import BadOption, Missing, OddAnswer, Refused, Unsupported
from ..kinds.workspace import WORKSPACE
from ..model.row import Column, Row
from ..store.answers import check_row
from ..store.parallel import map_concurrently
from ..store.store import Store

MANAGERS = "/api/v1/k8s-resource-managers"
DEFAULTS = "/api/v1/namespace-bindings/workspace-ids-with-default-bindings"
AUTO_CREATE = "/api/v1/namespace-bindings/bulk-auto-create"
NO_KUBERNETES = "This master has no Kubernetes cluster, and only there workspaces have namespaces and quotas."
GO_ON = "Set skip_unsupported to go on without them."
# Method, path, query and body.
Request = Tuple[str, str, Optional[Dict[str, Any]], Optional[Dict[str, Any]]]
SKIP = {"skip_unsupported": {"type": "bool", "default": False}}

BINDING = (
    Column("workspace", "Name of the workspace.", sample="vision"),
    Column("workspace_id", "Id of the workspace.", "int", 7),
    Column("cluster_name", "Name of the Kubernetes cluster.", sample="k8s-1"),
    Column("namespace", "The namespace that tasks of the workspace run in there.", sample="vision"),
    Column("auto_created", "Whether the master has made the namespace for the workspace.", "bool", False),
)
NAMESPACE = (
    *BINDING,
    Column("quota", "Number of the slots that the workspace may use there; null without a limit.", "int", 16),
)
NAMESPACE_BINDING = Spec(
    {
        "workspaces": {"type": "list", "elements": "str", "required": True, "aliases": ["workspace"]},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "cluster_name": {"type": "str"},
        "namespace": {"type": "str"},
        "auto_create": {"type": "bool", "default": False},
        **SKIP,
    },
    narrows=("cluster_name", "namespace"),
    objects=("workspaces",),
)


def bindings_path(workspace: int) -> str:
    return f"/api/v1/workspaces/{workspace}/list-namespace-bindings"


def binding_path(workspace: int) -> str:
    return f"/api/v1/workspaces/{workspace}/namespace-bindings"


def on_kubernetes(call: Call, work: Any, empty: Mapping[str, Any]) -> dict[str, Any]:
    """``work(clusters)``, with ``supported``, where the master has Kubernetes clusters.

    Elsewhere ``empty`` with a sentence, where the options say so. Raises Refused else.
    """
    try:
        clusters = read_clusters(call)
        if clusters:
            return {**work(clusters), "supported": True}
    except Unsupported:
        # Of several resource managers the one that was asked for is no Kubernetes.
        pass
    if not call.params["skip_unsupported"]:
        raise Refused(NO_KUBERNETES, GO_ON)
    return {"changed": False, **empty, "supported": False, "msg": NO_KUBERNETES}


def read_clusters(call: Call) -> list[str]:
    found = call.client.get(MANAGERS).get("resourceManagers")
    if not isinstance(found, list):
        raise OddAnswer(f"GET {MANAGERS}", "has no list of resourceManagers")
    return sorted(found)


def one_cluster(call: Call, clusters: list[str]) -> str:
    """The cluster that the options name, or the only one. Raises BadOption."""
    name, known = call.params["cluster_name"], f"There are: {', '.join(clusters)}."
    if name is None and len(clusters) > 1:
        raise BadOption("cluster_name", None, "the master has several Kubernetes clusters.", known)
    if name is not None and name not in clusters:
        raise BadOption("cluster_name", name, "the master has no such Kubernetes cluster.", known)
    return name if name is not None else clusters[0]


def read_bindings(call: Call, workspace: str, ident: int) -> dict[str, Row]:
    """{cluster: row} of one workspace."""
    path = bindings_path(ident)
    found = call.client.get(path).get("namespaceBindings")
    check_row(found, "namespaceBindings", f"GET {path}", key=None)
    return {
        cluster: {
            "workspace": workspace,
            "workspace_id": ident,
            "cluster_name": cluster,
            "namespace": one["namespace"],
            "auto_created": bool(one.get("autoCreateNamespace")),
        }
        for cluster, one in sorted((found or {}).items())
    }


def manage_bindings(call: Call) -> dict[str, Any]:
    """The work of det_namespace_binding."""
    check_options(call.params)
    return on_kubernetes(call, lambda clusters: bring(call, clusters), {"namespaces": [], **nothing()})


def nothing() -> dict[str, Any]:
    return {"diff": {"before": {}, "after": {}}, "requests": []}


def check_options(params: Mapping[str, Any]) -> None:
    """Raise BadOption for options that say nothing, or two things."""
    named, made = params["namespace"] is not None, params["auto_create"]
    if params["state"] == "absent" and (named or made):
        raise BadOption("namespace" if named else "auto_create", None, "says what is to be there, and state is absent.")
    if params["state"] == "present" and named == made:
        problem = "exclude each other." if named else "are both missing."
        raise BadOption("namespace and auto_create", None, problem, "Give one of them.")


def bring(call: Call, clusters: list[str]) -> dict[str, Any]:
    """Bind the workspaces as the options say, and read again what came of it."""
    names = list(dict.fromkeys(call.params["workspaces"]))
    ids = Store(call.client).resolve(WORKSPACE, names, "workspaces")
    before = read_all(call, ids)
    due = find_due(call, ids, before, clusters)
    requests = requests_for(call.params, {ids[name]: found for name, found in due.items()})
    if call.check_mode:
        after = {name: expected(call.params, name, ids[name], found) for name, found in due.items()}
    else:
        for request in requests:
            send(call, *request)
        after = read_all(call, {name: ids[name] for name in due})
    rows = {name: {**before[name], **after.get(name, {})} for name in ids}
    changed = [name for name in due if rows[name] != before[name]]
    return {
        "changed": bool(changed),
        "namespaces": [one for name in ids for one in rows[name].values()],
        "diff": {
            "before": {name: shown(before[name], due[name]) for name in changed},
            "after": {name: shown(rows[name], due[name]) for name in changed},
        },
        "requests": [f"{method} {path}" for method, path, *_more in requests],
    }


def everywhere(params: Mapping[str, Any]) -> bool:
    """Whether the master is to make namespaces in all clusters, for which it has one call."""
    return bool(params["auto_create"] and params["cluster_name"] is None)


def find_due(
    call: Call, ids: Mapping[str, int], before: Mapping[str, Mapping[str, Row]], clusters: list[str]
) -> dict[str, list[str]]:
    """{workspace: clusters} where something is not as the options say."""
    targets = clusters if everywhere(call.params) else [one_cluster(call, clusters)]
    default = default_ids(call) if call.params["state"] == "absent" else set()
    due = {}
    for name, ident in ids.items():
        found = [one for one in targets if differs(call.params, before[name].get(one), ident in default, clusters)]
        if found:
            due[name] = found
        if found and ident in default and call.check_mode:
            call.warn(f"{name} may be in the default namespace of {found[0]} already, and then nothing changes.")
    return due


def requests_for(params: Mapping[str, Any], due: Mapping[int, list[str]]) -> list[Request]:
    if everywhere(params):
        return [("POST", AUTO_CREATE, None, {"workspaceIds": sorted(due)})] if due else []
    return [request_of(params, ident, found[0]) for ident, found in due.items()]


def read_all(call: Call, ids: Mapping[str, int]) -> dict[str, dict[str, Row]]:
    """{workspace: {cluster: row}}."""
    return dict(map_concurrently(lambda one: (one[0], read_bindings(call, *one)), list(ids.items())))


def default_ids(call: Call) -> set[int]:
    """The ids of the workspaces that are in the default namespace of a cluster."""
    return set(call.client.get(DEFAULTS).get("workspaceIds") or ())


def differs(params: Mapping[str, Any], have: Row | None, default: bool, clusters: list[str]) -> bool:
    """Whether a binding is not as the options say.

    ``default``: the workspace is in a default namespace somewhere; where there is one cluster alone, in that of it.
    """
    if params["state"] == "absent":
        return have is not None and not (default and len(clusters) == 1 and not have["auto_created"])
    if params["auto_create"]:
        return have is None or not have["auto_created"]
    return have is None or have["namespace"] != params["namespace"]


def request_of(params: Mapping[str, Any], workspace: int, cluster: str) -> Request:
    """The request for one workspace."""
    if params["state"] == "absent":
        return "DELETE", binding_path(workspace), {"clusterNames": [cluster]}, None
    meta = {"autoCreateNamespace": True} if params["auto_create"] else {"namespace": params["namespace"]}
    return "POST", binding_path(workspace), None, {"clusterNamespaceMeta": {cluster: meta}}


def send(call: Call, method: str, path: str, query: dict[str, Any] | None, body: dict[str, Any] | None) -> None:
    try:
        call.client.request(method, path, query=query, body=body)
    except Missing:
        # There was no binding but the default one, which stays.
        if method != "DELETE":
            raise
    else:
        call.progress(changed=True)


def expected(params: Mapping[str, Any], workspace: str, ident: int, clusters: list[str]) -> dict[str, Row]:
    """What check mode says of the bindings; the names of what the master makes or falls back to are not known."""
    told = {"namespace": params["namespace"], "auto_created": params["auto_create"]}
    return {one: {"workspace": workspace, "workspace_id": ident, "cluster_name": one, **told} for one in clusters}


def shown(rows: Mapping[str, Row], clusters: list[str]) -> dict[str, Any]:
    """{cluster: namespace} for a diff."""
    return {one: rows[one]["namespace"] for one in clusters if one in rows}
