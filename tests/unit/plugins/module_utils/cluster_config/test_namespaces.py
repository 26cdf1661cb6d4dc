# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Namespaces and quotas in a document: on a master whose Kubernetes part is a stand-in, which acts as its API says, and
on one without."""

from __future__ import annotations

import pytest

from emulator.testing import running
from tests.unit.plugins.module_utils.cluster_config.config_runs import Runs

MANAGERS = "/api/v1/k8s-resource-managers"


class Kubernetes:
    """A client of an emulator that has two Kubernetes clusters besides."""

    def __init__(self, client):
        self.client, self.bound, self.quotas, self.sent = client, {}, {}, []

    def __getattr__(self, name):
        return getattr(self.client, name)

    def get(self, path, **query):
        if path == MANAGERS:
            return {"resourceManagers": ["k1", "k2"]}
        if path.endswith("list-namespace-bindings"):
            own = self.bound.get(path.split("/")[4], {})
            default = {"namespace": "default", "autoCreateNamespace": False}
            return {"namespaceBindings": {name: own.get(name, default) for name in ("k1", "k2")}}
        if path.endswith("get-k8s-resource-quotas"):
            return {"resourceQuotas": self.quotas.get(path.split("/")[4], {})}
        return self.client.get(path, **query)

    def request(self, method, path, body=None, **more):
        ident = path.split("/")[4] if path.count("/") > 3 else ""
        if path.endswith("namespace-bindings"):
            self.sent.append((method, path, body))
            for name, meta in body["clusterNamespaceMeta"].items():
                made = {"namespace": "made", "autoCreateNamespace": True}
                self.bound.setdefault(ident, {})[name] = made if meta.get("autoCreateNamespace") else meta
            return {}
        if path.endswith("set-resource-quota"):
            self.sent.append((method, path, body))
            self.quotas.setdefault(ident, {}).update(body["clusterQuotaPairs"])
            return {}
        return self.client.request(method, path, body=body, **more)


def document(**places):
    return {"version": 1, "stack": "k8s", "workspaces": {"vision": {"namespaces": places}}}


@pytest.fixture
def runs():
    with running() as control:
        yield Runs(control)


def test_life(runs):
    client = Kubernetes(runs.client)

    def apply(config):
        result = runs.run("apply", config, client=client)
        assert "failed" not in result, result
        sent, client.sent = [body for _method, _path, body in client.sent], []
        return result, sent

    first = document(k1={"namespace": "team", "quota": 4}, k2={"auto_create": True})
    _result, sent = apply(first)
    meta = "clusterNamespaceMeta"
    assert sent == [{meta: {"k1": {"namespace": "team"}}}, {"clusterQuotaPairs": {"k1": 4}},
                    {meta: {"k2": {"autoCreateNamespace": True}}}]  # fmt: skip
    assert apply(first) == (apply(first)[0], [])
    result, sent = apply(document(k1={"namespace": "other", "quota": 4}))
    assert sent == [{meta: {"k1": {"namespace": "other"}}}]
    assert [act["changes"] for act in result["plan"]] == [
        [{"field": "namespace", "before": "team", "after": "other", "reason": "the document changed"}]
    ]
    exported = runs.run("export", client=client)["config"]
    assert exported["workspaces"]["vision"]["namespaces"]["k1"] == {"namespace": "other", "quota": 4}


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ({"k3": {"namespace": "n"}}, "the master has no such Kubernetes cluster. There are: k1, k2."),
        ({"k1": {"namespace": "n", "auto_create": True}}, "and auto_create exclude each other. Give one of them."),
        ({"k1": {"quota": -1}}, "must not be negative."),
    ],
)
def test_what_cannot_be(runs, places, said):
    client = Kubernetes(runs.client)
    runs.run("apply", document(), client=client)
    result = runs.run("apply", document(**places), client=client)
    assert said in result["msg"]
    assert client.sent == []


def test_a_master_without_kubernetes(runs):
    runs.run("apply", document())
    result = runs.run("plan", document(k1={"namespace": "n"}))
    assert "no Kubernetes cluster" in str(result)
    assert "namespaces" not in str(runs.run("export")["config"])
