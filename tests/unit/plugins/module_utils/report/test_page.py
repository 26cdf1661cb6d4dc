# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of a report: its parts, that text from outside stays text, its links, and its size."""

from __future__ import annotations

import html.parser

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.report.page_headline import (
    done_tiles,
    period,
    state_tiles,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.report.page_tables import page_table
from ansible_collections.determined_ai.determined.plugins.module_utils.report.report_page import (
    LARGEST,
    in_words,
    kept_rows,
    page,
    reclaimed_rows,
    span,
)

EVIL = "</title></style></script><script>alert(1)</script>\" onload='alert(1)' {{ 7 * 7 }}\ud800\x1b[2K"
MASTER = "https://det.example.org:443"
VOID = {"meta"}


def run(**facts):
    given = {"role": "mine", "host": "a", "tables": [], "lines": [], "figures": {}, "errors": []}
    return {**given, "time": "2026-01-31T12:00:00.000000Z", "telling": True, **facts}


class Reader(html.parser.HTMLParser):
    """What a browser would make of a page: elements with their attributes, their texts by their class, links, ids."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.texts, self.links, self.ids = [], [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, tuple(name for name, _value in attrs)))
        if tag not in VOID:
            self.open.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href")]
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, tuple(name for name, _value in attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append((self.open[-1] if self.open else "", data.strip()))

    def of(self, tag):
        return [text for name, text in self.texts if name == tag and text]


def full_run(name):
    """A run with this name wherever somebody else chooses one."""
    row = {"id": 1, "name": name, "owner": name, "reason": name, "state": name, name: name, "checkpoint_bytes": 5}
    rows = [dict(row, owner=f"{place}{name}") for place in range(4)]
    days = [dict(row, day=f"{place}{name}") for place in range(4)]
    tables = [{"title": title, "rows": [row], "columns": list(row)} for title in ("kept", "failed", name)]
    for upright, series, points in ((False, "name", rows), (False, "state", rows), (True, "name", days)):
        drawing = {"category": "day" if upright else "owner", "value": "checkpoint_bytes", "series": series}
        tables.append({"title": name, "rows": points, "chart": dict(drawing, upright=upright)})
    texts = {"lines": [name], "errors": [name], "figures": {name: 3, "reclaimed_bytes": 1}}
    return run(host=name, role=name, tables=tables, **texts)


def test_what_comes_from_outside_is_only_text():
    plain, evil = (Reader(page([full_run(name), full_run(name)])) for name in ("plain", EVIL))
    assert evil.tags == plain.tags
    assert not any(tag == "script" for tag, _names in evil.tags)
    assert all(link.startswith("#") for link in evil.links)
    shown = EVIL.replace("\ud800", " ").replace("\x1b", " ")
    assert sum(shown in text for _tag, text in evil.texts) > 20
    assert not any("49" in text for _tag, text in evil.texts)


def test_the_page_loads_nothing_and_runs_nothing():
    text = page([full_run("plain")])
    assert "default-src 'none'" in text.replace("&#39;", "'")
    assert not {tag for tag, _names in Reader(text).tags} & {"script", "link", "img", "iframe", "object"}
    assert not any("style" in names for _tag, names in Reader(text).tags)


def test_each_link_of_the_navigation_leads_to_a_section():
    rows = [{"id": 1, "reason": "gold", "kind": kind} for kind in "abc"]
    tables = [
        {"title": "kept", "rows": [dict(row, reason=row["kind"]) for row in rows]},
        {"title": "by kind", "rows": rows, "chart": {"category": "kind", "value": "id"}},
    ]
    days = [run(time=f"2026-01-{day}T12:00:00Z", figures={"reclaimed_bytes": day}) for day in (28, 29, 30)]
    read = Reader(page([*days, run(tables=tables, errors=["broke"])]))
    inner = [link[1:] for link in read.links if link.startswith("#")]
    assert inner[:6] == ["errors", "roles", "history", "kept", "usage", "details"]
    assert set(inner) <= set(read.ids)
    assert len(read.ids) == len(set(read.ids))


def test_sections_without_anything_to_say_are_left_out():
    read = Reader(page([run(figures={"deleted": 0})]))
    assert set(read.ids) == {"roles", "details", "run-1"}
    assert read.of("h2") == ["What was done", "Latest runs", "What each role did"]
    empty = Reader(page([]))
    assert (empty.ids, empty.of("h2"), empty.of("p")) == ([], [], ["No run yet"])


def test_the_page_begins_with_what_was_done_when_the_latest_run_had_nothing_to_do():
    deleted = {"title": "deleted", "rows": [{"id": 4711, "name": "x"}]}
    figures = {"archived": 1870, "deleted": 71, "reclaimed_bytes": 43 * 1024**3}
    did = run(tables=[deleted], figures={**figures, "kept": 82})
    idle = run(time="2026-01-31T13:00:00Z", telling=False, figures={"archived": 0, "deleted": 0, "reclaimed_bytes": 0})
    read = Reader(page([did, idle]))
    assert read.of("dt")[:4] == ["Archived", "Deleted", "Reclaimed", "Errors"]
    assert read.of("dd")[:4] == ["1,870", "71", "43.0 GiB", "none"]
    assert "nothing to do; 2026-01-31 12:00: 1,870 archived, 71 deleted, 43.0 GiB reclaimed" in read.of("td")
    assert "4711" in read.of("td")


@pytest.mark.parametrize(
    ("figures", "words"),
    [({"deleted": 0, "planned": 3, "drift": 1}, "3 planned, 1 drift"), ({}, "see its tables")],
)
def test_what_an_earlier_run_did(figures, words):
    idle = run(time="2026-01-31T13:00:00Z", telling=False, figures={"planned": 0})
    read = Reader(page([run(tables=[{"title": "plan", "rows": [{"address": "user ana"}]}], figures=figures), idle]))
    assert "nothing to do; 2026-01-31 12:00: " + words in read.of("td")


def tiles(*runs):
    return {one.name: (one.value, one.more) for one in done_tiles(list(runs))}


def test_tiles_add_up_the_last_days_and_say_the_whole():
    old, new = (run(time=f"2026-01-{day}T12:00:00Z", figures={"deleted": 5, "freed_slots": 0}) for day in (10, 31))
    assert tiles(old, new) == {"Deleted": ("5", "10 in all")}
    assert tiles(new, run(figures={"killed": 2}), run(figures={"tasks_killed": 3})) == {
        "Deleted": ("5", ""),
        "Tasks killed": ("5", ""),
    }
    assert tiles(run(figures={"planned": 3, "slot_hours": 7})) == {}


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (["2026-01-31T12:00:00Z", "2026-01-31T12:00:30Z"], "2026-01-31 12:00 UTC"),
        (["2026-01-30T12:00:00Z", "2026-01-31T12:00:00Z"], "since 2026-01-30 12:00 UTC"),
        (["2026-01-01T12:00:00Z", "2026-01-31T12:00:00Z"], "in the 7 days to 2026-01-31 12:00 UTC"),
    ],
)
def test_period_of_the_tiles(times, words):
    assert period([run(time=time) for time in times]) == words


def states(*runs):
    return [(one.name, one.value, one.tone, one.anchor) for one in state_tiles(list(runs))]


def test_tiles_say_what_is_wrong_now():
    found = [{"title": "critical", "rows": [{"code": "a"}]}, {"title": "warning", "rows": [{"code": "b"}] * 2}]
    broken, drifted = run(errors=["x", "y"]), run(figures={"drift": 4})
    assert states(run(figures={"drift": 0})) == [("Errors", "none", "", ""), ("Drift", "none", "", "")]
    assert states(broken, drifted, run(tables=found)) == [
        ("Roles with errors", "1", "error", "errors"),
        ("Drift", "4", "wait", "run-2"),
        ("Critical findings", "1", "error", "run-3"),
        ("Warnings", "2", "wait", "run-3"),
    ]


def test_drift_plan_and_access_of_a_document_are_shown():
    tables = [
        {"title": "drift", "rows": [{"what": "changed", "address": "workspace vision"}]},
        {"title": "plan", "rows": [{"address": "user ana", "act": "update", "before": 1, "after": 2, "reasons": ["r"]}],
         "columns": ["address", "act", "before", "after", "why"]},
        {"title": "access", "rows": [{"users": ["ana"], "scope": "vision", "gains": ["Editor"], "loses": []}]},
    ]  # fmt: skip
    read = Reader(page([run(role="cluster_config", tables=tables, figures={"planned": 1, "drift": 1})]))
    assert [text for text in read.of("summary") if text] == ["Drift", "Plan", "Access"]
    assert {"workspace vision", "user ana", "update", "r", "Editor"} <= set(read.of("td"))


def links(row, columns, master=MASTER):
    (line,) = page_table({"title": "t", "rows": [row], "columns": columns}, 9, master).rows
    return [cell.link for cell in line]


@pytest.mark.parametrize("address", [MASTER + "/det/experiments/7", "http://10.0.0.7:8080/gate/det/models/3"])
def test_the_id_of_a_row_leads_to_its_page(address):
    assert links({"id": 7, "name": "x", "url": address}, ["id", "name"]) == [address, ""]
    assert links({"id": 7, "name": "x", "url": address}, ["name"]) == [address]


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)//det/", "https://hooks.example.org/x", "https://a:b@h/det/x", "https://h/det/ x", "//h/det/x",
     "https://[h/det/", 7, None],
)  # fmt: skip
def test_another_address_is_no_link(address):
    assert links({"id": 7, "url": address}, ["id"]) == [""]


def test_ids_of_what_an_object_belongs_to_lead_to_the_master():
    row = {"id": 7, "experiment_id": 16, "workspace_id": "a/b", "owner_id": 3, "trial_id": None}
    columns = ["id", "experiment_id", "workspace_id", "owner_id", "trial_id"]
    assert links(row, columns) == ["", MASTER + "/det/experiments/16", MASTER + "/det/workspaces/a%2Fb", "", ""]
    assert links(row, columns, "") == [""] * 5


def test_the_address_of_a_page_is_no_column_of_its_own():
    table = page_table({"title": "t", "rows": [{"id": 7, "url": MASTER + "/det/experiments/7"}]}, 9)
    assert [name for name, _look in table.heads] == ["id"]
    webhook = page_table({"title": "t", "rows": [{"id": 7, "url": "https://hooks.example.org/x"}]}, 9)
    assert [name for name, _look in webhook.heads] == ["id", "url"]


def test_cells_of_a_table():
    row = {"id": 12345, "slots": 12345, "hours": 1939.66, "state": "STATE_ERROR", "bytes": 2048, "name": "x" * 500}
    table = page_table({"title": "t", "rows": [row], "columns": list(row), "why": "young"}, 9)
    assert [cell.text for cell in table.rows[0]][:-1] == ["12345", "12,345", "1,939.66", "ERROR", "2.0 KiB"]
    assert len(table.rows[0][-1].text) == 400
    assert [cell.tone for cell in table.rows[0]] == ["", "", "", "error", "", ""]
    assert [cell.look for cell in table.rows[0]][:3] == ["first fixed", "number", "number"]


def test_largest_rows_are_shown_and_the_others_counted():
    rows = [{"id": ident, "bytes": ident} for ident in range(10_000)]
    table = page_table({"title": "deleted", "rows": rows, "largest": "bytes"}, 3)
    assert [line[0].text for line in table.rows] == ["9999", "9998", "9997"]
    assert (table.more, table.count) == (9997, 10_000)


def test_a_page_of_ten_thousand_rows_is_small():
    rows = [
        {"id": ident, "name": f"an experiment with a name of some length {ident}", "owner": "ada.winter",
         "project": "vision/detection", "end_time": "2026-01-31T12:00:00Z", "checkpoint_bytes": 10**9 + ident,
         "labels": ["keep", "baseline"], "url": f"{MASTER}/det/experiments/{ident}", "reason": "label keep"}
        for ident in range(10_000)
    ]  # fmt: skip
    tables = [{"title": title, "rows": rows} for title in ("archived", "deleted", "kept", "failed")]
    text = page([run(role=role, tables=tables, master=MASTER) for role in ("first", "second")])
    assert LARGEST / 3 < len(text.encode()) <= LARGEST
    assert "10,000" in text
    assert f"{MASTER}/det/experiments/1" in text


def test_a_cluster_is_called_by_its_host_or_its_address():
    read = Reader(page([run(host="berlin", master=MASTER), run(host="localhost", master="http://10.0.0.7:8080")]))
    assert {"berlin", "10.0.0.7:8080"} <= set(read.of("a"))
    assert read.links.count(MASTER + "/det/") == 1


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"figures": {"deleted": 1200, "kept": 0, "reclaimed_bytes": 2048}}, "1,200 deleted, 2.0 KiB reclaimed"),
        ({"figures": {"deleted": 0, "reclaimed_bytes": 0}}, "nothing to do"),
        ({"figures": {"deleted": 0}, "errors": ["no master there"]}, ""),
        ({"tables": [{"title": "critical", "rows": [{"code": "a"}]}]}, "see its tables"),
        ({"tables": [{"title": "kept", "rows": [{"id": 1}]}]}, "nothing to do"),
    ],
)
def test_figures_in_words(facts, words):
    assert in_words(run(**facts)) == words


@pytest.mark.parametrize(
    ("times", "text"),
    [
        ([], "No run yet"),
        (["2026-01-31T02:00:00Z"] * 2, "2026-01-31 02:00 UTC"),
        (["2026-01-31T02:10:00Z", "2026-01-31T02:00:00Z"], "2026-01-31 02:00 to 02:10 UTC"),
        (["2026-01-31T02:00:00Z", "2026-02-01T02:00:00Z"], "2026-01-31 02:00 to 2026-02-01 02:00 UTC"),
    ],
)
def test_span(times, text):
    assert span(times) == text


def test_errors_of_older_runs_are_over():
    older, newer = run(errors=["it broke"]), run(time="2026-02-01T12:00:00.000000Z")
    assert "it broke" in page([older])
    assert "it broke" not in page([older, newer])


def test_reclaimed_by_day_and_role():
    nights = [run(figures={"reclaimed_bytes": 5}), run(host="b", figures={"reclaimed_bytes": 7}), run(figures={"x": 1})]
    assert reclaimed_rows(nights) == [{"day": "2026-01-31", "role": "mine", "reclaimed_bytes": 12}]


def test_history_begins_with_the_third_day():
    days = [run(time=f"2026-01-0{day}T12:00:00Z", figures={"reclaimed_bytes": day}) for day in (1, 2, 3)]
    assert "history" not in Reader(page(days[:2])).ids
    assert "history" in Reader(page(days)).ids


def test_kept_by_reason():
    rows = [{"reason": "registered as m version 1"}, {"reason": "registered as n"}, {"reason": "gold"}, {}]
    assert kept_rows([run(tables=[{"title": "kept", "rows": rows, "why": "young"}])]) == [
        {"role": "mine", "reason": "registered", "kept": 2},
        {"role": "mine", "reason": "gold", "kept": 1},
        {"role": "mine", "reason": "young", "kept": 1},
    ]
