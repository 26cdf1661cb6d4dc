# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for removals with few requests."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.checkpoints.removal import wait_removed

UUIDS = {"a": 1, "b": 1, "c": 2}
COUNTS = {1: 3, 2: 0}


class Client:
    """Experiments whose numbers of checkpoints go down from look to look; single checkpoints are always there."""

    url = "https://det.example.org"

    def __init__(self, *looks):
        self.looks = list(looks)
        self.asked = []

    def get(self, path, **query):
        self.asked.append(path)
        if path == "/api/v1/experiments":
            counts = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
            wanted = query["experimentIdFilter.incl"]
            return {"experiments": [{"id": one, "checkpointCount": counts[one]} for one in wanted if one in counts]}
        if path == "/api/v1/tasks":
            return {"allocationIdToSummary": {}}
        uuid = path.rpartition("/")[2]
        training = {"experimentId": UUIDS[uuid]}
        return {"checkpoint": {"uuid": uuid, "state": "STATE_COMPLETED", "resources": {}, "training": training}}


@pytest.mark.parametrize("last", [{1: 3, 2: 0}, {1: 2, 2: 0}, {1: 3}, {}])
def test_experiments_tell_of_all_their_checkpoints(last):
    client = Client({1: 5, 2: 1}, last)
    call = SimpleNamespace(client=client, params={"wait_timeout": 10})
    assert wait_removed(call, UUIDS, counts=COUNTS) == {}
    assert not [path for path in client.asked if path.startswith("/api/v1/checkpoints")]
    assert client.asked.count("/api/v1/experiments") == 2


def test_in_doubt_each_is_looked_at_before_it_counts_as_failed():
    client = Client({1: 5, 2: 0})
    call = SimpleNamespace(client=client, params={"wait_timeout": 0})
    failed = wait_removed(call, UUIDS, counts=COUNTS)
    assert set(failed) == {"a", "b"}
    assert {path for path in client.asked if "checkpoints" in path} == {
        "/api/v1/checkpoints/a",
        "/api/v1/checkpoints/b",
    }
