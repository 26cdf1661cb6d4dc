# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of the children is one table, and the store does as it says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from emulator.master import Master
from emulator.parents import DELETED, Fate

DB = Master().db


def references() -> Iterator[tuple[str, str, str]]:
    """(parent, child, what the store does when the parent is deleted) of all tables."""
    for child in DB.column("select name from sqlite_master where type = 'table'"):
        for row in DB.rows(f"pragma foreign_key_list({child})"):
            yield row["table"], child, row["on_delete"]


STORED = {(parent, child): action for parent, child, action in references() if parent in DELETED}


@pytest.mark.parametrize(("parent", "child"), sorted(STORED))
def test_every_reference_has_a_fate(parent: str, child: str):
    # What is deleted before its parent may go with it in the store as well.
    fates = {"CASCADE": {Fate.GOES, Fate.BEFORE}, "NO ACTION": {Fate.BEFORE, Fate.REFUSES, Fate.HOLDS}}
    assert DELETED[parent][child] in fates[STORED[parent, child]]


def test_what_stays_is_not_referred_to():
    stays = {
        (parent, child) for parent, fates in DELETED.items() for child, fate in fates.items() if fate is Fate.STAYS
    }
    assert stays.isdisjoint(STORED)
    rest = {(parent, child) for parent, fates in DELETED.items() for child in fates} - stays
    assert rest == set(STORED)
