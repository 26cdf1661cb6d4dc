# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Old and idle tasks are warned of and killed: what is predicted is done, brakes hold, a broken run is finished."""

from __future__ import annotations

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.playbook import task

pytestmark = pytest.mark.needs("seed")
OLD = {"kinds": ["notebook", "shell"], "older_than": "0s"}
SETTINGS = "/api/v1/users/setting"


@pytest.fixture
def place():
    """A made-up cluster at work."""
    with emulated(experiments=100) as place:
        yield place


def alive(place):
    rows = [row for kind in ("notebooks", "shells") for row in place.call("GET", f"/api/v1/{kind}")[kind]]
    return {row["id"]: row for row in rows if row["state"] != "STATE_TERMINATED"}


def cull(name, ignore_errors=False, check_mode=False, **options):
    keywords = {"register": name, "ignore_errors": ignore_errors, "check_mode": check_mode, "diff": True}
    return task("det_task_cull", {**OLD, **options}, **keywords)


def marked(place):
    return {one["key"] for one in place.call("GET", SETTINGS)["settings"]}


def test_warned_then_killed(place, runner):
    before = alive(place)
    assert len(before) > 3
    tasks = [
        cull("warn_check", warn_before="0s", check_mode=True),
        cull("warn", warn_before="0s"),
        cull("kill_check", warn_before="0s", check_mode=True),
        cull("kill", warn_before="0s"),
        cull("again", warn_before="0s"),
    ]
    results = runner.play(place, tasks).results
    for act, ids in (("warn", "warned_ids"), ("kill", "killed_ids")):
        check, real = results[act + "_check"], results[act]
        assert sorted(real[ids]) == sorted(before)
        for key in ("changed", "changed_ids", "plan_digest", "diff", "matched", "requests", ids):
            assert check[key] == real[key], key
    assert {name: len(one["warned"]) for name, one in results["warn"]["owners"].items()} == owners(before)
    assert not results["again"]["changed"]
    assert results["again"]["matched"] == 0
    assert alive(place) == {}
    assert marked(place) == set()


def owners(rows):
    names = [row["username"] for row in rows.values()]
    return {name: names.count(name) for name in names}


def test_marks_follow_their_tasks(place, runner):
    before = alive(place)
    ended, exempt, *others = before
    kind = "notebook" if "serviceAddress" in before[ended] else "shell"
    tasks = [
        cull("warn", warn_before="1d"),
        task(f"det_{kind}", {"id": ended, "state": "absent"}),
        cull("wait", warn_before="1d", exempt_descriptions=[f"^{before[exempt]['description']}$"]),
        cull("idle", older_than=None, idle_containers=[], warn_before="1d"),
    ]
    tasks[-1]["determined_ai.determined.det_task_cull"].pop("older_than")
    results = runner.play(place, tasks).results
    unmarked = {one["id"]: one["reasons"] for one in results["wait"]["tasks"]}
    assert unmarked[ended] == ["has ended"]
    assert exempt in unmarked
    waiting = {one["id"] for one in results["wait"]["waiting"]}
    assert waiting | set(unmarked) == set(before)
    # None is idle, so all that were warned of are used again.
    assert set(results["idle"]["changed_ids"]) == waiting
    assert set(alive(place)) == set(before) - {ended}
    assert marked(place) == set()
    assert others


def test_brakes_hold_before_the_first_write(place, runner):
    before = alive(place)
    tasks = [
        cull("too_many", max_changes=1, ignore_errors=True),
        cull("look", max_changes=1, check_mode=True),
        cull("other", confirm="0" * 16, ignore_errors=True),
        cull("unconfirmed", confirm_above=1, ignore_errors=True),
        # Warnings are no kills.
        cull("warned", max_changes=1, warn_before="1d"),
    ]
    results = runner.play(place, tasks).results
    for name in ("too_many", "other", "unconfirmed"):
        assert results[name]["failure"]["code"] == "refused"
        assert results[name]["requests"] == []
    assert len(results["look"]["tasks"]) == len(before)
    assert "max_changes is 1" in results["look"]["refused"]
    assert alive(place) == before
    assert len(results["warned"]["warned_ids"]) == len(before)


@pytest.mark.needs("faults")
def test_what_fails_is_reported_and_done_by_the_next_run(place, runner):
    before = alive(place)
    kept = next(iter(before))
    error = {"error": {"code": 13, "error": "made to fail"}}
    place.control.fault("status", status=500, path=SETTINGS + "$", method="POST", body=error)
    place.control.fault("status", status=500, path=f"{kept}/kill$", body=error)
    tasks = [
        cull("unmarked", warn_before="0s", ignore_errors=True),
        cull("warned", warn_before="0s"),
        cull("killed", warn_before="0s", ignore_errors=True),
        cull("rest", warn_before="0s"),
    ]
    results = runner.play(place, tasks).results
    assert {one["id"] for one in results["unmarked"]["failed_items"]} == set(before)
    assert set(results["warned"]["warned_ids"]) == set(before)
    assert [one["id"] for one in results["killed"]["failed_items"]] == [kept]
    assert set(results["killed"]["killed_ids"]) == set(before) - {kept}
    assert results["rest"]["killed_ids"] == [kept]
    assert marked(place) == set()


def test_two_runs_with_names_of_their_own_do_not_disturb_each_other(place, runner):
    before = alive(place)
    tasks = [
        cull("nightly", warn_before="0s", ledger="nightly"),
        cull("weekly", warn_before="0s", ledger="weekly"),
        cull("nightly_again", warn_before="1d", ledger="nightly"),
    ]
    results = runner.play(place, tasks).results
    assert set(results["weekly"]["warned_ids"]) == set(before)
    assert len(results["nightly_again"]["waiting"]) == len(before)


@pytest.mark.needs("journal")
def test_what_runs_is_read_in_few_requests(place, runner):
    before = alive(place)
    place.control.forget()
    tasks = [task("det_task_info", {"kinds": ["notebook", "shell"]}, register="found")]
    found = runner.play(place, tasks).results["found"]
    assert {one["id"] for one in found["tasks"]} == set(before)
    assert {one["owner"] for one in found["tasks"]} == {row["username"] for row in before.values()}
    assert set(found["containers"].values()) <= set(before)
    asked = [entry["path"] for entry in place.control.journal() if not entry["path"].startswith("/_emulator")]
    assert sorted(asked) == ["/api/v1/notebooks", "/api/v1/shells", "/api/v1/tasks"]
