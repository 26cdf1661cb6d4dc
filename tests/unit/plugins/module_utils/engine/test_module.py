# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module as a program of its own: what it reads, what it writes, how it leaves."""

from __future__ import annotations

import json

import pytest
from ansible.module_utils import basic
from ansible_collections.determined_ai.determined.plugins.module_utils.engine import module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import Refused

SPEC = Spec(
    {
        "master": {"type": "str"},
        "token": {"type": "str", "no_log": True},
        "name": {"type": "str", "aliases": ["called"]},
        "count": {"type": "int", "default": 3},
        "nested": {"type": "dict", "options": {"one": {"type": "int"}, "secret": {"type": "str", "no_log": True}}},
        "either": {"type": "str"},
    },
    mutually_exclusive=(("name", "either"),),
)


@pytest.fixture
def run(monkeypatch, capsys):
    """Function (work, options, check, diff) -> (exit status, what it printed)."""

    def program(work, options, check=False, diff=False):
        common = {"_ansible_check_mode": check, "_ansible_diff": diff, "_ansible_remote_tmp": "/tmp"}
        given = {"ANSIBLE_MODULE_ARGS": {**options, **common}}
        monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps(given).encode())
        monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
        with pytest.raises(SystemExit) as left:
            module.run_module(SPEC, work)
        return left.value.code, json.loads(capsys.readouterr().out)

    return program


def told(call):
    """What the work got, and a diff."""
    call.warn("mind")
    given = sorted(call.given)
    return {"changed": True, "params": call.params, "given": given, "check": call.check_mode, "diff": {"after": 1}}


def test_what_work_gets(run):
    code, result = run(told, {"called": "n", "nested": {"one": "7"}})
    assert code == 0
    assert result["params"] == {
        "master": None, "token": None, "name": "n", "called": "n", "count": 3, "either": None,
        "nested": {"one": 7, "secret": None},
    }  # fmt: skip
    assert result["given"] == ["name", "nested", "nested.one"]
    assert (result["changed"], result["check"]) == (True, False)
    assert "diff" not in result


def test_a_dictionary_that_is_text(run):
    _code, result = run(told, {"nested": '{"one": 5}'})
    assert (result["params"]["nested"]["one"], result["given"]) == (5, ["nested", "nested.one"])


@pytest.mark.parametrize("check", [True, False])
def test_check_and_diff(run, check):
    _code, result = run(told, {}, check=check, diff=True)
    assert (result["check"], result["diff"]) == (check, {"after": 1})


def test_a_failure(run):
    def fails(call):
        raise Refused("It cannot be done.", "Do it otherwise.", count=2)

    code, result = run(fails, {"token": "hidden-token"})
    assert (code, result["failed"], result["changed"], result["requests"]) == (1, True, False, [])
    assert result["msg"] == "It cannot be done. Do it otherwise."
    assert (result["failure"]["code"], result["failure"]["count"]) == ("refused", 2)
    assert "hidden-token" not in json.dumps(result)


def test_options_that_cannot_be_taken(run):
    code, result = run(told, {"name": "a", "either": "b"})
    assert (code, result["failure"]) == (1, {"code": "bad_option"})
    assert result["msg"].startswith("parameters are mutually exclusive: name|either")


@pytest.mark.parametrize("options", [{"nothing": 1}, {"count": "many"}])
def test_options_that_are_none(run, options):
    code, result = run(told, {**options, "master": "https://u:address-pw@h", "token": "hidden-token"})
    assert (code, result["failure"]) == (1, {"code": "bad_option"})
    assert "hidden-token" not in json.dumps(result)
    assert "address-pw" not in json.dumps(result)


def test_a_token_that_was_asked_for_is_shown_and_nowhere_else(run):
    def work(call):
        return {"changed": False, "token": call.params["token"], "said": f"it is {call.params['token']}"}

    code, result = run(work, {"token": "asked-token", "nested": {"secret": "inner-secret"}})
    assert (code, result["token"], result["said"]) == (0, "asked-token", "it is ********")
    # Only some releases show it.
    shown = json.dumps(result.get("invocation"))
    assert "asked-token" not in shown
    assert "inner-secret" not in shown
    _code, result = run(lambda call: {"changed": False, "said": "inner-secret"}, {"nested": {"secret": "inner-secret"}})
    assert "inner-secret" not in json.dumps(result)


def test_without_requests(run, monkeypatch):
    monkeypatch.setattr(module, "REQUESTS_ERROR", "Traceback: no requests")
    code, result = run(told, {})
    assert (code, result["failure"]) == (1, {"code": "missing_library"})
    assert "Failed to import the required Python library (requests)" in result["msg"]
