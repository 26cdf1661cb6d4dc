# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""det_checkpoint_gc with a memory of earlier runs: fewer requests, and nothing else that differs."""

from __future__ import annotations

import json

import pytest

from tests.unit.plugins.lives.stage import stage

SETTING = "/api/v1/users/setting"
PLACE = "determined_ai.determined/checkpoint_gc"
POLICY = {"save_experiment_best": 1, "save_trial_best": 0, "save_trial_latest": 0, "max_changes": 10**6}
# Each one page of the search, the models with their versions, the settings.
READS = {"POST /api/v1/experiments-search", "GET /api/v1/models", f"GET {SETTING}"}
REMOVALS = "DELETE /api/v1/checkpoints"


@pytest.fixture
def here():
    with stage(experiments=60) as made:
        yield made


def collect(here, check=False, recheck_after="90d", **options):
    """The result of one task, and its requests as "METHOD path"."""
    options = {"select": {"project": ["*/*"]}, "recheck_after": recheck_after, **POLICY, **options}
    watched = here.watch("det_checkpoint_gc", options, check)
    return watched["result"], [one.partition(" {")[0].partition("?")[0] for one in watched["asked"]], watched["sent"]


def previews(asked):
    return [one for one in asked if one.endswith("preview_gc")]


def blocks(here):
    rows = here.ask("GET", SETTING)["settings"]
    return {one["key"]: one["value"] for one in rows if one["storagePath"] == PLACE}


def put(here, key, value):
    here.ask("POST", SETTING, {"settings": [{"key": key, "storagePath": PLACE, "value": value}]})


def outcome(result):
    return {key: result[key] for key in ("changed_ids", "skipped_items", "unchanged", "registered", "plan_digest")}


def test_the_second_run_asks_pages_only(here):
    check, asked, sent = collect(here, check=True)
    assert previews(asked)
    assert sent == []
    assert blocks(here) == {}
    first, asked, _sent = collect(here)
    assert first["changed_ids"]
    assert first["requests"] == check["requests"] == [REMOVALS, f"POST {SETTING}"]
    second, asked, sent = collect(here)
    assert sent == []
    assert second["requests"] == []
    assert {one for one in asked if "/versions" not in one} == READS
    assert second["known"] == first["known"] + len(previews(collect(here, recheck_after=None)[1]))
    without, _asked, _sent = collect(here, recheck_after=None)
    assert outcome(second) == outcome(without)


def test_what_min_size_spared_is_told_without_asking(here):
    would = collect(here, check=True)[0]["experiments"]
    # More than most would free, and no more than they hold.
    size = sorted(one["reclaimed_bytes"] for one in would)[len(would) // 2] + 1
    first, _asked, _sent = collect(here, min_size=size)
    spared = [one for one in first["skipped_items"] if "would_free_bytes" in one]
    assert spared
    second, asked, _sent = collect(here, min_size=size)
    assert previews(asked) == []
    assert [one for one in second["skipped_items"] if "would_free_bytes" in one] == spared
    # Just those are looked at again that are large enough now.
    smallest = min(one["would_free_bytes"] for one in spared)
    third, asked, _sent = collect(here, check=True, min_size=smallest)
    due = [one["id"] for one in spared if one["would_free_bytes"] >= smallest]
    assert third["changed_ids"] == sorted(due)
    assert len(previews(asked)) == len(due)


ODD = {
    "lost": lambda text: "",
    "truncated": lambda text: json.dumps({**json.loads(text), "marks": json.loads(text)["marks"][:-8]}),
    "foreign": lambda text: '{"since": "2026-01-01T00:00:00Z", "kind": "notebook"}',
    "of another release": lambda text: json.dumps({**json.loads(text), "version": 0}),
    "old": lambda text: json.dumps({**json.loads(text), "days": [1, *json.loads(text)["days"][1:]]}),
    "of other experiments": lambda text: json.dumps({**json.loads(text), "marks": json.loads(text)["marks"][::-1]}),
}


@pytest.mark.parametrize("odd", ODD)
def test_a_memory_that_cannot_be_believed_costs_requests(odd, here):
    collect(here)
    bare, asked, _sent = collect(here, recheck_after=None)
    for key, text in blocks(here).items():
        put(here, key, ODD[odd](text))
    result, again, _sent = collect(here)
    assert previews(again) == previews(asked) != []
    assert outcome(result) == outcome(bare)
    # And it is right again.
    assert previews(collect(here)[1]) == []


def test_what_has_changed_is_looked_at_again(here):
    first, _asked, _sent = collect(here)
    other, asked, _sent = collect(here, check=True, save_experiment_best=0)
    assert previews(asked)
    kept = {one["uuid"] for one in first["registered"]}
    rows = here.run("det_checkpoint_info", {"experiment_ids": other["changed_ids"], "states": ["COMPLETED"]})
    victim = next(one for one in rows["checkpoints"] if one["uuid"] not in kept)
    here.ask("DELETE", "/api/v1/checkpoints", {"checkpointUuids": [victim["uuid"]]})
    here.place.control.advance(600)
    _result, asked, _sent = collect(here)
    left = [one for one in asked if f"/{victim['experiment_id']}/preview" in one]
    # One that has lost its last checkpoint needs no look.
    count = sum(one["experiment_id"] == victim["experiment_id"] for one in rows["checkpoints"])
    assert previews(asked) == left
    assert len(left) == (count > 1)


def test_what_could_not_be_removed_is_not_taken_for_done(here):
    # All together, then the first by itself.
    full = {"status": 500, "body": {"error": {"error": "full"}}}
    here.place.control.fault("status", method="DELETE", path="/checkpoints$", count=2, **full)
    first, _asked, _sent = collect(here)
    assert first["failed"]
    here.place.control.no_faults()
    second, asked, _sent = collect(here)
    assert second["changed_ids"] == sorted(one["id"] for one in first["failed_items"])
    assert len(previews(asked)) == len(second["changed_ids"])


def test_settings_that_fail_are_told_and_harm_nothing(here):
    denied = {"status": 403, "body": {"error": {"error": "no"}}}
    here.place.control.fault("status", method="GET", path="/users/setting$", **denied)
    result, _asked, _sent = collect(here)
    assert result["changed_ids"]
    assert "earlier runs" in result["warnings"][0]
    here.place.control.no_faults()
    here.place.control.fault("status", method="POST", path="/users/setting$", **denied)
    result, _asked, _sent = collect(here)
    assert not result.get("failed")
    assert "cannot be kept" in result["warnings"][0]
    assert blocks(here) == {}
