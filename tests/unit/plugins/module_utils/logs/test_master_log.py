# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The log of the master, which filters nothing itself."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption, OddAnswer
from ansible_collections.determined_ai.determined.plugins.module_utils.logs.master_log import (
    MASTER_LOG,
    gather_master_log,
)

LEVELS = ("INFO", "ERROR", "DEBUG", "INFO", "WARNING")


class Client:
    """Keeps lines whose ids begin at ``first``; ``taken``: how many of them were read."""

    def __init__(self, first=1):
        self.entries = [
            {"id": first + number, "level": f"LOG_LEVEL_{level}", "message": f"Line {number}", "timestamp": "2026"}
            for number, level in enumerate(LEVELS)
        ]
        self.asked, self.taken = None, 0

    def lines(self, path, offset):
        assert path == "/api/v1/master/logs"
        self.asked = offset
        # Both as if ids were counted from 0 and from 1.
        for one in self.entries[offset:] if offset < 0 else [one for one in self.entries if one["id"] >= offset]:
            self.taken += 1
            yield {"logEntry": one}


def read(client=None, **options):
    client = client or Client()
    params = {**dict.fromkeys(MASTER_LOG.options), **options}
    return gather_master_log(Call(params, set(options), False, lambda *_args: client))


@pytest.mark.parametrize(
    ("options", "numbers", "more", "asked"),
    [
        ({}, [0, 1, 2, 3, 4], False, -1001),
        ({"tail": 2}, [3, 4], True, -3),
        ({"tail": 5}, [0, 1, 2, 3, 4], False, -6),
        ({"tail": 0}, [], True, -1),
        ({"head": 2}, [0, 1], True, 0),
        ({"head": 5}, [0, 1, 2, 3, 4], False, 0),
        ({"levels": ["info"]}, [0, 3], False, 0),
        ({"min_level": "warning"}, [1, 4], False, 0),
        ({"min_level": "warning", "tail": 1}, [4], True, 0),
        ({"contains": "LINE 3"}, [3], False, 0),
        ({"regex": "[12]$", "head": 1}, [1], True, 0),
        ({"after_id": 3}, [3, 4], False, 3),
        ({"after_id": 3, "tail": 1}, [4], True, 3),
        ({"after_id": 9}, [], False, 9),
    ],
)
def test_lines_that_meet_the_options(options, numbers, more, asked):
    client = Client()
    found = read(client, **options)
    assert [one["message"] for one in found["lines"]] == [f"Line {number}" for number in numbers]
    assert (found["count"], found["truncated"], client.asked) == (len(numbers), more, asked)


def test_no_more_is_read_than_is_needed():
    client = Client()
    read(client, head=1)
    assert client.taken == 2


def test_a_log_whose_ids_begin_at_nought_is_whole():
    assert read(Client(first=0))["count"] == len(LEVELS)
    assert read(Client(first=0), head=1)["lines"][0]["id"] == 0
    assert read(Client(first=0), after_id=0, head=1)["lines"][0]["id"] == 1


def test_a_line_as_a_row():
    assert read(head=2)["lines"][1] == {"id": 2, "timestamp": "2026", "level": "error", "message": "Line 1"}


@pytest.mark.parametrize("option", ["tail", "head", "after_id"])
def test_no_negative_number(option):
    with pytest.raises(BadOption, match=option):
        read(**{option: -1})


@pytest.mark.parametrize("line", [{}, {"logEntry": {"id": "x"}}, {"logEntry": {"id": 1, "level": 3}}, "text"])
def test_a_line_of_another_form(line):
    client = Client()
    client.lines = lambda path, offset: (one for one in [line])
    with pytest.raises(OddAnswer):
        read(client)
