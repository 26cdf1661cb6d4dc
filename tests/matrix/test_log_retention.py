# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Log retention: predicted as done, braked by what falls due, and the clean-up that removes it."""

from __future__ import annotations

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.playbook import task

pytestmark = pytest.mark.needs("seed")
OVER = {"states": ["COMPLETED", "CANCELED", "ERROR"], "archived": False, "unmanaged": False}


@pytest.fixture(scope="module")
def place():
    """A made-up cluster; the first of its experiments ended months ago."""
    with emulated(experiments=150) as place:
        yield place


def retain(name, days, **options):
    keywords = {one: options.pop(one) for one in ("check_mode", "ignore_errors") if one in options}
    options = {"select": OVER, "days": days, **options}
    return task("det_log_retention", options, register=name, diff=True, **keywords)


def test_days_are_predicted_set_and_kept(place, runner):
    days = "30000"
    tasks = [
        retain("predicted", days, check_mode=True),
        retain("real", days),
        retain("again", days),
        retain("forever", "forever"),
        retain("braked", "0", max_changes=1, ignore_errors=True),
        retain("bad", "soon", ignore_errors=True),
    ]
    results = runner.play(place, tasks).results
    predicted, real, again = results["predicted"], results["real"], results["again"]
    for key in ("changed", "changed_ids", "due_ids", "plan_digest", "diff", "skipped_items", "matched", "requests"):
        assert predicted[key] == real[key], key
    assert real["changed_ids"]
    assert real["due_ids"] == []
    assert {row["after"]["log_retention_days"] for row in real["experiments"]} == {int(days)}
    assert all(29000 < row["remaining_days"] <= int(days) for row in real["experiments"])
    assert (again["changed"], again["requests"], again["unchanged"]) == (False, [], len(real["changed_ids"]))
    forever = results["forever"]
    assert {row["remaining_days"] for row in forever["experiments"]} == {None}
    assert set(real["changed_ids"]) <= set(forever["changed_ids"])
    assert results["braked"]["failure"]["code"] == "refused"
    assert "experiments whose logs would be due at once" in results["braked"]["msg"]
    assert results["bad"]["failure"]["option"] == "days"
    shown = place.call("GET", "/api/v1/experiments/{}".format(real["changed_ids"][0]))["experiment"]
    assert shown["config"]["retention_policy"]["log_retention_days"] == -1


def test_clean_up_removes_what_is_due(place, runner):
    rows = place.call("GET", "/api/v1/experiments?limit=200&states=STATE_CANCELED&archived=false")["experiments"]
    managed = [row for row in rows if not row["labels"]]
    ident = managed[0]["id"]
    trial = place.call("GET", f"/api/v1/experiments/{ident}/trials")["trials"][0]
    line = {"taskId": trial["taskId"], "log": "x\n", "level": "LOG_LEVEL_INFO"}
    place.call("POST", "/api/v1/task/logs", {"logs": [line, line]})
    tasks = [
        task("det_log_retention", {"ids": [ident], "days": "0"}, register="set"),
        task("det_log_cleanup", {}, register="predicted", check_mode=True),
        task("det_log_info", {"trial": trial["id"]}, register="before"),
        # A program of its own, as everywhere once.
        task("det_log_cleanup", {}, register="done", vars={"det_in_process": False}),
        task("det_log_cleanup", {}, register="again"),
        task("det_log_info", {"trial": trial["id"]}, register="after"),
    ]
    results = runner.play(place, tasks).results
    assert results["set"]["due_ids"] == [ident]
    assert results["set"]["experiments"][0]["remaining_days"] == 0
    assert (results["predicted"]["changed"], results["predicted"]["removed_lines"]) == (True, None)
    assert results["before"]["count"] >= 2
    assert (results["done"]["changed"], results["done"]["removed_lines"]) == (True, results["before"]["count"])
    assert (results["again"]["changed"], results["again"]["removed_lines"]) == (False, 0)
    assert results["after"]["count"] == 0
