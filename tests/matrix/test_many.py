# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many experiments in one task: its brakes, lost answers, what it tells; what it does is in act_cases."""

from __future__ import annotations

import pytest

from tests.matrix.cases import TRAINING
from tests.matrix.place import fresh
from tests.matrix.playbook import look, task
from tests.matrix.worlds import alive, ended


@pytest.mark.needs("journal")
def test_budget_of_500(master, runner):
    """Ids are read 200 at a time, and archived 1,000 at a time."""
    with ended(master, 500) as world:
        archived = {"ids": world["ids"], "state": "archived"}
        tasks = [
            look("start", {}),
            task("det_experiments", archived, no_log=True, register="first"),
            look("looked", {}),
            task("det_experiments", archived, register="second"),
            look("looked_again", {}),
        ]
        results = runner.play(master, tasks).results
    assert results["first"]["changed_ids"] == world["ids"]
    assert results["second"]["unchanged"] == 500
    assert len(results["looked"]["journal"]) == 3 + 1
    assert len(results["looked_again"]["journal"]) == 3


def test_brakes_hold_before_the_first_write(master, runner):
    with ended(master, 3) as world:
        absent = {"ids": world["ids"], "state": "absent"}
        tasks = [
            task("det_experiments", {**absent, "max_changes": 2}, ignore_errors=True, register="too_many"),
            task("det_experiments", {**absent, "confirm": "of another"}, ignore_errors=True, register="another"),
            task("det_experiments", {**absent, "confirm_above": 2}, ignore_errors=True, register="unconfirmed"),
            task(
                "det_experiments", {**absent, "confirm_above": 2}, check_mode=True, ignore_errors=True, register="look"
            ),
            task("det_experiments", {"ids": world["ids"][:1], "labels_add": ["keep"]}),
            task("det_experiments", {**absent, "max_changes": 2}, check_mode=True, register="plan"),
            task(
                "det_experiments",
                {**absent, "max_changes": 2, "confirm": "{{ plan.plan_digest }}"},
                register="done",
            ),
            task("det_experiments", {**absent, "keep_labels": []}, register="rest"),
            task("det_experiments", absent, register="gone"),
        ]
        results = runner.play(master, tasks).results
    for name in ("too_many", "another", "unconfirmed"):
        assert results[name]["failure"]["code"] == "refused"
        assert results[name]["requests"] == []
    assert results["too_many"]["msg"].startswith("3 experiments would be changed, and max_changes is 2.")
    assert results["too_many"]["failure"]["plan_digest"] in results["unconfirmed"]["msg"]
    kept, *others = world["ids"]
    assert results["done"]["changed_ids"] == others
    assert [(one["id"], one["reason"]) for one in results["done"]["skipped_items"]] == [(kept, "label keep")]
    assert results["rest"]["changed_ids"] == [kept]
    assert not results["gone"]["changed"]


@pytest.mark.needs("faults", "journal")
def test_a_lost_answer_is_looked_after(own, runner):
    """The master does what it is told and the answer is lost: not sent again, and reported as done."""
    with ended(own, 3) as world:
        own.control.fault("reset_after", method="POST", path="/archive$")
        own.control.fault("reset_after", method="POST", path="/unarchive$")
        tasks = [
            task("det_experiments", {"ids": world["ids"], "state": "archived"}, register="many"),
            task("det_experiment", {"id": world["ids"][0], "state": "unarchived"}, register="one"),
            task("det_experiments", {"ids": world["ids"], "state": "unarchived"}),
        ]
        results = runner.play(own, tasks).results
        posts = [entry["path"] for entry in own.control.writes() if "archive" in entry["path"]]
    assert (results["many"]["changed_ids"], results["many"]["failed_items"]) == (world["ids"], [])
    assert results["one"]["changed"]
    assert not results["one"]["experiment"]["archived"]
    assert len(posts) == 3


@pytest.mark.needs("faults", "journal")
def test_what_a_restart_has_kept_from_being_done_is_sent_again(own, runner):
    with ended(own, 3) as world:
        own.control.fault("restart", method="POST", path="/archive$")
        archived = {"ids": world["ids"], "state": "archived"}
        result = runner.play(own, [task("det_experiments", archived, register="many")]).results["many"]
        posts = [entry["path"] for entry in own.control.writes() if entry["path"].endswith("/archive")]
    assert (result["changed_ids"], result["failed_items"]) == (world["ids"], [])
    assert len(posts) == 2


def test_a_plan_that_was_confirmed_can_be_run_again(master, runner):
    """When all of it is done nothing is left to be confirmed."""
    with ended(master, 2) as world:
        archived = {"ids": world["ids"], "state": "archived"}
        confirmed = {**archived, "confirm": "{{ plan.plan_digest }}"}
        tasks = [
            task("det_experiments", archived, check_mode=True, register="plan"),
            task("det_experiments", confirmed, register="first"),
            task("det_experiments", confirmed, register="second"),
        ]
        results = runner.play(master, tasks).results
    assert (results["first"]["changed"], results["second"]["changed"]) == (True, False)


def test_what_check_mode_cannot_see_yet_is_taken_for_made(master, runner):
    """A play that makes a project and puts experiments into it can be looked at before."""
    with ended(master, 1) as world:
        new = world["workspace"] + "/new"
        tasks = [
            task("det_project", {"workspace": world["workspace"], "name": "new"}, register="project"),
            task("det_experiments", {"ids": world["ids"], "project": new}, register="many"),
            task("det_experiment", {"id": world["ids"][0], "project": new}, register="one"),
            task("det_experiment", {"key_label": "k", "config": TRAINING, "project": new}, register="made"),
            task("det_experiments", {"select": {"project": [new]}, "state": "killed"}, register="selected"),
        ]
        results = runner.play(master, tasks, arguments=["--check"]).results
        real = task("det_experiments", {"ids": world["ids"], "project": new}, ignore_errors=True, register="real")
        missing = runner.play(master, [real]).results["real"]
    assert all(results[name]["changed"] for name in ("project", "many", "one", "made"))
    for name in ("many", "one", "made", "selected"):
        assert results[name]["warnings"] == [f"There is no project '{new}' yet; it is taken to be made before."]
    assert not results["selected"]["changed"]
    assert missing["failure"]["code"] == "not_found"


def test_what_ends_is_counted_by_the_brake(master, runner):
    """101 are more than what may end at once without being asked for."""
    with alive(master, 101) as world:
        kill = {"select": {"project_id": [world["project"]]}, "state": "killed"}
        tasks = [
            task("det_experiments", kill, ignore_errors=True, register="too_many"),
            task("det_experiments", {**kill, "max_changes": 101}, register="killed"),
            task(
                "det_experiments",
                {"ids": [99999999, world["ids"][0]], "state": "archived"},
                ignore_errors=True,
                register="slip",
            ),
            task("det_experiments", {"ids": [99999999], "state": "absent"}, register="gone"),
        ]
        results = runner.play(master, tasks).results
    assert results["too_many"]["failure"]["code"] == "refused"
    assert results["too_many"]["msg"].startswith("101 experiments would be changed, and max_changes is 100.")
    assert len(results["killed"]["changed_ids"]) == 101
    assert results["killed"]["reclaimed_bytes"] == 0
    assert results["slip"]["failure"]["code"] == "not_found"
    assert "no experiment 99999999" in results["slip"]["msg"]
    assert not results["slip"]["changed"]
    assert not results["gone"]["changed"]


def test_a_diff_has_before_and_after_of_each_together(master, runner):
    with ended(master, 2) as world:
        tasks = [task("det_experiments", {"ids": world["ids"], "state": "archived"}, diff=True, register="many")]
        diff = runner.play(master, tasks).results["many"]["diff"]
    before, after = diff["before"].splitlines(), diff["after"].splitlines()
    assert before[0] == after[0]
    assert before[0].split()[0] == str(world["ids"][0])
    assert (before[1].split(), after[1].split()) == (["archived:", "false"], ["archived:", "true"])
    assert len(before) == 4


def test_details_are_told_where_they_are_wanted(master, runner):
    """What the state says is not said again, and who wants numbers gets numbers."""
    with ended(master, 2) as world:
        archived = {"ids": world["ids"], "state": "archived"}
        tasks = [
            task("det_experiments", {"ids": world["ids"], "labels_add": ["a"]}, register="labelled"),
            task("det_experiments", archived, check_mode=True, register="each"),
            task("det_experiments", {**archived, "details": False}, register="brief"),
        ]
        results = runner.play(master, tasks).results
    labelled, each, brief = (results[name] for name in ("labelled", "each", "brief"))
    changes = [(one["before"], one["after"]) for one in labelled["experiments"]]
    assert changes == [({"labels": []}, {"labels": ["a"]})] * 2
    assert [one["acts"] for one in each["experiments"]] == [["archived"]] * 2
    assert not {"before", "after"}.intersection(each["experiments"][0])
    assert "experiments" not in brief
    assert (brief["changed_ids"], brief["matched"], brief["plan_digest"]) == (
        each["changed_ids"], each["matched"], each["plan_digest"],
    )  # fmt: skip


def test_a_commit_is_trained_once(master, runner):
    """The task that made it asks for nothing more when it has ended."""
    with ended(master, 1) as world:
        label = fresh("commit")
        train = {"key_label": label, "config": TRAINING, "project_id": world["project"], "state": "active"}
        train["priority"] = 50
        tasks = [
            task("det_experiment", train, register="made"),
            task("det_experiment", {"key_label": label, "state": "killed"}),
            task("det_experiment", train, register="again"),
            task("det_experiment", {"key_label": label, "state": "active"}, ignore_errors=True, register="bare"),
        ]
        results = runner.play(master, tasks).results
    assert results["made"]["changed"]
    assert not results["again"]["changed"]
    assert results["again"]["experiment"]["state"] == "CANCELED"
    assert "it has ended" in results["bare"]["msg"]


def test_what_is_pinned_is_left_alone_where_that_is_wanted(master, runner):
    """Whoever makes a workspace has it pinned."""
    with ended(master, 1) as world:
        archived = {"ids": world["ids"], "state": "archived"}
        workspace = {"name": world["workspace"], "pinned": False}
        tasks = [
            task("det_experiments", {**archived, "protect": ["pinned"]}, register="pinned"),
            task("det_workspace", workspace),
            task("det_experiments", {**archived, "protect": ["pinned"]}, register="unpinned"),
        ]
        results = runner.play(master, tasks).results
    assert not results["pinned"]["changed"]
    assert [one["reason"] for one in results["pinned"]["skipped_items"]] == ["its workspace is pinned"]
    assert results["unpinned"]["changed_ids"] == world["ids"]
