# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys that projects get where none is asked for."""

from __future__ import annotations

import random
import string

import pytest

from emulator.areas.projects import new_key
from emulator.errors import ApiError
from emulator.master import Master

SIGNS = string.ascii_uppercase + string.digits


def test_key_begins_with_the_letters_of_the_name():
    assert new_key(Master().db, "z q-x!yz", random.SystemRandom()).startswith("ZQX")


def test_gives_up_when_the_keys_that_it_tries_are_taken():
    db = Master().db
    db.many(
        "insert into projects (name, key, workspace_id, user_id, created_at) values (?, ?, 1, 1, 0)",
        [(f"{a}{b}", f"ZQX{a}{b}") for a in SIGNS for b in SIGNS],
    )
    with pytest.raises(ApiError) as caught:
        new_key(db, "zqx one more", random.SystemRandom())
    assert (caught.value.status, caught.value.text) == (
        500,
        "error creating project zqx one more in database: rpc error: code = Internal desc = internal server error",
    )
