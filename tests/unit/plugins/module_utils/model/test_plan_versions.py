# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A kind whose ids are unique inside of what holds it only: versions of models."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption, Refused
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.model_version import MODEL_VERSION
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.project import PROJECT
from ansible_collections.determined_ai.determined.plugins.module_utils.model.call import Later
from ansible_collections.determined_ai.determined.plugins.module_utils.model.plan import Wanted, make_plan

NET = {"id": 12, "name": "net", "archived": False}
UUID = "ece02f52-48da-4222-92d7-c2c6a05d7894"
ROW = {
    "version": 3, "checkpoint_uuid": UUID, "name": "n", "comment": "", "notes": "", "labels": ["b", "a"],
    "metadata": {}, "model_id": 12,
}  # fmt: skip


def sent(current, values, scope=None, **more):
    plan = make_plan(MODEL_VERSION, current, Wanted(values, scope=scope or NET, **more))
    return [(step.request.method, step.request.path, step.request.body) for step in plan.steps]


def test_paths_have_the_model_and_the_number():
    body = {"checkpointUuid": UUID, "name": "n"}
    assert sent(None, {"checkpoint_uuid": UUID, "name": "n"}) == [("POST", "/api/v1/models/12/versions", body)]
    assert sent(ROW, {"comment": "c"}) == [("PATCH", "/api/v1/models/12/versions/3", {"comment": "c"})]
    assert sent(ROW, {}, state="absent") == [("DELETE", "/api/v1/models/12/versions/3", None)]


def test_model_that_is_not_made_yet():
    ((_method, path, _body),) = sent(None, {"checkpoint_uuid": UUID}, Later("model", "net"))
    assert path == "/api/v1/models/{scope}/versions"


def test_archived_model_takes_no_versions_and_lets_them_be_changed():
    archived = {**NET, "archived": True}
    with pytest.raises(Refused, match="archived"):
        sent(None, {"checkpoint_uuid": UUID}, archived)
    assert len(sent(ROW, {"comment": "c"}, archived)) == 1


def test_checkpoint_of_a_version_stays():
    assert sent(ROW, {"checkpoint_uuid": UUID.upper()}) == []
    with pytest.raises(Refused, match="version of its own"):
        sent(ROW, {"checkpoint_uuid": UUID[:-1] + "5"})
    with pytest.raises(BadOption, match="is no uuid"):
        sent(None, {"checkpoint_uuid": "12"})


def test_options():
    options = MODEL_VERSION.options()
    assert {"version", "checkpoint_uuid"} <= set(options)
    assert "new_checkpoint_uuid" not in options
    assert (MODEL_VERSION.scoped_ids, PROJECT.scoped_ids) == (True, False)
