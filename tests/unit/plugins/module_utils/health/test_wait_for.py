# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import (
    BadOption,
    NotFound,
    Unreachable,
    WaitTimeout,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.health.wait_for import (
    WAIT_FOR,
    NeverReached,
    wait_for,
    words,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.health.watched import WATCHED, by_state

OPTIONS = {name: option.get("default") for name, option in WAIT_FOR.options.items()}


class Client:
    """Answers of GETs by path, one after the other; the last one stays."""

    url = "https://det.example.org"
    retry_time = 30

    def __init__(self, **answers):
        self.answers = {path: list(several) for path, several in answers.items()}
        self.asked = []

    def get(self, path, **query):
        name = path.rstrip("/").rpartition("/")[2]
        self.asked.append(name)
        several = self.answers[name]
        answer = several.pop(0) if len(several) > 1 else several[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def run(client, check_mode=False, **options):
    params = {**OPTIONS, "master": "http://m", **options}
    call = Call(params, options, check_mode, lambda _params, _read_only: client)
    return wait_for(call), call


def listed(*states):
    rows = [{"id": number, "name": "x", "state": f"STATE_{state}"} for number, state in enumerate(states, 1) if state]
    return {"experiments": rows}


@pytest.mark.parametrize(
    ("state", "reached", "possible", "impossible"),
    [
        ("QUEUED", {"ACTIVE", "QUEUED"}, {"COMPLETED", "PAUSED", "GONE"}, set()),
        ("PAUSED", {"PAUSED"}, {"RUNNING", "ENDED"}, set()),
        ("STOPPING_CANCELED", {"STOPPING_CANCELED"}, {"CANCELED", "ENDED", "GONE"}, {"RUNNING", "PAUSED"}),
        ("ERROR", {"ERROR", "ENDED"}, {"GONE", "DELETE_FAILED"}, {"COMPLETED", "RUNNING"}),
        ("DELETING", {"DELETING"}, {"GONE", "DELETE_FAILED"}, {"COMPLETED", "ENDED"}),
        ("DELETE_FAILED", {"DELETE_FAILED", "ENDED"}, set(), {"GONE"}),
    ],
)
def test_what_can_still_come(state, reached, possible, impossible):
    seen = by_state({"id": 1, "state": state})
    assert seen.holds == reached
    if seen.future is not None:
        assert possible <= seen.future
        assert not impossible & seen.future
    else:
        assert not impossible


def test_words_in_any_spelling():
    kind = WATCHED["experiments"]
    assert words(["completed", "ERROR", "Gone"], kind) == {"COMPLETED", "ERROR", "GONE"}
    assert words(None, kind) == {"ENDED"}
    with pytest.raises(BadOption, match="no experiment is ever that") as refused:
        words(["finished"], kind)
    assert "COMPLETED" in refused.value.hint


@pytest.mark.parametrize("state", ["STATE_ERROR", "state_error", "GENERIC_TASK_STATE_ERROR"])
def test_a_state_with_a_prefix_is_refused_with_the_word_to_write(state):
    with pytest.raises(BadOption) as refused:
        words([state], WATCHED["tasks"])
    assert refused.value.hint == "Write ERROR."


def test_only_those_that_are_not_there_yet_are_asked_for_again():
    client = Client(experiments=[listed("COMPLETED", "RUNNING"), listed(None, "COMPLETED")])
    result, _call = run(client, experiments=[2, 1, 2])
    assert [(row["id"], row["reached"]) for row in result["experiments"]] == [(2, True), (1, True)]
    assert client.asked == ["experiments", "experiments"]


def test_ends_as_soon_as_one_cannot_become_it():
    client = Client(experiments=[listed("RUNNING", "RUNNING"), listed("RUNNING", "ERROR")])
    with pytest.raises(NeverReached, match="2 experiments are COMPLETED: 2 is ERROR"):
        run(client, experiments=[1, 2], states=["COMPLETED"])


@pytest.mark.parametrize(("states", "fails"), [(["ENDED"], True), (["GONE"], False), (["ended", "gone"], False)])
def test_what_is_not_there(states, fails):
    client = Client(experiments=[listed()])
    if fails:
        with pytest.raises(NotFound, match="no experiment 1"):
            run(client, experiments=[1], states=states)
    else:
        assert run(client, experiments=[1], states=states)[0]["reached"]


def test_time_over_says_how_it_is():
    client = Client(experiments=[listed(*["RUNNING"] * 7)])
    with pytest.raises(WaitTimeout, match=r"1 is RUNNING, .*5 is RUNNING, 2 more are not either\."):
        run(client, experiments=list(range(1, 8)), wait_timeout=0)


def test_nobody_says_that_it_goes_on():
    with pytest.raises(WaitTimeout) as late:
        run(Client(experiments=[listed("PAUSED")]), experiments=[1], wait_timeout=0)
    said = "Timed out after 0 s waiting until experiment 1 is ENDED. 1 is PAUSED. Run again to wait further."
    assert late.value.result()["msg"] == said


def test_check_mode_looks_once():
    client = Client(experiments=[listed("ERROR")])
    result, _call = run(client, check_mode=True, experiments=[1], states=["COMPLETED"])
    assert result["reached"] is False
    assert client.asked == ["experiments"]


MASTER = {"version": "0.38.1", "masterId": "a", "clusterId": "c"}


def test_a_master_that_comes_back():
    down = Unreachable("cannot be reached.")
    client = Client(master=[down, MASTER, down, dict(MASTER, masterId="b")])
    result, _call = run(client, for_master=True, restarted_since="a", master_version="0.38.1")
    assert (result["master"]["state"], result["master"]["master_id"]) == ("ready", "b")
    assert client.retry_time == 30


@pytest.mark.parametrize(
    ("options", "answer", "said"),
    [
        ({}, Unreachable("http://m cannot be reached: refused."), "ready. http://m cannot be reached: refused."),
        ({"master_version": "0.39.0"}, MASTER, "ready and of version 0.39.0. It is of version 0.38.1."),
        ({"restarted_since": "a"}, MASTER, "ready and started anew. It is not started anew."),
        (
            {"master_version": "0.38.1", "restarted_since": "a"},
            MASTER,
            "ready and of version 0.38.1 and started anew. It is not started anew.",
        ),
    ],
)
def test_a_master_that_is_not_as_wanted(options, answer, said):
    with pytest.raises(WaitTimeout) as late:
        run(Client(master=[answer]), for_master=True, wait_timeout=0, **options)
    sentence = f"Timed out after 0 s waiting until the master is {said} Run again to wait further."
    assert late.value.result()["msg"] == sentence


def test_nothing_to_wait_for():
    with pytest.raises(BadOption, match="for_master"):
        run(Client(), for_master=False)
