# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One experiment of a key label: two that were made at the same time, labels, and what check mode knows."""

from __future__ import annotations

import pytest
import requests
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.client import open_client
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call, perform
from ansible_collections.determined_ai.determined.plugins.module_utils.experiments import one_experiment
from ansible_collections.determined_ai.determined.plugins.module_utils.experiments.one_experiment import (
    ExperimentTarget,
)
from ansible_collections.determined_ai.determined.plugins.modules import det_experiment

from emulator.testing import running

ENVIRONMENT = {"DET_USER": "admin", "DET_PASS": "Testing1!"}
CONFIG = {"name": "n", "entrypoint": "x", "searcher": {"name": "single", "metric": "loss"}, "labels": ["of-config"]}
WANTED = {"key_label": "key", "project_id": 1, "config": CONFIG}


@pytest.fixture(scope="module")
def master():
    with running(password=ENVIRONMENT["DET_PASS"], agents=4) as control:
        yield control


def run(master, options, check_mode=False):
    spec = det_experiment.SPEC
    checked = ArgumentSpecValidator(spec.options, **spec.rules()).validate(dict(options, master=master.url))
    assert not checked.error_messages

    def connect(params, read_only):
        return open_client(params, read_only, ENVIRONMENT)

    call = Call(checked.validated_parameters, set(options), check_mode, connect)
    result = perform(call, spec, det_experiment.work)
    assert "exception" not in result, result["exception"]
    return dict(result, warnings=call.notes)


def with_label(master, label):
    """{id: state} of the experiments that have it."""
    answer = requests.post(f"{master.url}/api/v1/auth/login", json={"username": "admin", "password": "Testing1!"})
    headers = {"Authorization": "Bearer " + answer.json()["token"]}
    found = requests.get(f"{master.url}/api/v1/experiments", headers=headers, params={"labels": label}, timeout=20)
    return {row["id"]: row["state"] for row in found.json()["experiments"]}


@pytest.mark.parametrize("state", ["active", "paused"])
def test_the_younger_of_two_goes(master, monkeypatch, state):
    """As on two machines, which share no lock: the other one made its own after this one had looked."""
    wanted = dict(WANTED, key_label=f"younger-{state}", state=state)
    creation, first = ExperimentTarget.creation, []

    def late(self):
        if not first:
            first.append(None)
            # The other machine finds none either, and is done first.
            first[:] = [other(wanted)]
        return creation(self)

    def other(options):
        monkeypatch.setattr(ExperimentTarget, "creation", creation)
        with monkeypatch.context() as patch:
            patch.setattr(one_experiment.Turn, "__enter__", lambda turn: turn)
            made = run(master, options)
            assert "experiment" in made, made
            return made["experiment"]["id"]

    monkeypatch.setattr(ExperimentTarget, "creation", late)
    result = run(master, wanted)
    assert result["experiment"]["id"] == first[0]
    assert result["changed"]
    assert f"{first[0] + 1} is deleted" in result["warnings"][0]
    assert list(with_label(master, wanted["key_label"])) == first
    again = run(master, wanted)
    assert (again["changed"], again["experiment"]["id"]) == (False, first[0])


def test_the_older_of_two_stays_and_says_so_if_nobody_takes_the_other_away(master, monkeypatch):
    monkeypatch.setattr(one_experiment, "DOUBLES_GO", 0)
    wanted = dict(WANTED, key_label="older", state="paused")
    is_double = ExperimentTarget.is_double

    def meanwhile(self):
        monkeypatch.setattr(ExperimentTarget, "is_double", is_double)
        run(master, {"external_id": "other", "project_id": 1, "config": dict(CONFIG, labels=["older"])})
        return is_double(self)

    monkeypatch.setattr(ExperimentTarget, "is_double", meanwhile)
    result = run(master, wanted)
    ours = result["experiment"]["id"]
    assert list(with_label(master, "older")) == [ours, ours + 1]
    assert f"Several experiments have the key label 'older': {ours}, {ours + 1}." in result["warnings"][0]


LABELS = [
    ({}, ["of-config"]),
    ({"labels": ["x"]}, ["x"]),
    ({"labels": []}, []),
    ({"labels": None}, []),
    ({"labels_add": ["x"]}, ["of-config", "x"]),
    ({"labels_remove": ["of-config"]}, []),
    ({"labels": ["x", "y"], "labels_remove": ["x", "key"]}, ["y"]),
]


@pytest.mark.parametrize(("options", "labels"), LABELS)
def test_labels_of_one_that_is_made(master, options, labels):
    result = run(master, {**WANTED, **options, "state": "paused"}, check_mode=True)
    assert result["experiment"]["labels"] == sorted([*labels, "key"])


@pytest.mark.parametrize("labels", ["text", [1], {"a": 1}, 7])
def test_labels_of_a_config_that_are_none(master, labels):
    result = run(master, {**WANTED, "config": dict(CONFIG, labels=labels)}, check_mode=True)
    assert result["failure"]["code"] == "bad_option"


def test_check_mode_has_the_keys_of_the_real_one(master):
    wanted = dict(WANTED, key_label="keys", state="paused")
    predicted, real = run(master, wanted, check_mode=True)["experiment"], run(master, wanted)["experiment"]
    assert set(predicted) == set(real)
    assert predicted["id"] is None
    assert {key: real[key] for key in ("name", "labels", "state")} == {
        key: predicted[key] for key in ("name", "labels", "state")
    }
