# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of runs, and what it reads of a cluster."""

from __future__ import annotations

import json

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.place import Place
from tests.matrix.playbook import task

pytestmark = pytest.mark.needs("seed")
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


@pytest.mark.parametrize("in_process", [True, False], ids=["in process", "as a module"])
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
    assert all(f"mine on {host}<" in page for host in hosts)


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


def test_check_mode_names_no_page(place, runner, tmp_path):
    page = str(tmp_path / "index.html")
    assert page in runner.play(place, [summary(tmp_path)]).output.partition("Print the report path")[2]
    output = runner.play(place, [summary(tmp_path)], arguments=["--check"]).output
    assert page not in output.partition("Print the report path")[2]


def applied(role, **given):
    """A role that is applied and may fail."""
    task = {"name": role, "ansible.builtin.include_role": {"name": f"determined_ai.determined.{role}", **given}}
    said = {"name": "Go on", "ansible.builtin.debug": {"msg": f"{role} has failed"}}
    return {"name": role, "block": [task], "rescue": [said]}


ROLES = {
    "agent_maintenance": {"agent_maintenance_agents": ["agent-1"]},
    "checkpoint_gc": {"checkpoint_gc_policy": {"save_trial_best": 1}},
    "ci_experiment": {"ci_experiment_key": "k", "ci_experiment_config": {"name": "n"}},
    "experiment_retention": {},
    "health_check": {},
    "idle_reaper": {
        "idle_reaper_prometheus_url": "http://127.0.0.1:9",
        "idle_reaper_prometheus_query": "x",
    },
    "log_retention": {"log_retention_days": 30},
    "model_promotion": {"model_promotion_model": "m", "model_promotion_version": 1},
    "queue_guard": {"queue_guard_pool": "default", "queue_guard_max_slots_per_user": 1},
    "support_bundle": {"support_bundle_trial": 1},
    "usage_report": {},
}


def test_each_role_that_fails_leaves_a_run(place, runner, tmp_path):
    """Otherwise the page knows of no error after a night in which everything failed."""
    variables = {name: value for given in ROLES.values() for name, value in given.items()}
    tasks = [
        *(applied(role) for role in ROLES),
        *(applied("maintenance_window", tasks_from=part) for part in ("begin", "end")),
    ]
    play = {"variables": {**variables, "det_report_dir": str(tmp_path / "report")}}
    nowhere = Place("http://127.0.0.1:9", token=place.token)
    play["defaults"] = {"master": nowhere.url, "token": "{{ place_token }}", "retry_time": 0}
    runner.play(nowhere, tasks, arguments=["--check"], **play)
    assert not (tmp_path / "report").exists()
    output = runner.play(nowhere, tasks, **play).output
    left = [(run["role"], len(run["errors"])) for run in runs(tmp_path / "report")]
    assert sorted(left) == sorted((role, 1) for role in [*ROLES, "maintenance_window", "maintenance_window"])
    said = {run["role"]: run["errors"][0] for run in runs(tmp_path / "report")}
    assert all("127.0.0.1:9" in text or role == "idle_reaper" for role, text in said.items()), said
    assert said["idle_reaper"].startswith("Query Prometheus: ")
    assert said["usage_report"] in (tmp_path / "report" / "index.html").read_text().replace("&#39;", "'")
    assert output.count('_window has failed"') == 2
    assert all(f'"msg": "{role} has failed"' in output for role in ROLES)


@pytest.mark.needs("journal")
def test_usage_is_read_in_few_requests(place, runner):
    place.control.forget()
    groups = ["owner", "day+resource_pool"]
    tasks = [
        task("det_usage_info", {"since": "30d", "group_by": groups, "price": {"*": 2}}, register="used"),
        task("det_usage_info", {"report": "experiments", "group_by": ["owner", "age+state"]}, register="held"),
        task("det_usage_info", {"report": "workloads", "since": "2d", "group_by": ["label"]}, register="workloads"),
        task("det_usage_info", {"report": "daily", "since": "30d", "group_by": ["resource_pool"]}, register="daily"),
    ]
    results = runner.play(place, tasks).results
    asked = [entry["path"] for entry in place.control.journal() if not entry["path"].startswith("/_emulator")]
    assert len(asked) == 4
    used, held = results["used"], results["held"]
    assert {round(sum(row["slot_hours"] for row in used["groups"][one])) for one in groups} == {
        round(used["total"]["slot_hours"])
    }
    assert used["total"]["cost"] == pytest.approx(2 * used["total"]["slot_hours"])
    assert held["total"]["experiments"] == 300
    assert results["workloads"]["groups"]["label"]
    assert results["daily"]["groups"]["resource_pool"]
