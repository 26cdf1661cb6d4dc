# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role checkpoint_gc when something goes wrong; the molecule scenario has what it does otherwise."""

from __future__ import annotations

import json

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.playbook import errors

pytestmark = pytest.mark.needs("seed")
ROLE = "determined_ai.determined.checkpoint_gc"
POLICY = {"checkpoint_gc_policy": {}, "checkpoint_gc_min_size": "0"}


@pytest.fixture
def place():
    with emulated(experiments=100) as place:
        yield place


def collect(runner, place, code=0, arguments=(), **variables):
    """One run of the role; what it said."""
    return runner.play(
        place,
        [{"name": "Role", "ansible.builtin.include_role": {"name": ROLE}}],
        code=code,
        arguments=arguments,
        variables={**POLICY, **variables},
    ).output


def deletions(place):
    return [entry for entry in place.control.writes() if entry["path"] == "/api/v1/checkpoints"]


@pytest.mark.needs("journal")
def test_too_many_are_shown_and_none_removed(runner, place):
    output = collect(runner, place, code=2, checkpoint_gc_max_changes=0)
    assert output.count("max_changes is 0") >= 2
    output = collect(runner, place, arguments=("--check",), checkpoint_gc_max_changes=0)
    assert "A run for real would fail: " in output
    assert "checkpoint_gc_max_changes is 0" in output
    assert "would lose" in output
    assert "reclaimed bytes" in output
    assert deletions(place) == []


@pytest.mark.needs("journal")
def test_only_the_confirmed_ones(runner, place):
    first = collect(runner, place, arguments=("--check",), checkpoint_gc_confirm_above=0)
    digest = first.partition("checkpoint_gc_confirm=")[2][:16]
    collect(runner, place, code=2, checkpoint_gc_confirm_above=0, checkpoint_gc_confirm="0" * 16)
    assert deletions(place) == []
    collect(runner, place, checkpoint_gc_confirm_above=0, checkpoint_gc_confirm=digest)
    done = len(deletions(place))
    assert done
    assert "changed=0 " in collect(runner, place)
    assert len(deletions(place)) == done


@pytest.mark.needs("faults")
def test_what_could_not_be_removed_is_tried_again(runner, place):
    # All together, and then the first one by itself.
    full = {"status": 500, "body": {"error": {"error": "full"}}}
    place.control.fault("status", method="DELETE", path="/checkpoints$", count=2, **full)
    output = collect(runner, place, code=2)
    assert "1  failed" in output
    assert "1  of them lost" in collect(runner, place)


@pytest.mark.needs("journal")
@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"checkpoint_gc_policy": None}, "checkpoint_gc_policy"),
        ({"checkpoint_gc_policy": {"save_best": 1}}, "save_best"),
        ({"checkpoint_gc_ended_before": "soon"}, "is neither an age nor a time"),
        ({"checkpoint_gc_min_size": "much"}, "much"),
        ({"checkpoint_gc_owners": ["nobody"]}, "there is no such user"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_done(variables, said, runner, place):
    assert said in errors(collect(runner, place, code=2, **variables))[0]
    assert deletions(place) == []


@pytest.mark.needs("journal")
def test_each_checkpoint_is_told_where_that_is_wanted(runner, place, tmp_path):
    output = collect(runner, place, arguments=("--check",), checkpoint_gc_list_checkpoints=True)
    assert "steps completed" in output
    journal = tmp_path / "journal"
    collect(runner, place, checkpoint_gc_journal=str(journal))
    noted = [json.loads(line) for line in journal.read_text().splitlines()]
    intended = {uuid for one in noted if one["phase"] == "intent" for uuid in one["uuids"]}
    assert intended == {uuid for one in deletions(place) for uuid in one["body"]["checkpointUuids"]}
    assert intended
