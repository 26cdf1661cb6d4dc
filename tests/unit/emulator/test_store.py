# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The store: what survives a restart, what a failed call leaves behind."""

from __future__ import annotations

import pytest
import requests

from emulator.errors import ApiError
from emulator.like import matching
from emulator.store import Store
from emulator.testing import running


def test_failed_transaction_leaves_nothing():
    store = Store()
    store.define("create table t (id integer primary key, a text)")

    def fail():
        with store.transaction():
            store.insert("t", a="x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert store.value("select count(*) from t") == 0


def test_refusal_of_a_function_is_the_querys_own():
    store = Store()
    pattern = "%ab\\"
    sql = f"select {matching('?', '?', pattern)}"
    assert store.value(sql, pattern, "xyz") == 0
    with pytest.raises(ApiError, match="must not end with escape character") as caught:
        store.value(sql, pattern, "cab")
    assert caught.value.status == 500


def test_file_survives_a_restart_and_is_not_seeded_again(tmp_path):
    database = str(tmp_path / "state.db")
    login = {"username": "admin", "password": "Testing1!"}
    counts = []
    for dummy in range(2):
        with running(experiments=20, database=database) as emulator:
            token = requests.post(f"{emulator.url}/api/v1/auth/login", json=login, timeout=10).json()["token"]
            answer = requests.get(
                f"{emulator.url}/api/v1/experiments?limit=-2",
                headers={"Authorization": f"Bearer {token}"},
                timeout=10,
            ).json()
            counts.append(answer["pagination"]["total"])
    assert counts == [20, 20]
