# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A label that one version of a model has and no other, on an emulator."""

from __future__ import annotations

import uuid

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.client import open_client
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call, perform
from ansible_collections.determined_ai.determined.plugins.modules import det_model_version

from emulator.testing import running

ENVIRONMENT = {"DET_USER": "admin", "DET_PASS": "Testing1!"}
CONFIG = "{name: v, searcher: {name: single, metric: m}}"


@pytest.fixture(scope="module")
def master():
    with running(password=ENVIRONMENT["DET_PASS"]) as control:
        yield control


@pytest.fixture
def model(master):
    """(name of a model, uuids of three registered checkpoints, which have the versions 1 to 3; 1 and 3 are live)."""
    client = open_client({"master": master.url, "timeout": 60, "retry_time": 0}, False, ENVIRONMENT)
    name = "m" + uuid.uuid4().hex
    client.request("POST", "/api/v1/models", body={"name": name})
    experiment = client.request("POST", "/api/v1/experiments", body={"config": CONFIG, "unmanaged": True})
    trial = {"experimentId": experiment["experiment"]["id"], "unmanaged": True, "hparams": {}}
    task = client.request("POST", "/api/v1/trials", body=trial)["trial"]["taskId"]
    uuids = [str(uuid.uuid4()) for _number in range(3)]
    for number, one in enumerate(uuids):
        checkpoint = {"taskId": task, "uuid": one, "resources": {"a": "1"}, "metadata": {"steps_completed": number}}
        client.request("POST", "/api/v1/checkpoints", body=checkpoint)
        labels = ["live", "x"] if number != 1 else ["x"]
        client.request("POST", f"/api/v1/models/{name}/versions", body={"checkpointUuid": one, "labels": labels})
    return name, uuids, client


def run(master, options, check_mode=False):
    spec = det_model_version.SPEC
    checked = ArgumentSpecValidator(spec.options, **spec.rules()).validate({**options, "master": master.url})
    assert not checked.error_messages
    call = Call(
        checked.validated_parameters,
        set(options),
        check_mode,
        lambda params, read_only: open_client(params, read_only, ENVIRONMENT),
    )
    return perform(call, spec, det_model_version.work)


def labels_of(client, name):
    rows = client.get(f"/api/v1/models/{name}/versions")["modelVersions"]
    return {row["version"]: sorted(row["labels"]) for row in rows}


def test_label_goes_over_and_the_others_keep_theirs(master, model):
    name, uuids, client = model
    options = {"model": name, "checkpoint_uuid": uuids[1], "exclusive_label": "live"}
    predicted = run(master, options, check_mode=True)
    assert labels_of(client, name) == {1: ["live", "x"], 2: ["x"], 3: ["live", "x"]}
    done = run(master, options)
    assert labels_of(client, name) == {1: ["x"], 2: ["live", "x"], 3: ["x"]}
    assert done["requests"] == predicted["requests"]
    # The new one first, so that there is one at every moment.
    assert done["requests"][0].endswith("/versions/2")
    assert done["diff"] == predicted["diff"]
    assert sorted(done["diff"]["before"]["others_with_label"]) == [1, 3]
    again = run(master, options)
    assert (again["changed"], again["requests"]) == (False, [])


def test_one_that_has_it_already_takes_it_off_the_others(master, model):
    name, _uuids, client = model
    done = run(master, {"model": name, "version": 3, "exclusive_label": "live", "labels": []})
    assert done["changed"]
    assert labels_of(client, name) == {1: ["x"], 2: ["x"], 3: ["live"]}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"state": "absent"}, "state=present"),
        ({"labels": ["x"], "labels_mode": "remove"}, "labels_mode=remove"),
        ({"exclusive_label": "a,b"}, "comma"),
        ({"exclusive_label": " "}, "empty"),
    ],
)
def test_refused_before_anything_is_written(master, model, options, said):
    name, _uuids, client = model
    before = labels_of(client, name)
    result = run(master, {"model": name, "version": 1, "exclusive_label": "live", **options})
    assert result["failure"]["code"] == "bad_option"
    assert said in result["msg"]
    assert labels_of(client, name) == before


def test_two_versions_of_a_checkpoint_are_named(master, model):
    name, uuids, client = model
    client.request("POST", f"/api/v1/models/{name}/versions", body={"checkpointUuid": uuids[0]})
    result = run(master, {"model": name, "checkpoint_uuid": uuids[0], "comment": "c"})
    assert "version 1, version 4" in result["msg"]
    assert "Give the version." in result["msg"]
