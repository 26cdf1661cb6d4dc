# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The folder of a report: files of runs, and the page that is made of them."""

from __future__ import annotations

import csv
import json
import threading

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call, perform
from ansible_collections.determined_ai.determined.plugins.module_utils.report import report as subject
from ansible_collections.determined_ai.determined.plugins.module_utils.report.report_files import read_runs, umask

TABLES = [
    {"title": "deleted", "rows": [{"id": 7, "name": "=1+1", "labels": ["a"], "checkpoint_bytes": 5, "gone": True}]},
    {"title": "failed", "rows": [{"id": 8, "error": "refused", "act": "delete"}]},
]


def run(**facts):
    given = {"role": "mine", "host": "a", "tables": [], "lines": [], "figures": {}, "errors": []}
    return {**given, "time": "2026-01-31T12:00:00.000000Z", "telling": True, **facts}


def record(path, check_mode=False, **facts):
    """What the module returns."""
    options = run(**facts) if facts else None
    if options:
        del options["time"], options["telling"]
    call = Call({"path": str(path), "run": options}, (), check_mode, None)
    return perform(call, subject.REPORT, subject.report)


def test_files_of_a_run(tmp_path):
    result = record(tmp_path / "new", role="my role", host="a/b", tables=TABLES, figures={"reclaimed_bytes": 5})
    written, sheet = (tmp_path / "new" / "runs" / one.rpartition("/")[2] for one in result["run"])
    assert result["changed"] is True
    assert written.name.endswith("Z-a_b-my_role.json")
    assert json.loads(written.read_text())["tables"] == TABLES
    assert list(csv.reader(sheet.open())) == [
        ["table", "id", "name", "labels", "checkpoint_bytes", "gone", "error", "act"],
        ["deleted", "7", "'=1+1", '["a"]', "5", "true", "", ""],
        ["failed", "8", "", "", "", "", "refused", "delete"],
    ]
    assert (tmp_path / "new" / "index.html").stat().st_mode & 0o777 == 0o666 & ~umask()


def test_page_of_the_same_runs_is_the_same(tmp_path):
    assert record(tmp_path, tables=TABLES)["runs"] == 1
    written = (tmp_path / "index.html").stat().st_mtime_ns
    again = record(tmp_path)
    assert (again["changed"], again["run"]) == (False, [])
    assert (tmp_path / "index.html").stat().st_mtime_ns == written


def test_page_follows_the_files(tmp_path):
    record(tmp_path, role="removed")
    record(tmp_path, role="second")
    for path in (tmp_path / "runs").glob("*removed.*"):
        path.unlink()
    predicted = record(tmp_path, check_mode=True)
    result = record(tmp_path)
    assert result["changed"] is predicted["changed"] is True
    assert result["diff"] == predicted["diff"]
    assert "removed" not in body(tmp_path)


def body(folder):
    return (folder / "index.html").read_text().partition("<body>")[2]


def test_check_mode_writes_nothing(tmp_path):
    result = record(tmp_path / "new", check_mode=True, tables=TABLES)
    assert result["changed"] is True
    assert not (tmp_path / "new").exists()


def test_runs_at_the_same_time_are_all_in_the_page(tmp_path):
    threads = [threading.Thread(target=record, args=(tmp_path,), kwargs={"host": f"host{n}"}) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(f"host{n}" in body(tmp_path) for n in range(8))


@pytest.mark.parametrize(
    ("content", "said"), [("{", "is no JSON"), ("[]", "has no errors"), ('{"role": 1}', "has no errors, figures")]
)
def test_file_that_is_no_run(content, said, tmp_path):
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "x.json").write_text(content)
    result = record(tmp_path)
    assert result["failed"]
    assert said in result["msg"]


def test_folder_that_is_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    assert record(tmp_path / "file")["failure"]["code"] == "bad_option"


def test_only_the_newest_runs_have_their_tables(tmp_path):
    for role in ("first", "second", "first"):
        record(tmp_path, role=role, tables=TABLES, figures={"tables": 1})
    assert [(run["role"], bool(run["tables"])) for run in read_runs(tmp_path)] == [
        ("first", False),
        ("second", True),
        ("first", True),
    ]
    assert all(run["figures"] == {"tables": 1} for run in read_runs(tmp_path))


def test_what_was_done_is_shown_where_the_latest_run_found_nothing_to_do(tmp_path):
    kept = [{"title": "kept", "rows": [{"id": 9, "reason": "label gold"}]}]
    for tables in (TABLES, [dict(TABLES[0], rows=[{"id": 4711}])], kept):
        record(tmp_path, role="mine", tables=tables)
    assert [(run["telling"], bool(run["tables"])) for run in read_runs(tmp_path)] == [
        (True, False),
        (True, True),
        (False, True),
    ]
    text = body(tmp_path)
    assert text.index("label gold") < text.index("the last run with something to do") < text.index("4711")


def test_run_written_by_hand_is_read(tmp_path):
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "x.json").write_text(json.dumps(run(role="by hand", tables=TABLES)))
    assert record(tmp_path)["runs"] == 1
    assert "by hand" in body(tmp_path)


def test_figure_that_is_no_number(tmp_path):
    assert "is no number" in record(tmp_path, figures={"reclaimed_bytes": "many"})["msg"]
    assert list(tmp_path.iterdir()) == []


def test_run_is_kept_where_the_page_cannot_be_made(tmp_path, monkeypatch):
    monkeypatch.setattr(subject, "JINJA_ERROR", "ImportError")
    result = record(tmp_path, tables=TABLES)
    assert (result["failed"], result["changed"], result["failure"]["code"]) == (True, True, "missing_library")
    assert "jinja2" in result["msg"]
    assert len(list((tmp_path / "runs").iterdir())) == 2


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan"), "inf", "1e999", "many", True, None, [1]])
def test_a_figure_that_cannot_be_added_up_is_refused_and_nothing_recorded(tmp_path, value):
    result = record(tmp_path, figures={"reclaimed_bytes": value})
    assert result["failed"]
    assert "is no number" in result["msg"]
    assert not list(tmp_path.rglob("*.json"))
    assert record(tmp_path, figures={"reclaimed_bytes": 1})["runs"] == 1


def test_a_row_with_an_infinite_number_is_refused(tmp_path):
    result = record(tmp_path, tables=[{"title": "deleted", "rows": [{"loss": [float("inf")]}]}])
    assert (result["failed"], list(tmp_path.rglob("*.json"))) == (True, [])
    assert "deleted" in result["msg"]


def test_figures_that_a_template_made_texts_of_are_numbers(tmp_path):
    assert record(tmp_path, figures={"files": "10", "hours": "2.5", "less": "-3"})["runs"] == 1
    assert read_runs(tmp_path)[0]["figures"] == {"files": 10, "hours": 2.5, "less": -3}


def test_an_infinite_figure_in_a_file_does_not_break_the_page(tmp_path):
    (tmp_path / "runs").mkdir()
    text = json.dumps(run(figures={"reclaimed_bytes": 4711, "deleted": 1})).replace("4711", "1e999")
    (tmp_path / "runs" / "x.json").write_text(text)
    assert record(tmp_path)["runs"] == 1
    assert "1 deleted" in body(tmp_path)


def test_a_page_takes_halves_of_characters(tmp_path):
    evil = "a\ud800\x1b[2K\u202eb"
    record(tmp_path, role=evil, lines=[evil], errors=[evil], tables=[{"title": evil, "rows": [{evil: evil}]}])
    assert "a  [2K b" in body(tmp_path)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://det.example.org/", "https://det.example.org:443"),
        ("det.example.org", "http://det.example.org:8080"),
        ("https://ana:secret@det.example.org", None),
        ("javascript:alert(1)", None),
        ("", None),
        (None, None),
    ],
)
def test_only_a_plain_address_of_the_master_is_recorded(tmp_path, given, kept):
    assert record(tmp_path, master=given)["runs"] == 1
    assert read_runs(tmp_path)[0]["master"] == kept
