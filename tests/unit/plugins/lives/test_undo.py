# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What any module did is taken back: each step of the lives of the matrix, undone, undone again, and done again."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.matrix.access_cases import ACCESS
from tests.matrix.act_cases import ACTS
from tests.matrix.cases import LIVES
from tests.matrix.conftest import emulated
from tests.matrix.place import until
from tests.matrix.registry_cases import REGISTRY
from tests.matrix.tenancy_cases import TENANCY
from tests.matrix.worlds import alive, ended
from tests.unit.plugins.lives.stage import Stage, stage
from tests.unit.plugins.lives.test_objects import filled

# Tokens are made and revoked, and no undo brings back either.
CASES = {name: case for name, case in {**LIVES, **ACCESS, **REGISTRY, **TENANCY}.items() if name != "token"}


def undo(here, journal: Path, check: bool = False, **options) -> dict:
    result = here.run("det_undo", {"journal": str(journal), **options}, check)
    assert not result.get("failed"), result
    return result


def seen(here, case, world, made):
    """What a diff may show of the object, as the master has it."""
    if made is None and "{id}" in case.path:
        return None
    path = case.path.format(**{"id": made, **world})
    answer = here.place._session.get(here.place.url + path, headers={"Authorization": "Bearer " + here.token})
    found = case.found(answer.json(), world) if answer.ok else None
    return found and {name: show(found) for name, show in case.shown.items() if show is not None}


@pytest.mark.parametrize("name", CASES)
def test_each_step_of_a_life_is_taken_back(name, tmp_path):
    case = CASES[name]
    with stage(**case.emulator) as here, case.world(here.place) as world:
        made = None
        for number, step in enumerate(case.steps):
            journal = tmp_path / f"{number}.jsonl"
            before = seen(here, case, world, made)
            result = here.run(case.module, {**filled(step.options, world), "journal": str(journal)})
            assert result["changed"], step.label
            if not journal.exists():
                continue
            made = made or (result[case.kind] or {}).get("id")
            after = seen(here, case, world, made)
            predicted, real = undo(here, journal, check=True), undo(here, journal)
            for key in ("changed", "changed_ids", "skipped_items", "irreversible_items", "requests", "plan_digest"):
                assert predicted[key] == real[key], (step.label, key)
            again = undo(here, journal)
            assert (again["changed"], again["requests"]) == (False, []), step.label
            if real["irreversible_items"]:
                assert not real["changed"]
                continue
            if real["skipped_items"]:
                assert left_for_a_reason(real), (step.label, real["skipped_items"])
                # What could be taken back of it was.
                here.run(case.module, filled(step.options, world))
                continue
            assert real["changed"], (step.label, real)
            assert seen(here, case, world, made) == before, step.label
            redone = undo(here, journal, runs=[run_of(journal)])
            if not redone["changed"]:
                assert left_for_a_reason(redone), (step.label, redone["skipped_items"])
                assert here.run(case.module, filled(step.options, world))["changed"], step.label
            assert seen(here, case, world, made) == after, step.label


# What an undo does not do: it makes nothing anew, opens nothing to all, and has no secrets.
REASONS = re.compile("the journal does not hold|which opens it to all|made anew|cannot take a value away")


def left_for_a_reason(result: dict) -> bool:
    return all(REASONS.search(one["reason"]) for one in result["skipped_items"])


def run_of(journal: Path) -> str:
    """The id of the run that wrote the last line."""
    return json.loads(journal.read_text().splitlines()[-1])["run"]


# Acts on many


@contextmanager
def at_work(**size):
    """A stage whose time goes on by itself, as what is made here is deleted in the end."""
    with emulated(**size) as place:
        yield Stage(place)


def ran(here, module: str, options: dict, journal: Path) -> dict:
    result = here.run(module, {**options, "journal": str(journal)})
    assert result["changed"], result
    assert not result.get("failed"), result
    return result


def experiments(here, ids) -> dict:
    """{id: what may be taken back of it}."""
    rows = [here.ask("GET", f"/api/v1/experiments/{one}")["experiment"] for one in ids]
    names = ("archived", "projectId", "notes", "name", "description")
    paused = "STATE_PAUSED"
    return {
        one["id"]: {
            **{name: one[name] for name in names},
            "labels": sorted(one["labels"]),
            "off": one["state"] == paused,
        }
        for one in rows
    }


def experiments_alive(here, ids) -> bool:
    rows = [here.ask("GET", f"/api/v1/experiments/{one}")["experiment"] for one in ids]
    return not all(one["endTime"] for one in rows)


def test_two_runs_go_back_in_order_by_a_request_for_many(tmp_path):
    journal = tmp_path / "journal"
    with at_work() as here, ended(here.place, 6) as world:
        ids = world["ids"]
        here.run("det_experiments", {"ids": ids[:1], "labels_add": ["mine"]})
        before = experiments(here, ids)
        ran(here, "det_experiments", {"ids": ids, "project_id": world["other"], "labels_add": ["expires=1"]}, journal)
        ran(here, "det_experiments", {"ids": ids, "state": "archived"}, journal)
        ran(here, "det_experiment", {"id": ids[0], "notes": "read me"}, journal)
        after = experiments(here, ids)
        predicted, real = undo(here, journal, check=True), undo(here, journal)
        assert sorted(predicted["requests"]) == sorted(real["requests"])
        # The notes; one request brings all out of the archive, one moves them; each loses its label alone.
        assert len(real["requests"]) == 1 + 1 + 1 + len(ids)
        assert [one["count"] for one in real["runs"]] == [1, len(ids), 2 * len(ids)]
        assert experiments(here, ids) == before
        assert undo(here, journal)["requests"] == []
        redone = undo(here, journal, runs=[run_of(journal)])
        assert redone["changed"]
        assert experiments(here, ids) == after
        assert undo(here, journal)["changed"]
        assert experiments(here, ids) == before


def test_what_somebody_changed_since_is_left_alone_with_all_that_is_older(tmp_path):
    journal = tmp_path / "journal"
    with at_work() as here, alive(here.place, 3) as world:
        changed, other, third = world["ids"]
        ran(here, "det_experiments", {"ids": world["ids"], "labels_add": ["a"]}, journal)
        ran(here, "det_experiments", {"ids": world["ids"], "labels_add": ["b"]}, journal)
        here.run("det_experiments", {"ids": [changed], "labels_add": ["c"]})
        result = undo(here, journal)
        assert sorted(result["changed_ids"]) == [f"experiments/{other}", f"experiments/{third}"]
        assert [(one["id"], one["reason"]) for one in result["skipped_items"]] == [
            (changed, "changed since then: labels")
        ] * 2
        assert {ident: one["labels"] for ident, one in experiments(here, world["ids"]).items()} == {
            changed: ["a", "b", "c"], other: [], third: []
        }  # fmt: skip
        here.ask("POST", "/api/v1/projects/-1/experiments/kill", {"experimentIds": world["ids"]})


def test_what_is_for_good_is_listed(tmp_path):
    journal = tmp_path / "journal"
    with at_work() as here, alive(here.place, 3) as world:
        paused, killed, deleted = world["ids"]
        ran(here, "det_experiments", {"ids": world["ids"], "state": "active"}, journal)
        ran(here, "det_experiments", {"ids": [paused], "state": "paused"}, journal)
        ran(here, "det_experiments", {"ids": [killed, deleted], "state": "killed"}, journal)
        until(lambda: not experiments_alive(here, [killed, deleted]))
        ran(here, "det_experiments", {"ids": [deleted], "state": "absent"}, journal)
        result = undo(here, journal)
        assert result["changed_ids"] == [f"experiments/{paused}"]
        final = sorted((one["id"], one["act"]) for one in result["irreversible_items"])
        assert final == [(killed, "killed"), (deleted, "absent"), (deleted, "killed")]
        left = {one["id"]: one["reason"] for one in result["skipped_items"]}
        assert set(left) == {killed, deleted}
        assert experiments(here, [paused])[paused]["off"]
        here.ask("POST", f"/api/v1/experiments/{paused}/kill")


def test_options_say_what_is_taken_back(tmp_path):
    journal = tmp_path / "journal"
    with at_work() as here, ended(here.place, 2) as world:
        first, second = world["ids"]
        ran(here, "det_experiments", {"ids": [first, second], "labels_add": ["a"]}, journal)
        run = run_of(journal)
        ran(here, "det_experiments", {"ids": [first], "labels_add": ["b"]}, journal)
        named = [f"experiments/{first}"]
        assert undo(here, journal, check=True, objects=named)["changed_ids"] == named
        assert undo(here, journal, check=True, runs=[run])["changed_ids"] == [f"experiments/{second}"]
        assert undo(here, journal, check=True, kinds=["agents"])["matched"] == 0
        assert undo(here, journal, check=True, since="1h")["matched"] == 3
        assert undo(here, journal, check=True, since="0s")["matched"] == 0
        elsewhere = undo(here, journal, check=True, from_master="http://elsewhere:8080")
        assert (elsewhere["matched"], len(elsewhere["warnings"])) == (0, 1)
        sent = len(here.place.control.journal())
        for options, text in (
            ({"max_changes": 1}, "max_changes is 1"),
            ({"confirm": "0"}, "something else would be done now"),
            ({"runs": ["none"]}, "nothing is noted of it"),
            ({"objects": ["experiments/0"]}, "nothing is noted of it"),
            ({"runs": []}, "is empty"),
        ):
            result = here.run("det_undo", {"journal": str(journal), **options})
            assert result["failed"], options
            assert text in result["msg"], options
        assert all(one["method"] == "GET" or "search" in one["path"] for one in here.place.control.journal()[sent:])


@pytest.mark.parametrize("name", ["agents", "slots", "queue", "runs"])
def test_acts_on_what_is_not_an_experiment(name, tmp_path):
    life = ACTS[name]
    with at_work(**(life.emulator or {})) as here, life.world(here.place) as world:
        for number, act in enumerate(one for one in life.acts if one.label != "delete" and not one.done):
            journal = tmp_path / str(number)
            before = shown(here, name, world)
            ran(here, life.module, named(act.options, world), journal)
            after = shown(here, name, world)
            predicted, real = undo(here, journal, check=True), undo(here, journal)
            assert sorted(predicted["requests"]) == sorted(real["requests"]), act.label
            assert not undo(here, journal)["changed"], act.label
            assert shown(here, name, world) == before, act.label
            if real["changed"]:
                assert undo(here, journal, runs=[run_of(journal)])["changed"]
                assert shown(here, name, world) == after, act.label


def named(value, world: dict):
    """Options with what is in the world."""
    if isinstance(value, dict):
        return {key: named(one, world) for key, one in value.items()}
    if isinstance(value, list):
        return [named(one, world) for one in value]
    return world.get(value.strip("{}"), value) if isinstance(value, str) else value


def shown(here, name: str, world: dict):
    if name == "queue":
        rows = here.ask("GET", "/api/v1/job-queues?resourcePool=gpu-b")["jobs"]
        return {one["jobId"]: (one["priority"], one["weight"]) for one in rows}
    if name == "runs":
        rows = here.ask("POST", "/api/v1/runs", {"projectId": world["project"]})["runs"]
        return {one["id"]: (one["archived"], one.get("metadata") or None) for one in rows}
    found = here.ask("GET", "/api/v1/agents/agent-3")["agent"]
    place = found if name == "agents" else next(one for one in found["slots"].values() if one["id"] == "1")
    # What is off is off, whether it was drained or disabled.
    return place["enabled"]
