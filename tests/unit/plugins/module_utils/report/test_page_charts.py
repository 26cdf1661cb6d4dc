# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Charts of a report: how long bars are, what stands beside them, and their colours."""

from __future__ import annotations

import math

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.report.page_charts import (
    CATEGORIES,
    Tones,
    draw,
    nice_step,
    with_values,
)


def chart(rows, category, value, series=None, upright=False, tones=None):
    drawing = {"category": category, "value": value, "series": series, "upright": upright}
    return draw({"title": "by " + category, "rows": rows, "chart": drawing}, tones or Tones())


def points(*numbers, key="name"):
    return [{key: f"n{place}", "slots": number} for place, number in enumerate(numbers)]


def test_bars_are_in_percent_of_the_longest_with_their_values():
    made = chart(points(2000, 1000, 500.5), "name", "slots")
    assert (made.title, made.form, made.legend) == ("By name", "bars", ())
    assert [(one.name, one.text, one.parts[0].share) for one in made.bars] == [
        ("n0", "2,000", 100), ("n1", "1,000", 50), ("n2", "500.5", 25.02)]  # fmt: skip
    assert {one.parts[0].tone for one in made.bars} == {"plain"}


def test_what_is_too_much_is_summed_up():
    made = chart(points(*[1] * 40), "name", "slots")
    assert len(made.bars) == 15
    assert (made.bars[-1].name, made.bars[-1].text) == ("26 others", "26")


@pytest.mark.parametrize("count", [1, 2])
def test_a_chart_of_fewer_than_three_values_is_figures(count):
    made = chart(points(*[7] * count), "name", "slots", upright=True)
    assert made.form == "figures"
    assert [one.text for one in made.bars] == ["7"] * count


@pytest.mark.parametrize("value", [0, None, -3, math.inf, math.nan, "many", True])
def test_nothing_to_draw(value):
    assert chart([{"name": "a", "slots": value}], "name", "slots") is None
    assert chart([], "name", "slots") is None


def test_what_is_nothing_has_no_bar_and_what_is_little_can_be_seen():
    made = chart(points(1_000_000, 0, 1, 5), "name", "slots")
    assert [one.name for one in made.bars] == ["n0", "n2", "n3"]
    assert made.bars[1].parts[0].share == 0.5


def test_a_bar_without_a_name():
    made = chart([{"workspace": "", "slots": 3}, {"slots": 2}, *points(1, 1)], "workspace", "slots")
    assert [(one.name, one.text) for one in made.bars] == [("(no workspace)", "7")][:1]


def test_parts_have_the_colour_of_what_they_mean():
    states = ("RUNNING", "PAUSED", "COMPLETED", "CANCELED", "ERROR", "DELETE_FAILED")
    made = chart([{"age": "old", "state": one, "n": 1} for one in states], "age", "n", "state")
    assert made.legend == list(zip(states, ("busy", "wait", "good", "stop", "error", "error"), strict=True))
    slots = [{"pool": pool, "use": use, "slots": 2} for pool in "ab" for use in ("used", "idle", "off")]
    made = chart(slots, "pool", "slots", "use")
    assert made.legend == [("used", "busy"), ("idle", "idle"), ("off", "error")]
    assert [(part.start, part.share, part.text) for part in made.bars[0].parts] == [
        (0, 33.33, "2"), (33.33, 33.33, "2"), (66.67, 33.33, "2")]  # fmt: skip


def test_a_name_has_one_colour_in_all_charts_and_none_that_means_something():
    tones = Tones()
    first = chart([{"x": "k", "pool": name, "n": 1} for name in ("idle", "b", "c")], "x", "n", "pool", tones=tones)
    second = chart([{"x": "k", "pool": name, "n": 1} for name in ("c", "idle", "d")], "x", "n", "pool", tones=tones)
    assert first.legend == list(zip(("idle", "b", "c"), CATEGORIES[:3], strict=True))
    assert second.legend == [("c", "c3"), ("idle", "c1"), ("d", "c4")]


def test_parts_follow_each_other_alike_in_all_bars():
    rows = [{"x": x, "pool": pool, "n": 1} for x, pool in ("ka", "kb", "lb", "la")]
    made = chart(rows, "x", "n", "pool")
    assert [[part.name for part in one.parts] for one in made.bars] == [["a", "b"], ["a", "b"]]


def test_small_parts_are_summed_up():
    rows = [{"x": "k", "pool": f"p{place}", "n": 100 - place} for place in range(20)]
    made = chart(rows, "x", "n", "pool")
    assert [name for name, _tone in made.legend] == ["p0", "p1", "p2", "p3", "p4", "others"]
    assert made.legend[-1][1] == "others"


def standing(*days, value="slots", **more):
    return chart([{"day": day, value: number} for day, number in days], "day", value, upright=True, **more)


def test_standing_bars_of_days():
    made = standing(("2026-01-29", 10), ("2026-01-30", 30), ("2026-02-01", 20))
    assert made.form == "columns"
    assert [one.name for one in made.bars] == [*(f"2026-01-{day}" for day in range(26, 32)), "2026-02-01"]
    assert [len(one.parts) for one in made.bars] == [0, 0, 0, 1, 1, 0, 1]
    assert [tick.text for tick in made.ticks] == ["0", "10", "20", "30"]
    (part,) = made.bars[4].parts
    assert (part.start, part.start + part.share) == (pytest.approx(12), pytest.approx(88))
    assert [name.text for name in made.names] == ["26 Jan", "28 Jan", "30 Jan", "1 Feb"]
    assert with_values(made) == {3, 4, 6}


def test_standing_bars_of_months_and_of_other_names():
    months = standing(("2025-11", 1), ("2026-01", 2), ("2026-02", 1))
    assert [one.name for one in months.bars][-4:] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    others = standing(("monday", 1), ("2026-01-31", 2), ("2026-02-31", 1))
    assert [one.name for one in others.bars] == ["monday", "2026-01-31", "2026-02-31"]


def test_many_standing_bars_have_one_value_and_a_few_names():
    made = standing(*((f"2026-01-{day:02}", day) for day in range(1, 32)))
    assert with_values(made) == {30}
    assert len(made.names) <= 5
    assert made.names[-1].anchor == "end"


def test_bytes_have_their_unit_in_the_title():
    made = standing(("2026-01-01", 2048), ("2026-01-02", 1024), ("2026-01-03", 512), value="reclaimed_bytes")
    assert made.unit == "KiB"
    assert [one.text for one in made.bars if one.parts] == ["2", "1", "0.50"]


@pytest.mark.parametrize(("highest", "step"), [(1, 0.2), (193, 50), (12, 5), (0.05, 0.01), (7, 2), (1e9, 2e8)])
def test_steps_of_an_axis(highest, step):
    assert nice_step(highest) == pytest.approx(step)
