# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret of a run is in what it tells, however it is written there."""

from __future__ import annotations

import html
import json
from urllib.parse import quote, quote_plus

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.connection import auth, secrets
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.secrets import Secrets
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call, perform
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec

HARD = [
    "s3cr3t-value",
    'with "quotes" & <signs>',
    "back\\slash/and %",
    "pä§§wörd",
    "tok-en\nof-two-lines",
    "tail-blank \n",
]
WRITTEN = {
    "as it is": str,
    "repr": repr,
    "bytes": lambda one: repr(one.encode()),
    "json": json.dumps,
    "json, not escaped": lambda one: json.dumps(one, ensure_ascii=False),
    "json in json": lambda one: json.dumps(json.dumps(one)),
    "repr of repr": lambda one: repr(repr(one)),
    "address": lambda one: quote(one, safe=""),
    "form": quote_plus,
    "html": html.escape,
}


@pytest.mark.parametrize("how", WRITTEN)
@pytest.mark.parametrize("secret", HARD)
def test_every_form_is_hidden(secret, how):
    shown = Secrets([secret]).hide(f"before {WRITTEN[how](secret)} after")
    assert shown.startswith("before ")
    assert shown.endswith(" after")
    for piece in (secret.strip(), *(one for one in secret.split() if len(one) >= secrets.LONG_PART)):
        assert WRITTEN[how](piece).strip("b'\"\\") not in shown


@pytest.mark.parametrize("mask", ["msg", "exception", "failure", "notes", "data"])
def test_no_result_holds_one(monkeypatch, mask):
    monkeypatch.setenv("DET_PASS", "env-passw0rd")
    monkeypatch.setenv("https_proxy", "http://bob:proxy-pw@proxy:3128")
    spec = CONNECTION + Spec({"nested": {"type": "list", "options": {"key": {"no_log": True}}}})
    known = ["t0ken-of-this", "n3sted-key", "env-passw0rd", "proxy-pw", "client-pw", auth.hashed("client-pw")]
    params = {"token": known[0], "master": "http://m", "nested": [{"key": known[1]}]}

    class Client:
        writes = ()

        def secrets(self):
            return ["client-pw", auth.hashed("client-pw")]

    def work(call):
        assert call.client
        text = " ".join(known)
        call.warn(text)
        if mask in ("msg", "exception", "failure"):
            raise RuntimeError(repr(text))
        return {"data": {"list": [text]}, "token": known[0]}

    call = Call(params, set(params), False, lambda options, check: Client())
    result = perform(call, spec, work)
    if mask in ("notes", "data"):
        assert result.pop("token") == known[0]
    text = json.dumps(result) + json.dumps(call.notes)
    assert [one for one in known if one in text] == []


LOOKS = [
    "https://ana:pw-9@host/x",
    "https://s3/bucket?X-Amz-Signature=0f0f0f0f&x=1",
    "https://host/?a=1&access_token=0f0f0f0f",
    '{"url": "https://host/?a=1\\u0026sig=0f0f0f0f"}',
    "Authorization: Bearer 0f0f0f0f0f",
    "v2.public.eyJpZCI6MX0f0f0f0f0f0f0f0f",
]


@pytest.mark.parametrize("text", LOOKS)
def test_what_looks_like_one(text):
    shown = secrets.hide_shapes(text)
    assert "0f0f0f" not in shown
    assert "pw-9" not in shown
    assert secrets.MASK in shown


@pytest.mark.parametrize(
    "text", ["A bearer of news", "token: no token is given (option token).", "GET /api/v1/x?a=1: 404"]
)
def test_what_does_not(text):
    assert secrets.hide_shapes(text) == text


@pytest.mark.parametrize("unit", ["://", "?a", "bearer ", "&token", "eyJ", "v2.public.", "a@", "?sig=", "basic a"])
def test_the_time_grows_with_the_length(unit):
    """Counted in steps of the patterns would be better; a pattern that squares takes minutes here."""
    text = unit * (400_000 // len(unit))
    assert isinstance(Secrets(["x-secret"]).hide(text), str)


def test_a_short_one_is_no_part_of_a_word():
    assert Secrets(["on"]).hide("only on Monday") == f"only {secrets.MASK} Monday"


def test_nothing_to_hide():
    value = {"a": [1, "x"]}
    assert Secrets(["secret-x"]).hide_in(value) is value
    assert Secrets([None, "", " "]).hide("text") == "text"
