# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is taken out of an answer, and answers of another form."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import OddAnswer
from ansible_collections.determined_ai.determined.plugins.module_utils.store.answers import (
    check_asked,
    read_object,
    read_rows,
    read_total,
)

REQUEST = "GET /api/v1/things"


def test_what_is_as_promised():
    answer = {"things": [{"id": 1}], "pagination": {"total": 1}, "thing": {"uuid": "a"}}
    assert read_rows(answer, "things", REQUEST) == [{"id": 1}]
    assert read_rows({"things": [{}]}, "things", REQUEST, key=None) == [{}]
    assert read_total(answer, REQUEST) == 1
    assert read_object(answer, "thing", REQUEST, "uuid", str) == {"uuid": "a"}
    check_asked([1, 2], [2], REQUEST)


@pytest.mark.parametrize("rows", [None, "x", {}, 7, [None], ["x"], [[]], [{}], [{"id": "1"}], [{"id": True}]])
def test_rows_of_another_form(rows):
    with pytest.raises(OddAnswer, match=REQUEST):
        read_rows({"things": rows}, "things", REQUEST)


@pytest.mark.parametrize("answer", [{}, [], None, "x", 7])
def test_answers_of_another_form(answer):
    for read in (read_rows, read_object):
        with pytest.raises(OddAnswer, match=REQUEST):
            read(answer, "things", REQUEST)
    with pytest.raises(OddAnswer, match=REQUEST):
        read_total(answer, REQUEST)


@pytest.mark.parametrize("pagination", [None, [], {}, {"total": None}, {"total": "1"}, {"total": -1}, {"total": True}])
def test_totals_of_another_form(pagination):
    with pytest.raises(OddAnswer, match=r"pagination\.total"):
        read_total({"pagination": pagination}, REQUEST)


@pytest.mark.parametrize(("found", "said"), [([1, 3], "holds 3, which was not asked"), ([1, 1], "1 more than once")])
def test_other_keys_than_asked_for(found, said):
    with pytest.raises(OddAnswer, match=said):
        check_asked([1, 2], found, REQUEST)
