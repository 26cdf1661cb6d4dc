# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret is in anything that a run leaves behind: its result, its notes, the ledger, the journal, a plan file.

The places are made from the kinds: each field that is a secret, each part of one, and texts inside of what is the
users' own, where a vaulted value of a document ends up."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config.sections import (
    SECTIONS,
    sections_in,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.auth import hashed

from .stage import SETTING, stage

STORAGE = {
    "access_key": {"type": "s3", "bucket": "b"},
    "secret_key": {"type": "s3", "bucket": "b"},
    "connection_string": {"type": "azure", "container": "c"},
    "credential": {"type": "azure", "container": "c", "account_url": "https://a.example.com"},
}
TRIGGERS = [{"experiment_state": "ERROR"}]
# Places where any text can stand: the field, and the value around the text.
INSIDE = {
    ("templates", "config"): lambda text: {"environment": {"environment_variables": {"PROXY": text}}},
    ("policies", "invariant_config"): lambda text: {"environment": {"environment_variables": [text]}},
    ("models", "metadata"): lambda text: {"owner": text},
    ("models", "description"): lambda text: text,
    ("projects", "notes"): lambda text: [{"name": "README", "contents": text}],
    ("projects", "description"): lambda text: text,
}


class Marks:
    """Secrets by name, each a text that is nowhere else."""

    def __init__(self, round_of: int) -> None:
        self.round = round_of
        self.values: dict[str, str] = {}

    def new(self, before: str = "") -> dict[str, str]:
        name = f"s{len(self.values)}"
        digest = hashlib.sha256(f"{self.round} {name}".encode()).hexdigest()[:16]
        self.values[name] = f"{before}mark-{digest}"
        return {"secret": name}

    def traces(self) -> Iterator[str]:
        """What must not be found: the texts, and what the client makes of passwords."""
        for value in self.values.values():
            yield value
            yield value.rpartition("mark-")[2]
            yield hashed(value)


def document(marks: Marks) -> dict[str, Any]:
    """A secret in every place that there is."""
    made: dict[str, Any] = {"version": 1, "stack": "s", "users": {}, "workspaces": {}}
    workspaces = made["workspaces"]
    workspaces["place"] = place = {}
    for section in SECTIONS:
        for one in section.fields:
            if one.option.get("no_log"):
                target = place if section.inside else made
                value = marks.new("https://h.example.com/a?key=" if one.name == "url" else "")
                more = {"triggers": TRIGGERS} if section.name == "webhooks" else {}
                target.setdefault(section.name, {})["thing"] = {one.name: value, **more}
            for name, spec in (one.option.get("options") or {}).items():
                if spec.get("no_log"):
                    workspaces[name.replace("_", "-")] = {one.name: {**STORAGE[name], name: marks.new()}}
    for (name, field), around in INSIDE.items():
        key = "EXPERIMENT" if name == "policies" else f"{field}-holder"
        place.setdefault(name, {})[key] = {field: around(marks.new())}
    return made


def test_each_secret_place_of_the_kinds_is_in_it():
    marks = Marks(0)
    document(marks)
    assert {section.name for section in SECTIONS for one in section.fields if one.option.get("no_log")} == {
        "users",
        "webhooks",
    }
    parts = sections_in("")["workspaces"].kind.fields
    secret = {name for one in parts for name, spec in (one.option.get("options") or {}).items() if spec.get("no_log")}
    assert secret == set(STORAGE)
    assert len(marks.values) == 3 + len(STORAGE) + len(INSIDE)


class Traces:
    """All that runs left behind, and what must not be in it."""

    def __init__(self, made, folder) -> None:
        self.made, self.folder = made, folder
        self.kept: list[tuple[str, str]] = []

    def run(self, what: str, marks: Marks | None, **params: Any) -> dict:
        secrets = marks.values if marks is not None else {}
        journal, plan_file = self.folder / "journal", self.folder / "plan"
        mode = params.pop("mode")
        files = (
            {"journal": str(journal)} if mode == "apply" else {"plan_file": str(plan_file)} if mode == "plan" else {}
        )
        result = self.made.run(params.pop("config"), mode=mode, secrets=secrets, **files, **params)
        self.kept.append((what, json.dumps(result, default=str)))
        settings = self.made.by_hand("GET", SETTING)
        self.kept.append((f"{what}: the ledger", json.dumps(settings)))
        self.kept += [(f"{what}: {path.name}", path.read_text()) for path in (journal, plan_file) if path.exists()]
        return result

    def hold(self, *marks: Marks) -> None:
        for what, text in self.kept:
            for one in marks:
                for trace in one.traces():
                    assert trace not in text, what


@pytest.fixture
def traces(tmp_path):
    with stage() as made:
        yield Traces(made, tmp_path)


def test_no_run_shows_a_secret(traces):
    """First made, then other secrets, then without secrets, by hand, and pruned."""
    first, second = Marks(1), Marks(2)
    one, two = document(first), document(second)
    assert not traces.run("plan", first, config=one, mode="plan").get("failed")
    assert not traces.run("check mode", first, config=one, mode="apply", check=True).get("failed")
    assert not traces.run("apply", first, config=one, mode="apply").get("failed")
    assert traces.run("again", first, config=one, mode="apply")["requests"] == []
    traces.run("drift", first, config=one, mode="drift")
    # What stands on the master is the first ones; the run knows the second ones alone.
    changed = traces.run("plan of others", second, config=two, mode="plan")
    assert changed["summary"]["change"] == len(first.values), changed["diff"]["prepared"]
    traces.run("check mode of others", second, config=two, mode="apply", check=True)
    assert not traces.run("apply of others", second, config=two, mode="apply").get("failed")
    assert traces.run("others again", second, config=two, mode="apply")["requests"] == []
    traces.run("without the secrets", None, config=two, mode="plan")
    traces.run("drift without the secrets", None, config=two, mode="drift")
    nothing = {"version": 1, "stack": "s", "users": {}, "workspaces": {"place": {}}}
    assert not traces.run("plan of pruning", None, config=nothing, mode="plan", prune="owned").get("failed")
    traces.run("pruning", None, config=nothing, mode="apply", prune="owned", max_deletions=99)
    traces.hold(first, second)


def test_no_error_shows_a_secret(traces):
    """Each request fails, with an answer that repeats what was sent."""
    marks = Marks(1)
    config = document(marks)
    echo = {"error": {"code": 3, "reason": "InvalidArgument", "error": " ".join(marks.values.values())}}
    requests = traces.made.run(config, secrets=marks.values)["requests"]
    paths = {one.partition(" ")[::2] for one in requests}
    failed: set[str] = set()
    # What holds others comes last, since these are not tried without it.
    for passing in ((), ("/workspaces",), ("/workspaces", "/projects")):
        for status in (400, 500):
            for method, path in paths:
                if not path.endswith(passing):
                    path = path.replace("{id}", "[0-9]+").replace("{scope}", "[0-9]+").replace("{scope_path}", ".+")
                    fault = {"method": method, "path": path + "$", "status": status, "body": echo, "count": None}
                    traces.made.control.fault("status", **fault)
            result = traces.run(f"{status} but for {passing}", marks, config=config, mode="apply")
            traces.made.control.no_faults()
            failed |= set(result["failure"]["failed"])
    acts = traces.made.run(config, secrets=marks.values, mode="plan")["plan"]
    assert {one["address"] for one in acts} < failed
    assert len(failed) >= len(marks.values)
    traces.hold(marks)


def test_a_plan_does_not_need_the_secrets(traces):
    """What was not given is not compared; what is new needs it."""
    marks, nothing = Marks(1), Marks(2)
    config = document(marks)
    made = traces.made
    needs = {one["address"] for one in made.plan(config)["plan"] if one["blocked"]}
    assert len(needs) == len(marks.values) - 1
    traces.run("apply", marks, config=config, mode="apply")
    assert made.plan(config)["plan"] == []
    assert made.run(config, mode="drift")["drift_code"] == 0
    assert nothing.values == {}


def test_a_digest_of_secrets_is_slow_to_guess(traces):
    """A plan is read by many, and a password may be a word."""
    marks = Marks(1)
    config = document(marks)
    with mock.patch.object(hashlib, "scrypt", wraps=hashlib.scrypt) as slow:
        acts = traces.made.run(config, secrets=marks.values, mode="plan", stack="other")["plan"]
    salts = {call.kwargs["salt"] for call in slow.call_args_list}
    assert {one["address"].encode() for one in acts if one["op"] == "create"} - salts <= {b"workspaces/place"}
