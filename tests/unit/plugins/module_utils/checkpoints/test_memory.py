# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is remembered of experiments: written and read again, and not believed where anything is odd."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.checkpoints.memory import (
    BLOCK,
    EARLIEST,
    EPOCH,
    Memory,
    Seen,
    decode,
    encode,
    mark_of,
)

ROW = {"id": 7, "checkpoint_count": 3, "checkpoint_bytes": 900, "end_time": "2026-01-01T00:00:00Z"}
POLICY = {"save_experiment_best": 1, "save_trial_best": 0, "save_trial_latest": 1}
TODAY = 20_000


class Settings:
    """The settings of an account."""

    def __init__(self):
        self.kept, self.requests = {}, []

    def get(self, path):
        self.requests.append("GET")
        rows = [{"storagePath": path, "key": key, "value": value} for (path, key), value in self.kept.items()]
        return {"settings": rows}

    def post(self, path, body, repeatable):
        self.requests.append("POST")
        for one in body["settings"]:
            place = one["storagePath"], one["key"]
            if one["value"]:
                self.kept[place] = json.dumps(json.loads(one["value"]), indent=1)
            else:
                del self.kept[place]


def memory(client, day=TODAY, days=90):
    made = Memory(client, timedelta(days=days), EPOCH + timedelta(days=day, hours=3))
    made.read()
    return made


def test_what_is_learned_is_known_later():
    client = Settings()
    first = memory(client)
    for ident in (3, 9_999, 10_000, 10_017, 250_000):
        first.learn(ident, "0123abcd", ident % 2 * 5)
    first.write()
    assert len(client.kept) == 3
    second = memory(client, TODAY + 5)
    assert second.recall(10_017, "0123abcd") == Seen("0123abcd", TODAY, 5)
    assert second.recall(10_000, "0123abcd") == Seen("0123abcd", TODAY, 0)
    assert second.recall(10_017, "0123abce") is None
    assert second.recall(10_018, "0123abcd") is None
    # Nothing is new, so nothing is written.
    second.write()
    second.learn(3, "ffffffff", 0)
    assert list(second.changes()) == ["0"]
    second.write()
    assert client.requests == ["GET", "POST", "GET", "POST"]
    assert memory(client).recall(250_000, "0123abcd")


def test_what_was_seen_too_long_ago_is_forgotten():
    client = Settings()
    first = memory(client)
    for ident in range(1, 1001):
        first.learn(ident, "0123abcd", 0)
    first.write()
    assert len(memory(client, TODAY + int(90 * EARLIEST)).known) == 1000
    half = len(memory(client, TODAY + 75).known)
    assert 400 < half < 600
    # No more than a few in each night.
    assert len(memory(client, TODAY + 76).known) > half - 60
    last = memory(client, TODAY + 90)
    assert last.known == {}
    last.write()
    assert client.kept == {}
    assert memory(client, TODAY - 1).known == {}


@pytest.mark.parametrize(
    ("row", "policy", "registered"),
    [
        ({**ROW, "checkpoint_count": 2}, POLICY, []),
        ({**ROW, "checkpoint_bytes": 899}, POLICY, []),
        ({**ROW, "end_time": "2026-01-02T00:00:00Z"}, POLICY, []),
        (ROW, {**POLICY, "save_trial_best": 1}, []),
        (ROW, POLICY, ["uuid"]),
    ],
)
def test_the_mark_changes_with_what_decides(row, policy, registered):
    assert mark_of(row, policy, registered) != mark_of(ROW, POLICY, [])
    assert mark_of({**ROW, "name": "other"}, dict(reversed(POLICY.items())), []) == mark_of(ROW, POLICY, [])


def block(**other):
    return {**encode({5: Seen("0123abcd", 9, 0), 8: Seen("4567abcd", 10, 77)}), **other}


@pytest.mark.parametrize(
    "odd",
    [
        None,
        17,
        "text",
        [],
        {},
        {"since": "2026-01-01", "kind": "notebook"},
        block(version=2),
        block(ids=[5]),
        block(ids=[5, 3, 1]),
        block(ids=[5, BLOCK]),
        block(ids=[5, "3"]),
        block(ids=None),
        block(ids=[]),
        block(days=[9]),
        block(days=[9, None]),
        block(marks="0123abcd"),
        block(marks=None),
        block(freed=[]),
        block(freed={"8": "77"}),
        block(freed={"8": -77}),
    ],
)
def test_what_is_no_block_says_nothing(odd):
    assert decode("0", block()) == {5: Seen("0123abcd", 9, 0), 8: Seen("4567abcd", 10, 77)}
    assert decode("0", odd) == {}


def test_a_block_under_another_key_says_nothing():
    assert decode("1", block()) == decode("x", block()) == {}


def test_a_hundred_thousand_take_little_room():
    kept = {ident: Seen(f"{ident * 2654435761 % 2**32:08x}", TODAY, 0) for ident in range(BLOCK)}
    assert len(json.dumps(encode(kept), separators=(",", ":"))) < 15 * BLOCK
