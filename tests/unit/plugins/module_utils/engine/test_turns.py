# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turns: whoever looks for what it may make is alone with that, and nobody else waits."""

from __future__ import annotations

import os
import tempfile
from types import SimpleNamespace

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.engine import turns
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.turns import Turn
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import WaitTimeout


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(turns, "WAITS", 0)
    return tmp_path / turns.FOLDER.format(os.geteuid())


def turn(key="key", url="http://one", kind="experiment", check_mode=False):
    call = SimpleNamespace(client=SimpleNamespace(url=url), check_mode=check_mode, params={"wait_timeout": 0})
    return Turn(call, kind, key)


def test_one_at_a_time(place):
    with turn():
        with pytest.raises(WaitTimeout, match="another run has made experiment key"), turn():
            pytest.fail("two at once")
        with turn(key="other"), turn(url="http://two"), turn(kind="notebook"), turn(check_mode=True):
            assert len(os.listdir(place)) == 4
    assert os.listdir(place) == []
    with turn():
        assert len(os.listdir(place)) == 1


def test_it_may_be_left_before_its_end(place):
    with turn() as first:
        first.leave()
        with turn():
            assert len(os.listdir(place)) == 1
    assert os.listdir(place) == []


def test_whoever_waited_for_a_file_that_is_gone_looks_again(place, monkeypatch):
    """It holds the lock of a file that nobody else would find any more."""
    first, second = turn(), turn()
    first.__enter__()
    lock, tried = turns.try_to_lock, []

    def leaves_meanwhile(handle):
        if not tried:
            first.leave()
        tried.append(handle)
        return lock(handle)

    monkeypatch.setattr(turns, "try_to_lock", leaves_meanwhile)
    monkeypatch.setattr(turns, "WAITS", 0.5)
    with second:
        assert len(tried) == 2
        with pytest.raises(WaitTimeout), turn():
            pytest.fail("two at once")


@pytest.mark.parametrize("make", [lambda path: path.symlink_to("/tmp"), lambda path: path.write_text("")])
def test_without_a_place_for_locks_nobody_is_stopped(place, make):
    make(place)
    with turn(), turn():
        assert place.is_symlink() or place.read_text() == ""
