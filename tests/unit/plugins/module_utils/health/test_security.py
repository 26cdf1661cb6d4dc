# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What lets too many people in, found on emulators in this process, and told as SARIF."""

from __future__ import annotations

import json

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.health.security_checks import CODES, webhook
from ansible_collections.determined_ai.determined.plugins.module_utils.report.sarif import LEVELS, to_sarif

from tests.unit.plugins.lives.stage import PASSWORD, stage

DAY = 24 * 3600


@pytest.fixture
def here():
    with stage(agents=4) as found:
        yield found


def look(here, **options):
    """The findings as (code, subject)."""
    result = here.run("det_security_info", options)
    assert not result.get("failed"), result
    return {(one["code"], one["subject"]) for one in result["findings"]}, result


def add_user(here, name, password="x", **more):
    user = {"username": name, "active": True, **more}
    return here.ask("POST", "/api/v1/users", {"user": user, "password": password})["user"]["id"]


def test_accounts_with_a_password_that_everybody_knows(here):
    found, result = look(here, checks=["accounts"], passwords=["nothing"])
    assert found == {("default_account", "user determined")}
    users = {one["username"]: one["id"] for one in here.ask("GET", "/api/v1/users")["users"]}
    here.ask("PATCH", f"/api/v1/users/{users['determined']}", {"password": "", "isHashed": True, "active": True})
    found, result = look(here, checks=["accounts"], passwords=[PASSWORD])
    assert found == {
        ("default_account", "user determined"),
        ("default_password", "user determined"),
        ("default_password", "user admin"),
    }
    assert PASSWORD not in json.dumps(result)
    assert (result["severity"], result["exit_status"], result["figures"]) == ("critical", 2, {"default_passwords": 2})
    here.ask("PATCH", f"/api/v1/users/{users['determined']}", {"active": False})
    assert look(here, checks=["accounts"])[0] == set()


def test_administrators_by_the_flag(here):
    add_user(here, "boss", admin=True)
    found, result = look(here, checks=["admins"])
    assert found == {("admins", "administrators"), ("no_roles", "master")}
    assert [one["ids"] for one in result["findings"] if one["code"] == "admins"] == [["admin", "boss"]]
    found, _result = look(here, checks=["admins"], admins_expected=["admin"], severities={"no_roles": "warning"})
    assert ("unexpected_admin", "user boss") in found


def test_administrators_by_the_role():
    with stage(rbac=True) as here:
        ident = add_user(here, "boss")
        given = [{"userId": ident, "roleAssignment": {"role": {"roleId": 1}}}]
        here.ask("POST", "/api/v1/roles/add-assignments", {"userRoleAssignments": given})
        found, _result = look(here, checks=["admins"], admins_expected=["admin"])
        assert ("unexpected_admin", "user boss") in found
        assert ("no_roles", "master") not in found


def test_stale_users_and_old_tokens(here):
    here.place.control.advance(-200 * DAY)
    stale, bot = add_user(here, "stale"), add_user(here, "bot")
    here.place.log_in("stale", "x")
    here.ask("POST", "/api/v1/tokens", {"userId": bot, "description": "old", "lifespan": "-1"})
    here.place.control.advance(200 * DAY)
    here.token = here.place.token = here.place.log_in()
    found, result = look(here, checks=["users", "tokens"], exempt_users=["bot", "determined"], tokens_older_than="1d")
    assert ("stale_user", "user stale") in found
    assert ("stale_user", "user bot") not in found
    assert ("stale_user", "user admin") not in found
    assert result["figures"]["stale_users"] == 1
    assert stale


def test_pools_and_webhooks(here):
    hook = {"name": "h", "url": "http://hooks/x?token=s3cret", "webhookType": "WEBHOOK_TYPE_DEFAULT", "workspaceId": 0}
    here.ask("POST", "/api/v1/webhooks", {**hook, "triggers": [{"triggerType": "TRIGGER_TYPE_EXPERIMENT_STATE_CHANGE",
                                                               "condition": {"state": "ERROR"}}]})  # fmt: skip
    found, result = look(here, checks=["pools", "webhooks"], webhook_hosts=["other"])
    assert {code for code, _subject in found if code != "open_pool"} == {
        "webhook_plain_http", "unexpected_webhook", "webhook_of_cluster",
    }  # fmt: skip
    assert "s3cret" not in json.dumps(result)
    pools = {subject for code, subject in found if code == "open_pool"}
    assert pools
    assert "pool default" not in pools
    here.ask("POST", "/api/v1/resource-pools/gpu-b/workspace-bindings", {"workspaceIds": [1]})
    assert {subject for code, subject in look(here, checks=["pools"])[0]} == pools - {"pool gpu-b"}


@pytest.mark.parametrize(
    ("url", "codes"),
    [
        ("https://hooks/x", set()),
        ("HTTPS://hooks/x", set()),
        ("http://hooks/x", {"webhook_plain_http"}),
        ("gopher", {"webhook_plain_http", "unexpected_webhook"}),
        ("http://[::1", {"webhook_plain_http", "unexpected_webhook"}),
    ],
)
def test_addresses_of_webhooks(url, codes):
    assert {one.code for one in webhook({"name": "h", "id": 1, "url": url, "workspaceId": 7}, ["hooks"])} == codes


def test_wrong_options(here):
    assert "stale_after" in here.run("det_security_info", {"stale_after": "soon"})["msg"]
    assert "there is no such finding" in here.run("det_security_info", {"severities": {"x": "info"}})["msg"]


def test_sarif():
    row = {"severity": "critical", "code": "default_password", "subject": "user admin", "what": "w", "remedy": "r"}
    rows = [row, {**row, "subject": "user determined"}, {**row, "code": "admins", "severity": "info", "subject": "a"}]
    (run,) = to_sarif(rows, "https://det.example.com")["runs"]
    assert [one["id"] for one in run["tool"]["driver"]["rules"]] == ["admins", "default_password"]
    assert [(one["ruleId"], one["ruleIndex"], one["level"]) for one in run["results"]] == [
        ("default_password", 1, "error"),
        ("default_password", 1, "error"),
        ("admins", 0, "note"),
    ]
    assert run["results"][0]["message"]["text"] == "user admin: w. r"
    marks = {one["partialFingerprints"]["finding/v1"] for one in run["results"]}
    assert len(marks) == 3
    again = to_sarif([{**row, "what": "another day"}], "https://det.example.com")["runs"][0]["results"][0]
    assert again["partialFingerprints"]["finding/v1"] in marks
    assert set(LEVELS) == set(CODES.values())
    assert to_sarif([], "x")["runs"][0]["results"] == []
