# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role idle_reaper with a monitoring and messages; the molecule scenario has what it does without."""

from __future__ import annotations

import pytest

from tests.loopback import Server
from tests.matrix.conftest import emulated
from tests.matrix.playbook import errors

pytestmark = pytest.mark.needs("seed")
ROLE = "determined_ai.determined.idle_reaper"


@pytest.fixture
def place():
    """A made-up cluster at work."""
    with emulated(experiments=100) as place:
        yield place


def reap(runner, place, code=0, arguments=(), **variables):
    """One run of the role; what it said."""
    return runner.play(
        place,
        [{"name": "Role", "ansible.builtin.include_role": {"name": ROLE}}],
        code=code,
        arguments=arguments,
        variables={"idle_reaper_max_age": "0s", **variables},
    ).output


def notebooks(place):
    rows = place.call("GET", "/api/v1/notebooks")["notebooks"]
    return {row["id"]: row for row in rows if row["state"] == "STATE_RUNNING"}


def marked(place):
    return {one["key"] for one in place.call("GET", "/api/v1/users/setting")["settings"]}


def test_whom_no_message_reaches_is_left_alone(runner, place):
    before = notebooks(place)
    variables = {"idle_reaper_kinds": ["notebook"], "idle_reaper_warn_before": "0s"}
    with Server([(500, {}), (200, {})]) as hook:
        variables["idle_reaper_notify_url"] = hook.url + "/secret-path"
        output = reap(runner, place, code=2, **variables)
        silent = hook.bodies[0]["text"].partition(":")[0]
        assert f"No message reached {silent}: status 500." in output
        assert f"no message reached {silent}" in output
        assert "kept: user" not in output
        others = {ident for ident, row in before.items() if row["username"] != silent}
        assert others
        assert marked(place) == others
        reap(runner, place, code=0, **variables)
    assert set(notebooks(place)) == set(before) - others
    # Who was not told at first is told then.
    assert marked(place) == set(before) - others
    texts = [body["text"] for body in hook.bodies]
    assert any(text.startswith(silent + ":") and "will be stopped" in text for text in texts[1:])
    assert sum("were stopped" in text for text in texts) == len({before[ident]["username"] for ident in others})
    assert "secret-path" not in output.replace(f'"idle_reaper_notify_url": "{hook.url}/secret-path"', "")


def test_a_webhook_that_is_not_there(runner, place):
    with Server([]) as hook:
        gone = hook.url + "/secret-path"
    output = reap(runner, place, code=2, idle_reaper_notify_url=gone, idle_reaper_exempt_users=["admin"])
    assert "Connection refused." in output
    assert "kept: user admin is exempt" in output
    assert "changed=0 " in output
    assert marked(place) == set()
    assert "secret-path" not in output.replace(f'"idle_reaper_notify_url": "{gone}"', "")


def test_check_mode_sends_no_message(runner, place):
    with Server([(200, {})]) as hook:
        output = reap(runner, place, arguments=("--check",), idle_reaper_notify_url=hook.url)
        assert hook.requests == []
    assert "would be warned of" in output
    assert marked(place) == set()


def test_what_a_query_calls_idle(runner, place):
    before = notebooks(place)
    summaries = place.call("GET", "/api/v1/tasks")["allocationIdToSummary"].values()
    idle = next(one for one in summaries if one["taskId"] in before)
    result = [{"metric": {"container_id": one["containerId"]}, "value": [0, "0"]} for one in idle["resources"]]
    answer = {
        "status": "success",
        "data": {"resultType": "vector", "result": [*result, {"metric": {}, "value": [0, "0"]}]},
    }
    with Server([(200, answer)]) as prometheus:
        reap(
            runner,
            place,
            idle_reaper_max_age="never",
            idle_reaper_warn_before="never",
            idle_reaper_exempt_descriptions="none",
            idle_reaper_prometheus_url=prometheus.url,
            idle_reaper_prometheus_query="usage < 5",
        )
        assert prometheus.requests == [("GET", "/api/v1/query?query=usage%20%3C%205")]
    assert set(before) - set(notebooks(place)) == {idle["taskId"]}


def test_a_monitoring_that_fails_ends_nothing(runner, place):
    before = notebooks(place)
    with Server([(503, "down")]) as prometheus:
        reap(
            runner,
            place,
            code=2,
            idle_reaper_match="any",
            idle_reaper_warn_before="never",
            idle_reaper_prometheus_url=prometheus.url,
            idle_reaper_prometheus_query="up",
        )
    assert notebooks(place) == before


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"idle_reaper_max_age": "soon"}, "is neither an age nor a time"),
        ({"idle_reaper_warn_before": "soon"}, "is no age"),
        ({"idle_reaper_max_age": "never"}, "one of the following is required: older_than, idle_containers"),
        ({"idle_reaper_workspaces": ["nowhere"]}, "There is no workspace 'nowhere'"),
        ({"idle_reaper_exempt_descriptions": ["("]}, "is no regular expression"),
        ({"idle_reaper_kinds": ["trial"]}, "must be one or more of"),
        ({"idle_reaper_max_changes": 0, "idle_reaper_warn_before": "never"}, "max_changes is 0"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_done(variables, said, runner, place):
    before = notebooks(place)
    assert said in errors(reap(runner, place, code=2, **variables))[0]
    assert notebooks(place) == before
    assert marked(place) == set()
