# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that the processes of one run share."""

from __future__ import annotations

import stat
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.determined_ai.determined.plugins.plugin_utils.answer_cache import AnswerCache

CALLERS = 4


class Asked:
    """Counts how often it is asked, and answers with that number."""

    def __init__(self):
        self.times = 0

    def __call__(self):
        self.times += 1
        return {"times": self.times}


@pytest.fixture
def folder(tmp_path):
    return str(tmp_path / "answers")


def test_the_same_is_asked_once(folder):
    ask = Asked()
    assert [AnswerCache(folder).value(["a", {"b": 1, "c": 2}], ask) for dummy in range(2)] == [{"times": 1}] * 2
    assert AnswerCache(folder).value(["a", {"c": 2, "b": 1}], ask) == {"times": 1}
    assert AnswerCache(folder).value(["a", {"c": 3, "b": 1}], ask) == {"times": 2}


def test_fresh_asks_again_and_is_kept(folder):
    ask, cache = Asked(), AnswerCache(folder)
    cache.value("k", ask)
    assert cache.value("k", ask, fresh=True) == {"times": 2}
    assert cache.value("k", ask) == {"times": 2}


def test_who_comes_at_the_same_time_waits(folder):
    ask, together = Asked(), threading.Barrier(CALLERS)

    def value(dummy):
        together.wait()
        return AnswerCache(folder).value("k", ask)

    with ThreadPoolExecutor(CALLERS) as pool:
        assert list(pool.map(value, range(CALLERS))) == [{"times": 1}] * CALLERS


def test_a_failure_is_not_kept(folder):
    def fails():
        raise RuntimeError

    cache = AnswerCache(folder)
    with pytest.raises(RuntimeError):
        cache.value("k", fails)
    assert cache.value("k", Asked()) == {"times": 1}


def test_nobody_else_can_read_it(folder, tmp_path):
    AnswerCache(folder).value("k", Asked())
    assert stat.S_IMODE((tmp_path / "answers").stat().st_mode) == 0o700
