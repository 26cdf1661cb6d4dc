# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events for webhooks: what is sent, who is told, and that no address is in a message."""

from __future__ import annotations

import json

import pytest

from emulator.testing import running
from tests.matrix.place import Place
from tests.unit.plugins.lives.stage import Stage

CONFIG = {"name": "n", "searcher": {"name": "single", "metric": "loss"}}
CUSTOM = {"triggerType": "TRIGGER_TYPE_CUSTOM"}


@pytest.fixture(scope="module")
def stage():
    with running(password="Testing1!") as control:
        place = Place(control.url, "admin", "Testing1!", control=control)
        yield Stage(place)
        place.close()


def experiment(stage, **config):
    body = {"unmanaged": True, "config": json.dumps({**CONFIG, **config})}
    return stage.place.call("POST", "/api/v1/experiments", body)["experiment"]["id"]


def webhook(stage, name, url):
    body = {"url": url, "webhookType": "WEBHOOK_TYPE_DEFAULT", "name": name, "mode": "WEBHOOK_MODE_SPECIFIC"}
    return stage.place.call("POST", "/api/v1/webhooks", {**body, "triggers": [CUSTOM]})["webhook"]["id"]


def run(stage, check=False, **options):
    stage.place.control.forget()
    return stage.run("det_webhook_event", options, check)


def writes(stage):
    found = [one for one in stage.place.control.journal() if one["method"] != "GET"]
    return [(one["path"], json.loads(one["body"]) if isinstance(one["body"], str) else one["body"]) for one in found]


def test_an_experiment_that_names_a_webhook(stage):
    ident = experiment(stage, integrations={"webhooks": {"webhook_name": ["team"]}})
    options = {"experiment_id": ident, "trial_id": 7, "title": "t", "description": "d", "level": "ERROR"}
    check = run(stage, True, **options)
    assert writes(stage) == []
    real = run(stage, **options)
    assert check == real == {"changed": True, "requests": ["POST /api/v1/webhooks/custom"]}
    data = {"title": "t", "description": "d", "level": "LOG_LEVEL_ERROR"}
    assert writes(stage) == [("/api/v1/webhooks/custom", {"data": data, "experimentId": ident, "trialId": 7})]


def test_nobody_is_told(stage):
    result = run(stage, experiment_id=experiment(stage), description="d")
    assert result["warnings"][0].endswith("so nobody is told.")
    assert writes(stage)[0][1]["data"]["level"] == "LOG_LEVEL_INFO"


@pytest.mark.parametrize(
    ("options", "option"),
    [
        ({"experiment_id": 1}, "title"),
        ({"experiment_id": 999, "title": "t"}, "experiment_id"),
        ({"webhook_id": 999}, "webhook_id"),
    ],
)
def test_bad_input(stage, options, option):
    result = run(stage, **options)
    assert result["failure"]["option"] == option
    assert writes(stage) == []


def test_a_receiver_that_does_not_take_it(stage):
    ident = webhook(stage, "off", "http://127.0.0.1:9/secret-path")
    assert run(stage, True, webhook_id=ident)["changed"]
    assert writes(stage) == []
    result = run(stage, webhook_id=ident)
    assert result["failure"]["code"] == "not_delivered"
    assert "webhook 'off'" in result["msg"]
    assert "secret-path" not in json.dumps(result)
