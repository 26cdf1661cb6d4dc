# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the master would refuse, or take and not mean, is refused before anything is sent."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption, Refused
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.user import USER
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.webhook import WEBHOOK
from ansible_collections.determined_ai.determined.plugins.module_utils.model.plan import Wanted, make_plan

ERROR, LOG, CUSTOM = {"experiment_state": "ERROR"}, {"task_log": "oom"}, {"custom": True}
ANA = {"id": 3, "username": "ana", "display_name": "", "active": True, "admin": False, "remote": False}
FAILURES = {
    "id": 5, "name": "failures", "workspace_id": 7, "url": "https://a.example/x", "type": "DEFAULT",
    "mode": "WORKSPACE", "triggers": [ERROR],
}  # fmt: skip
VISION, CLUSTER = {"id": 7, "name": "vision"}, {}


def planned(kind, current, scope=None, **wanted):
    """The plan, after the kind's own look; none of these looks needs to read."""
    modes = {"triggers": wanted.pop("mode_of_triggers", "exact")}
    plan = make_plan(kind, current, Wanted(values=wanted.pop("values", {}), modes=modes, scope=scope, **wanted))
    assert kind.check is not None
    kind.check(None, plan)
    return plan


@pytest.mark.parametrize("current", [None, ANA], ids=["made", "changed"])
@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("username", "x"),
        ("username", " anna"),
        ("username", "anaïs"),
        ("display_name", "Anaïs"),
        ("display_name", "A "),
    ],
)
def test_names_that_the_master_refuses_or_cuts(current, option, value):
    with pytest.raises(BadOption) as caught:
        planned(USER, current, values={"username": "anna", option: value})
    assert caught.value.facts["option"] == option


def test_names_that_are_there_are_let_be():
    plan = planned(USER, {**ANA, "display_name": "Anaïs"}, values={"username": "ana", "admin": True}, force=True)
    assert plan.act == "change"


@pytest.mark.parametrize(
    ("values", "more"),
    [
        ({"triggers": []}, {}),
        ({"triggers": [ERROR]}, {"mode_of_triggers": "remove"}),
        ({"triggers": [{"custom": False}]}, {}),
        ({"triggers": [ERROR, {"experiment_state": None}]}, {}),
        ({"triggers": [CUSTOM]}, {}),
        ({"triggers": [CUSTOM]}, {"mode_of_triggers": "append"}),
        ({"url": "ftp://a.example"}, {}),
        ({"url": ""}, {}),
    ],
)
def test_webhooks_that_the_master_would_refuse_or_spoil(values, more):
    with pytest.raises(BadOption) as caught:
        planned(WEBHOOK, FAILURES, VISION, values={"name": "failures", **values}, **more)
    assert caught.value.facts["option"] in values


@pytest.mark.parametrize("missing", ["url", "triggers"])
def test_a_new_webhook_needs(missing):
    values = {"name": "new", "url": "https://a.example", "triggers": [LOG]}
    with pytest.raises(BadOption) as caught:
        planned(WEBHOOK, None, VISION, values={name: value for name, value in values.items() if name != missing})
    assert caught.value.facts["option"] == missing


def test_a_new_webhook_has_a_type():
    plan = planned(WEBHOOK, None, VISION, values={"name": "new", "url": "https://a.example", "triggers": [LOG]})
    body = plan.steps[0].request.body
    assert (body["webhookType"], body["workspaceId"]) == ("WEBHOOK_TYPE_DEFAULT", 7)


@pytest.mark.parametrize("scope", [CLUSTER, {"id": 8, "name": "other"}], ids=["cluster", "workspace"])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_webhook_of_another_place_is_let_be(scope, state):
    with pytest.raises(Refused, match="not where the options say"):
        planned(WEBHOOK, FAILURES, scope, state=state, values={"url": "https://b.example"})


@pytest.mark.parametrize(("row", "scope"), [(FAILURES, VISION), ({**FAILURES, "workspace_id": 0}, CLUSTER)])
def test_a_webhook_of_this_place_is_changed(row, scope):
    assert planned(WEBHOOK, row, scope, values={"url": "https://b.example"}).act == "change"
    assert planned(WEBHOOK, row, scope, state="absent").act == "delete"
