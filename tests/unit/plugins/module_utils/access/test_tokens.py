# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Access tokens on an emulator: made once, delivered and proven before the old one goes, whatever breaks on the way."""

from __future__ import annotations

import os
import stat

import pytest
import requests
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.client import open_client
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call, perform
from ansible_collections.determined_ai.determined.plugins.modules import det_token, det_token_info

from emulator.testing import running

ENVIRONMENT = {"DET_USER": "admin", "DET_PASS": "Testing1!"}


@pytest.fixture
def master():
    with running(password=ENVIRONMENT["DET_PASS"]) as control:
        client = open_client({"master": control.url, "timeout": 60, "retry_time": 0}, False, ENVIRONMENT)
        client.request("POST", "/api/v1/users", body={"user": {"username": "ci", "active": True}})
        control.client = client
        yield control


def run(master, options, check_mode=False, module=det_token):
    spec = module.SPEC
    given = {**options, "master": master.url, "retry_time": 0.2}
    checked = ArgumentSpecValidator(spec.options, **spec.rules()).validate(given)
    assert not checked.error_messages
    call = Call(
        checked.validated_parameters,
        set(options),
        check_mode,
        lambda params, read_only: open_client(params, read_only, ENVIRONMENT),
    )
    return perform(call, spec, module.work)


def active(master):
    """{id: description} of the tokens that count."""
    return {one["id"]: one["description"] for one in master.client.get("/api/v1/tokens")["tokenInfo"]}


def works(master, token):
    headers = {"Authorization": "Bearer " + token}
    return requests.get(master.url + "/api/v1/me", headers=headers, timeout=10).status_code == 200


def test_without_a_file_the_value_comes_once(master):
    options = {"user": "ci", "description": "d", "lifespan": "2h"}
    predicted = run(master, options, check_mode=True)
    made = run(master, options)
    assert (predicted["requests"], predicted["diff"]) == (made["requests"], made["diff"])
    assert predicted["access_token"]["id"] is None
    assert "token" not in predicted
    assert works(master, made["token"])
    again = run(master, options)
    assert (again["changed"], again["access_token"]) == (False, made["access_token"])
    assert "token" not in again


@pytest.mark.parametrize(
    ("lifespan", "hours"), [("90m", 1.5), ("1d12h", 36), ("2w", 336), ("max", 30 * 24), (None, 30 * 24)]
)
def test_lifespan(master, lifespan, hours):
    made = run(master, {"user": "ci", "description": "d", **({"lifespan": lifespan} if lifespan else {})})
    (row,) = master.client.get("/api/v1/tokens")["tokenInfo"]
    assert made["access_token"]["expiry_time"] == row["expiry"]
    assert abs(seconds(row["expiry"]) - seconds(row["createdAt"]) - hours * 3600) < 1


def seconds(text):
    from datetime import datetime

    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize("state", ["present", "rotated"])
def test_file_holds_a_token_that_works(master, tmp_path, state):
    dest = tmp_path / "t"
    options = {"user": "ci", "description": "d", "dest": str(dest), "state": state}
    made = run(master, options)
    assert made["changed"]
    assert "token" not in made
    token = dest.read_text().strip()
    assert works(master, token)
    assert stat.S_IMODE(os.stat(dest).st_mode) == 0o600
    again = run(master, options)
    assert (again["changed"], again["requests"]) == (False, [])
    dest.chmod(0o644)
    run(master, options)
    assert stat.S_IMODE(os.stat(dest).st_mode) == 0o600
    assert dest.read_text().strip() == token


def test_rotation(master, tmp_path):
    dest = tmp_path / "t"
    options = {"user": "ci", "description": "d", "dest": str(dest), "lifespan": "10d"}
    run(master, options)
    old = dest.read_text().strip()
    (first,) = active(master)
    options["state"] = "rotated"
    assert not run(master, {**options, "renew_before": "9d"})["changed"]
    predicted = run(master, {**options, "renew_before": "11d"}, check_mode=True)
    assert active(master) == {first: "d"}
    # It would be rotated each time if the new one ended as soon.
    done = run(master, {**options, "renew_before": "11d", "lifespan": "20d"})
    assert done["requests"] == ["POST /api/v1/tokens", f"PATCH /api/v1/tokens/{first}"] == predicted["requests"]
    assert done["diff"]["before"] == {"ids": [first]}
    assert (works(master, old), works(master, dest.read_text().strip())) == (False, True)
    assert list(active(master)) == [done["access_token"]["id"]]
    assert not run(master, {**options, "renew_before": "11d", "lifespan": "20d"})["changed"]


@pytest.mark.parametrize("content", ["", "revoked", "of another"])
def test_file_without_the_token_gets_another_one(master, tmp_path, content):
    dest = tmp_path / "t"
    options = {"user": "ci", "description": "d", "dest": str(dest)}
    run(master, options)
    (first,) = active(master)
    if content == "revoked":
        master.client.request("PATCH", f"/api/v1/tokens/{first}", body={"setRevoked": True})
    elif content == "of another":
        dest.write_text(master.client.request("POST", "/api/v1/tokens", body={"userId": 1})["token"])
    else:
        dest.write_text(content)
    done = run(master, options)
    assert done["changed"]
    assert works(master, dest.read_text().strip())
    assert [ident for ident, said in active(master).items() if said == "d"] == [done["access_token"]["id"]]


def test_absent_revokes_all_of_the_description(master):
    for said in ("d", "d", "e"):
        master.client.request("POST", "/api/v1/tokens", body={"userId": 1, "description": said})
    options = {"description": "d", "state": "absent"}
    assert len(run(master, options, check_mode=True)["requests"]) == 2
    assert run(master, options)["changed"]
    assert list(active(master).values()) == ["e"]
    assert not run(master, options)["changed"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"description": " "}, "description"),
        ({"lifespan": "3 days"}, "lifespan"),
        ({"renew_before": "soon"}, "renew_before"),
        ({"dest": "/nowhere/at/all"}, "Make the folder first"),
        ({"user": "nobody"}, "nobody"),
        ({"user": ""}, "user"),
    ],
)
def test_bad_input_writes_nothing(master, options, said):
    result = run(master, {"user": "ci", "description": "d", **options})
    assert result["failed"]
    assert said in result["msg"]
    assert (result["requests"], active(master)) == ([], {})


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), lambda path: path.symlink_to("/etc/hostname"), "text"])
def test_strangers_file_is_left_alone(master, tmp_path, make):
    dest = tmp_path / "t"
    if callable(make):
        make(dest)
    else:
        dest.write_text(make)
    result = run(master, {"user": "ci", "description": "d", "dest": str(dest)})
    assert result["failure"]["code"] == "bad_option"
    assert active(master) == {}


FAULTS = {
    "done, answer lost": {"kind": "reset_after"},
    "cut": {"kind": "truncate"},
    "unavailable": {"kind": "status", "status": 503},
    "server error": {"kind": "status", "status": 500, "body": {"error": {"code": 13, "error": "made to fail"}}},
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "^/api/v1/tokens$"), ("PATCH", "^/api/v1/tokens/"), ("GET", "^/api/v1/me$")]
)
def test_next_run_finishes(master, tmp_path, fault, method, path):
    """At no moment is there a file with a token that does not work, and at the end there is one token."""
    dest = tmp_path / "t"
    options = {"user": "ci", "description": "d", "dest": str(dest), "lifespan": "1d"}
    run(master, options)
    options.update(state="rotated", renew_before="2d", lifespan="9d")
    master.fault(method=method, path=path, **FAULTS[fault])
    broken = run(master, options)
    assert master.faults()[0]["hits"]
    assert works(master, dest.read_text().strip())
    master.no_faults()
    done = run(master, options)
    assert not done.get("failed"), (broken.get("msg"), done.get("msg"))
    assert works(master, dest.read_text().strip())
    assert list(active(master)) == [done["access_token"]["id"]]
    assert not run(master, options)["changed"]


def test_value_is_in_no_other_place(master, tmp_path):
    made = run(master, {"user": "ci", "description": "d"})
    value = made.pop("token")
    assert value not in repr(made)
    dest = tmp_path / "t"
    assert dest.parent.exists()
    delivered = run(master, {"user": "ci", "description": "e", "dest": str(dest)})
    assert dest.read_text().strip() not in repr(delivered)


def test_list(master):
    for user, said, lifespan in ((1, "a", "10h"), (2, "b", "5h"), (1, "c", "100h")):
        body = {"userId": user, "description": said, "lifespan": lifespan}
        master.client.request("POST", "/api/v1/tokens", body=body)

    def said(options):
        result = run(master, options, module=det_token_info)
        return [one["description"] for one in result["access_tokens"]]

    assert said({}) == ["b", "a", "c"]
    assert said({"ends_within": "1d"}) == ["b", "a"]
    assert said({"user_id": 1}) == ["a", "c"]
    assert said({"description": "c"}) == ["c"]
    run(master, {"user_id": 1, "description": "c", "state": "absent"})
    assert said({"description": "c"}) == []
    assert said({"description": "c", "inactive": True}) == ["c"]


def test_others_work_until_they_are_to_be_revoked(master, tmp_path):
    options = {"user": "ci", "description": "d", "dest": str(tmp_path / "token"), "lifespan": "2h", "state": "rotated"}
    run(master, options)
    old = (tmp_path / "token").read_text().strip()
    taken = run(master, {**options, "revoke_others": False})
    assert (taken["changed"], taken["requests"]) == (True, ["POST /api/v1/tokens"])
    assert works(master, old)
    result = run(master, {**options, "state": "present"})
    assert (result["changed"], len(active(master))) == (True, 1)
    assert not works(master, old)
