# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The store: what survives a restart, what a failed call leaves behind."""

from __future__ import annotations

import pytest
import requests

from emulator.store import Store, as_glob
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


def test_glob_has_the_wildcards_of_like():
    store = Store()
    cases = {
        ("a%", "abc"): 1,
        ("A%", "abc"): 0,
        ("a_c", "abc"): 1,
        ("a.c", "abc"): 0,
        ("a*", "abc"): 0,
        ("%*[?]%", "a*[?]b"): 1,
        ("a%", "a\nb"): 1,
        ("%b%", None): None,
    }
    assert {pair: store.value("select ? glob ?", pair[1], as_glob(pair[0])) for pair in cases} == cases


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
