# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role experiment_retention when something goes wrong; the molecule scenario has what it does otherwise."""

from __future__ import annotations

import re

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.playbook import errors

pytestmark = pytest.mark.needs("seed")
ROLE = "determined_ai.determined.experiment_retention"


@pytest.fixture
def place():
    with emulated(experiments=200) as place:
        yield place


def housekeeping(runner, place, code=0, arguments=(), **variables):
    """One run of the role; what it said."""
    return runner.play(
        place,
        [{"name": "Role", "ansible.builtin.include_role": {"name": ROLE}}],
        code=code,
        arguments=arguments,
        variables=variables,
    ).output


def listed(place):
    return place.call("GET", "/api/v1/experiments?limit=1000")["experiments"]


def there(place):
    """{id: what the role can change}; labels come in any order."""
    return {row["id"]: {"archived": row["archived"], "labels": sorted(row["labels"])} for row in listed(place)}


@pytest.mark.needs("faults")
def test_a_run_that_broke_is_finished_by_the_next(runner, place):
    before = there(place)
    place.control.fault("status", status=500, path="/experiments/archive$", body={"error": {"error": "disk full"}})
    output = housekeeping(runner, place, code=2)
    assert "POST /api/v1/projects/-1/experiments/archive: 500" in output
    broken = there(place)
    marked = {ident for ident, row in broken.items() if row["labels"] != before[ident]["labels"]}
    assert marked
    assert not any(broken[ident]["archived"] for ident in marked)
    # The other phase went on.
    gone = set(before) - set(broken)
    assert gone
    assert all(any(label.startswith("expires=") for label in before[ident]["labels"]) for ident in gone)

    assert "changed=1 " in housekeeping(runner, place)
    finished = there(place)
    assert {ident for ident, row in finished.items() if row["archived"] and not before[ident]["archived"]} == marked
    assert all(finished[ident]["labels"] == broken[ident]["labels"] for ident in marked)

    assert "changed=0 " in housekeeping(runner, place)
    assert there(place) == finished


def failed_to_delete(place):
    return {row["id"] for row in listed(place) if row["state"] == "STATE_DELETE_FAILED"}


@pytest.mark.needs("faults")
def test_deletions_that_fail(runner, place):
    """They are tried alone, then reported, and tried again by the next run."""
    before = failed_to_delete(place)
    place.control.fault("outcome", on="experiment.delete", fail=True, count=None)
    output = housekeeping(runner, place, code=2)
    assert "absent: its deletion failed" in output
    failed = failed_to_delete(place) - before
    assert f" {len(failed)}  failed" in output

    place.control.no_faults()
    place.control.fault("outcome", on="experiment.delete", fail=True, count=2)
    assert f" {len(failed)}  deleted" in housekeeping(runner, place)
    assert failed
    assert not failed & set(there(place))


def adds_up(output):
    """Whether the lines of the summary tell of each experiment once."""
    lines = output.partition("experiments were looked at")
    total = int(lines[0].rpartition('"')[2])
    rest = lines[2].partition("]")[0]
    return total > 0 and sum(int(count) for count in re.findall(r'^ *" *(\d+)  ', rest, re.MULTILINE)) == total


@pytest.mark.parametrize("most", [500, 30, 1])
def test_the_summary_adds_up(runner, place, most):
    """Also where one phase, or both, are refused."""
    counts = {"experiment_retention_max_changes": most}
    output = housekeeping(runner, place, code=None, **counts)
    assert adds_up(output)
    assert ("which was refused" in output) == (most < 500)


def test_a_phase_that_is_too_large_changes_nothing_and_can_be_looked_at(runner, place):
    before = there(place)
    for arguments in ((), ("--check",)):
        code = 0 if arguments else 2
        output = housekeeping(runner, place, code=code, arguments=arguments, experiment_retention_max_changes=1)
        assert ("A run for real would fail: " in output) == bool(arguments)
        assert "Archiving: " in output
        assert "Deleting: " in output
        assert output.count("experiment_retention_max_changes is 1") >= 2
        assert adds_up(output)
        assert ("ended more than 90d ago" in output) == bool(arguments)
        assert there(place) == before


def test_only_the_confirmed_deletions(runner, place):
    first = housekeeping(runner, place, arguments=("--check",), experiment_retention_confirm_above=0)
    digest = first.partition("experiment_retention_confirm=")[2][:16]
    before = there(place)
    housekeeping(runner, place, code=2, experiment_retention_confirm_above=0, experiment_retention_confirm="0" * 16)
    assert set(there(place)) == set(before)
    housekeeping(runner, place, experiment_retention_confirm_above=0, experiment_retention_confirm=digest)
    assert len(there(place)) < len(before)


def test_never_means_no_label_and_no_deletion(runner, place):
    before = there(place)
    housekeeping(runner, place, experiment_retention_delete_after=None)
    after = there(place)
    assert set(after) == set(before)
    archived = {ident for ident, row in after.items() if row["archived"] and not before[ident]["archived"]}
    assert archived
    assert all(after[ident]["labels"] == before[ident]["labels"] for ident in after)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("experiment_retention_archive_after", "soon", "is neither an age nor a time"),
        ("experiment_retention_delete_after", "soon", "is no duration"),
        ("experiment_retention_states", ["RUNNING"], "must be one or more of"),
        ("experiment_retention_owners", ["nobody"], "there is no such user"),
        ("experiment_retention_projects", ["nowhere"], "must be written workspace/project"),
        ("experiment_retention_label", "a,b", "a label with a comma"),
    ],
)
def test_bad_input(name, value, said, runner, place):
    before = there(place)
    told = errors(housekeeping(runner, place, code=2, **{name: value}))
    assert said in told[0]
    assert said in told[-1]
    # That one fails in a filter, which knows no names of variables.
    assert name in told[-1] or name == "experiment_retention_delete_after"
    assert there(place) == before
