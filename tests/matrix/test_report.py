# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of runs, and what it reads of a cluster."""

from __future__ import annotations

import json

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.playbook import task

pytestmark = pytest.mark.controls
both_paths = pytest.mark.parametrize("in_process", [True, False], ids=["in process", "as a module"])
SUMMARY = {"name": "determined_ai.determined.summary", "rolespec_validate": False}
TABLES = [{"title": "deleted", "rows": [{"id": 7, "name": "resnet"}]}, {"title": "kept", "rows": []}]


@pytest.fixture(scope="module")
def place():
    """A made-up cluster at work."""
    with emulated(experiments=300) as place:
        yield place


def summary(folder, **variables):
    """The task of a role that reports."""
    given = {"summary_role": "mine", "summary_tables": TABLES, "summary_report_dir": str(folder), **variables}
    return {"name": "Report", "ansible.builtin.import_role": SUMMARY, "vars": given}


def runs(folder):
    return [json.loads(path.read_text()) for path in sorted(folder.glob("runs/*.json"))]


@both_paths
def test_check_mode_predicts_the_files(place, runner, tmp_path, in_process):
    folder = tmp_path / "report"
    run = {"role": "mine", "host": "a", "tables": TABLES, "figures": {"reclaimed_bytes": 5}}
    tasks = [
        task("det_report", {"path": str(folder), "run": run}, register="planned", check_mode=True, diff=True),
        {"name": "Look", "ansible.builtin.stat": {"path": str(folder)}, "register": "before"},
        task("det_report", {"path": str(folder), "run": run}, register="written", diff=True),
        task("det_report", {"path": str(folder)}, register="again", diff=True),
    ]
    played = runner.play(place, tasks, in_process=in_process)
    planned, written, again = (played.results[name] for name in ("planned", "written", "again"))
    assert played.in_process() == ["det_report"] * 3 * in_process
    assert not played.results["before"]["stat"]["exists"]
    assert [one["changed"] for one in (planned, written, again)] == [True, True, False]
    assert set(planned) == set(written)
    assert [one["figures"] for one in runs(folder)] == [{"reclaimed_bytes": 5}]
    assert again["diff"]["before"] == again["diff"]["after"]


def test_all_hosts_are_in_the_page(place, runner, tmp_path):
    hosts = [f"cluster{number}" for number in range(4)]
    output = runner.play(place, [summary(tmp_path)], hosts=hosts).output
    assert "changed=0" in output
    assert {run["host"] for run in runs(tmp_path)} == set(hosts)
    page = (tmp_path / "index.html").read_text()
    assert all(f"mine on {host}," in page for host in hosts)


def test_errors_come_last(place, runner, tmp_path):
    tasks = [summary(tmp_path, summary_errors=["It broke.", "So did that."])]
    output = runner.play(place, tasks, code=2).output
    assert "It broke. So did that." in output
    assert [run["errors"] for run in runs(tmp_path)] == [["It broke.", "So did that."]]
    assert "id  name" in output


def test_report_that_cannot_be_written_is_an_error(place, runner, tmp_path):
    (tmp_path / "file").write_text("")
    output = runner.play(place, [summary(tmp_path / "file", summary_errors=["It broke."])], code=2).output
    assert "It broke. path ('" in output
    assert "is no folder." in output


def test_check_mode_writes_nothing(place, runner, tmp_path):
    output = runner.play(place, [summary(tmp_path / "report")], arguments=["--check"]).output
    assert "Show what would be done" in output
    assert not (tmp_path / "report").exists()


@both_paths
def test_usage_is_read_in_few_requests(place, runner, in_process):
    place.control.forget()
    groups = ["user", "day+pool"]
    tasks = [
        task("det_usage_info", {"since": "30d", "group_by": groups, "price": {"*": 2}}, register="used"),
        task("det_usage_info", {"report": "experiments", "group_by": ["user", "age+state"]}, register="held"),
        task("det_usage_info", {"report": "workloads", "since": "2d", "group_by": ["label"]}, register="workloads"),
        task("det_usage_info", {"report": "daily", "since": "30d", "group_by": ["pool"]}, register="daily"),
    ]
    results = runner.play(place, tasks, in_process=in_process).results
    asked = [entry["path"] for entry in place.control.journal() if not entry["path"].startswith("/_emulator")]
    assert len(asked) == 4
    used, held = results["used"], results["held"]
    assert {round(sum(row["slot_hours"] for row in used["groups"][one])) for one in groups} == {
        round(used["total"]["slot_hours"])
    }
    assert used["total"]["cost"] == pytest.approx(2 * used["total"]["slot_hours"])
    assert held["total"]["experiments"] == 300
    assert results["workloads"]["groups"]["label"]
    assert results["daily"]["groups"]["pool"]
