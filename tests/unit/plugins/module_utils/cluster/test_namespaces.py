# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Namespaces and quotas, on a stand-in for a master with Kubernetes, which acts as its API says, and on one without."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.namespaces import (
    BINDING,
    NAMESPACE,
    NO_KUBERNETES,
    manage_bindings,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.quotas import (
    QUOTA,
    gather_namespaces,
    manage_quota,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.refusals import refusal
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption, Refused

NAMES = {7: "vision", 8: "nlp"}


class Master:
    """Workspaces vision (7) and nlp (8); ``own``: {(id, cluster): namespace} besides the default ones."""

    url = "https://det.example.org"

    def __init__(self, *clusters, own=None, made=(), quotas=None):
        self.clusters, self.own, self.made = clusters, dict(own or {}), set(made)
        self.quotas = dict(quotas or {})
        self.sent = []

    def get(self, path, **_query):
        parts = path.split("/")[3:]
        if path == "/api/v1/k8s-resource-managers":
            return {"resourceManagers": list(self.clusters)}
        if path == "/api/v1/workspaces":
            found = [{"id": ident, "name": name} for ident, name in NAMES.items()]
            return {"workspaces": found, "pagination": {"total": len(found)}}
        if path.endswith("with-default-bindings"):
            return {
                "workspaceIds": [one for one in NAMES if any((one, name) not in self.own for name in self.clusters)]
            }
        ident = int(parts[1])
        if parts[2:] == ["list-namespace-bindings"]:
            return {"namespaceBindings": {name: self.binding(ident, name) for name in self.clusters}}
        if parts[2:] == ["get-k8s-resource-quotas"]:
            return {"resourceQuotas": {name: 1.0 * n for (one, name), n in self.quotas.items() if one == ident}}
        assert parts == ["workspaces", parts[1]]
        return {"workspace": {"id": ident, "name": NAMES[ident]}}

    def binding(self, ident, cluster):
        name = self.own.get((ident, cluster), "default")
        return {"namespace": name, "autoCreateNamespace": (ident, cluster) in self.made, "clusterName": cluster}

    def make(self, ident, cluster):
        self.own[ident, cluster] = f"made-{ident}"
        self.made.add((ident, cluster))

    def request(self, method, path, query=None, body=None):
        self.sent.append((method, path, query or body))
        if path.endswith("bulk-auto-create"):
            for ident in body["workspaceIds"]:
                for cluster in self.clusters:
                    self.make(ident, cluster)
            return {}
        ident = int(path.split("/")[4])
        if method == "DELETE":
            (cluster,) = query["clusterNames"]
            if (ident, cluster) not in self.own:
                text = "error deleting workspace-namespace bindings: cannot delete the default namespace binding"
                raise refusal(500, "Internal", text, method, path)
            del self.own[ident, cluster]
            self.made.discard((ident, cluster))
            return {}
        ((cluster, meta),) = body["clusterNamespaceMeta"].items()
        if meta.get("autoCreateNamespace"):
            self.make(ident, cluster)
        else:
            self.own[ident, cluster] = meta["namespace"]
        return {}

    def post(self, path, body, repeatable):
        assert repeatable
        self.sent.append(("POST", path, body))
        self.quotas.update({(int(path.split("/")[4]), name): n for name, n in body["clusterQuotaPairs"].items()})


def make_call(master, options, check_mode, defaults):
    params = {**defaults, "skip_unsupported": False, **options}
    return Call(params, set(options), check_mode, lambda *_args: master)


def bind(master, check_mode=False, **options):
    defaults = {"workspaces": ["vision"], "state": "present", "cluster_name": None, "namespace": None}
    call = make_call(master, options, check_mode, {**defaults, "auto_create": False})
    return {**manage_bindings(call), "notes": call.notes}


def quota(master, check_mode=False, **options):
    defaults = {"workspace": None, "workspace_id": 7, "cluster_name": None, "quota": 4}
    return manage_quota(make_call(master, options, check_mode, defaults))


ONE = ("k",)
TWO = ("k1", "k2")
BOUND = {(7, "k"): "team"}
LIVES = {
    "a namespace": (
        ONE, {}, {"namespace": "team"},
        [("POST", "/api/v1/workspaces/7/namespace-bindings", {"clusterNamespaceMeta": {"k": {"namespace": "team"}}})],
        {"vision": {"k": "team"}},
    ),
    "another one": (
        ONE, BOUND, {"namespace": "other"},
        [("POST", "/api/v1/workspaces/7/namespace-bindings", {"clusterNamespaceMeta": {"k": {"namespace": "other"}}})],
        {"vision": {"k": "other"}},
    ),
    "in one of two clusters": (
        TWO, {}, {"auto_create": True, "cluster_name": "k2"},
        [
            (
                "POST",
                "/api/v1/workspaces/7/namespace-bindings",
                {"clusterNamespaceMeta": {"k2": {"autoCreateNamespace": True}}},
            )
        ],
        {"vision": {"k2": "made-7"}},
    ),
    "in all clusters, of many": (
        TWO, {}, {"workspaces": ["vision", "nlp"], "auto_create": True},
        [("POST", "/api/v1/namespace-bindings/bulk-auto-create", {"workspaceIds": [7, 8]})],
        {"vision": {"k1": "made-7", "k2": "made-7"}, "nlp": {"k1": "made-8", "k2": "made-8"}},
    ),
    "absent": (
        ONE, BOUND, {"state": "absent"},
        [("DELETE", "/api/v1/workspaces/7/namespace-bindings", {"clusterNames": ["k"]})],
        {"vision": {"k": "default"}},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("clusters", "own", "options", "requests", "after"), LIVES.values(), ids=LIVES)
def test_bindings(clusters, own, options, requests, after):
    master = Master(*clusters, own=own)
    predicted = bind(master, True, **options)
    assert master.sent == []
    made = bind(master, **options)
    assert master.sent == requests
    assert made["changed"]
    assert predicted["changed"]
    assert predicted["requests"] == made["requests"] == [f"{method} {path}" for method, path, _body in requests]
    assert predicted["diff"]["before"] == made["diff"]["before"]
    assert made["diff"]["after"] == after
    assert {key for one in (*made["namespaces"], *predicted["namespaces"]) for key in one} == {
        one.name for one in BINDING
    }
    again = bind(master, **options)
    assert (again["changed"], again["requests"], again["diff"]) == (False, [], {"before": {}, "after": {}})
    assert master.sent == requests


def test_what_is_default_in_one_of_two_clusters_is_only_known_to_the_master():
    """That it is in a default namespace somewhere does not tell in which cluster."""
    master = Master(*TWO, own={(7, "k1"): "team"})
    options = {"state": "absent", "cluster_name": "k2"}
    assert "then nothing changes" in bind(master, True, **options)["notes"][0]
    result = bind(master, **options)
    assert (result["changed"], result["notes"]) == (False, [])
    assert bind(master, state="absent", cluster_name="k1")["changed"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"namespace": "x"}, "cluster_name"),
        ({"namespace": "x", "cluster_name": "k3"}, "k1, k2"),
        ({"namespace": "x", "cluster_name": "k1", "workspaces": ["vision", "gone"]}, "gone"),
        ({}, "both missing"),
        ({"namespace": "x", "auto_create": True}, "exclude"),
        ({"state": "absent", "namespace": "x"}, "state is absent"),
    ],
)
def test_what_cannot_be_done_is_told_before_anything_is_sent(options, said):
    master = Master(*TWO)
    with pytest.raises(BadOption) as caught:
        bind(master, **options)
    assert said in caught.value.result()["msg"]
    assert master.sent == []


@pytest.mark.parametrize("work", [bind, quota])
def test_without_kubernetes(work):
    options = {"namespace": "x"} if work is bind else {}
    with pytest.raises(Refused, match="no Kubernetes cluster") as caught:
        work(Master(), **options)
    assert "skip_unsupported" in caught.value.hint
    for check_mode in (True, False):
        result = work(Master(), check_mode, skip_unsupported=True, **options)
        assert (result["changed"], result["supported"], result["msg"]) == (False, False, NO_KUBERNETES)
        assert result["requests"] == []


def test_quota():
    master = Master(*ONE, quotas={(7, "k"): 2})
    predicted, made = quota(master, True), quota(master)
    assert predicted == made
    assert made["resource_quota"] == {"workspace_id": 7, "cluster_name": "k", "quota": 4}
    assert set(made["resource_quota"]) == {one.name for one in QUOTA}
    assert made["diff"] == {"before": {"quota": 2}, "after": {"quota": 4}}
    assert master.sent == [("POST", "/api/v1/workspaces/7/set-resource-quota", {"clusterQuotaPairs": {"k": 4}})]
    again = quota(master)
    assert (again["changed"], again["requests"], len(master.sent)) == (False, [], 1)


@pytest.mark.parametrize(("options", "said"), [({"quota": -1}, "quota"), ({"cluster_name": "x"}, "x"), ({}, "several")])
def test_no_such_quota(options, said):
    with pytest.raises(BadOption, match=said):
        quota(Master(*TWO), **options)


def read(master, **options):
    defaults = {"workspace": None, "workspace_id": None}
    return gather_namespaces(make_call(master, options, False, defaults))


def test_reading():
    master = Master(*TWO, own={(7, "k1"): "team", (7, "k2"): "team"}, quotas={(7, "k2"): 3})
    found = read(master)
    assert found["clusters"] == list(TWO)
    assert found["default_workspace_ids"] == [8]
    assert [(one["workspace"], one["cluster_name"], one["namespace"], one["quota"]) for one in found["namespaces"]] == [
        ("vision", "k1", "team", None),
        ("vision", "k2", "team", 3),
        ("nlp", "k1", "default", None),
        ("nlp", "k2", "default", None),
    ]
    assert set(found["namespaces"][0]) == {one.name for one in NAMESPACE}
    assert [one["workspace"] for one in read(master, workspace_id=8)["namespaces"]] == ["nlp", "nlp"]


def test_reading_without_kubernetes():
    with pytest.raises(Refused, match="no Kubernetes"):
        read(Master())
    assert read(Master(), skip_unsupported=True)["clusters"] == []
