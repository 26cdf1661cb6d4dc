# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Removing all settings of an account, and reading them."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.access.user_settings import (
    list_settings,
    manage_settings,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.ledger import Ledger
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption, Refused

PATH = "/api/v1/users/setting"


class Client:
    """Keeps settings as the master does; ``writes``: what was sent."""

    def __init__(self, *settings):
        self.settings = [{"storagePath": path, "key": key, "value": value} for path, key, value in settings]
        self.writes = []

    def get(self, path):
        assert path == PATH
        return {"settings": self.settings}

    def post(self, path, body=None, repeatable=False):
        assert repeatable
        self.writes.append(f"POST {path}")
        self.settings = body["settings"] if body else []


def make_call(client, check_mode=False, **options):
    params = {"path": None, "key": None, "state": "present", "value": None, "force": False, **options}
    return Call(params, set(options), check_mode, lambda *_args: client)


def with_mark():
    client = Client()
    Ledger(client, "cull").write({"n1": {"kind": "notebook"}})
    return Client(("a", "k", "1"), *((one["storagePath"], one["key"], one["value"]) for one in client.settings))


def test_marks_stop_a_reset():
    client = with_mark()
    with pytest.raises(Refused, match="The settings cannot be reset"):
        manage_settings(make_call(client, state="reset"))
    assert client.writes == []


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_reset_shows_what_goes(check_mode):
    client = with_mark()
    result = manage_settings(make_call(client, check_mode, state="reset", force=True))
    before = [
        {"path": "a", "key": "k", "value": 1},
        {"path": "determined_ai.determined/cull", "key": "n1", "value": {"kind": "notebook"}},
    ]
    assert result["changed"]
    assert result["diff"] == {"before": {"settings": before}, "after": {}}
    assert result["user_setting"] is None
    sent = [f"POST {PATH}/reset"]
    assert client.writes == ([] if check_mode else sent)
    assert result["requests"] == (sent if check_mode else client.writes)


def test_nothing_to_reset():
    client = Client()
    result = manage_settings(make_call(client, state="reset"))
    assert (result["changed"], result["requests"], client.writes) == (False, [], [])
    assert result["diff"] == {"before": {}, "after": {}}


@pytest.mark.parametrize(
    ("options", "option"),
    [({"path": "p", "key": "k"}, "value"), ({"path": "", "key": "k", "value": 1}, "path"), ({"path": "p"}, "key")],
)
def test_what_is_missing_is_named(options, option):
    with pytest.raises(BadOption, match=option):
        manage_settings(make_call(Client(), **options))


@pytest.mark.parametrize(
    ("options", "found"),
    [({}, ["a k", "a l", "b k"]), ({"path": "a"}, ["a k", "a l"]), ({"path": "b", "key": "k"}, ["b k"])],
)
def test_settings_are_listed_by_path_and_key(options, found):
    client = Client(("b", "k", "1"), ("a", "l", '"x"'), ("a", "k", "no JSON"))
    rows = list_settings(make_call(client, **options))
    assert [f"{row['path']} {row['key']}" for row in rows] == found
    assert {row["value"] for row in list_settings(make_call(client))} == {1, "x", "no JSON"}
