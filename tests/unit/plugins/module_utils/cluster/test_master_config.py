# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A change of the master's config that is made, and one that the master only says yes to."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster.master_config import change_config
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption, Refused

PATCH = "PATCH /api/v1/master/config"


class Client:
    """A master; ``makes``: the parts of its log's config that it changes when it is asked to."""

    def __init__(self, version="0.38.1", makes=(), level="info"):
        self.version, self.makes = version, makes
        self.log, self.sent = {"level": level, "color": False}, []

    def get(self, path, log_in=True):
        return {"version": self.version} if path == "/api/v1/master" else {"config": {"log": dict(self.log)}}

    def request(self, method, path, body, repeatable):
        assert (f"{method} {path}", repeatable) == (PATCH, True)
        self.sent.append(body)
        for name, value in body["config"]["log"].items():
            if name in self.makes:
                self.log[name] = value.removeprefix("LOG_LEVEL_").lower() if name == "level" else value


def change(client, check_mode=False, skip_unsupported=False, **options):
    params = {"log_level": None, "log_color": None, "skip_unsupported": skip_unsupported, **options}
    return change_config(Call(params, set(options), check_mode, lambda *_args: client))


def test_what_is_so_already():
    client = Client(level="warn")
    result = change(client, log_level="warning", log_color=False)
    assert (result["changed"], result["supported"], result["requests"], client.sent) == (False, True, [], [])


@pytest.mark.parametrize(
    ("options", "body"),
    [
        (
            {"log_level": "debug"},
            {"config": {"log": {"level": "LOG_LEVEL_DEBUG"}}, "fieldMask": {"paths": ["log.level"]}},
        ),
        ({"log_color": True}, {"config": {"log": {"color": True}}, "fieldMask": {"paths": ["log.color"]}}),
    ],
)
def test_a_master_that_makes_the_change(options, body):
    client = Client("0.42.0", makes=("level", "color"))
    predicted = change(client, check_mode=True, **options)
    assert client.sent == []
    made = change(client, **options)
    assert client.sent == [body]
    assert made == predicted
    assert (made["changed"], made["supported"], made["requests"]) == (True, True, [PATCH])
    assert made["diff"]["after"] == options
    assert not change(client, **options)["changed"]


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_master_that_only_says_yes_fails_the_task(check_mode):
    with pytest.raises(Refused, match="does not make it: it has log_level 'info', not 'debug'") as caught:
        change(Client(), check_mode, log_level="debug")
    assert "configuration file" in caught.value.hint


def test_a_master_that_only_says_yes_is_no_failure_where_that_is_said():
    found = [change(Client(), check_mode, True, log_level="debug", log_color=True) for check_mode in (True, False)]
    assert found[0] == found[1]
    assert (found[0]["changed"], found[0]["supported"]) == (False, False)
    assert found[0]["diff"] == {"before": {}, "after": {}}
    assert "log_color False, not True" in found[0]["msg"]


def test_half_of_a_change_is_told():
    result = change(Client("0.42.0", makes=("level",)), False, True, log_level="debug", log_color=True)
    assert (result["changed"], result["supported"]) == (True, False)
    assert result["diff"] == {"before": {"log_level": "info"}, "after": {"log_level": "debug"}}


def test_nothing_is_taken_away():
    with pytest.raises(BadOption, match="log_level"):
        change(Client(), log_level=None, log_color=True)
